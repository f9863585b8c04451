"""The same scores under other fair choices, side by side with the official one: a table that replaces nothing."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from appraisal import stats
from appraisal.model.round import Combine
from appraisal.model.sensitivity import Choice, ChoiceColumn, SensitivityLine, SensitivityTable, Variant
from appraisal.scoring.ballot_table import OpenedTable, ballot_table
from appraisal.scoring.counted import Counted, count
from appraisal.scoring.estimates import number
from appraisal.scoring.quality import closed_round, quality
from appraisal.store import Session
from appraisal.store.counted_ballots import Ballots
from appraisal.store.rounds import KeptRound


def sensitivity(db: Session, round_code: str, choices: tuple[Choice, ...] = tuple(Choice)) -> SensitivityTable:
    """Score the opened ballots of a closed round under each choice, ``OFFICIAL`` the first. Raises ``Refused`` before they lie open."""
    kept = closed_round(db, round_code)
    made = [_scored(db, kept, choice) for choice in choices]
    found = stats.sensitivity(made[0][0], [scenario for scenario, _ in made[1:]], limit=kept.plan.policy.missing_weight)
    columns = tuple(
        ChoiceColumn(choice, ballots, number(found.agreement[at]), _whole(found.furthest[at]))
        for at, (choice, (_, ballots)) in enumerate(zip(choices, made, strict=True))
    )
    lines = [
        SensitivityLine(one.code, one.name, tuple(_variant(found, at, d) for at in range(len(choices))))
        for d, one in enumerate(kept.plan.departments)
        if one.ranked
    ]
    return SensitivityTable(columns, tuple(sorted(lines, key=lambda line: -(line.variants[0].score or -1.0))))


def _variant(found: stats.Sensitivity, at: int, d: int) -> Variant:
    return Variant(number(found.value[at, d]), number(found.difference[at, d]), _whole(found.rank[at, d]))


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else round(float(value))


def _scored(db: Session, kept: KeptRound, choice: Choice) -> tuple[stats.Scenario, int]:
    """The scenario and how many ballots are in it."""
    counted = count(db, kept, Ballots.COUNTED if choice in _WITHOUT else Ballots.ALL)
    counted = _only_ranked(counted)
    policy = counted.policy
    values = dict(policy.values)
    if choice is Choice.SATISFIED:
        values = {option: 100.0 * (option in policy.satisfied) for option in values}
    cells = counted.cells(values)
    if choice is Choice.UNSIGNALLED:
        cells = _unsignalled(db, counted, cells)
    weights = stats.equal_weights(counted.weights) if choice is Choice.EQUAL else _weights(counted, cells)
    return stats.Scenario(choice.value, cells, weights), int(cells.strata.sampled.sum())


_WITHOUT = frozenset({Choice.OFFICIAL, Choice.EQUAL, Choice.SATISFIED})


def _only_ranked(counted: Counted) -> Counted:
    return replace(counted, counts=np.where(counted.ranked[None, :, None], counted.counts, 0))


def _weights(counted: Counted, cells: stats.CountCells) -> NDArray[np.float64]:
    """(D, H) as preset, or the people that stand behind the ratings, which gives the population-weighted mean."""
    if counted.policy.combine is Combine.WEIGHTS:
        return counted.weights
    known = np.where(np.isnan(cells.values), 0, cells.counts).sum(axis=2)
    people = np.where(np.isnan(cells.strata.population), cells.strata.sampled, cells.strata.population)
    behind = (known * (people / np.maximum(cells.strata.sampled, 1))[:, None]).T
    # A department that nobody rated has no result under any weights; all zero they would be no weights.
    return np.where(behind.sum(axis=1, keepdims=True) > 0, behind, 1.0)


def _unsignalled(db: Session, counted: Counted, cells: stats.CountCells) -> stats.CountCells:
    """The cells of all ballots without those that a signal names."""
    opened = ballot_table(db, counted.kept)
    named = np.isin(
        opened.numbers, [one for signal in quality(db, counted.kept.plan.code).signals for one in signal.numbers]
    )
    return stats.without(
        cells, np.bincount(opened.table.stratum[named], minlength=len(counted.counts)), _counts(counted, opened, named)
    )


def _counts(counted: Counted, opened: OpenedTable, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(H, D, K) known answers of some ballots, options in the order of the score item; 不了解 is outside the base anyhow."""
    options = {option: at for at, option in enumerate(counted.options)}
    values = {option.code: option.value for option in counted.item.options if option.code in counted.policy.values}
    ordered = sorted(values, key=lambda code: values[code] or 0.0)
    taken = np.zeros(counted.counts.shape, dtype=np.int64)
    for step, code in enumerate(ordered):
        said = opened.table.step[rows] == step
        np.add.at(taken[:, :, options[code]], opened.table.stratum[rows], said & counted.ranked[None, :])
    return taken
