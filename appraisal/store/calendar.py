"""Days that differ from Monday to Friday, as terms in working days are counted by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from appraisal.store.tables import CalendarDay


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from the week's rule."""

    day: date
    working: bool
    note: str


def keep_days(db: Session, days: Sequence[SpecialDay]) -> None:
    """Keep days of the calendar, each in the place of what was said of it before."""
    for one in days:
        db.merge(CalendarDay(day=one.day, working=one.working, note=one.note))


def drop_day(db: Session, day: date) -> bool:
    """Leave a day to the week's rule again; whether it was kept as another."""
    dropped: Any = db.execute(delete(CalendarDay).where(CalendarDay.day == day))
    return bool(dropped.rowcount)


def special_days(db: Session) -> tuple[SpecialDay, ...]:
    """Every day that differs from the week's rule, in order."""
    rows = db.scalars(select(CalendarDay).order_by(CalendarDay.day))
    return tuple(SpecialDay(row.day, row.working, row.note) for row in rows)


def calendar(db: Session) -> dict[date, bool]:
    """Days that differ from the week's rule: date → whether it is worked."""
    return {row.day: row.working for row in db.scalars(select(CalendarDay))}
