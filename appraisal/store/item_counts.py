"""How every item of a questionnaire was answered, counted by stratum over all departments. Strata are row ids; items and options codes."""

from collections.abc import Mapping

from sqlalchemy import Subquery, and_, func, select, union
from sqlalchemy.orm import Session

from appraisal.store.tables import Comment, Mark, OpenedBallot, OverallAnswer, Rating

ByOption = Mapping[tuple[int, str, str], int]
ByItem = Mapping[tuple[int, str], int]


def mark_counts(db: Session, round_id: int) -> ByOption:
    """(stratum, item, option) → ballot × department pairs that ticked it, exclusive options among them."""
    columns = (OpenedBallot.stratum_id, Mark.item, Mark.option)
    joined = and_(OpenedBallot.round_id == Mark.round_id, OpenedBallot.number == Mark.number)
    query = select(*columns, func.count().label("ticked")).join_from(Mark, OpenedBallot, joined)
    rows = db.execute(query.where(Mark.round_id == round_id).group_by(*columns))
    return {(stratum, item, option): ticked for stratum, item, option, ticked in rows}


def marked_pairs(db: Session, round_id: int) -> ByItem:
    """(stratum, item) → ballot × department pairs with at least one tick there."""
    of_round = Mark.round_id == round_id
    return _by_item(
        db, round_id, select(Mark.number, Mark.department_id, Mark.item).where(of_round).distinct().subquery()
    )


def answered_pairs(db: Session, round_id: int) -> Mapping[int, int]:
    """Stratum → ballot × department pairs with a rating or a tick: who got as far as this department at all."""
    pairs = union(
        *(select(kind.number, kind.department_id).where(kind.round_id == round_id) for kind in (Rating, Mark))
    ).subquery()
    joined = and_(OpenedBallot.round_id == round_id, OpenedBallot.number == pairs.c.number)
    query = select(OpenedBallot.stratum_id, func.count().label("pairs")).join_from(pairs, OpenedBallot, joined)
    return {row.stratum_id: row.pairs for row in db.execute(query.group_by(OpenedBallot.stratum_id))}


def overall_by_stratum(db: Session, round_id: int) -> ByOption:
    """(stratum, item, option) → ballots with that answer about the city as a whole."""
    columns = (OpenedBallot.stratum_id, OverallAnswer.item, OverallAnswer.option)
    joined = and_(OpenedBallot.round_id == OverallAnswer.round_id, OpenedBallot.number == OverallAnswer.number)
    query = select(*columns, func.count().label("ballots")).join_from(OverallAnswer, OpenedBallot, joined)
    rows = db.execute(query.where(OverallAnswer.round_id == round_id).group_by(*columns))
    return {(stratum, item, option): ballots for stratum, item, option, ballots in rows}


def overall_answered(db: Session, round_id: int) -> ByItem:
    """(stratum, item) → ballots that answered an item about the city as a whole."""
    of_round = OverallAnswer.round_id == round_id
    return _by_item(
        db, round_id, select(OverallAnswer.number, OverallAnswer.item).where(of_round).distinct().subquery()
    )


def texts_written(db: Session, round_id: int) -> Mapping[str, int]:
    """Item → texts. A text lies apart from its ballot, so no stratum can be told."""
    query = select(Comment.item, func.count().label("texts")).where(Comment.round_id == round_id)
    return {row.item: row.texts for row in db.execute(query.group_by(Comment.item))}


def _by_item(db: Session, round_id: int, answered: Subquery) -> ByItem:
    joined = and_(OpenedBallot.round_id == round_id, OpenedBallot.number == answered.c.number)
    columns = (OpenedBallot.stratum_id, answered.c.item)
    query = select(*columns, func.count().label("count")).join_from(answered, OpenedBallot, joined)
    return {(row[0], row[1]): row[2] for row in db.execute(query.group_by(*columns))}
