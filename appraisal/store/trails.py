"""What happened, line by line, to a round, a finding, a slip or all of them, and every computation: for those who look back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import CompoundSelect, String, and_, cast, func, literal, or_, select, union_all
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
class Place:
    """Where a deed stands among all deeds: by time, then by record (``look``, ``round``, ``finding``, ``slip``), then as written."""

    at: datetime
    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.kind}_{self.id}"

    @classmethod
    def read(cls, said: str) -> Self | None:
        """The place that ``str`` gave, ``None`` for anything else.

        >>> str(Place.read("2026-11-02T09:30:00_slip_7"))
        '2026-11-02T09:30:00_slip_7'
        >>> Place.read("yesterday") is None
        True
        """
        try:
            at, kind, id = said.split("_")
            place = cls(datetime.fromisoformat(at).replace(tzinfo=None), kind, int(id))
            # A database stumbles over a number that no row can have.
            return place if abs(place.id) < 2**31 else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the whole record: who did what to what. ``object``: the code or number of the round, problem or slip."""

    place: Place
    actor: str
    action: str
    object: str
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


def deeds(db: Session, before: Place | None, limit: int) -> tuple[Deed, ...]:
    """Every deed on rounds, problems and slips and every look on record, newest first; those behind the place ``before`` if given."""
    every = _every_deed().subquery()
    at, kind, id = every.c.at, every.c.kind, every.c.id
    wanted = select(every).order_by(at.desc(), kind.desc(), id.desc()).limit(limit)
    if before is not None:
        later = and_(at == before.at, or_(kind < before.kind, and_(kind == before.kind, id < before.id)))
        wanted = wanted.where(or_(at < before.at, later))
    return tuple(
        Deed(Place(row.at, row.kind, row.id), row.actor, row.action, row.object, row.note) for row in db.execute(wanted)
    )


def _every_deed() -> CompoundSelect[Any]:
    """The five records under one another: at, kind, id, actor, action, object, note."""
    a, r, f, s = tables.AuditEvent, tables.RoundEvent, tables.FindingEvent, tables.SlipEvent
    q = tables.QuarantineEvent
    cohort_name = tables.Round.code + literal("#") + cast(tables.Quarantine.id, String)
    slip_name = func.coalesce(tables.Slip.number, literal("#") + cast(tables.Slip.id, String))
    return union_all(
        select(a.at, literal("look").label("kind"), a.id, a.actor, a.action, a.object, a.note),
        select(r.at, literal("round"), r.id, r.actor, r.action, tables.Round.code, r.note).join(
            tables.Round, tables.Round.id == r.round_id
        ),
        select(f.at, literal("finding"), f.id, f.actor, f.action, tables.Finding.number, f.note).join(
            tables.Finding, tables.Finding.id == f.finding_id
        ),
        select(s.at, literal("slip"), s.id, s.actor, s.action, slip_name, s.note).join(
            tables.Slip, tables.Slip.id == s.slip_id
        ),
        select(q.at, literal("quarantine"), q.id, q.actor, q.action, cohort_name, q.note)
        .join(tables.Quarantine, tables.Quarantine.id == q.quarantine_id)
        .join(tables.Round, tables.Round.id == tables.Quarantine.round_id),
    )
