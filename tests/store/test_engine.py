"""The engine keeps what was acknowledged, and will not run where it could not."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from appraisal import store
from appraisal.store import UnsafeStore
from appraisal.store import engine as engine_module
from appraisal.store.engine import connect, forget_order, reading, truncate_log


def test_an_old_sqlite_is_refused_before_a_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "LEAST_SQLITE", (99, 0, 0))
    with pytest.raises(UnsafeStore, match="too old"):
        connect(tmp_path / "new" / "appraisal.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("weaker", ["journal_mode=DELETE", "synchronous=NORMAL", "synchronous=OFF"])
def test_a_mode_that_can_lose_a_ballot_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weaker: str) -> None:
    monkeypatch.setattr(engine_module, "PRAGMAS", (*engine_module.PRAGMAS, weaker))
    with pytest.raises(UnsafeStore, match="WAL and FULL"):
        connect(tmp_path / "appraisal.db")


def test_every_connection_is_set_as_it_must_be(engine: Engine) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": 2,
        "busy_timeout": 15000,
    }
    for _ in range(3):
        engine.dispose()
        with store.transaction(engine) as db:
            assert {name: db.scalar(text(f"PRAGMA {name}")) for name in wanted} == wanted


def test_eight_threads_that_read_change_and_write_lose_nothing(engine: Engine) -> None:
    with store.transaction(engine) as db:
        db.execute(text("CREATE TABLE counter (value INTEGER)"))
        db.execute(text("INSERT INTO counter VALUES (0)"))

    def count(_: int) -> None:
        with store.transaction(engine) as db:
            value = db.scalar(text("SELECT value FROM counter"))
            db.execute(text("UPDATE counter SET value = :next"), {"next": (value or 0) + 1})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(400)))
    with store.transaction(engine) as db:
        assert db.scalar(text("SELECT value FROM counter")) == 400


def test_the_write_lock_is_taken_before_the_first_read(engine: Engine) -> None:
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, statement, *_rest: said.append(statement))
    with store.transaction(engine) as db:
        db.scalar(text("SELECT 1"))
    with reading(engine) as db:
        db.scalar(text("SELECT 2"))
    assert said == ["BEGIN IMMEDIATE", "SELECT 1", "BEGIN", "SELECT 2"]


def test_a_reader_is_let_in_while_somebody_writes(engine: Engine) -> None:
    with store.transaction(engine) as writer:
        writer.execute(text("CREATE TABLE kept (value INTEGER)"))
        with reading(engine) as reader:
            assert reader.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'kept'")) == 0


def test_what_is_written_while_reading_is_not_kept(engine: Engine) -> None:
    with reading(engine) as db:
        db.execute(text("CREATE TABLE lost (value INTEGER)"))
    with store.transaction(engine) as db:
        assert db.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'lost'")) == 0


def test_rewriting_keeps_every_row(engine: Engine) -> None:
    with store.transaction(engine) as db:
        db.execute(text("CREATE TABLE kept (id BLOB PRIMARY KEY) WITHOUT ROWID"))
        for _ in range(500):
            db.execute(text("INSERT INTO kept VALUES (randomblob(16))"))
        before = db.scalars(text("SELECT id FROM kept")).all()
    forget_order(engine)
    truncate_log(engine)
    with store.transaction(engine) as db:
        assert db.scalars(text("SELECT id FROM kept")).all() == before
        assert db.scalar(text("PRAGMA integrity_check")) == "ok"
