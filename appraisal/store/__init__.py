"""Where things are kept: every table, all SQL. The only package that knows SQLAlchemy."""

from sqlalchemy.orm import Session

from appraisal.store.engine import connect, transaction

__all__ = ["Session", "connect", "transaction"]
