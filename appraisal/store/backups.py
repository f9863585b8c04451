"""A copy of the database while it is being served, and whether a file is a whole database."""

import os
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from appraisal.store.engine import connect, integrity, reading


class NoCopy(Exception):
    """This database cannot be copied by SQLite."""


def copy_database(engine: Engine, target: Path) -> None:
    """Write what was committed up to now into a new file, table by table in the order of its keys, and flush it.

    One snapshot: whoever writes meanwhile is neither held up nor seen in half. Raises ``FileExistsError``, and ``NoCopy`` for another
    engine than SQLite.
    """
    if engine.dialect.name != "sqlite":
        raise NoCopy(f"this database is kept by {engine.dialect.name}: its own tool copies it")
    # Made first, so that it is never readable by others, not even while it is being written.
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.cursor().execute("VACUUM INTO ?", (str(target),))
    with target.open("rb") as written:
        os.fsync(written.fileno())


def faults_of_file(path: Path) -> str:
    """``"ok"`` for a whole database, else what SQLite says is wrong with the file."""
    try:
        engine = connect(path)
        try:
            with reading(engine) as db:
                foreign = db.execute(text("PRAGMA foreign_key_check")).all()
                return integrity(db) if not foreign else f"{len(foreign)} rows point nowhere"
        finally:
            engine.dispose()
    except DatabaseError as broken:
        return str(broken.orig)


def ballots_of(db: Session) -> int:
    """How many sealed ballots there are in all rounds; 0 in a database without tables. For any schema that ever was."""
    has_table = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'ballot'"
    return int(db.scalar(text("SELECT count(*) FROM ballot")) or 0) if db.scalar(text(has_table)) else 0
