"""``appraisal codes`` for two people, and for another machine."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appraisal import collect, store
from appraisal.cli import main
from appraisal.model.faults import Refused
from appraisal.settings import Settings, city_now
from appraisal.store import people
from tests.makers import PASSWORD, OpenRound, make_account, make_running_round

STRATA = "code,name_zh,name_en,population,codes\nenterprise,企业,,400,12\ncitizen,市民,,,8\n"


@pytest.fixture
def run(settings: Settings) -> Any:
    def runner(*words: object, exit_code: int = 0, home: Path = settings.home) -> Result:
        result = CliRunner(env={"APPRAISAL_HOME": str(home)}).invoke(main, [str(word) for word in words])
        assert result.exit_code == exit_code, result.output
        return result

    return runner


@pytest.fixture
def opened(settings: Settings) -> OpenRound:
    engine = store.connect(settings.database)
    with store.transaction(engine) as db:
        opened = make_running_round(db, settings.read_secrets())
        make_account(db, "zhuban", "organiser")
        make_account(db, "fuhe", "organiser")
        make_account(db, "shenji", "auditor")
    engine.dispose()
    return opened


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def lets_in(settings: Settings, code: str) -> bool:
    engine = store.connect(settings.database)
    with store.reading(engine) as db:
        try:
            collect.enter(db, code, settings.read_secrets(), city_now().date())
        except Refused:
            return False
        finally:
            engine.dispose()
    return True


def test_codes_made_on_another_machine_let_in_here(
    run: Any, settings: Settings, opened: OpenRound, tmp_path: Path
) -> None:
    run("codes", "key", opened.code, "--out", tmp_path / "key.json")
    (tmp_path / "strata.csv").write_text(STRATA, "utf-8")
    elsewhere = tmp_path / "elsewhere"
    made = ("--key", tmp_path / "key.json", "--strata", tmp_path / "strata.csv", "--out", tmp_path / "out")
    run("codes", "make", *made, "--address", "https://pingyi.example.cn", home=elsewhere)
    assert not elsewhere.exists(), "no database is asked or made"
    rows = rows_of(tmp_path / "out" / "codes.csv")
    assert [row["stratum"] for row in rows] == ["enterprise"] * 12 + ["citizen"] * 8
    assert (tmp_path / "out" / "codes.csv").stat().st_mode & 0o077 == 0
    assert not any(row["code"] in (tmp_path / "out" / "digests.csv").read_text() for row in rows)
    said = run("codes", "import-digests", opened.code, tmp_path / "out" / "digests.csv", "--json").stdout
    assert json.loads(said)["imported"] == 20
    assert all(lets_in(settings, row["code"]) for row in rows)
    assert "already" in run("codes", "make", *made, "--address", "https://x.cn", exit_code=1).stderr


def test_two_organisers_replace_a_code_at_the_console(
    run: Any, settings: Settings, opened: OpenRound, tmp_path: Path
) -> None:
    old = opened.issued[0].code
    (tmp_path / "lost.csv").write_text(f"code\n{old}\n", "utf-8")
    asked = ("--file", tmp_path / "lost.csv", "--reason", "遗失", "--password", PASSWORD, "--as")
    key = json.loads(run("codes", "reissue", opened.code, *asked, "zhuban", "--json").stdout)["id"]
    assert "asked" in run("codes", "requests", opened.code).stdout
    agreed = ("codes", "agree", key, "--password", PASSWORD, "--as")
    assert "--list" in run(*agreed, "fuhe", exit_code=2).stderr
    listed = ("--list", tmp_path / "new.csv", "--address", "https://pingyi.example.cn")
    assert "自己复核" in run(*agreed, "zhuban", *listed, exit_code=1).stderr
    assert "only an organiser" in run(*agreed, "shenji", *listed, exit_code=1).stderr
    run(*agreed, "fuhe", *listed)
    (new,) = rows_of(tmp_path / "new.csv")
    assert (lets_in(settings, old), lets_in(settings, new["code"])) == (False, True)


def test_returned_letters_with_a_fault_revoke_nothing(
    run: Any, settings: Settings, opened: OpenRound, tmp_path: Path
) -> None:
    (tmp_path / "back.csv").write_text(f"code\n{opened.issued[0].code}\nnonsense\n", "utf-8")
    asked = ("--file", tmp_path / "back.csv", "--reason", "退回", "--password", PASSWORD, "--as", "zhuban")
    assert "back.csv:3" in run("codes", "revoke", opened.code, *asked, exit_code=2).stderr
    (tmp_path / "back.csv").write_text(f"code\n{opened.issued[0].code}\n", "utf-8")
    key = json.loads(run("codes", "revoke", opened.code, *asked, "--json").stdout)["id"]
    run("codes", "decline", key, "--as", "fuhe", "--password", PASSWORD)
    assert lets_in(settings, opened.issued[0].code)


def test_doctor_tells_of_a_storm(run: Any, settings: Settings, opened: OpenRound) -> None:
    assert code_entry(settings)["good"]
    engine = store.connect(settings.database)
    with store.transaction(engine) as db:
        people.record(db, "-", people.STORM, "", city_now())
    engine.dispose()
    assert "1 alarms" in code_entry(settings)["said"]
    assert not code_entry(settings)["good"]


def code_entry(settings: Settings) -> dict[str, Any]:
    """What doctor says of code entry, whatever else it finds on this machine."""
    said = CliRunner(env={"APPRAISAL_HOME": str(settings.home)}).invoke(main, ["doctor", "--json"]).stdout
    (found,) = [one for one in json.loads(said)["checks"] if one["what"] == "code entry"]
    return dict(found)
