"""One mark at one department, counted by stratum: what a comparison of two rounds reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, distinct, func, select
from sqlalchemy.orm import Session

from appraisal.store.counted_ballots import Ballots, among
from appraisal.store.tables import Mark, OpenedBallot, Rating

Cells = Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Place:
    """Which mark, at which department (by row id) of which round (by row id)."""

    round_id: int
    department_id: int
    item: str
    option: str


def rated_cells(db: Session, place: Place, score_item: str, known: Sequence[str]) -> Cells:
    """Stratum id → ballots that ticked the mark, and ballots that rated the department: gave a ``known`` answer to the score item."""
    rated = and_(
        Rating.round_id == place.round_id,
        Rating.department_id == place.department_id,
        Rating.item == score_item,
        Rating.option.in_(known),
    )
    same = and_(OpenedBallot.round_id == Rating.round_id, OpenedBallot.number == Rating.number)
    of_ballot = and_(Mark.round_id == Rating.round_id, Mark.number == Rating.number)
    ticked = and_(of_ballot, *_of_mark(place))
    query = (
        select(OpenedBallot.stratum_id, func.count(Mark.number), func.count())
        .join_from(Rating, OpenedBallot, same)
        .outerjoin(Mark, ticked)
        .where(rated, among(Ballots.COUNTED, Rating.number, place.round_id))
    )
    return {row[0]: (row[1], row[2]) for row in db.execute(query.group_by(OpenedBallot.stratum_id))}


def heard_cells(db: Session, place: Place, said: Sequence[str]) -> Cells:
    """The same for a department that nobody is asked to rate: among the ballots that said something of it."""
    same = and_(OpenedBallot.round_id == Mark.round_id, OpenedBallot.number == Mark.number)
    of_department = (Mark.round_id == place.round_id, Mark.department_id == place.department_id)
    counted = among(Ballots.COUNTED, Mark.number, place.round_id)
    base = select(OpenedBallot.stratum_id, func.count(distinct(Mark.number))).join_from(Mark, OpenedBallot, same)
    heard = base.where(*of_department, Mark.option.in_(said), counted).group_by(OpenedBallot.stratum_id)
    ticked = base.where(Mark.round_id == place.round_id, *_of_mark(place), counted).group_by(OpenedBallot.stratum_id)
    ticks = {row[0]: row[1] for row in db.execute(ticked)}
    return {row[0]: (ticks.get(row[0], 0), row[1]) for row in db.execute(heard)}


def _of_mark(place: Place) -> tuple[ColumnElement[bool], ...]:
    return Mark.department_id == place.department_id, Mark.item == place.item, Mark.option == place.option
