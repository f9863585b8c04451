"""Findings, what they rest on, and their events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from appraisal.model.faults import Moved
from appraisal.model.finding import FindingState, Sources
from appraisal.store import tables
from appraisal.store.dialects import add_new


@dataclass(frozen=True, slots=True)
class FindingRow:
    """What a finding is stored with when it is registered; see the table for what the columns hold."""

    round_id: int
    department_id: int
    item: str
    option: str
    statement: str
    demand: str
    basis: str
    ballots: int
    texts: int = 0
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding's identity and where it stands; its whole line is ``following.LedgerFinding``."""

    id: int
    number: str
    round_id: int
    department_id: int
    state: FindingState
    ballots: int
    texts: int


def add_finding(
    db: Session, number: str, row: FindingRow, actor: str, now: datetime, sources: Sources | None = None
) -> int:
    """Store a registered finding with what it rests on and its first event; its id."""
    values = {name: getattr(row, name) for name in FindingRow.__slots__}
    new = insert(tables.Finding).values(number=number, state=FindingState.REGISTERED, outcome="", **values)
    finding_id: int = db.execute(new.returning(tables.Finding.id)).scalar_one()
    add_sources(db, finding_id, sources or Sources())
    _note(db, finding_id, actor, "register", "", now)
    return finding_id


def find_finding(db: Session, number: str) -> KeptFinding | None:
    """The finding of that number, or ``None``."""
    row = db.scalar(select(tables.Finding).where(tables.Finding.number == number))
    if row is None:
        return None
    state = FindingState(row.state)
    return KeptFinding(row.id, row.number, row.round_id, row.department_id, state, row.ballots, row.texts)


def findings_of_flags(db: Session, flag_ids: Sequence[int]) -> dict[int, str]:
    """Flag id → number of the finding that rests on it, or on a flag of an earlier computation or another rule about the same mark.

    Flags about a department as a whole are the same only if one rule raised them.
    """
    flag, used, finding, run = tables.FlagRow, aliased(tables.FlagRow), tables.Finding, tables.ScoreRun
    same = [getattr(used, name) == getattr(flag, name) for name in ("department_id", "item", "option")]
    query = (
        select(flag.id, finding.number)
        .join(run, run.id == flag.run_id)
        .join(used, and_(*same, or_(flag.item != "", used.rule == flag.rule)))
        .join(tables.FindingFlag, tables.FindingFlag.flag_id == used.id)
        .join(finding, and_(finding.id == tables.FindingFlag.finding_id, finding.round_id == run.round_id))
        .where(flag.id.in_(flag_ids), finding.into_id.is_(None))
        .order_by(finding.id)
    )
    return {row.id: row.number for row in db.execute(query)}


def findings_of_comments(db: Session, round_id: int) -> dict[str, tuple[str, ...]]:
    """Comment id → numbers of the findings that rest on it."""
    kept, finding = tables.FindingComment, tables.Finding
    query = (
        select(kept.comment_id, finding.number)
        .join(finding, finding.id == kept.finding_id)
        .where(finding.round_id == round_id, finding.into_id.is_(None))
        .order_by(finding.id)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in db.execute(query):
        found[row.comment_id.hex()] = (*found.get(row.comment_id.hex(), ()), row.number)
    return found


def sources_of(db: Session, finding_id: int) -> Sources:
    """What a finding rests on, marks in the order of their codes."""
    mark, flag, comment = tables.FindingMark, tables.FindingFlag, tables.FindingComment
    marks = db.execute(
        select(mark.item, mark.option).where(mark.finding_id == finding_id).order_by(mark.item, mark.option)
    )
    flags = db.scalars(select(flag.flag_id).where(flag.finding_id == finding_id).order_by(flag.flag_id))
    comments = db.scalars(
        select(comment.comment_id).where(comment.finding_id == finding_id).order_by(comment.comment_id)
    )
    return Sources(tuple((row.item, row.option) for row in marks), tuple(flags), tuple(one.hex() for one in comments))


def finding_sources(db: Session, number: str) -> Sources:
    """The same by the finding's number; nothing for one that is not there."""
    found = find_finding(db, number)
    return Sources() if found is None else sources_of(db, found.id)


def add_sources(db: Session, finding_id: int, sources: Sources) -> None:
    """Lay sources under a finding; those that lie there already are left alone."""
    for item, option in sources.marks:
        add_new(db, tables.FindingMark, finding_id=finding_id, item=item, option=option)
    for flag_id in sources.flags:
        add_new(db, tables.FindingFlag, finding_id=finding_id, flag_id=flag_id)
    for comment in sources.comments:
        add_new(db, tables.FindingComment, finding_id=finding_id, comment_id=bytes.fromhex(comment))


def judge(db: Session, kept: KeptFinding, to: FindingState, outcome: str, actor: str, note: str, now: datetime) -> None:
    """Guarded move with outcome and event. Raises ``Moved`` when the finding is no longer in the state it was read in."""
    _move(db, kept, to, outcome=outcome)
    _note(db, kept.id, actor, "judge", note, now)


def merge(
    db: Session, kept: KeptFinding, into: KeptFinding, ballots: int, texts: int, actor: str, note: str, now: datetime
) -> None:
    """Merge one registered finding into another, which takes over its sources and has this weight from now on.

    Raises ``Moved`` when either is no longer in the state it was read in.
    """
    _move(db, kept, FindingState.MERGED, into_id=into.id)
    _move(db, into, into.state, ballots=ballots, texts=texts)
    add_sources(db, into.id, sources_of(db, kept.id))
    _note(db, kept.id, actor, "merge", f"{into.number}：{note}", now)
    _note(db, into.id, actor, "take_in", f"{kept.number}：{note}", now)


def who_judged(db: Session, finding_id: int) -> str:
    """The login that judged a finding the last time, "" where nobody did."""
    event = tables.FindingEvent
    wanted = select(event.actor).where(event.finding_id == finding_id, event.action.in_(("judge", "rejudge")))
    return db.scalar(wanted.order_by(event.id.desc()).limit(1)) or ""


def _move(db: Session, kept: KeptFinding, to: FindingState, **values: object) -> None:
    mine = (tables.Finding.id == kept.id, tables.Finding.state == kept.state)
    moved = db.execute(update(tables.Finding).where(*mine).values(state=to, **values))
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Moved


def _note(db: Session, finding_id: int, actor: str, action: str, note: str, now: datetime) -> None:
    db.execute(insert(tables.FindingEvent).values(finding_id=finding_id, at=now, actor=actor, action=action, note=note))
