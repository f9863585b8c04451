"""The SQLite driver that SQLAlchemy asks for (PEP 249), on apsw, whose file layer can be replaced by ours.

As much of it as the store uses; with it ``store.connect`` and every deed run unchanged on files that can lose power.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import apsw

apilevel, threadsafety, paramstyle = "2.0", 1, "qmark"
sqlite_version = apsw.sqlite_lib_version()
sqlite_version_info = tuple(int(part) for part in sqlite_version.split("."))
PARSE_DECLTYPES, PARSE_COLNAMES = 1, 2
Binary = bytes

Error = apsw.Error
DatabaseError = OperationalError = ProgrammingError = InternalError = DataError = NotSupportedError = apsw.Error
IntegrityError = apsw.ConstraintError
Warning = InterfaceError = apsw.Error

# The file layer of every connection that is opened next; "" is that of the system.
vfs = ""


def connect(database: str, **_options: object) -> "Connection":
    return Connection(apsw.Connection(database, vfs=vfs or None))


class Connection:
    """One connection; transactions are begun by statements alone, as with ``isolation_level = None``."""

    isolation_level: str | None = None

    def __init__(self, inner: apsw.Connection) -> None:
        self.inner = inner

    def cursor(self) -> "Cursor":
        return Cursor(self.inner)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> "Cursor":
        return self.cursor().execute(statement, parameters)

    def create_function(self, name: str, count: int, called: Callable[..., Any], deterministic: bool = False) -> None:
        self.inner.create_scalar_function(name, called, count, deterministic=deterministic)

    @property
    def in_transaction(self) -> bool:
        return self.inner.in_transaction

    def commit(self) -> None:
        if self.inner.in_transaction:
            self.inner.execute("COMMIT")

    def rollback(self) -> None:
        if self.inner.in_transaction:
            self.inner.execute("ROLLBACK")

    def close(self) -> None:
        self.inner.close()


class Cursor:
    """Reads a result whole when it is executed: ours are small."""

    arraysize = 1

    def __init__(self, inner: apsw.Connection) -> None:
        self.inner = inner
        self.description: list[tuple[Any, ...]] | None = None
        self.rowcount, self.lastrowid = -1, 0
        self._rows: list[Any] = []

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> "Cursor":
        self.description = None
        cursor, before = self.inner.cursor(), self.inner.total_changes()
        cursor.exec_trace = self._describe
        self._rows = list(cursor.execute(statement, tuple(parameters)))
        self.rowcount = self.inner.total_changes() - before if self.description is None else -1
        self.lastrowid = self.inner.last_insert_rowid()
        return self

    def executemany(self, statement: str, many: Iterable[Sequence[Any]]) -> "Cursor":
        before = self.inner.total_changes()
        for parameters in many:
            self.execute(statement, parameters)
        self.rowcount = self.inner.total_changes() - before
        return self

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = arraysize) -> list[Any]:
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[Any]:
        taken, self._rows = self._rows, []
        return taken

    def close(self) -> None:
        self._rows = []

    def _describe(self, cursor: apsw.Cursor, _sql: str, _bindings: object) -> bool:
        columns = cursor.get_description()
        self.description = [(name, kind, None, None, None, None, None) for name, kind in columns] or None
        return True
