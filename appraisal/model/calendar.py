"""Working days: Monday to Friday, but for the days that the calendar says otherwise of (holidays, worked weekends)."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

SATURDAY: Final = 5
# Working days from delivery, as slips in use set them: sign within 2, answer within 15; yellow from 3 days before the date.
SIGN_DAYS: Final = 2
ANSWER_DAYS: Final = 15
NEAR_DAYS: Final = 3

Exceptions = Mapping[date, bool]


class Colour(StrEnum):
    """Green in time, yellow near the date, red past it, grey ended or not yet running."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


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


def colour(due: date | None, today: date, exceptions: Exceptions) -> Colour:
    """The colour of something that is due, grey when nothing is."""
    if due is None:
        return Colour.GREY
    if today > due:
        return Colour.RED
    return Colour.YELLOW if working_days_until(today, due, exceptions) <= NEAR_DAYS else Colour.GREEN
