"""The key ceremony as it is held at the console: split, rehearse, open, close with two of three."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from appraisal import collect, rounds, store
from appraisal.cli import main
from appraisal.secrecy.sealed import new_tally_key
from appraisal.settings import Secrets, Settings, city_now
from appraisal.store import Engine
from tests.makers import OpenRound, make_cast, make_plan
from tests.rounds.folders import ROUND, write_folder

Run = Callable[..., Result]
CODE = "2026-1"


@pytest.fixture
def run(settings: Settings) -> Run:
    def runner(*words: object, typed: str = "", exit_code: int = 0) -> Result:
        result = CliRunner(env={"APPRAISAL_HOME": str(settings.home)}).invoke(main, [*map(str, words)], input=typed)
        assert result.exit_code == exit_code, result.output
        return result

    return runner


@pytest.fixture
def media(tmp_path: Path) -> list[Path]:
    """Where the three trustees' shares go: a folder each."""
    folders = [tmp_path / f"trustee{number}" for number in (1, 2, 3)]
    for folder in folders:
        folder.mkdir()
    return [folder / "share.txt" for folder in folders]


@pytest.fixture
def draft(run: Run, tmp_path: Path) -> str:
    """A round whose file asks for shares, with codes issued."""
    folder = tmp_path / "round"
    folder.mkdir()
    today = city_now().date()
    asked = ROUND.replace("per_ballot = 3", 'per_ballot = 3\ntally_key = "shares"')
    dated = asked.replace("2026-11-01", today.isoformat()).replace("2026-11-30", today.isoformat())
    write_folder(folder, round_toml=dated, ballots_csv=None)
    run("round", "import", folder)
    return CODE


def shared(*files: Path) -> list[object]:
    return [word for file in files for word in ("--share", file)]


@pytest.fixture
def split(run: Run, draft: str, media: list[Path]) -> list[Path]:
    run("round", "key", "split", draft, *shared(*media))
    return media


@pytest.fixture
def opened(run: Run, split: list[Path], settings: Settings, engine: Engine, secrets: Secrets) -> list[Path]:
    """Rehearsed, opened, and two ballots cast."""
    run("round", "key", "rehearse", CODE, *shared(*split))
    run("round", "open", CODE)
    with store.transaction(engine) as db:
        codes = collect.issue_codes(db, CODE, {"citizen": 2}, secrets, random.Random(1))
        public = rounds.kept_round(db, CODE).tally_public_key or b""
        for number in range(2):
            make_cast(db, secrets, OpenRound(CODE, new_tally_key(), codes, city_now().date()), number)
    assert len(public) == 32
    return split


def test_a_round_that_asks_for_shares_is_not_opened_before_its_key_was_split(run: Run, draft: str) -> None:
    assert "还没有拆" in run("round", "open", draft, exit_code=1).stderr


def test_f23_a_round_is_not_opened_before_every_share_was_rehearsed(run: Run, split: list[Path]) -> None:
    assert "份额：1、2、3" in run("round", "open", CODE, exit_code=1).stderr
    told = run("round", "key", "rehearse", CODE, *shared(*split[:2])).stdout
    assert "not tried yet: 3" in told
    assert "份额：3" in run("round", "open", CODE, exit_code=1).stderr
    assert "every share was tried" in run("round", "key", "rehearse", CODE, *shared(*split[1:])).stdout
    run("round", "open", CODE)


def test_the_rehearsal_of_another_key_does_not_count(run: Run, split: list[Path], tmp_path: Path) -> None:
    run("round", "key", "rehearse", CODE, *shared(*split))
    again = [file.with_name("second.txt") for file in split]
    run("round", "key", "split", CODE, *shared(*again))
    assert "份额：1、2、3" in run("round", "open", CODE, exit_code=1).stderr
    for files in (split, [split[0], again[1]]):
        assert "合不成" in run("round", "key", "rehearse", CODE, *shared(*files), exit_code=1).stderr


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_f23_one_share_lost_and_the_ballots_still_open(run: Run, opened: list[Path], lost: int) -> None:
    left = [file for number, file in enumerate(opened) if number != lost]
    assert "2 ballots opened" in run("round", "close", CODE, *shared(*left)).stdout


def test_f23_two_shares_lost_and_nothing_opens_or_closes(run: Run, opened: list[Path], engine: Engine) -> None:
    for files in ([], opened[:1], [opened[0], opened[0]]):
        assert "少了两份，谁也开不了票" in run("round", "close", CODE, *shared(*files), exit_code=1).stderr
    with store.reading(engine) as db:
        assert rounds.kept_round(db, CODE).state == "open"
        assert db.scalar(text("SELECT count(*) FROM opened_ballot")) == 0


def test_shares_are_typed_line_by_line_and_a_wrong_line_is_asked_for_again(run: Run, opened: list[Path]) -> None:
    lines = [[line for line in file.read_text("utf-8").splitlines() if line[1:2] == ")"] for file in opened]
    typed = [lines[0][0].replace("-", ""), "1) nonsense", *lines[0][1:], *[line[4:].lower() for line in lines[2]]]
    typed[0], typed[1] = typed[1], typed[0]
    told = run("round", "close", CODE, "--type", "2", typed="\n".join(typed) + "\n")
    assert "type this line again" in told.stderr
    assert "2 ballots opened" in told.stdout
    assert lines[0][1][4:] not in told.output


def test_the_private_key_and_three_shares_are_nowhere_together(
    run: Run, opened: list[Path], settings: Settings, engine: Engine
) -> None:
    assert not settings.tally_key(CODE).exists()
    kept = b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file())
    for file in opened:
        assert os.stat(file).st_mode & 0o077 == 0
        numbered = [line for line in file.read_text("utf-8").splitlines() if line[1:2] == ")"]
        assert len(numbered) == 5
        assert not any(line[4:].encode() in kept or line[4:].replace("-", "").encode() in kept for line in numbered)


def test_shares_are_not_written_together_nor_over_another_file(run: Run, draft: str, media: list[Path]) -> None:
    together = [media[0].with_name(f"{number}.txt") for number in range(3)]
    assert "three folders" in run("round", "key", "split", draft, *shared(*together), exit_code=1).stderr
    media[2].write_text("a letter")
    assert "is there already" in run("round", "key", "split", draft, *shared(*media), exit_code=1).stderr
    assert not media[0].exists()
    run("round", "key", "split", draft, *shared(*media[:2]), exit_code=2)


def test_a_share_that_cannot_be_written_leaves_no_key_and_no_other_share(
    run: Run, draft: str, media: list[Path], engine: Engine
) -> None:
    nowhere = media[2].parent / "not there" / "share.txt"
    run("round", "key", "split", draft, *shared(*media[:2], nowhere), exit_code=1)
    assert not any(file.exists() for file in media)
    with store.reading(engine) as db:
        assert rounds.kept_round(db, draft).tally_public_key is None


def test_the_rehearsal_stands_in_the_rounds_history_with_the_fingerprint(
    run: Run, split: list[Path], engine: Engine
) -> None:
    named = json.loads(run("round", "key", "rehearse", CODE, *shared(*split), "--json").stdout)
    with store.reading(engine) as db:
        events = db.execute(text("SELECT action, note FROM round_event ORDER BY id")).all()
    (made,) = (note for action, note in events if action == "split_key")
    assert events[-1] == ("rehearse_key", f"{made} 1 2 3")
    assert (named["shares"], named["untried"]) == ([1, 2, 3], [])
    assert made in split[0].read_text("utf-8")


def test_a_key_that_is_a_file_is_tried_at_its_creation(run: Run, tmp_path: Path, engine: Engine) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    today = city_now().date().isoformat()
    write_folder(folder, round_toml=ROUND.replace("2026-11-01", today).replace("2026-11-30", today), ballots_csv=None)
    run("round", "import", folder)
    assert (
        "不拆分"
        in run("round", "key", "split", CODE, *shared(*(tmp_path / n / "s" for n in "abc")), exit_code=1).stderr
    )
    run("round", "open", CODE)
    with store.reading(engine) as db:
        actions = [row.action for row in db.execute(text("SELECT action FROM round_event ORDER BY id"))]
    assert actions == ["create", "open", "rehearse_key"]


def test_shares_and_ballots_of_elsewhere_do_not_go_together(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "both"
    folder.mkdir()
    write_folder(folder, round_toml=ROUND.replace("per_ballot = 3", 'per_ballot = 3\ntally_key = "shares"'))
    assert "round.tally_key" in run("round", "import", folder, exit_code=2).stderr


def test_rounds_that_were_frozen_before_there_was_a_choice_keep_their_hash() -> None:
    assert "tally_key" not in make_plan().frozen_json()


def test_an_old_key_is_not_rehearsed_after_the_close(run: Run, opened: list[Path]) -> None:
    run("round", "close", CODE, *shared(*opened[:2]))
    assert "截止之前" in run("round", "key", "rehearse", CODE, *shared(*opened), exit_code=1).stderr
    run("round", "close", CODE, *shared(*opened[:2]))
