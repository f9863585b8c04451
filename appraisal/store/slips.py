"""Slips and their events: guarded moves, each with its event in the same transaction, and what is read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, ScalarSelect, Select, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from appraisal.model.calendar import Chase
from appraisal.model.faults import Moved
from appraisal.model.slip import Event
from appraisal.model.slip_moves import SlipState
from appraisal.store.dialects import add_new
from appraisal.store.tables import Department, Round, RoundDepartment, Slip, SlipChase, SlipEvent

# Steps that went wrong: the slip was not signed in time, the answer was returned.
SETBACKS: Final = ("serve", "return")


@dataclass(frozen=True, slots=True)
class KeptSlip:
    """A slip as it lies in its row, with the codes of its round and department.

    ``asked_until``: the date of an extension that is asked for; ``replaces``: number of the slip that this one corrects;
    ``moved_on``: day of its last move; ``setbacks``: how often it was not signed in time or its answer returned.
    """

    id: int
    round_id: int
    round_code: str
    department: str
    department_name: str
    number: str | None
    state: SlipState
    drafted_by: str
    approved_by: str | None
    issued_on: date | None
    sign_by: date | None
    answer_by: date | None
    asked_until: date | None
    extension_asked: bool
    replaces: str | None
    document: Mapping[str, Any] | None
    sha256: str | None
    moved_on: date
    setbacks: int


def add_slip(
    db: Session, round_id: int, department_id: int, actor: str, now: datetime, replaces_id: int | None = None
) -> int:
    """A draft slip and its first event; its id. ``replaces_id``: the recalled slip that it corrects."""
    row = insert(Slip).values(
        round_id=round_id,
        department_id=department_id,
        state=SlipState.DRAFTED,
        drafted_by=actor,
        extension_asked=False,
        replaces_id=replaces_id,
    )
    slip_id: int = db.execute(row.returning(Slip.id)).scalar_one()
    _note(db, slip_id, now, actor, "draft", "")
    return slip_id


def move_slip(
    db: Session, slip: KeptSlip, to: SlipState, action: str, actor: str, now: datetime, note: str = "", **values: object
) -> None:
    """Guarded move with its event. Raises ``Moved`` when the slip is no longer in the state it was read in."""
    moved = db.execute(
        update(Slip)
        .where(Slip.id == slip.id, Slip.state == slip.state)
        .values(state=to, **values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Moved
    _note(db, slip.id, now, actor, action, note)


def note_chase(db: Session, slip_id: int, level: Chase, due: date, actor: str, now: datetime) -> bool:
    """Note once that a date is pressed for at this level, with its event; False when that was done before."""
    if not add_new(db, SlipChase, slip_id=slip_id, level=level, due=due):
        return False
    _note(db, slip_id, now, actor, level, due.isoformat())
    return True


def chases(db: Session) -> frozenset[tuple[int, Chase, date]]:
    """What was pressed for already: slip, level, date."""
    rows = db.execute(select(SlipChase.slip_id, SlipChase.level, SlipChase.due))
    return frozenset((row.slip_id, Chase(row.level), row.due) for row in rows)


def find_slip(db: Session, slip_id: int) -> KeptSlip | None:
    row = db.execute(_slips().where(Slip.id == slip_id)).one_or_none()
    return None if row is None else _kept_slip(row)


def all_slips(db: Session, round_code: str | None = None, department: str | None = None) -> tuple[KeptSlip, ...]:
    """Slips by round and department where given, in the order of their drafting."""
    wanted = _slips().order_by(Slip.id)
    if round_code is not None:
        wanted = wanted.where(Round.code == round_code)
    if department is not None:
        wanted = wanted.where(Department.code == department)
    return tuple(_kept_slip(row) for row in db.execute(wanted))


def waiting_slips(db: Session) -> tuple[int, ...]:
    """Slips that are approved and have no PDF yet, oldest first."""
    return tuple(db.scalars(select(Slip.id).where(Slip.state == SlipState.APPROVED).order_by(Slip.id)))


def slip_pdf(db: Session, slip_id: int) -> bytes | None:
    """The bytes that were issued, or ``None`` before."""
    return db.scalar(select(Slip.pdf).where(Slip.id == slip_id))


def slip_events(db: Session, slip_id: int) -> tuple[Event, ...]:
    rows = db.execute(select(SlipEvent).where(SlipEvent.slip_id == slip_id).order_by(SlipEvent.id)).scalars()
    return tuple(Event(row.at, row.actor, row.action, row.note) for row in rows)


def approved_trails(db: Session) -> dict[int, tuple[Event, ...]]:
    """The events of every slip that is approved and has no PDF yet, oldest slip first."""
    rows = db.execute(
        select(SlipEvent)
        .join(Slip, Slip.id == SlipEvent.slip_id)
        .where(Slip.state == SlipState.APPROVED)
        .order_by(SlipEvent.slip_id, SlipEvent.id)
    ).scalars()
    grouped = groupby(rows, key=lambda row: row.slip_id)
    return {slip_id: tuple(Event(row.at, row.actor, row.action, row.note) for row in each) for slip_id, each in grouped}


def note_event(db: Session, slip_id: int, action: str, actor: str, now: datetime, note: str = "") -> None:
    """An event that moves nothing."""
    _note(db, slip_id, now, actor, action, note)


def setbacks_of(slip: type[Slip]) -> ScalarSelect[int]:
    """How many steps of a slip went wrong, as a column of a query that reads slips."""
    wrong = (SlipEvent.slip_id == slip.id, SlipEvent.action.in_(SETBACKS))
    return select(func.count(SlipEvent.id)).where(*wrong).scalar_subquery()


def _slips() -> Select[Slip, str, str, str, str | None, datetime, int]:
    replaced = aliased(Slip)
    moved = (
        select(func.max(SlipEvent.at))
        .where(SlipEvent.slip_id == Slip.id, SlipEvent.action.not_in(tuple(Chase)))
        .scalar_subquery()
    )
    return (
        select(Slip, Round.code, Department.code, RoundDepartment.name_zh, replaced.number, moved, setbacks_of(Slip))
        .join(Round, Round.id == Slip.round_id)
        .join(Department, Department.id == Slip.department_id)
        .join(
            RoundDepartment,
            (RoundDepartment.round_id == Slip.round_id) & (RoundDepartment.department_id == Slip.department_id),
        )
        .outerjoin(replaced, replaced.id == Slip.replaces_id)
    )


def _kept_slip(row: Row[Slip, str, str, str, str | None, datetime, int]) -> KeptSlip:
    slip, round_code, department, name, replaces, moved_at, setbacks = row
    return KeptSlip(
        id=slip.id,
        round_id=slip.round_id,
        round_code=round_code,
        department=department,
        department_name=name,
        number=slip.number,
        state=SlipState(slip.state),
        drafted_by=slip.drafted_by,
        approved_by=slip.approved_by,
        issued_on=slip.issued_on,
        sign_by=slip.sign_by,
        answer_by=slip.answer_by,
        asked_until=slip.asked_until,
        extension_asked=slip.extension_asked,
        replaces=replaces,
        document=slip.document,
        sha256=slip.sha256,
        moved_on=moved_at.date(),
        setbacks=setbacks,
    )


def _note(db: Session, slip_id: int, now: datetime, actor: str, action: str, note: str) -> None:
    db.execute(insert(SlipEvent).values(slip_id=slip_id, at=now, actor=actor, action=action, note=note))
