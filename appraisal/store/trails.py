"""What happened to a round, line by line, and every computation made of it: for those who look back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from appraisal.store import tables


@dataclass(frozen=True, slots=True)
class Step:
    """One event: when, who, what, and what was said about it."""

    at: datetime
    actor: str
    action: str
    note: str


@dataclass(frozen=True, slots=True)
class RunLine:
    """One computation of a round: which code on which rules and which answers."""

    id: int
    at: datetime
    actor: str
    code_version: str
    frozen_sha256: str
    input_sha256: str


def round_steps(db: Session, round_id: int) -> tuple[Step, ...]:
    """The events of a round, oldest first."""
    rows = db.scalars(
        select(tables.RoundEvent).where(tables.RoundEvent.round_id == round_id).order_by(tables.RoundEvent.id)
    )
    return tuple(Step(row.at, row.actor, row.action, row.note) for row in rows)


def runs(db: Session, round_id: int) -> tuple[RunLine, ...]:
    """Every computation of a round, newest first; the first one counts."""
    rows = db.scalars(
        select(tables.ScoreRun).where(tables.ScoreRun.round_id == round_id).order_by(tables.ScoreRun.id.desc())
    )
    return tuple(
        RunLine(row.id, row.at, row.actor, row.code_version, row.frozen_sha256, row.input_sha256) for row in rows
    )


def finding_steps(db: Session, number: str) -> tuple[Step, ...]:
    """The events of a finding, oldest first."""
    joined = tables.Finding.id == tables.FindingEvent.finding_id
    wanted = select(tables.FindingEvent).join(tables.Finding, joined).where(tables.Finding.number == number)
    rows = db.scalars(wanted.order_by(tables.FindingEvent.id))
    return tuple(Step(row.at, row.actor, row.action, row.note) for row in rows)
