"""PostgreSQL in the place of the file: the same transactions, the same refusal to lose a ballot, the same forgetting of orders.

A transaction that may read and then write is alone, as on SQLite: it holds the writers' turn. The paths of respondents share that turn,
so that they hold up one another only where they have the same code. Both are advisory locks: nothing of them is written down.
"""

import logging
import select
import time
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.orm import Session

from appraisal.store.tables import Base
from appraisal.store.trouble import UnsafeStore

LOG: Final = logging.getLogger(__name__)

LEAST: Final = 150000
# Sorted by code points, as SQLite and Python sort: else lists and hashes over them would depend on the place.
ORDERS: Final = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8"})
FLUSHED: Final = frozenset({"on", "remote_apply"})
WRITERS_TURN: Final = 0x61707072
# Tables whose rows tell, by their place or by the transaction that wrote them, what came in together.
SECRET_TABLES: Final = ("ballot", "sealed_comment", "invitation", "draft")
READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# READ COMMITTED: the first statement behind the lock sees whatever was committed before the lock was had.
ALONE: Final = (
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL idle_in_transaction_session_timeout = '5min'; "
    f"SELECT pg_advisory_xact_lock({WRITERS_TURN})"
)
BESIDE_OTHERS: Final = (
    f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock_shared({WRITERS_TURN})"
)
# A server that is gone is noticed, and so is a lock that is not let go: the respondent is asked to come back, not kept waiting.
SESSION: Final = "-c lock_timeout=15s -c timezone=UTC -c client_min_messages=warning"
CONNECTING: Final = {
    # Also where the database has no encoding, so that it can be told why it is refused.
    "client_encoding": "UTF8",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15000,
}
STANDING: Final = """
    SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), current_setting('fsync'),
        current_setting('full_page_writes'), current_setting('synchronous_commit'), datcollate, datlocprovider
    FROM pg_database WHERE datname = current_database()"""
PATIENCE: Final = 30.0


def make_engine(address: str) -> Engine:
    """An engine on that database, not yet connected. Raises ``UnsafeStore`` when the address cannot be read or the driver is missing."""
    url = _url(address)
    options = f"{SESSION} {url.query.get('options', '')}".strip()
    try:
        engine = create_engine(
            url, connect_args={**CONNECTING, "options": options}, hide_parameters=True, pool_timeout=15, pool_size=16
        )
    except ModuleNotFoundError:
        raise UnsafeStore("the driver is missing: pip install 'psycopg[binary]>=3.3'") from None
    event.listen(engine, "connect", _trust)
    event.listen(engine, "checkout", _refuse_dead)
    event.listen(engine, "begin", _begin)
    return engine


def _url(address: str) -> URL:
    try:
        return make_url(address).set(drivername="postgresql+psycopg")
    except ArgumentError:
        raise UnsafeStore(
            "the address of the database cannot be read: postgresql+psycopg://ROLE@HOST/NAME is needed"
        ) from None


def _trust(dbapi: Any, _record: object) -> None:
    """Asked of every connection: a role or a server may be set otherwise while we run."""
    # The driver would begin a transaction of its own, and could not be told which.
    dbapi.autocommit = True
    version, encoding, fsync, whole_pages, commit, order, kind = dbapi.execute(STANDING).fetchone()
    provider = kind.decode() if isinstance(kind, bytes) else kind
    if version < LEAST:
        raise UnsafeStore(f"PostgreSQL {version // 10000} is too old: 15 or later is needed")
    if encoding != "UTF8":
        raise UnsafeStore(f"the database is kept in {encoding}: make it with ENCODING 'UTF8'")
    if (fsync, whole_pages) != ("on", "on") or commit not in FLUSHED:
        raise UnsafeStore(
            f"fsync={fsync}, full_page_writes={whole_pages}, synchronous_commit={commit}: all three have to be on,"
            " or an acknowledged ballot could be lost"
        )
    if provider == "i" or (provider == "c" and order not in ORDERS):
        raise UnsafeStore(f"the database sorts by {order}: make it with TEMPLATE template0 LOCALE 'C.UTF-8'")


def _refuse_dead(dbapi: Any, _record: object, _proxy: object) -> None:
    """A connection that lay idle and has something to say was ended by the server: another is taken, and nobody notices."""
    idle = select.poll()
    idle.register(dbapi.fileno(), select.POLLIN)
    if idle.poll(0):
        raise DisconnectionError


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("statement_by_statement", False):
        return
    if options.get("read_only", False):
        connection.exec_driver_sql(READ)
    else:
        connection.exec_driver_sql(BESIDE_OTHERS if options.get("beside_others", False) else ALONE)


def describe(engine: Engine) -> str:
    """What the data is kept by, in a few words."""
    with engine.connect().execution_options(read_only=True) as connection:
        version = connection.execute(text("SHOW server_version")).scalar()
    return f"PostgreSQL {version}, synchronous_commit=on, fsync=on"


def integrity(db: Session) -> str:
    """``"ok"`` when every row can be read whole and no checksum failed, or the faults found."""
    failed = db.scalar(text("SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()")) or 0
    faults = [f"{failed} checksum failures"] if failed else []
    for table in Base.metadata.sorted_tables:
        # Put into text, so that what lies apart from its row is fetched too. An error ends the transaction and says where.
        db.execute(text(f'SELECT count(one::text) FROM "{table.name}" AS one'))  # noqa: S608 - the names are our own
    return "; ".join(faults) or "ok"


# Setting → what it should be: else the server writes down what was asked of it and when, or keeps what was overwritten.
WANTED: Final = {
    "log_statement": ("none",),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
    "log_duration": ("off",),
    "log_parameter_max_length": ("0",),
    "log_parameter_max_length_on_error": ("0",),
    "log_error_verbosity": ("terse",),
    "track_commit_timestamp": ("off",),
    "archive_mode": ("off",),
    "wal_recycle": ("off",),
}


def loose_settings(db: Session) -> tuple[str, ...]:
    """Settings of the server that could tell who said what, each as ``name=value, should be …``; empty when all are as they should be."""
    found = [(name, str(db.scalar(text(f"SHOW {name}"))), good) for name, good in WANTED.items()]
    loose = [f"{name}={value}, should be {good[0]}" for name, value, good in found if value not in good]
    loaded = [str(db.scalar(text(f"SHOW {kind}_preload_libraries"))) for kind in ("shared", "session")]
    loose += ["auto_explain is loaded, should not be"] if any("auto_explain" in one for one in loaded) else []
    if not db.scalar(text(MAY_DROP_LOG)):
        loose.append(
            "the role may not drop the server's log: GRANT pg_checkpoint, and EXECUTE ON FUNCTION pg_switch_wal()"
        )
    return tuple(loose)


def truncate_log(engine: Engine) -> None:
    """Let the server drop its log up to now, where the role may: with ``wal_recycle=off`` nothing of it stays.

    The role needs EXECUTE on ``pg_switch_wal()`` and membership in ``pg_checkpoint``; without them the server does it in its own time.
    """
    with engine.connect().execution_options(read_only=True) as connection:
        may = connection.execute(text(MAY_DROP_LOG)).scalar()
    if may:
        _execute_alone(engine, "SELECT pg_switch_wal()", "CHECKPOINT")


MAY_DROP_LOG: Final = """
    SELECT has_function_privilege('pg_switch_wal()', 'execute') AND NOT pg_is_in_recovery()
        AND pg_has_role('pg_checkpoint', 'usage')"""


def forget_order(engine: Engine) -> None:
    """Write the secret tables anew: every row by one transaction, in the order of its key, and nothing left of the rows before.

    A rewrite alone would leave in each row the number of the transaction that brought it, which is the order, and joins a ballot
    with the code that was spent in the same transaction. So all rows are written once more by one transaction first.
    """
    with engine.begin() as connection:
        for table, column in (
            ("ballot", "sealed"),
            ("sealed_comment", "sealed"),
            ("draft", "sealed"),
            ("invitation", "spent"),
        ):
            connection.execute(text(f"UPDATE {table} SET {column} = {column}"))  # noqa: S608 - the names are our own
        written = connection.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one()
    _wait_for_older_readers(engine, written)
    for table in SECRET_TABLES:
        _rewrite(engine, table)
    truncate_log(engine)


def _rewrite(engine: Engine, table: str) -> None:
    """Waits a second at a time for those who read the table: whoever comes meanwhile has to wait behind us."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            _execute_alone(engine, "SET lock_timeout = '1s'", f"CLUSTER {table} USING pk_{table}", f"ANALYZE {table}")
        except engine.dialect.loaded_dbapi.errors.LockNotAvailable:
            if time.monotonic() > end:
                LOG.warning("%s is being read for too long: its rows are written anew the next time", table)
                return
            time.sleep(0.2)
        else:
            return


def _wait_for_older_readers(engine: Engine, transaction: int) -> None:
    """While somebody reads a snapshot from before, the old rows have to be kept for them; after a while they are left to the next time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with engine.connect().execution_options(read_only=True) as connection:
            behind = connection.execute(text(OLDER_READERS), {"written": str(transaction % 2**32)}).scalar_one()
        if not behind:
            return
        time.sleep(0.05)


OLDER_READERS: Final = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND age(backend_xmin) >= age(cast(cast(:written AS text) AS xid))"""


def _execute_alone(engine: Engine, *statements: str) -> None:
    # Past SQLAlchemy, which would begin a transaction first: none of these may stand in one.
    connection = engine.raw_connection()
    try:
        for statement in statements:
            connection.cursor().execute(statement)
    finally:
        # Whatever was set for these statements goes with the connection.
        connection.invalidate()
