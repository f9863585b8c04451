"""Cohorts of ballots in quarantine and what was decided about them. Nothing here deletes or changes a ballot."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from appraisal.model.faults import Moved
from appraisal.model.signal import QuarantineState
from appraisal.store import tables
from appraisal.store.tables import Quarantine, QuarantineBallot, QuarantineEvent
from appraisal.store.trails import Step


@dataclass(frozen=True, slots=True)
class NewCohort:
    """``signal``: its key; ``formula``: canonical JSON of the signal and its limits; ``numbers``: the ballots."""

    round_id: int
    signal: str
    formula: str
    frozen_sha256: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeptCohort:
    """A cohort as it is kept, with its history, oldest first."""

    id: int
    round_id: int
    signal: str
    formula: str
    frozen_sha256: str
    ballots: int
    state: QuarantineState
    steps: tuple[Step, ...]

    @property
    def asked_by(self) -> str:
        """Who took the last step: a second one is somebody else's."""
        return self.steps[-1].actor


def add_cohort(db: Session, new: NewCohort, actor: str, now: datetime, reason: str) -> int:
    """Store a proposed cohort with its ballots and its first event; its id."""
    row = insert(Quarantine).values(
        round_id=new.round_id,
        signal=new.signal,
        formula=new.formula,
        frozen_sha256=new.frozen_sha256,
        ballots=len(new.numbers),
        state=QuarantineState.PROPOSED,
    )
    cohort_id: int = db.execute(row.returning(Quarantine.id)).scalar_one()
    db.execute(insert(QuarantineBallot), [{"quarantine_id": cohort_id, "number": number} for number in new.numbers])
    _note(db, cohort_id, actor, "propose", reason, now)
    return cohort_id


def cohorts(db: Session, round_id: int) -> tuple[KeptCohort, ...]:
    """Every cohort of a round, in the order in which they were proposed."""
    rows = db.scalars(select(Quarantine).where(Quarantine.round_id == round_id).order_by(Quarantine.id)).all()
    return tuple(_kept(db, row) for row in rows)


def find_cohort(db: Session, cohort_id: int) -> KeptCohort | None:
    """The cohort of that id, or ``None``."""
    row = db.get(Quarantine, cohort_id)
    return None if row is None else _kept(db, row)


def cohort_numbers(db: Session, cohort_id: int) -> tuple[int, ...]:
    """The ballots of a cohort, rising."""
    wanted = select(QuarantineBallot.number).where(QuarantineBallot.quarantine_id == cohort_id)
    return tuple(db.scalars(wanted.order_by(QuarantineBallot.number)))


def ballots_in(db: Session, round_id: int, states: Collection[QuarantineState]) -> int:
    """How many different ballots of the round are in cohorts of these states."""
    joined = Quarantine.id == QuarantineBallot.quarantine_id
    wanted = select(func.count(QuarantineBallot.number.distinct())).join(Quarantine, joined)
    return db.scalar(wanted.where(Quarantine.round_id == round_id, Quarantine.state.in_(list(states)))) or 0


def move_cohort(
    db: Session, kept: KeptCohort, to: QuarantineState, actor: str, action: str, now: datetime, reason: str
) -> None:
    """Guarded move with its event. Raises ``Moved`` when the cohort is no longer in the state it was read in."""
    mine = (Quarantine.id == kept.id, Quarantine.state == kept.state)
    moved = db.execute(update(Quarantine).where(*mine).values(state=to))
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Moved
    _note(db, kept.id, actor, action, reason, now)


def decided_since_scoring(db: Session, round_id: int) -> bool:
    """Whether ballots were set aside or released after the newest run: its figures then rest on other ballots."""
    joined = QuarantineEvent.quarantine_id == Quarantine.id
    decided = select(func.max(QuarantineEvent.at)).join(Quarantine, joined).where(Quarantine.round_id == round_id)
    last = db.scalar(decided.where(QuarantineEvent.action.in_(_DECISIONS)))
    run = db.scalar(select(func.max(tables.ScoreRun.at)).where(tables.ScoreRun.round_id == round_id))
    return last is not None and run is not None and last >= run


_DECISIONS: Sequence[str] = ("hold", "release")


def _kept(db: Session, row: Quarantine) -> KeptCohort:
    events = db.scalars(
        select(QuarantineEvent).where(QuarantineEvent.quarantine_id == row.id).order_by(QuarantineEvent.id)
    )
    steps = tuple(Step(one.at, one.actor, one.action, one.note) for one in events)
    state = QuarantineState(row.state)
    return KeptCohort(row.id, row.round_id, row.signal, row.formula, row.frozen_sha256, row.ballots, state, steps)


def _note(db: Session, cohort_id: int, actor: str, action: str, reason: str, now: datetime) -> None:
    db.execute(insert(QuarantineEvent).values(quarantine_id=cohort_id, at=now, actor=actor, action=action, note=reason))
