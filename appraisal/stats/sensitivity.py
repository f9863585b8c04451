"""Does the league table hold under other fair choices: the same scores with other weights, other values, fewer ballots."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Strata, Unusable
from appraisal.stats.preset import MISSING_LIMIT, preset_means
from appraisal.stats.ratings import CountCells

TIE = 1e-9


@dataclass(frozen=True, eq=False)
class Scenario:
    """One way to score. ``cells``: counts with the values of the answers; ``weights`` (D, H): as for ``preset_means``."""

    name: str
    cells: CountCells
    weights: ArrayLike


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """S scenarios × D departments, the official one first.

    Attributes
    ----------
    names : (S,) str
    value, se : (S, D) float
        Scores in [0, 100] and their standard errors; nan: no result.
    difference : (S, D) float
        Score minus the official one, in points. Both rest on the same ballots: its uncertainty is far smaller than ``se``.
    rank : (S, D) float
        1 is the best; equal scores share the better place; nan without a result.
    agreement : (S,) float
        Kendall's tau-b with the official scores, in [-1, 1]; nan with fewer than two common departments, or where all are equal.
    furthest : (S,) float
        Places that the department which moves most is moved; nan without a common department.
    """

    names: tuple[str, ...]
    value: Floats
    se: Floats
    difference: Floats
    rank: Floats
    agreement: Floats
    furthest: Floats


def equal_weights(weights: ArrayLike) -> Floats:
    """The same weight for every stratum that counts at all.

    Parameters
    ----------
    weights : (D, H) float
        Preset stratum weights, not negative.

    Returns
    -------
    (D, H) float
        1 or 0.

    Examples
    --------
    >>> equal_weights([[0.6, 0.4, 0]]).tolist()
    [[1.0, 1.0, 0.0]]
    """
    return np.where(np.asarray(weights, dtype=np.float64) > 0, 1.0, 0.0)


def without(cells: CountCells, sampled: ArrayLike, counts: ArrayLike) -> CountCells:
    """The cells without some ballots.

    Parameters
    ----------
    cells : CountCells
        All ballots.
    sampled : (H,) int
        Ballots taken out, by stratum, also those that rated nothing.
    counts : (H, D, K) int
        Their ratings by option.

    Returns
    -------
    CountCells
        The rest; weights are those of the ballots that remain.

    Raises
    ------
    Unusable
        Shapes that differ; more taken out than there is.

    Examples
    --------
    >>> cells = CountCells.of(Strata.of([4]), [[[3, 1]]], [100, 0])
    >>> without(cells, [1], [[[1, 0]]]).counts.tolist()
    [[[2, 1]]]
    """
    fewer, ratings = np.asarray(sampled), np.asarray(counts)
    strata = cells.strata
    if fewer.shape != strata.sampled.shape or ratings.shape != cells.counts.shape:
        raise Unusable(
            f"ballots {fewer.shape} and ratings {ratings.shape} to take out do not fit {strata.sampled.shape} "
            f"and {cells.counts.shape}"
        )
    over = np.argwhere(ratings > cells.counts)
    if over.size:
        h, d, k = over[0]
        raise Unusable(
            f"stratum {h}, department {d}, option {k}: {ratings[h, d, k]} ratings to take out of {cells.counts[h, d, k]}"
        )
    left = Strata.of(strata.sampled - fewer, strata.population, lonely=strata.lonely)
    return CountCells.of(left, cells.counts - ratings, cells.values)


def sensitivity(official: Scenario, others: Sequence[Scenario], *, limit: float = MISSING_LIMIT) -> Sensitivity:
    """Score the same departments in several ways.

    Parameters
    ----------
    official : Scenario
        What is published.
    others : list of Scenario
        For instance with ``equal_weights``, with ``cells.valued(…)``, with the cells of ``without``.
    limit : float
        As for ``preset_means``.

    Returns
    -------
    Sensitivity
        Scores and places of each scenario beside the official ones; nan where one has no result.

    Raises
    ------
    Unusable
        Another number of departments; what ``preset_means`` refuses.

    Notes
    -----
    Every score is ``preset_means``. A table for the reader, as a composite indicator should have one (OECD & JRC 2008, Handbook on
    Constructing Composite Indicators, step 7): no scenario replaces the published score.

    Examples
    --------
    >>> cells = CountCells.of(Strata.of([4, 4]), [[[3, 1], [2, 2]], [[0, 4], [3, 1]]], [100, 0])
    >>> plan = Scenario("official", cells, [[3, 1], [3, 1]])
    >>> found = sensitivity(plan, [Scenario("equal", cells, equal_weights(plan.weights))])
    >>> found.value.tolist(), found.rank.tolist(), found.furthest.tolist()
    ([[56.25, 56.25], [37.5, 62.5]], [[1.0, 1.0], [2.0, 1.0]], [0.0, 1.0])
    """
    scored = [official, *others]
    means = [preset_means(each.cells, each.weights, limit=limit) for each in scored]
    for each, found in zip(scored, means, strict=True):
        if found.value.size != means[0].value.size:
            raise Unusable(f"{each.name}: {found.value.size} departments, {official.name} has {means[0].value.size}")
    value = np.stack([found.value for found in means])
    rank = np.stack([_places(row) for row in value])
    moved = np.abs(rank - rank[0])
    return Sensitivity(
        tuple(each.name for each in scored),
        value,
        np.stack([found.se for found in means]),
        value - value[0],
        rank,
        np.array([_agreement(value[0], row) for row in value]),
        np.array([row[~np.isnan(row)].max() if (~np.isnan(row)).any() else np.nan for row in moved]),
    )


def _places(value: Floats) -> Floats:
    """(D,) 1 + number of better ones."""
    better = (value[None, :] > value[:, None] + TIE).sum(axis=1)
    return np.where(np.isnan(value), np.nan, 1.0 + better)


def _agreement(left: Floats, right: Floats) -> float:
    """Kendall's (1945) tau-b: agreeing minus contrary pairs over the pairs that are tied on neither side (geometric mean)."""
    both = ~np.isnan(left + right)
    first, second = (_signs(side[both]) for side in (left, right))
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / scale if scale else float("nan")


def _signs(value: Floats) -> Floats:
    away = value[:, None] - value[None, :]
    return np.where(np.abs(away) > TIE, np.sign(away), 0.0)
