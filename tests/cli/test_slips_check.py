"""``appraisal slips check``: whose copy a file is."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from appraisal import store
from appraisal.cli import main
from appraisal.model.slip_moves import SlipState
from appraisal.settings import Settings
from tests.makers import act_on_slip, make_ballot, make_letter, make_scored_round, make_slip


@pytest.fixture
def slip_id(settings: Settings) -> int:
    engine = store.connect(settings.database)
    with store.transaction(engine) as db:
        code = make_scored_round(db, [make_ballot("citizen", {"D1": "S2"})] * 4).code
        made = make_slip(db, SlipState.ISSUED, code)
    engine.dispose()
    return made


def check(settings: Settings, file: Path) -> Any:
    words = ["slips", "check", str(file), "--json"]
    return CliRunner(env={"APPRAISAL_HOME": str(settings.home)}).invoke(main, words)


def test_each_copy_is_told_apart_and_named(settings: Settings, slip_id: int, tmp_path: Path) -> None:
    for number, recipient in ((1, "发展改革局"), (2, "市政府办公室"), (3, "示范市民主评议办公室")):
        (tmp_path / "slip.pdf").write_bytes(make_letter(number, slip_id))
        said = json.loads(check(settings, tmp_path / "slip.pdf").stdout)
        assert (said["copy"], said["copies"], said["recipient"]) == (number, 3, recipient)
        assert (said["number"], said["verdict"]) == ("示评办提〔2026〕1号", "genuine")


def test_a_copy_with_a_number_that_nobody_got_is_not_in_the_register(
    settings: Settings, slip_id: int, tmp_path: Path
) -> None:
    (tmp_path / "slip.pdf").write_bytes(make_letter(4, slip_id))
    answer = check(settings, tmp_path / "slip.pdf")
    assert (answer.exit_code, "not in the register" in answer.output) == (1, True)


def test_a_recalled_slip_is_called_so(settings: Settings, slip_id: int, tmp_path: Path) -> None:
    engine = store.connect(settings.database)
    with store.transaction(engine) as db:
        act_on_slip(db, slip_id, "recall")
    engine.dispose()
    (tmp_path / "slip.pdf").write_bytes(make_letter(1, slip_id))
    assert json.loads(check(settings, tmp_path / "slip.pdf").stdout)["verdict"] == "recalled"
