"""Replies and appeals of departments: kept, moved, read back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Update, insert, select, update
from sqlalchemy.orm import Session

from appraisal.model.faults import Moved
from appraisal.model.objection import AppealState, ReplyLine, ReplyState
from appraisal.store.dialects import add_new
from appraisal.store.tables import Appeal, Department, Finding, Reply, Round


@dataclass(frozen=True, slots=True)
class Subject:
    """What a department objects to: a problem, or with no ``finding_id`` its results of a round."""

    round_id: int
    round_code: str
    department_id: int
    department: str
    finding_id: int | None = None
    finding: str = ""


@dataclass(frozen=True, slots=True)
class KeptAppeal:
    """An appeal as it lies in its row."""

    id: int
    subject: Subject
    state: AppealState
    filed_at: datetime
    filed_by: str
    grounds: str
    decided_at: datetime | None
    decided_by: str | None
    decision: str


@dataclass(frozen=True, slots=True)
class KeptReply:
    """A reply with what it is about."""

    subject: Subject
    line: ReplyLine


def add_reply(db: Session, about: Subject, said: str, actor: str, now: datetime) -> int:
    """Keep a reply; its id."""
    place = {"round_id": about.round_id, "department_id": about.department_id, "finding_id": about.finding_id}
    row = insert(Reply).values(**place, at=now, actor=actor, said=said, state=ReplyState.KEPT)
    reply_id: int = db.execute(row.returning(Reply.id)).scalar_one()
    return reply_id


def replies(
    db: Session, round_code: str | None = None, department: str | None = None, reply_id: int | None = None
) -> tuple[KeptReply, ...]:
    """Replies that meet every condition given, oldest first."""
    wanted = _about(select(Reply, Round.code, Department.code, Finding.number), Reply, round_code, department)
    if reply_id is not None:
        wanted = wanted.where(Reply.id == reply_id)
    return tuple(_reply(*row) for row in db.execute(wanted.order_by(Reply.id)))


def move_reply(db: Session, kept: ReplyLine, to: ReplyState) -> None:
    """Guarded. Raises ``Moved`` when somebody was faster."""
    _guarded(db, update(Reply).where(Reply.id == kept.id, Reply.state == kept.state).values(state=to))


def add_appeal(db: Session, about: Subject, grounds: str, actor: str, now: datetime) -> bool:
    """Keep an appeal; False when there was one about the same thing already."""
    return add_new(
        db,
        Appeal,
        subject=f"{about.round_id}/{about.department_id}/{about.finding_id or ''}",
        round_id=about.round_id,
        department_id=about.department_id,
        finding_id=about.finding_id,
        state=AppealState.FILED,
        filed_at=now,
        filed_by=actor,
        grounds=grounds,
        decision="",
    )


def appeals(
    db: Session, round_code: str | None = None, department: str | None = None, appeal_id: int | None = None
) -> tuple[KeptAppeal, ...]:
    """Appeals that meet every condition given, oldest first."""
    wanted = _about(select(Appeal, Round.code, Department.code, Finding.number), Appeal, round_code, department)
    if appeal_id is not None:
        wanted = wanted.where(Appeal.id == appeal_id)
    return tuple(_appeal(*row) for row in db.execute(wanted.order_by(Appeal.id)))


def move_appeal(db: Session, kept: KeptAppeal, to: AppealState, actor: str, now: datetime, decision: str = "") -> None:
    """Guarded. Raises ``Moved`` when somebody was faster."""
    mine = (Appeal.id == kept.id, Appeal.state == kept.state)
    _guarded(db, update(Appeal).where(*mine).values(state=to, decided_at=now, decided_by=actor, decision=decision))


def appeal_states(db: Session) -> dict[str, AppealState]:
    """Number of a problem → how far the appeal against it is."""
    joined = select(Finding.number, Appeal.state).join(Appeal, Appeal.finding_id == Finding.id)
    return {number: AppealState(state) for number, state in db.execute(joined)}


def _about(
    query: Select[*tuple[Any, ...]],
    table: type[Reply] | type[Appeal],
    round_code: str | None,
    department: str | None,
) -> Select[*tuple[Any, ...]]:
    joined = query.join(Round, Round.id == table.round_id).join(Department, Department.id == table.department_id)
    wanted = joined.outerjoin(Finding, Finding.id == table.finding_id)
    conditions = {Round.code: round_code, Department.code: department}
    return wanted.where(*(column == value for column, value in conditions.items() if value is not None))


def _subject(row: Reply | Appeal, round_code: str, department: str, number: str | None) -> Subject:
    return Subject(row.round_id, round_code, row.department_id, department, row.finding_id, number or "")


def _reply(row: Reply, round_code: str, department: str, number: str | None) -> KeptReply:
    line = ReplyLine(row.id, round_code, department, number or "", row.at, row.said, ReplyState(row.state))
    return KeptReply(_subject(row, round_code, department, number), line)


def _appeal(row: Appeal, round_code: str, department: str, number: str | None) -> KeptAppeal:
    return KeptAppeal(
        row.id,
        _subject(row, round_code, department, number),
        AppealState(row.state),
        row.filed_at,
        row.filed_by,
        row.grounds,
        row.decided_at,
        row.decided_by,
        row.decision,
    )


def _guarded(db: Session, moving: Update) -> None:
    if db.execute(moving).rowcount != 1:  # type: ignore[attr-defined]
        raise Moved
