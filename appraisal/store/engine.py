"""The database: one engine a process, ``BEGIN IMMEDIATE``, and a refusal to run on a SQLite that can lose or mix up ballots.

Where the address of a PostgreSQL server stands in the place of the file, ``postgres`` does what is done otherwise there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session

from appraisal.store import postgres
from appraisal.store.statements import tell
from appraisal.store.trouble import UnsafeStore
from appraisal.store.turns import Turns

try:
    import pysqlite3 as sqlite
except (
    ModuleNotFoundError
):  # it has no wheel for Linux on ARM, where sqlean brings the same DB-API with as new a SQLite
    import sqlean as sqlite

dbapi: Final[Any] = sqlite.dbapi2
# The first SQLite without the WAL-reset bug: with several writers, earlier ones were seen to report a malformed database.
LEAST_SQLITE: Final = (3, 51, 3)
PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "busy_timeout=15000",
    # KiB of pages that a connection keeps to itself. The system keeps the file's pages for all of them together anyway.
    "cache_size=-512",
)
# As many as a server process has threads. One that is opened for a moment and closed again costs as much as many requests.
CONNECTIONS: Final = 16


def connect(where: Path | str) -> Engine:
    """An engine on the database: a file, made when it is not there, or the address of one that PostgreSQL keeps.

    Raises ``UnsafeStore`` when it cannot be trusted with a ballot.
    """
    return connect_file(where) if isinstance(where, Path) else connect_server(where)


def connect_server(address: str) -> Engine:
    """An engine on a database of PostgreSQL, which is tried once. Raises ``UnsafeStore`` as ``connect`` does."""
    engine = postgres.make_engine(address)
    with engine.connect().execution_options(read_only=True) as connection:
        connection.execute(text("SELECT 1"))
    return engine


def connect_file(path: Path) -> Engine:
    """An engine on a database file. Raises ``UnsafeStore`` as ``connect`` does."""
    if sqlite.sqlite_version_info < LEAST_SQLITE:
        raise UnsafeStore(
            f"SQLite {sqlite.sqlite_version} is too old: 3.51.3 or later is needed, as pysqlite3 0.6.1 brings it"
        )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Whatever the umask: nobody else on the machine may read it, and SQLite gives its log the rights of the file.
    path.touch(mode=0o600)
    # An error of the database must not carry answers or codes into a log.
    engine = create_engine(
        f"sqlite:///{path}",
        module=dbapi,
        connect_args={"timeout": 15},
        pool_size=CONNECTIONS,
        pool_use_lifo=True,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_pragmas)
    turns = Turns(path)
    event.listen(engine, "begin", partial(_begin, turns))
    event.listen(engine, "checkin", turns.end)
    with engine.connect() as connection:
        _trust(
            connection.execute(text("PRAGMA journal_mode")).scalar(),
            connection.execute(text("PRAGMA synchronous")).scalar(),
        )
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One transaction that may write: leaving commits, an exception rolls back. The write lock is taken at its start.

    Writers of all processes take turns: whoever waits is let in as soon as the one before has ended.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One snapshot to read from, without the write lock; nothing done in it is kept."""
    with Session(engine.execution_options(read_only=True)) as session:
        yield session
        session.rollback()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """As ``transaction``, without a unit of work: for the hot path, whose statements need none.

    PostgreSQL lets in many of these at once, and none beside a ``transaction``: who has the same code still waits, see ``casting``.
    """
    with _beside_others(engine).begin() as connection:
        yield connection


@contextmanager
def looking(engine: Engine) -> Iterator[Connection]:
    """As ``reading``, without a unit of work: for the hot path, whose statements need none.

    On PostgreSQL each statement sees for itself what was committed before it: a transaction around them would be two more questions.
    """
    with _for_looking(engine).connect() as connection:
        yield connection


@lru_cache(maxsize=4)
def _for_looking(engine: Engine) -> Engine:
    """The same engine and pool, marked once: marking every connection anew takes longer than a statement."""
    return engine.execution_options(read_only=True, statement_by_statement=True)


@lru_cache(maxsize=4)
def _beside_others(engine: Engine) -> Engine:
    return engine.execution_options(beside_others=True)


def truncate_log(engine: Engine) -> None:
    """Write the WAL back and empty it, so that the order of commits cannot be read from it."""
    if on_server(engine):
        postgres.truncate_log(engine)
        return
    _execute_alone(engine, "PRAGMA wal_checkpoint(TRUNCATE)")


def forget_order(engine: Engine) -> None:
    """Write the whole file anew, every table in the order of its keys: called when a batch is logged and after a close.

    Even a table without a rowid takes its pages as they come, so that somebody with the bare file could tell which sealed
    ballot came in early and which late.
    """
    if on_server(engine):
        postgres.forget_order(engine)
        return
    _execute_alone(engine, "VACUUM")
    truncate_log(engine)


def _execute_alone(engine: Engine, statement: str) -> None:
    # Past SQLAlchemy, which would begin a transaction first: neither statement may stand in one.
    connection = engine.raw_connection()
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()


def _set_pragmas(dbapi: Any, _record: object) -> None:
    # Left to itself the driver opens a transaction at the first write only: what was read before it could be stale.
    dbapi.isolation_level = None
    for pragma in PRAGMAS:
        dbapi.execute(f"PRAGMA {pragma}")


def _begin(turns: Turns, connection: Any) -> None:
    if connection.get_execution_options().get("read_only", False):
        tell(connection, "BEGIN")
        return
    turns.take(connection.connection.record_info)
    tell(connection, "BEGIN IMMEDIATE")


def _trust(journal: object, synchronous: object) -> None:
    if journal != "wal" or synchronous != 2:
        raise UnsafeStore(f"journal_mode={journal}, synchronous={synchronous}: WAL and FULL (2) are needed")


def on_server(engine: Engine) -> bool:
    """Whether PostgreSQL keeps the data, rather than a file."""
    return engine.dialect.name == "postgresql"


def describe(engine: Engine) -> str:
    """What keeps the data, and how safely."""
    if on_server(engine):
        return postgres.describe(engine)
    return f"SQLite {sqlite.sqlite_version}, WAL, synchronous=FULL"


def integrity(db: Session) -> str:
    """What the database says of its own files: ``"ok"``, or the faults found."""
    if db.get_bind().dialect.name == "postgresql":
        return postgres.integrity(db)
    return "; ".join(db.execute(text("PRAGMA integrity_check")).scalars())
