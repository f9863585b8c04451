"""A database restored beside other keys, or keys beside another database: refused before a code is issued or a ballot taken (F38)."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from appraisal import collect, store
from appraisal.cli import main
from appraisal.settings import Secrets, Settings, SettingsError
from appraisal.web import create_app

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings) -> Run:
    """Commands on an installation that was brought up by the command itself."""

    def runner(*words: object, exit_code: int = 0) -> Result:
        result = CliRunner(env={"APPRAISAL_HOME": str(settings.home)}).invoke(main, [*map(str, words)])
        assert result.exit_code == exit_code, result.output
        return result

    runner("db", "upgrade")
    return runner


def replace_secrets(settings: Settings, **changes: bytes) -> None:
    """Put other secrets beside the database, as after a restore from the wrong medium."""
    path = settings.keys / "secrets.json"
    kept = json.loads(path.read_text("utf-8")) | {name: value.hex() for name, value in changes.items()}
    path.chmod(0o600)
    path.write_text(json.dumps(kept), "utf-8")


@pytest.mark.parametrize("name", ["pepper", "receipt_key"])
def test_f38_another_pepper_or_receipt_key_is_refused_at_the_start(run: Run, settings: Settings, name: str) -> None:
    replace_secrets(settings, **{name: b"x" * 32})
    with pytest.raises(SettingsError, match=f"its {name} is another"):
        create_app(settings)
    assert name in run("db", "upgrade", exit_code=1).stderr


def test_f38_the_server_does_not_start_and_says_why_in_one_line(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The command sets it for the processes that it starts; the tests after this one must not inherit it.
    monkeypatch.setenv("APPRAISAL_DEMO", "1")
    replace_secrets(settings, pepper=b"x" * 32)
    told = run("serve", "--demo", exit_code=1).stderr
    assert told.startswith("keys/secrets.json does not belong to this database")
    assert told.count("\n") == 1


def test_f38_the_doctor_says_it_and_no_code_is_issued(run: Run, settings: Settings, tmp_path: Path) -> None:
    replace_secrets(settings, pepper=b"x" * 32)
    told = json.loads(run("doctor", "--json", exit_code=1).stdout)["checks"]
    assert next(one["said"] for one in told if one["what"] == "secrets" and not one["good"]).startswith(
        "keys/secrets.json"
    )
    asked = ("codes", "2026-1", "--list", tmp_path / "codes.csv", "--address", "https://example.cn")
    assert run(*asked, exit_code=1).stderr
    assert not (tmp_path / "codes.csv").exists()


def test_f38_fresh_secrets_are_not_made_for_a_database_that_belongs_to_others(run: Run, settings: Settings) -> None:
    shutil.rmtree(settings.keys)
    assert "bring it back" in run("db", "upgrade", exit_code=1).stderr
    assert not (settings.keys / "secrets.json").exists()


def test_a_new_cookie_key_breaks_nothing(run: Run, settings: Settings) -> None:
    replace_secrets(settings, cookie_key=b"x" * 32)
    create_app(settings)
    run("db", "upgrade")


def test_the_database_holds_check_values_and_nothing_of_the_secrets(
    run: Run, settings: Settings, engine: Engine, secrets: Secrets
) -> None:
    with store.transaction(engine) as db:
        kept = dict(db.execute(text("SELECT name, value FROM key_check")).all())
        collect.know_secrets(db, secrets)
        assert kept == dict(db.execute(text("SELECT name, value FROM key_check")).all())
    assert set(kept) == {"pepper", "receipt_key"}
    assert all(len(value) == 16 for value in kept.values())
    store.truncate_log(engine)
    content = settings.database.read_bytes()
    assert not any(secret in content for secret in (secrets.pepper, secrets.receipt_key, secrets.cookie_key))
