"""Whose turn it is to write: SQLite's own lock is no queue, who waits for it sleeps ever longer and is overtaken.

A lock in the process and one on a file beside the database, which the system lets go when its holder ends, however it ends.
A turn begins with a write transaction and ends when its connection goes back into the pool, after commit or rollback.
"""

import fcntl
import os
import threading
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

SUFFIX: Final = "-turn"
PRIVATE: Final = 0o600
KEY: Final = "turn"


class Turns:
    """The turns of one database in this process. One thread must not take two at once: it would wait for itself."""

    def __init__(self, database: Path) -> None:
        self._path = str(database) + SUFFIX
        self._here = threading.Lock()

    def take(self, connection: MutableMapping[Any, Any]) -> None:
        """Wait until nobody writes, in any process. ``connection``: what its pool remembers of it; it may have the turn already."""
        if KEY in connection:
            return
        self._here.acquire()
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
            fcntl.flock(file, fcntl.LOCK_EX)
        except BaseException:
            self._here.release()
            raise
        connection[KEY] = file

    def end(self, _dbapi: object, record: Any) -> None:
        """The connection is given back: the next one may write."""
        file = record.record_info.pop(KEY, None)
        if file is not None:
            os.close(file)
            self._here.release()
