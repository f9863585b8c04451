"""Findings on their way through the ledger, their answers and events: guarded moves, and what is read back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.orm import Session, aliased

from appraisal.model.faults import Moved
from appraisal.model.finding import FindingState
from appraisal.model.slip import FindingAnswer
from appraisal.model.slip_moves import SlipState
from appraisal.store.slips import setbacks_of
from appraisal.store.tables import Answer, Department, Finding, FindingEvent, Round, Slip


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """A finding as it lies in its row, with the codes of its round and department and, on a slip, the slip's dates.

    ``review_on``: when a watched one is looked at again; ``parent``: number of the finding that it takes up again; ``into``: of
    the one that it was merged into.
    """

    id: int
    number: str
    round_id: int
    department_id: int
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
    setbacks: int
    review_on: date | None
    cleared_on: date | None
    parent: str | None
    texts: int = 0
    into: str | None = None


def move_finding(
    db: Session,
    finding: LedgerFinding,
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
    note_finding(db, finding.id, now, actor, action, note)


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


def find_findings(
    db: Session,
    round_code: str | None = None,
    department: str | None = None,
    numbers: Sequence[str] | None = None,
    slip_id: int | None = None,
) -> tuple[LedgerFinding, ...]:
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


def _findings() -> Select[Finding, str, str, str | None, str, date | None, date | None, int, str | None, str | None]:
    parent, into = aliased(Finding), aliased(Finding)
    return (
        select(
            Finding,
            Round.code,
            Department.code,
            Slip.number,
            Slip.state,
            Slip.sign_by,
            Slip.answer_by,
            setbacks_of(Slip),
            parent.number,
            into.number,
        )
        .join(Round, Round.id == Finding.round_id)
        .join(Department, Department.id == Finding.department_id)
        .outerjoin(Slip, Slip.id == Finding.slip_id)
        .outerjoin(parent, parent.id == Finding.parent_id)
        .outerjoin(into, into.id == Finding.into_id)
    )


def _kept_finding(
    row: Row[Finding, str, str, str | None, str, date | None, date | None, int, str | None, str | None],
) -> LedgerFinding:
    finding, round_code, department, slip_number, _, sign_by, answer_by, setbacks, parent, into = row
    # An outer join: there may be no slip, whatever the column's type says.
    slip_state: str | None = row[4]
    return LedgerFinding(
        id=finding.id,
        number=finding.number,
        round_id=finding.round_id,
        department_id=finding.department_id,
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
        setbacks=setbacks,
        review_on=finding.review_on,
        cleared_on=finding.cleared_on,
        parent=parent,
        texts=finding.texts,
        into=into,
    )


def note_finding(db: Session, finding_id: int, now: datetime, actor: str, action: str, note: str) -> None:
    db.execute(insert(FindingEvent).values(finding_id=finding_id, at=now, actor=actor, action=action, note=note))
