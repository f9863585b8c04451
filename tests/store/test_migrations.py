"""Every migration, down to the first schema and up again, on a database in which things point to one another."""

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from appraisal import store
from appraisal.model.slip_moves import SlipState
from appraisal.store import schema
from tests.makers import make_ballot, make_scored_round, make_slip

KEPT = {
    "slip": "id, number, state",
    "finding": "id, number, slip_id",
    "slip_event": "id, action",
    "answer": "id, cause",
}


@pytest.fixture
def lived_in(tmp_path: Path) -> Engine:
    """A database with a scored round and slips in several states."""
    engine = store.connect(tmp_path / "appraisal.db")
    schema.upgrade(engine)
    with store.transaction(engine) as db:
        code = make_scored_round(db, [make_ballot("citizen", {"D1": "S4", "D2": "S2"}) for _ in range(4)]).code
        for state in (SlipState.SIGNED, SlipState.ANSWERED, SlipState.CLOSED):
            make_slip(db, state, code)
    return engine


def kept(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with store.reading(engine) as db:
        found = {
            table: db.execute(text(f"SELECT {columns} FROM {table} ORDER BY 1")).all()
            for table, columns in KEPT.items()
        }
    return {table: [tuple(row) for row in rows] for table, rows in found.items()}


def test_rows_that_point_to_one_another_survive_every_migration(lived_in: Engine) -> None:
    config, before = schema._config(), kept(lived_in)
    config.attributes["engine"] = lived_in
    revisions = [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()]
    for revision in revisions[1:]:
        command.downgrade(config, revision)
        assert kept(lived_in) == before
    schema.upgrade(lived_in)
    assert kept(lived_in) == before


def test_foreign_keys_hold_again_after_a_migration(lived_in: Engine) -> None:
    with store.reading(lived_in) as db:
        assert db.scalar(text("PRAGMA foreign_keys")) == 1
