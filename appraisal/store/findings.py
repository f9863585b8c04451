"""Findings and their events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, insert, select, update
from sqlalchemy.orm import Session

from appraisal.model.faults import Moved
from appraisal.model.finding import FindingState
from appraisal.store import tables


@dataclass(frozen=True, slots=True)
class FindingRow:
    """What a finding is stored with when it is registered; see the table for what the columns hold."""

    round_id: int
    department_id: int
    flag_id: int | None
    item: str
    option: str
    statement: str
    demand: str
    basis: str
    ballots: int
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding's identity and where it stands; its whole line is ``following.LedgerFinding``."""

    id: int
    number: str
    round_id: int
    department_id: int
    state: FindingState


def add_finding(db: Session, number: str, row: FindingRow, actor: str, now: datetime) -> int:
    """Store a registered finding with its first event; its id."""
    values = {name: getattr(row, name) for name in FindingRow.__slots__}
    new = insert(tables.Finding).values(number=number, state=FindingState.REGISTERED, outcome="", **values)
    finding_id: int = db.execute(new.returning(tables.Finding.id)).scalar_one()
    _note(db, finding_id, actor, "register", "", now)
    return finding_id


def find_finding(db: Session, number: str) -> KeptFinding | None:
    """The finding of that number, or ``None``."""
    row = db.scalar(select(tables.Finding).where(tables.Finding.number == number))
    if row is None:
        return None
    return KeptFinding(row.id, row.number, row.round_id, row.department_id, FindingState(row.state))


def findings_of_flags(db: Session, flag_ids: Sequence[int]) -> dict[int, str]:
    """Flag id → number of the finding that was written up from it, or from the same flag of an earlier computation."""
    flag, finding, run = tables.FlagRow, tables.Finding, tables.ScoreRun
    same = (finding.department_id == flag.department_id, finding.item == flag.item, finding.option == flag.option)
    query = (
        select(flag.id, finding.number)
        .join(run, run.id == flag.run_id)
        .join(finding, and_(finding.round_id == run.round_id, *same))
        .where(flag.id.in_(flag_ids), finding.flag_id.is_not(None))
    )
    return {row.id: row.number for row in db.execute(query)}


def judge(db: Session, kept: KeptFinding, to: FindingState, outcome: str, actor: str, note: str, now: datetime) -> None:
    """Guarded move with outcome and event. Raises ``Moved`` when the finding is no longer in the state it was read in."""
    mine = (tables.Finding.id == kept.id, tables.Finding.state == kept.state)
    moved = db.execute(update(tables.Finding).where(*mine).values(state=to, outcome=outcome))
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Moved
    _note(db, kept.id, actor, "judge", note, now)


def _note(db: Session, finding_id: int, actor: str, action: str, note: str, now: datetime) -> None:
    db.execute(insert(tables.FindingEvent).values(finding_id=finding_id, at=now, actor=actor, action=action, note=note))
