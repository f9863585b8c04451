"""Accounts at the command line: made once, and refused in a line."""

import pytest
from click.testing import CliRunner

from appraisal.cli import main
from appraisal.settings import Settings

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
