"""Accounts at the command line: made once, and refused in a line."""

from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from appraisal import store
from appraisal.cli import main
from appraisal.secrecy.passwords import check_password
from appraisal.settings import Settings
from appraisal.store import Engine, people
from tests.makers import make_account

PASSWORD = "correct horse battery"


def add(settings: Settings, *words: str) -> tuple[int, str]:
    result = CliRunner(env={"APPRAISAL_HOME": str(settings.home)}).invoke(
        main, ["account", "add", "--name", "主办岗", *words]
    )
    return result.exit_code, result.output


def test_a_login_that_is_taken_is_refused_in_a_line_without_any_hash(settings: Settings) -> None:
    organiser = ("--role", "organiser", "--password", PASSWORD)
    assert add(settings, "zhuban", *organiser)[0] == 0
    code, said = add(settings, "ZHUBAN", *organiser)
    assert code == 2
    assert "taken" in said
    assert "argon2" not in said


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("a", "--role", "organiser", "--password", "short"), "from 10 to 128 characters"),
        (("a", "--role", "department", "--department", "NONE", "--password", PASSWORD), "no department 'NONE'"),
        ((" ", "--role", "organiser", "--password", PASSWORD), "a login is needed"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused_in_a_line(
    settings: Settings, words: tuple[str, ...], complaint: str
) -> None:
    code, said = add(settings, *words)
    assert code == 2
    assert complaint in said
    assert "Traceback" not in said


def run(settings: Settings, *words: str) -> str:
    result = CliRunner(env={"APPRAISAL_HOME": str(settings.home)}).invoke(main, ["account", *words])
    return f"{result.exit_code} {result.output}"


def test_a_new_password_ends_the_log_ins_and_the_old_one(settings: Settings, engine: Engine, now: datetime) -> None:
    with store.transaction(engine) as db:
        people.keep_session(db, b"x" * 32, make_account(db, "zhuban", "organiser"), now)
    assert run(settings, "password", "zhuban", "--password", "another horse battery").startswith("0")
    with store.reading(engine) as db:
        found = people.find_account(db, "zhuban")
        assert found is not None
        assert check_password(found[1], "another horse battery").right
        assert people.find_session(db, b"x" * 32) is None


def test_a_shut_account_stays_on_the_list_and_an_unknown_one_is_refused(settings: Settings) -> None:
    add(settings, "zhuban", "--role", "organiser", "--password", PASSWORD)
    run(settings, "shut", "zhuban")
    assert "shut 主办岗" in run(settings, "list")
    assert run(settings, "shut", "nobody").startswith("1 nobody")


def test_nobody_else_on_the_machine_may_read_the_database(tmp_path: Path) -> None:
    store.connect(tmp_path / "var" / "appraisal.db").dispose()
    assert [oct(path.stat().st_mode & 0o077) for path in (tmp_path / "var", tmp_path / "var" / "appraisal.db")] == [
        "0o0"
    ] * 2
