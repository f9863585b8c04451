"""Sums of log batches that stand out: written at the opening, read by the signals."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from appraisal.store.tables import Ballot, BatchPeak


@dataclass(frozen=True, slots=True)
class Peak:
    """See the table; the department by row id."""

    batch: int
    department_id: int
    option: str
    count: int
    ballots: int
    expected: float


def ballot_batches(db: Session, round_id: int) -> list[int | None]:
    """The batch of every sealed ballot, in the order in which ``casting.sealed_ballots`` gives them."""
    return list(db.scalars(select(Ballot.batch).where(Ballot.round_id == round_id).order_by(Ballot.id)))


def add_peaks(db: Session, round_id: int, peaks: Iterable[Peak]) -> None:
    rows = [{"round_id": round_id, **asdict(peak)} for peak in peaks]
    if rows:
        db.execute(insert(BatchPeak), rows)


def peaks_of(db: Session, round_id: int) -> tuple[Peak, ...]:
    """Every peak of a round, by batch."""
    rows = db.scalars(
        select(BatchPeak)
        .where(BatchPeak.round_id == round_id)
        .order_by(BatchPeak.batch, BatchPeak.department_id, BatchPeak.option)
    )
    return tuple(Peak(row.batch, row.department_id, row.option, row.count, row.ballots, row.expected) for row in rows)
