"""Where things are kept: every table, all SQL. The only package that knows SQLAlchemy."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from appraisal.store.engine import UnsafeStore, connect, integrity, reading, sqlite_version, transaction, truncate_log
from appraisal.store.schema import newest_revision, revision, upgrade
from appraisal.store.statements import Database

__all__ = [
    "Database",
    "Engine",
    "Session",
    "UnsafeStore",
    "connect",
    "integrity",
    "newest_revision",
    "reading",
    "revision",
    "sqlite_version",
    "transaction",
    "truncate_log",
    "upgrade",
]
