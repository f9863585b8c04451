"""Opened ballots as the statistics read them: counts from the database, single ratings only where covariances need them.

Strata and departments are row ids here; ``KeptRound`` maps codes to them. Options are codes.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Executable, Text, and_, cast, distinct, func, select
from sqlalchemy.orm import Session

from appraisal.store import tables
from appraisal.store.counted_ballots import Ballots, among
from appraisal.store.tables import Mark, OpenedBallot, OverallAnswer, Rating


@dataclass(frozen=True, slots=True)
class Tally:
    """How many ballots of one stratum gave one answer about one department."""

    stratum: int
    department: int
    item: str
    option: str
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Raters:
    """The ballots that gave one answer about one department: ``numbers`` (k,), in no order."""

    department: int
    option: str
    numbers: NDArray[np.int64]


def rating_tallies(db: Session, round_id: int, ballots: Ballots = Ballots.ALL) -> tuple[Tally, ...]:
    """Counts of every rated item, 不了解 included: one ``GROUP BY`` over the round."""
    columns = (OpenedBallot.stratum_id, Rating.department_id, Rating.item, Rating.option)
    query = select(*columns, func.count()).join_from(OpenedBallot, Rating, _same_ballot(Rating))
    wanted = (Rating.round_id == round_id, among(ballots, OpenedBallot.number, round_id))
    return tuple(Tally(*row) for row in db.execute(query.where(*wanted).group_by(*columns)))


def mark_tallies(
    db: Session, round_id: int, score_item: str, known: tuple[str, ...], ballots: Ballots = Ballots.ALL
) -> tuple[Tally, ...]:
    """Counts of every mark, among the ballots that rated the department: those with one of the ``known`` options at ``score_item``."""
    columns = (OpenedBallot.stratum_id, Mark.department_id, Mark.item, Mark.option)
    rated = and_(
        Rating.round_id == Mark.round_id,
        Rating.number == Mark.number,
        Rating.department_id == Mark.department_id,
        Rating.item == score_item,
        Rating.option.in_(known),
    )
    query = select(*columns, func.count()).join_from(Mark, OpenedBallot, _same_ballot(Mark)).join(Rating, rated)
    wanted = (Mark.round_id == round_id, among(ballots, OpenedBallot.number, round_id))
    return tuple(Tally(*row) for row in db.execute(query.where(*wanted).group_by(*columns)))


def heard_tallies(
    db: Session, round_id: int, departments: Collection[int], said: Collection[str], ballots: Ballots = Ballots.ALL
) -> tuple[Mapping[tuple[int, int], int], tuple[Tally, ...]]:
    """Departments that nobody is asked to rate: (stratum, department) → ballots that said something of them, and what they ticked.

    ``said``: the options that say something, “nothing found” among them; no contact is not.
    """
    cell = (OpenedBallot.stratum_id, Mark.department_id)
    asked = (Mark.department_id.in_(departments), Mark.option.in_(said))
    of_them = (Mark.round_id == round_id, *asked, among(ballots, Mark.number, round_id))
    heard = select(*cell, func.count(distinct(Mark.number))).join_from(Mark, OpenedBallot, _same_ballot(Mark))
    base = {(stratum, of): count for stratum, of, count in db.execute(heard.where(*of_them).group_by(*cell))}
    columns = (*cell, Mark.item, Mark.option)
    ticked = select(*columns, func.count()).join_from(Mark, OpenedBallot, _same_ballot(Mark))
    return base, tuple(Tally(*row) for row in db.execute(ticked.where(*of_them).group_by(*columns)))


def overall_counts(db: Session, round_id: int, ballots: Ballots = Ballots.ALL) -> Mapping[str, Mapping[str, int]]:
    """Answers about the city as a whole: item → option → ballots."""
    columns = (OverallAnswer.item, OverallAnswer.option)
    counts: dict[str, dict[str, int]] = {}
    wanted = (OverallAnswer.round_id == round_id, among(ballots, OverallAnswer.number, round_id))
    query = select(*columns, func.count()).where(*wanted).group_by(*columns)
    for item, option, count in db.execute(query):
        counts.setdefault(item, {})[option] = count
    return counts


def ballot_strata(
    db: Session, round_id: int, ballots: Ballots = Ballots.ALL
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n,) numbers of the opened ballots, ascending, and (n,) the stratum of each."""
    wanted = (OpenedBallot.round_id == round_id, among(ballots, OpenedBallot.number, round_id))
    query = select(OpenedBallot.stratum_id, _gathered(OpenedBallot.number)).where(*wanted)
    strata = [(stratum, _numbers(text)) for stratum, text in db.execute(query.group_by(OpenedBallot.stratum_id))]
    if not strata:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    number = np.concatenate([numbers for _, numbers in strata])
    stratum = np.repeat([stratum for stratum, _ in strata], [numbers.size for _, numbers in strata])
    order = np.argsort(number)
    return number[order], stratum[order]


def raters(db: Session, round_id: int, item: str, ballots: Ballots = Ballots.ALL) -> tuple[Raters, ...]:
    """Who gave which answer to one item: every single rating, a text of numbers for each department and option.

    A row a rating costs a second and a half for every million in the making of rows alone; gathered by the database it is a tenth.
    """
    columns = (Rating.department_id, Rating.option)
    wanted = (Rating.round_id == round_id, Rating.item == item, among(ballots, Rating.number, round_id))
    query = select(*columns, _gathered(Rating.number)).where(*wanted)
    found = db.execute(query.group_by(*columns))
    return tuple(Raters(department, option, _numbers(text)) for department, option, text in found)


def _gathered(column: Any) -> ColumnElement[str]:
    """The whole numbers of a group in one text, a comma between them."""
    return func.aggregate_strings(cast(column, Text), ",")


def _numbers(text: str) -> NDArray[np.int64]:
    return np.fromstring(text, dtype=np.int64, sep=",")


def single_ratings(db: Session, round_id: int, item: str) -> list[tuple[int, int, str]]:
    """(number, department, option) of every rating of one item."""
    query = select(Rating.number, Rating.department_id, Rating.option)
    rows = db.execute(query.where(Rating.round_id == round_id, Rating.item == item))
    return [(number, department, option) for number, department, option in rows]


def rated_pairs(db: Session, round_id: int) -> Mapping[int, int]:
    """Stratum → ballot × department pairs with at least one rating: who got as far as this department at all."""
    pairs = select(Rating.number, Rating.department_id).where(Rating.round_id == round_id).distinct().subquery()
    joined = and_(OpenedBallot.round_id == round_id, OpenedBallot.number == pairs.c.number)
    query = select(OpenedBallot.stratum_id, func.count().label("pairs")).join_from(pairs, OpenedBallot, joined)
    return {row.stratum_id: row.pairs for row in db.execute(query.group_by(OpenedBallot.stratum_id))}


def input_sha256(db: Session, round_id: int, ballots: Ballots = Ballots.ALL) -> str:
    """A hash of every opened answer that does not depend on the order in which the ballots were shuffled.

    Each ballot is hashed over its stratum and its sorted answers; the sorted hashes are hashed again.
    """
    lines: dict[int, list[str]] = {}
    for number, *answer in _every_answer(db, round_id, ballots):
        lines.setdefault(number, []).append("\t".join(answer))
    hashes = sorted(sha256("\n".join(sorted(answers)).encode()).digest() for answers in lines.values())
    return sha256(b"".join(hashes)).hexdigest()


def _every_answer(db: Session, round_id: int, ballots: Ballots) -> Iterator[Sequence[Any]]:
    """Rows of (ballot's number, texts …)."""
    department = tables.Department
    stratum = tables.RoundStratum
    queries: list[Executable] = [
        select(OpenedBallot.number, stratum.code)
        .join(stratum, stratum.id == OpenedBallot.stratum_id)
        .where(OpenedBallot.round_id == round_id, among(ballots, OpenedBallot.number, round_id)),
        select(OverallAnswer.number, OverallAnswer.item, OverallAnswer.option).where(
            OverallAnswer.round_id == round_id, among(ballots, OverallAnswer.number, round_id)
        ),
    ]
    for kind in (Rating, Mark):
        columns = (kind.number, department.code, kind.item, kind.option)
        joined = select(*columns).join(department, department.id == kind.department_id)
        queries.append(joined.where(kind.round_id == round_id, among(ballots, kind.number, round_id)))
    for query in queries:
        yield from db.execute(query)


def _same_ballot(kind: type[Rating] | type[Mark]) -> ColumnElement[bool]:
    return and_(OpenedBallot.round_id == kind.round_id, OpenedBallot.number == kind.number)
