"""Numbers that are given out once: each kind counts up in its year, and a number is gone once it was given."""

from sqlalchemy.orm import Session

from appraisal.store.dialects import insert_or
from appraisal.store.tables import Serial


def next_number(db: Session, kind: str, year: int) -> int:
    """The next number of a kind in a year, from 1. Rolled back with its transaction, it was never given."""
    row = insert_or(db, Serial).values(kind=kind, year=year, last=1)
    counted = row.on_conflict_do_update(index_elements=["kind", "year"], set_={"last": Serial.last + 1})
    return int(db.execute(counted.returning(Serial.last)).scalar_one())
