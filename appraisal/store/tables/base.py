"""What all tables share: names of constraints that a migration can rely on, and the mark of a secret table."""

from typing import Any, Final

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

# A hidden rowid would tell the order in which rows came; without it a table lies in the order of its random key.
WITHOUT_ROWID: Final[dict[str, Any]] = {"sqlite_with_rowid": False}


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
