"""Ballots after the close, written once: who took part, ratings, marks, answers about the city, comments apart from them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from appraisal.store.counted_ballots import Ballots, among
from appraisal.store.tables import Comment, Mark, OpenedBallot, OverallAnswer, Rating


@dataclass(slots=True)
class OpenedRows:
    """Rows on their way into the tables; ``number`` of a ballot is its place in the shuffle, from 1.

    ``ballots``: (number, stratum id). ``ratings`` and ``marks``: (number, department id, item, option).
    ``overall``: (number, item, option). ``comments``: (id, department id or None, item, text).
    """

    ballots: list[tuple[int, int]] = field(default_factory=list)
    ratings: list[tuple[int, int, str, str]] = field(default_factory=list)
    marks: list[tuple[int, int, str, str]] = field(default_factory=list)
    overall: list[tuple[int, str, str]] = field(default_factory=list)
    comments: list[tuple[bytes, int | None, str, str]] = field(default_factory=list)


def opened_count(db: Session, round_id: int) -> int:
    """How many ballots of the round lie open; 0 before the opening."""
    return db.scalar(select(func.count()).select_from(OpenedBallot).where(OpenedBallot.round_id == round_id)) or 0


def opened_by_stratum(db: Session, round_id: int, ballots: Ballots = Ballots.ALL) -> dict[int, int]:
    """Stratum id → respondents who took part."""
    wanted = (OpenedBallot.round_id == round_id, among(ballots, OpenedBallot.number, round_id))
    counted = select(OpenedBallot.stratum_id, func.count().label("ballots")).where(*wanted)
    return {row.stratum_id: row.ballots for row in db.execute(counted.group_by(OpenedBallot.stratum_id))}


def add_opened(db: Session, round_id: int, rows: OpenedRows) -> None:
    """Write everything that the ballots of a round held."""
    _add(db, OpenedBallot, round_id, ("number", "stratum_id"), rows.ballots)
    _add(db, Rating, round_id, ("number", "department_id", "item", "option"), rows.ratings)
    _add(db, Mark, round_id, ("number", "department_id", "item", "option"), rows.marks)
    _add(db, OverallAnswer, round_id, ("number", "item", "option"), rows.overall)
    raw = [(*comment, "raw") for comment in rows.comments]
    _add(db, Comment, round_id, ("id", "department_id", "item", "text", "state"), raw)


def _add(db: Session, table: type, round_id: int, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        db.execute(insert(table), [{"round_id": round_id, **dict(zip(names, row, strict=True))} for row in rows])
