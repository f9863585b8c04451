"""The one statement that SQLite and PostgreSQL both know and SQLAlchemy has twice: insert, unless the row is there."""

from typing import Any

from sqlalchemy import literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_or(db: Session, table: Any) -> sqlite.Insert | postgresql.Insert:
    """An ``INSERT`` that takes ``on_conflict_do_nothing`` and ``on_conflict_do_update``, for the database of this session."""
    return postgresql.insert(table) if db.get_bind().dialect.name == "postgresql" else sqlite.insert(table)


def add_new(db: Session, table: Any, **values: Any) -> bool:
    """Insert a row unless one with its key is there; whether it was inserted."""
    # Asked by what comes back: the number of rows that an INSERT changed is not told by every driver.
    row: Any = insert_or(db, table.__table__).values(values).on_conflict_do_nothing().returning(literal_column("1"))
    return db.execute(row).first() is not None
