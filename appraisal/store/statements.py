"""Statements of the hot path: written once, given to the driver as they stand, with nothing built or mapped in between."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, text
from sqlalchemy.orm import Session

Database = Session | Connection


def connection_of(db: Database) -> Connection:
    """The connection itself, whichever of the two stands for it."""
    return db.connection() if isinstance(db, Session) else db


def run(db: Database, statement: str, **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """Execute one statement with its ``:name`` values, which must be of types that the driver knows: no date, no JSON."""
    connection = connection_of(db)
    said, order = _for_driver(statement, connection.dialect)
    return connection.exec_driver_sql(said, tuple(values[name] for name in order) if order else values)


@lru_cache(maxsize=128)
def _for_driver(statement: str, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement in the driver's own signs for values, and the names in their order where it counts them."""
    compiled = text(statement).compile(dialect=dialect)
    return compiled.string, tuple(getattr(compiled, "positiontup", None) or ())
