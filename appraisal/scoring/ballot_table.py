"""The opened ballots of a round as arrays, for the signals and the sensitivity table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.model.questionnaire import Item, Kind, Role
from appraisal.scoring.signals import BallotTable
from appraisal.store import Session
from appraisal.store.casting import papers
from appraisal.store.ratings import ballot_strata, raters
from appraisal.store.rounds import KeptRound

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class OpenedTable:
    """``numbers`` (n,): the ballots' places in the shuffle, rising; ``table``: the same ballots in the same order."""

    numbers: Ints
    table: BallotTable


def ballot_table(db: Session, kept: KeptRound) -> OpenedTable:
    """Every opened ballot, also those in quarantine. Departments and strata in the order of the plan."""
    numbers, stratum_ids = ballot_strata(db, kept.id)
    place = {row_id: at for at, row_id in enumerate(kept.stratum_ids.values())}
    stratum = np.array([place[one] for one in stratum_ids.tolist()], dtype=np.int64)
    shape = (numbers.size, len(kept.department_ids))
    answered = np.zeros(shape, dtype=bool)
    low, high, rated = np.ones(shape, dtype=bool), np.ones(shape, dtype=bool), np.zeros(shape, dtype=bool)
    score = np.full(shape, np.nan)
    for item in kept.plan.questionnaire.department_items:
        if item.kind is not Kind.RATING:
            continue
        step, seen = _steps(db, kept, item, numbers)
        answered |= seen
        known = ~np.isnan(step)
        rated |= known
        low &= ~known | (step == 0)
        high &= ~known | (step == len(_levels(item)) - 1)
        if item.code == kept.plan.policy.score_item:
            score = step
    paper, asked = _papers(db, kept, answered)
    steps = len(_levels(kept.plan.questionnaire.item(kept.plan.policy.score_item)))
    return OpenedTable(numbers, BallotTable(stratum, paper, score, low & rated, high & rated, asked, steps))


def _levels(item: Item) -> Sequence[str]:
    """The codes of the options that say something, the worst first."""
    valued = [(option.value, option.code) for option in item.options if option.role is Role.VALUE]
    return [code for _, code in sorted(valued, key=lambda one: one[0] or 0.0)]


def _steps(db: Session, kept: KeptRound, item: Item, numbers: Ints) -> tuple[NDArray[np.float64], Bools]:
    """(n, D) steps of one item, nan for 不了解 or none; (n, D) whether anything was said."""
    column = {row_id: at for at, row_id in enumerate(kept.department_ids.values())}
    place: Mapping[str, int] = {code: at for at, code in enumerate(_levels(item))}
    step = np.full((numbers.size, len(column)), np.nan)
    seen = np.zeros(step.shape, dtype=bool)
    for one in raters(db, kept.id, item.code):
        rows = np.searchsorted(numbers, one.numbers)
        seen[rows, column[one.department]] = True
        step[rows, column[one.department]] = place.get(one.option, np.nan)
    return step, seen


def _papers(db: Session, kept: KeptRound, answered: Bools) -> tuple[Ints, Ints]:
    """(n,) the first paper that holds every department of the ballot, (n,) how many departments it has.

    A ballot does not say which paper it was; its answers do. Ballots that fit none (imported ones) share one of all departments.
    """
    column = {code: at for at, code in enumerate(kept.department_ids)}
    made = papers(db, kept.id)
    holds = np.zeros((len(made), len(column)), dtype=np.float32)
    for at, one in enumerate(made):
        holds[at, [column[code] for code in one.departments]] = 1.0
    fits = answered.astype(np.float32) @ (1 - holds).T == 0
    paper = np.where(fits.any(axis=1), fits.argmax(axis=1), len(made)) if made else np.zeros(len(answered))
    sizes = np.array([*(len(one.departments) for one in made), len(column)], dtype=np.int64)
    chosen = paper.astype(np.int64)
    return chosen, sizes[chosen]
