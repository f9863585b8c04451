"""What the clock does to slips: a date for signing that has passed serves the slip, a date that is near or past is pressed for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from appraisal.followup.noticing import tell_department
from appraisal.followup.reading import department_due
from appraisal.model.calendar import Chase, chase
from appraisal.model.slip_moves import SLIP_MOVES, SlipState
from appraisal.store import Session, slips
from appraisal.store.calendar import calendar
from appraisal.store.slips import KeptSlip

PLATFORM: Final = "appraisal"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A slip that the clock has just pressed for: which date, how hard."""

    slip_id: int
    number: str
    department: str
    level: Chase
    due: date


def chase_slips(db: Session, now: datetime) -> tuple[Pressed, ...]:
    """Serve what nobody signed in time, and press for what is due: each date once at each level, however often the clock looks.

    After days of downtime only the level of today is pressed for. Returns what is new.
    """
    to = SLIP_MOVES[SlipState.ISSUED, "serve"].to
    for slip in _to_serve(db, now.date()):
        slips.move_slip(db, slip, to, "serve", PLATFORM, now, str(slip.sign_by))
        tell_department(db, slip.id, "serve", now)
    pressed = _to_press(db, now.date())
    new = [each for each in pressed if slips.note_chase(db, each.slip_id, each.level, each.due, PLATFORM, now)]
    for each in new:
        tell_department(db, each.slip_id, each.level, now, each.due)
    return tuple(new)


def clock_has_work(db: Session, today: date) -> bool:
    """Whether ``chase_slips`` would do anything: asked from a snapshot, so that no write lock is taken for nothing."""
    return bool(_to_serve(db, today) or _to_press(db, today))


def _to_serve(db: Session, today: date) -> list[KeptSlip]:
    issued = [slip for slip in slips.all_slips(db) if slip.state is SlipState.ISSUED]
    return [slip for slip in issued if slip.sign_by is not None and today > slip.sign_by]


def _to_press(db: Session, today: date) -> list[Pressed]:
    exceptions, done, pressed = calendar(db), slips.chases(db), []
    for slip in slips.all_slips(db):
        due = department_due(slip)
        level = None if due is None else chase(due, today, exceptions)
        if due is None or level is None or (slip.id, level, due) in done:
            continue
        pressed.append(Pressed(slip.id, slip.number or "", slip.department, level, due))
    return pressed
