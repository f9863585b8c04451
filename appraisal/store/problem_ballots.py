"""Ballots that ticked at least one of a department's problems: those that rated it, and where nobody is asked to rate it, any."""

from collections.abc import Collection, Mapping

from sqlalchemy import and_, distinct, func, select, tuple_
from sqlalchemy.orm import Session

from appraisal.store.counted_ballots import Ballots, among
from appraisal.store.tables import Mark, OpenedBallot, Rating


def problem_ballots(
    db: Session,
    round_id: int,
    score_item: str,
    known: Collection[str],
    problems: Collection[tuple[str, str]],
    ballots: Ballots = Ballots.ALL,
) -> Mapping[tuple[int, int], int]:
    """(stratum, department) → ballots with one of the ``known`` options at ``score_item`` and any of ``problems`` (item, option)."""
    rated = and_(
        Rating.round_id == Mark.round_id,
        Rating.number == Mark.number,
        Rating.department_id == Mark.department_id,
        Rating.item == score_item,
        Rating.option.in_(known),
    )
    same_ballot = and_(OpenedBallot.round_id == Mark.round_id, OpenedBallot.number == Mark.number)
    cell = (OpenedBallot.stratum_id, Mark.department_id)
    query = (
        select(*cell, func.count(distinct(Mark.number))).join_from(Mark, OpenedBallot, same_ballot).join(Rating, rated)
    )
    wanted = (Mark.round_id == round_id, among(ballots, Mark.number, round_id))
    asked = query.where(*wanted, tuple_(Mark.item, Mark.option).in_(problems)).group_by(*cell)
    return {(stratum, department): count for stratum, department, count in db.execute(asked)}


def unrated_problem_ballots(
    db: Session,
    round_id: int,
    department_id: int,
    problems: Collection[tuple[str, str]],
    ballots: Ballots = Ballots.ALL,
) -> int:
    """Ballots with any of ``problems`` (item, option) at a comment-only department."""
    wanted = (Mark.round_id == round_id, Mark.department_id == department_id, among(ballots, Mark.number, round_id))
    query = select(func.count(distinct(Mark.number))).where(*wanted, tuple_(Mark.item, Mark.option).in_(problems))
    return db.scalar(query) or 0
