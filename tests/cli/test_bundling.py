"""The open bundle at the command line, as a file or a folder."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from appraisal import rounds, store
from appraisal.cli import main
from appraisal.settings import Settings
from appraisal.store import Engine
from tests.makers import LOG_KEY, NOW, make_ballot, make_scored_round


@pytest.fixture
def published(settings: Settings, engine: Engine) -> str:
    """A published round of which nobody has decided yet what may be said."""
    settings.keys.mkdir(exist_ok=True)
    (settings.keys / "log.key").write_bytes(LOG_KEY)
    with store.transaction(engine) as db:
        code = make_scored_round(db, [make_ballot("citizen", {"D1": "S5"}) for _ in range(40)]).code
        make_scored_round(db, [make_ballot("citizen", {"D1": "S5"})], code="2026-9")
        rounds.publish(db, code, "zhuban", NOW)
    return code


def export(settings: Settings, *words: str) -> tuple[int, str]:
    result = CliRunner(env={"APPRAISAL_HOME": str(settings.home)}).invoke(main, ["export", "bundle", *words])
    return result.exit_code, result.output


def test_a_bundle_is_written_as_a_file_and_as_a_folder_with_the_same_in_it(
    settings: Settings, published: str, tmp_path: Path
) -> None:
    file, folder = tmp_path / "bundle.zip", tmp_path / "bundle"
    code, said = export(settings, published, "--out", str(file), "--json")
    assert (code, json.loads(said.splitlines()[-1])["file"]) == (0, str(file))
    assert export(settings, published, "--out", str(folder))[0] == 0
    with zipfile.ZipFile(file) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            path.name: path.read_bytes() for path in folder.iterdir()
        }


def test_a_round_that_is_not_published_and_a_file_that_is_there_are_refused_in_a_line(
    settings: Settings, published: str, tmp_path: Path
) -> None:
    code, said = export(settings, "2026-9", "--out", str(tmp_path / "no.zip"))
    assert (code, "没有公布" in said) == (1, True)
    code, said = export(settings, published, "--out", str(tmp_path))
    assert (code, "there already" in said) == (1, True)
    assert not (tmp_path / "no.zip").exists()
