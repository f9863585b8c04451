"""Statements of the hot path: written once, given to the driver as they stand, with nothing built or mapped in between."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Database = Session | Connection
HOLD = "SELECT pg_advisory_xact_lock(:key)"


def connection_of(db: Database) -> Connection:
    """The connection itself, whichever of the two stands for it, with its transaction begun."""
    connection = db.connection() if isinstance(db, Session) else db
    if not connection.in_transaction():
        connection.begin()
    return connection


def rows(db: Database, statement: str, **values: Any) -> Sequence[Any]:
    """All rows that a statement gives, as tuples. Its ``:name`` values have to be of types that the driver knows: no date, no JSON."""
    cursor = _executed(db, statement, values)
    try:
        found: Sequence[Any] = cursor.fetchall()
    finally:
        cursor.close()
    return found


def row(db: Database, statement: str, **values: Any) -> Any:
    """The first row as a tuple, ``None`` where there is none."""
    found = rows(db, statement, **values)
    return found[0] if found else None


def changed(db: Database, statement: str, **values: Any) -> int:
    """How many rows a statement changed."""
    cursor = _executed(db, statement, values)
    try:
        count: int = cursor.rowcount
    finally:
        cursor.close()
    return count


def hold(db: Database, key: bytes) -> bool:
    """Keep everybody else who writes under that key waiting until this transaction ends; whether anybody could have been writing.

    Only a transaction that stands beside others on PostgreSQL has to ask. The lock is in memory alone: a lock on the row would
    write into it who took it.
    """
    connection = connection_of(db)
    if connection.dialect.name != "postgresql" or not connection.get_execution_options().get("beside_others", False):
        return False
    rows(connection, HOLD, key=int.from_bytes(key[:8], "big", signed=True))
    return True


def tell(connection: Connection, statement: str) -> None:
    """A statement without values or rows, as those are with which a transaction or a part of one begins and ends."""
    _run(connection, statement, ()).close()


@contextmanager
def apart(db: Database) -> Iterator[None]:
    """A part of the transaction: all of it or nothing. Where the database itself fails, it is left to the whole to end."""
    connection = connection_of(db)
    tell(connection, "SAVEPOINT apart")
    try:
        yield
    except DBAPIError:
        raise
    except BaseException:
        tell(connection, "ROLLBACK TO SAVEPOINT apart")
        tell(connection, "RELEASE SAVEPOINT apart")
        raise
    tell(connection, "RELEASE SAVEPOINT apart")


def _executed(db: Database, statement: str, values: dict[str, Any]) -> Any:
    connection = connection_of(db)
    said, order = _for_driver(statement, connection.dialect)
    return _run(connection, said, tuple(values[name] for name in order) if order else values)


def _run(connection: Connection, said: str, given: Any) -> Any:
    cursor = connection.connection.cursor()
    for listener in connection.engine.dispatch.before_cursor_execute:
        listener(connection, cursor, said, given, None, False)
    try:
        cursor.execute(said, given)
    except connection.dialect.loaded_dbapi.Error as error:
        cursor.close()
        if connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor):
            connection.invalidate(error)
        # As every other statement fails; what the values were stays out of it.
        raise DBAPIError.instance(
            said, None, error, connection.dialect.loaded_dbapi.Error, hide_parameters=True
        ) from error
    return cursor


@lru_cache(maxsize=128)
def _for_driver(statement: str, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement in the driver's own signs for values, and the names in their order where it counts them."""
    compiled = text(statement).compile(dialect=dialect)
    return compiled.string, tuple(getattr(compiled, "positiontup", None) or ())
