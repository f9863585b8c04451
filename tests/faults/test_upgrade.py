"""F19, F20, F35, F37: migrations that are killed, forms from before an upgrade, another schema, a questionnaire that was changed."""

import hashlib
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from appraisal import store
from appraisal.settings import SettingsError
from appraisal.store import schema
from appraisal.store.engine import sqlite
from appraisal.web import create_app
from tests.faults.harness import server
from tests.faults.harness.history import History
from tests.faults.harness.installation import Installation
from tests.faults.harness.respondent import Respondent, Unexpected
from tests.faults.harness.server import TOP, environment
from tests.faults.harness.storm import Storm, laws_hold
from tests.faults.harness.warm import WarmStarts
from tests.faults.results import record

# What the first schema already kept.
KEPT = {"ballot": "id, sealed", "sealed_comment": "id, sealed", "invitation": "digest, spent", "draft": "id, sealed"}
FULL = [pytest.mark.full_faults, pytest.mark.timeout(0)]


def fingerprint(one: Installation) -> str:
    """A hash over what the first schema already kept of ballots, codes and drafts."""
    engine, found = store.connect(one.settings.database), hashlib.sha256()
    with store.reading(engine) as db:
        for table, columns in KEPT.items():
            for row in db.execute(text(f"SELECT {columns} FROM {table} ORDER BY 1")):
                found.update(repr(tuple(row)).encode())
        assert store.integrity(db) == "ok"
    engine.dispose()
    return found.hexdigest()


def migrate(one: Installation, down: str) -> None:
    engine = store.connect(one.settings.database)
    config = schema._config()
    config.attributes["engine"] = engine
    command.downgrade(config, down)
    engine.dispose()


def revisions() -> list[str]:
    """From the first to the newest."""
    return [each.revision for each in ScriptDirectory.from_config(schema._config()).walk_revisions()][::-1]


def revision_of(one: Installation) -> str | None:
    engine = store.connect(one.settings.database)
    found = store.revision(engine)
    engine.dispose()
    return found


def voted(serve: Callable[[], tuple[Installation, int]], codes: int) -> tuple[Installation, Storm]:
    """An installation with ballots and one open draft, whose server is gone."""
    one, group = serve()
    storm = Storm(iter(one.codes[:codes]), one.settings.port, History(), timeout=60.0)
    storm.run_out()
    begun = Respondent(one.codes[codes], "S3", one.settings.port, storm.history)
    begun.come_in()
    begun.fill_in()
    storm.begun.append(begun)
    server.kill_group(group)
    return one, storm


@pytest.mark.parametrize("codes", [8, pytest.param(1000, marks=FULL)])
def test_f19_every_revision_down_and_up_again_keeps_every_ballot(
    serve: Callable[[], tuple[Installation, int]], codes: int
) -> None:
    one, _ = voted(serve, codes)
    before = fingerprint(one)
    for revision in revisions()[-2::-1]:
        migrate(one, revision)
        assert revision_of(one) == revision
        assert fingerprint(one) == before
    engine = store.connect(one.settings.database)
    store.upgrade(engine)
    engine.dispose()
    record("F19", f"{codes} ballots down and up", revisions=len(revisions()), same=fingerprint(one) == before)
    assert fingerprint(one) == before


@pytest.mark.full_faults
@pytest.mark.timeout(0)
def test_f19_a_migration_that_is_killed_is_done_or_not_done(serve: Callable[[], tuple[Installation, int]]) -> None:
    one, _ = voted(serve, 300)
    before, rng, stopped, held = fingerprint(one), random.Random(2), [], 0.0
    for number in range(21):
        migrate(one, revisions()[0])
        line = [sys.executable, "-m", "appraisal.cli", "db", "upgrade"]
        upgrading = subprocess.Popen(line, cwd=TOP, env=environment(one.settings), stdout=subprocess.DEVNULL)
        wait_for(one, upgrading, locked=True)
        begun = time.monotonic()
        if number == 0:
            # How long it holds the lock: the others are killed within that time, or a little after it.
            wait_for(one, upgrading, locked=False)
            held = time.monotonic() - begun
            upgrading.wait()
            continue
        time.sleep(rng.uniform(0, 1.2 * held))
        upgrading.send_signal(signal.SIGKILL)
        upgrading.wait()
        stopped.append(revision_of(one))
        assert stopped[-1] in revisions()
        assert fingerprint(one) == before
    engine = store.connect(one.settings.database)
    store.upgrade(engine)
    engine.dispose()
    record(
        "F19",
        "20 upgrades killed",
        stopped_at={str(each): stopped.count(each) for each in set(stopped)},
        half_schemas=0,
    )
    assert fingerprint(one) == before
    # Otherwise no kill fell into the work, and the test would have shown nothing.
    assert revisions()[0] in stopped


def wait_for(one: Installation, upgrading: subprocess.Popen[bytes], *, locked: bool) -> None:
    """Until the migration holds the write lock, or no longer does."""
    probe = sqlite.connect(str(one.settings.database), timeout=0, isolation_level=None)
    while upgrading.poll() is None and is_locked(probe) is not locked:
        time.sleep(0.005)
    probe.close()


def is_locked(probe: Any) -> bool:
    try:
        probe.execute("BEGIN IMMEDIATE")
        probe.execute("ROLLBACK")
    except sqlite.OperationalError:
        return True
    return False


@pytest.mark.full_faults
def test_f20_a_form_from_before_an_upgrade_is_accepted_after_it(
    serve: Callable[[], tuple[Installation, int]], warm: WarmStarts
) -> None:
    one, storm = voted(serve, 4)
    (begun,) = storm.begun
    migrate(one, revisions()[-2])
    engine = store.connect(one.settings.database)
    store.upgrade(engine)
    engine.dispose()
    group = warm.start(one.settings)
    # The page that was open before: its cookie, its token, the draft that it had saved.
    begun.read_over()
    assert begun.hand_in()
    found = laws_hold(one, storm)
    server.kill_group(group)
    record("F20", "form from before an upgrade", **found, accepted=True)
    assert found["acknowledged"] == 5


@pytest.mark.parametrize("revision", ["0001", "9999"])
def test_f35_a_server_refuses_a_schema_that_is_not_its_own(fresh: Callable[[], Installation], revision: str) -> None:
    one = fresh()
    engine = store.connect(one.settings.database)
    with store.transaction(engine) as db:
        db.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()
    with pytest.raises(SettingsError, match=f"is at schema {revision}.*appraisal db upgrade"):
        create_app(one.settings)


@pytest.mark.full_faults
@pytest.mark.parametrize("revision", ["0001", "9999"])
def test_f35_the_server_ends_and_says_which_schema_it_needs(
    fresh: Callable[[], Installation], warm: WarmStarts, revision: str
) -> None:
    one = fresh()
    engine = store.connect(one.settings.database)
    with store.transaction(engine) as db:
        db.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()
    with pytest.raises(RuntimeError, match=f"is at schema {revision}"):
        warm.start(one.settings)
    record("F35", f"schema {revision}", refused=True)


def test_f37_a_questionnaire_that_was_changed_in_the_database_is_not_served(
    fresh: Callable[[], Installation], warm: WarmStarts
) -> None:
    one = fresh()
    engine = store.connect(one.settings.database)
    with store.transaction(engine) as db:
        db.execute(text("UPDATE questionnaire_version SET source = replace(source, '很满意', '满意极了')"))
    engine.dispose()
    group = warm.start(one.settings)
    with pytest.raises(Unexpected):
        Respondent(one.codes[0], "S3", one.settings.port, History()).vote()
    server.kill_group(group)
    record("F37", "changed questionnaire", served=False, stored=len(one.box().ballots))
    assert one.box().ballots == {}
