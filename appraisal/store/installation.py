"""Check values of the secrets that belong to this database."""

from collections.abc import Mapping

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from appraisal.store.tables import KeyCheck


def check_values(db: Session) -> dict[str, bytes]:
    """Name of a secret → its check value; empty where none was ever kept."""
    return {row.name: row.value for row in db.execute(select(KeyCheck.name, KeyCheck.value))}


def add_check_values(db: Session, values: Mapping[str, bytes]) -> None:
    db.execute(insert(KeyCheck), [{"name": name, "value": value} for name, value in values.items()])
