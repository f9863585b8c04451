"""Working days: Monday to Friday, but for the days that the calendar says otherwise of (holidays, worked weekends)."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

SATURDAY: Final = 5
# Working days from delivery, as slips in use set them: sign within 2, contest within 3, answer within 15, and once up to 15 more;
# the office decides and verifies within 5; a date is near from 3 days before it.
SIGN_DAYS: Final = 2
CONTEST_DAYS: Final = 3
ANSWER_DAYS: Final = 15
EXTENSION_DAYS: Final = 15
OFFICE_DAYS: Final = 5
NEAR_DAYS: Final = 3
# A slip that is overdue by more working days than this is handed over to those who supervise.
REFER_DAYS: Final = 10
# So many missed steps (not signed in time, answer returned) make a slip red before its date.
MANY_SETBACKS: Final = 2

Exceptions = Mapping[date, bool]


class Colour(StrEnum):
    """Green in time, blue near the date, yellow after a missed step, red past the date or after two, grey when nothing is due."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class Chase(StrEnum):
    """How hard the clock presses: a reminder near the date (提示), supervision once it has passed (督办), hand-over later (移交)."""

    REMIND = "remind"
    SUPERVISE = "supervise"
    REFER = "refer"


def is_working(day: date, exceptions: Exceptions) -> bool:
    """Whether ``day`` is worked: what ``exceptions`` says of it, else Monday to Friday."""
    return exceptions.get(day, day.weekday() < SATURDAY)


def after_working_days(start: date, days: int, exceptions: Exceptions) -> date:
    """The last day of a term of ``days`` working days that begins the day after ``start``; ``start`` itself for 0.

    >>> after_working_days(date(2026, 11, 6), 2, {})
    datetime.date(2026, 11, 10)
    """
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working(day, exceptions)
    return day


def working_days_until(today: date, due: date, exceptions: Exceptions) -> int:
    """Working days left after ``today`` up to and including ``due``; negative: so many have passed since ``due``, 0 on the day.

    >>> working_days_until(date(2026, 11, 6), date(2026, 11, 10), {}), working_days_until(date(2026, 11, 10), date(2026, 11, 6), {})
    (2, -2)
    """
    sign = 1 if due >= today else -1
    first, last = (today, due) if due >= today else (due, today)
    span = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sign * sum(is_working(day, exceptions) for day in span)


def colour(due: date | None, today: date, exceptions: Exceptions, setbacks: int = 0) -> Colour:
    """The colour of something that is due, grey when nothing is. ``setbacks``: steps missed so far, at least 0.

    >>> colour(date(2026, 11, 10), date(2026, 11, 9), {}), colour(date(2026, 11, 10), date(2026, 11, 9), {}, setbacks=1)
    (<Colour.BLUE: 'blue'>, <Colour.YELLOW: 'yellow'>)
    """
    if due is None:
        return Colour.GREY
    if today > due or setbacks >= MANY_SETBACKS:
        return Colour.RED
    if setbacks:
        return Colour.YELLOW
    return Colour.BLUE if working_days_until(today, due, exceptions) <= NEAR_DAYS else Colour.GREEN


def chase(due: date, today: date, exceptions: Exceptions) -> Chase | None:
    """How the clock presses for something due, ``None`` while there is time.

    >>> chase(date(2026, 11, 10), date(2026, 11, 11), {})
    <Chase.SUPERVISE: 'supervise'>
    """
    left = working_days_until(today, due, exceptions)
    if today > due:
        return Chase.REFER if -left > REFER_DAYS else Chase.SUPERVISE
    return Chase.REMIND if left <= NEAR_DAYS else None
