"""Where jobs stand in line: a file beside the database, or tables on a PostgreSQL server."""

import logging
import sqlite3
from collections.abc import Callable
from typing import Any, Final

from huey import Huey, PostgresHuey, SqliteHuey

from appraisal.settings import Settings

LOG: Final = logging.getLogger(__name__)


def make_line(settings: Settings, immediate: bool) -> Huey:
    """The line of an installation. Raises what its driver raises when a server does not answer."""
    if settings.queue_server:
        # As the library of PostgreSQL writes an address, which knows nothing of drivers.
        address = settings.queue_server.replace("+psycopg", "", 1)
        return PostgresHuey("appraisal", dsn=address, immediate=immediate, immediate_use_memory=False)
    # Whatever the umask: the line is its owner's alone, as the database is.
    settings.queue.touch(mode=0o600)
    return SqliteHuey("appraisal", filename=str(settings.queue), immediate=immediate, immediate_use_memory=False)


def put(task: Callable[..., Any]) -> Callable[..., None]:
    """Put a job into line by calling this. A line that is away is logged and no more: the sweep finds what waits in the database."""
    away = _troubles()

    def put_into_line(*given: Any) -> None:
        try:
            task(*given)
        except away as trouble:
            LOG.error("a job was not put into the queue: %s", type(trouble).__name__)

    return put_into_line


def _troubles() -> tuple[type[Exception], ...]:
    """What the drivers raise. The one for PostgreSQL is there only where it is used."""
    try:
        import psycopg
    except ModuleNotFoundError:
        return (sqlite3.OperationalError,)
    return sqlite3.OperationalError, psycopg.OperationalError
