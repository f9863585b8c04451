"""Slips, their findings, answers and events: guarded moves, each with its event in the same transaction, and what is read back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.orm import Session

from appraisal.model.faults import Moved
from appraisal.model.finding import FindingState
from appraisal.model.slip import Event, FindingAnswer, SlipState
from appraisal.store.tables import (
    Answer,
    Department,
    Finding,
    FindingEvent,
    Round,
    RoundDepartment,
    Slip,
    SlipEvent,
)


@dataclass(frozen=True, slots=True)
class KeptSlip:
    """A slip as it lies in its row, with the codes of its round and department."""

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
    document: Mapping[str, Any] | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding as it lies in its row, with the codes of its round and department and, on a slip, the slip's dates."""

    id: int
    number: str
    round_code: str
    department: str
    item: str
    option: str
    statement: str
    demand: str
    basis: str
    ballots: int
    state: FindingState
    outcome: str
    slip_id: int | None
    slip_number: str | None
    slip_state: SlipState | None
    sign_by: date | None
    answer_by: date | None


def add_slip(db: Session, round_id: int, department_id: int, actor: str, now: datetime) -> int:
    """A draft slip and its first event; its id."""
    row = insert(Slip).values(round_id=round_id, department_id=department_id, state=SlipState.DRAFTED, drafted_by=actor)
    slip_id: int = db.execute(row.returning(Slip.id)).scalar_one()
    _add_event(db, SlipEvent, {"slip_id": slip_id}, now, actor, "draft", "")
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
    _add_event(db, SlipEvent, {"slip_id": slip.id}, now, actor, action, note)


def move_finding(
    db: Session,
    finding: KeptFinding,
    to: FindingState,
    action: str,
    actor: str,
    now: datetime,
    note: str = "",
    **values: object,
) -> None:
    """Guarded move with its event. Raises ``Moved`` when the finding is no longer in the state it was read in."""
    moved = db.execute(
        update(Finding)
        .where(Finding.id == finding.id, Finding.state == finding.state)
        .values(state=to, **values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Moved
    _add_event(db, FindingEvent, {"finding_id": finding.id}, now, actor, action, note)


def add_answers(db: Session, slip_id: int, attempt: int, answers: Mapping[int, FindingAnswer]) -> None:
    """One answer a finding (by row id) of one attempt."""
    db.execute(
        insert(Answer),
        [
            {
                "slip_id": slip_id,
                "finding_id": finding_id,
                "attempt": attempt,
                "cause": said.cause,
                "measures": said.measures,
                "done_on": said.done_on,
            }
            for finding_id, said in answers.items()
        ],
    )


def attempts(db: Session, slip_id: int) -> int:
    """How often the slip was answered."""
    newest = select(Answer.attempt).where(Answer.slip_id == slip_id).order_by(Answer.attempt.desc()).limit(1)
    return db.scalar(newest) or 0


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


def find_findings(
    db: Session,
    round_code: str | None = None,
    department: str | None = None,
    numbers: Sequence[str] | None = None,
    slip_id: int | None = None,
) -> tuple[KeptFinding, ...]:
    """Findings that meet every condition given, by number."""
    conditions = {Round.code: round_code, Department.code: department, Finding.slip_id: slip_id}
    wanted = _findings().where(*(column == value for column, value in conditions.items() if value is not None))
    if numbers is not None:
        wanted = wanted.where(Finding.number.in_(numbers))
    return tuple(_kept_finding(row) for row in db.execute(wanted.order_by(Finding.id)))


def answers_of(db: Session, slip_id: int) -> dict[str, tuple[FindingAnswer, ...]]:
    """Answers by finding number, the newest attempt last."""
    rows = db.execute(
        select(Finding.number, Answer.cause, Answer.measures, Answer.done_on)
        .join(Finding, Finding.id == Answer.finding_id)
        .where(Answer.slip_id == slip_id)
        .order_by(Answer.attempt)
    )
    found: dict[str, tuple[FindingAnswer, ...]] = {}
    for row in rows:
        found[row.number] = (
            *found.get(row.number, ()),
            FindingAnswer(row.number, row.cause, row.measures, row.done_on),
        )
    return found


def slip_events(db: Session, slip_id: int) -> tuple[Event, ...]:
    rows = db.execute(select(SlipEvent).where(SlipEvent.slip_id == slip_id).order_by(SlipEvent.id)).scalars()
    return tuple(Event(row.at, row.actor, row.action, row.note) for row in rows)


def _slips() -> Select[Slip, str, str, str]:
    return (
        select(Slip, Round.code, Department.code, RoundDepartment.name_zh)
        .join(Round, Round.id == Slip.round_id)
        .join(Department, Department.id == Slip.department_id)
        .join(
            RoundDepartment,
            (RoundDepartment.round_id == Slip.round_id) & (RoundDepartment.department_id == Slip.department_id),
        )
    )


def _kept_slip(row: Row[Slip, str, str, str]) -> KeptSlip:
    slip, round_code, department, name = row
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
        document=slip.document,
        sha256=slip.sha256,
    )


def _findings() -> Select[Finding, str, str, str | None, str, date | None, date | None]:
    return (
        select(Finding, Round.code, Department.code, Slip.number, Slip.state, Slip.sign_by, Slip.answer_by)
        .join(Round, Round.id == Finding.round_id)
        .join(Department, Department.id == Finding.department_id)
        .outerjoin(Slip, Slip.id == Finding.slip_id)
    )


def _kept_finding(row: Row[Finding, str, str, str | None, str, date | None, date | None]) -> KeptFinding:
    finding, round_code, department, slip_number, _, sign_by, answer_by = row
    # An outer join: there may be no slip, whatever the column's type says.
    slip_state: str | None = row[4]
    return KeptFinding(
        id=finding.id,
        number=finding.number,
        round_code=round_code,
        department=department,
        item=finding.item,
        option=finding.option,
        statement=finding.statement,
        demand=finding.demand,
        basis=finding.basis,
        ballots=finding.ballots,
        state=FindingState(finding.state),
        outcome=finding.outcome,
        slip_id=finding.slip_id,
        slip_number=slip_number,
        slip_state=None if slip_state is None else SlipState(slip_state),
        sign_by=sign_by,
        answer_by=answer_by,
    )


def _add_event(
    db: Session,
    table: type[SlipEvent] | type[FindingEvent],
    of: Mapping[str, int],
    now: datetime,
    actor: str,
    action: str,
    note: str,
) -> None:
    db.execute(insert(table).values(**of, at=now, actor=actor, action=action, note=note))
