"""Contacts and reminders at the command line."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from appraisal import store
from appraisal.cli import main
from appraisal.settings import Secrets, Settings
from appraisal.store import Engine, outbox, people
from tests.makers import OpenRound, make_running_round


@pytest.fixture
def opened(engine: Engine, secrets: Secrets) -> OpenRound:
    with store.transaction(engine) as db:
        return make_running_round(db, secrets)


def run(settings: Settings, *words: object) -> tuple[int, str]:
    result = CliRunner(env={"APPRAISAL_HOME": str(settings.home)}).invoke(main, [str(word) for word in words])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def roster(folder: Path, opened: OpenRound) -> Path:
    path = folder / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("contact", "code"))
        rows.writerows((f"1380000{n:04}", one.code) for n, one in enumerate(opened.issued))
    return path


def test_contacts_are_kept_and_reminded_once(
    settings: Settings, engine: Engine, opened: OpenRound, tmp_path: Path
) -> None:
    wording = tmp_path / "wording.txt"
    wording.write_text("提醒\n\n请看信函。Please see the letter.\n", "utf-8")
    assert run(settings, "reminders", "import", "2026-1", roster(tmp_path, opened))[0] == 0
    assert run(settings, "reminders", "show", "2026-1")[1].startswith("2026-1: contacts 20+, unused 20+, batches -")
    code, said = run(settings, "reminders", "send", "2026-1", "--wording", wording)
    assert (code, said) == (0, "2026-1: 20 or more reminders wait in the outbox\n")
    assert run(settings, "reminders", "send", "2026-1", "--wording", wording)[0] == 1
    with store.reading(engine) as db:
        assert outbox.waiting_reminders(db) == 30


@pytest.mark.parametrize(
    "content", [b"", b"code\n", b"code,contact\n", b"code,contact\nx\n", b"\xff\xfe", b"code,contact\nx,y\n"]
)
def test_a_list_that_cannot_be_read_is_refused_with_what_to_mend(
    settings: Settings, opened: OpenRound, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(content)
    code, said = run(settings, "reminders", "import", opened.code, path)
    assert code == 2
    assert "roster.csv" in said


def test_a_wording_that_steers_is_refused_with_its_line(settings: Settings, opened: OpenRound, tmp_path: Path) -> None:
    wording = tmp_path / "wording.txt"
    wording.write_text("提醒\n\n请看信函。\n请您给予满意评价\n", "utf-8")
    code, said = run(settings, "reminders", "send", opened.code, "--wording", wording)
    assert code == 2
    assert "wording.txt:4" in said


def test_an_account_may_have_a_mail_address_and_lose_it(settings: Settings, engine: Engine) -> None:
    words = ("--name", "主办岗", "--role", "organiser", "--password", "correct horse battery")
    assert run(settings, "account", "add", "zhuban", *words, "--email", "z@example.cn", "--language", "en")[0] == 0
    with store.reading(engine) as db:
        (found,) = people.reachable(db, "organiser")
    assert (found.email, found.language) == ("z@example.cn", "en")
    assert run(settings, "account", "email", "zhuban", "nobody")[0] == 2
    assert run(settings, "account", "email", "zhuban")[0] == 0
    with store.reading(engine) as db:
        assert people.reachable(db, "organiser") == ()


def test_an_account_with_a_wrong_address_is_not_made(settings: Settings, engine: Engine) -> None:
    words = ("--name", "主办岗", "--role", "organiser", "--password", "correct horse battery")
    assert run(settings, "account", "add", "zhuban", *words, "--email", "a\nb@example.cn")[0] == 2
    with store.reading(engine) as db:
        assert people.find_account(db, "zhuban") is None
