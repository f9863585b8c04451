"""Where things are kept: every table, all SQL. The only package that knows SQLAlchemy."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from appraisal.store.engine import connect, describe, integrity, reading, transaction, truncate_log
from appraisal.store.schema import newest_revision, revision, upgrade
from appraisal.store.statements import Database
from appraisal.store.trouble import UnsafeStore

__all__ = [
    "Database",
    "Engine",
    "Session",
    "UnsafeStore",
    "connect",
    "describe",
    "integrity",
    "newest_revision",
    "reading",
    "revision",
    "transaction",
    "truncate_log",
    "upgrade",
]
