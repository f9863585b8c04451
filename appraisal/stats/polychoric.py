"""Correlations of what lies behind stepped answers: as if each answer were a cut through a normal opinion."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Ints
from appraisal.stats.items import MINIMUM_PAIRS
from appraisal.stats.runs import answer_table

BOUND = 0.99999
NEAR_ZERO = 1e-300


def polychoric(answers: ArrayLike, minimum_pairs: int = MINIMUM_PAIRS) -> Floats:
    """(k, k) polychoric correlations between questions with ordered answers.

    Parameters
    ----------
    answers : (rows, k) float
        Any ordered values, nan for no answer.
    minimum_pairs : int
        Rows that two questions must have in common.

    Returns
    -------
    (k, k) float
        1 on the diagonal; nan with too few common rows or where a question has one answer only. Not always positive definite.

    Notes
    -----
    Two-step (Olsson 1979, Psychometrika 44): cuts from the margins of the common rows, then the correlation that maximises
    Σ n_ab log P_ab, P_ab a rectangle of the bivariate normal. Empty cells are left empty. Ordinary correlations of five-step
    answers are too small where most give the best one; these are not.

    Examples
    --------
    >>> rows = [[0, 0]] * 40 + [[0, 1]] * 10 + [[1, 0]] * 10 + [[1, 1]] * 40
    >>> polychoric(rows).round(3).tolist()
    [[1.0, 0.809], [0.809, 1.0]]
    """
    table = answer_table(answers)
    steps = np.where(np.isnan(table), -1, np.searchsorted(np.unique(table[~np.isnan(table)]), table))
    items = table.shape[1]
    found = np.full((items, items), np.nan)
    for i in range(items):
        found[i, i] = 1.0 if np.unique(steps[steps[:, i] >= 0, i]).size > 1 else np.nan
        for j in range(i):
            found[i, j] = found[j, i] = _correlation(_crossed(steps[:, i], steps[:, j]), minimum_pairs)
    return found


def _crossed(left: Ints, right: Ints) -> Ints:
    """Contingency table of the common rows, without empty rows and columns."""
    both = (left >= 0) & (right >= 0)
    (rows, at), (columns, by) = (np.unique(side[both], return_inverse=True) for side in (left, right))
    cells = np.bincount(at * columns.size + by, minlength=rows.size * columns.size)
    return np.asarray(cells.reshape(rows.size, columns.size))


def _correlation(counts: Ints, minimum_pairs: int) -> float:
    """ρ of one table by maximum likelihood with the cuts of its margins."""
    if counts.sum() < max(minimum_pairs, 1) or min(counts.shape) < 2:
        return float("nan")
    cuts = [_cuts(counts.sum(axis=1)), _cuts(counts.sum(axis=0))]

    def misfit(rho: float) -> float:
        return -float((counts * np.log(np.maximum(_rectangles(cuts[0], cuts[1], rho), 1e-15))).sum())

    best = scipy.optimize.minimize_scalar(misfit, bounds=(-BOUND, BOUND), method="bounded", options={"xatol": 1e-8})
    return float(best.x)


def _cuts(margin: Ints) -> Floats:
    """Normal quantiles of the cumulated shares, without the infinite ends."""
    return np.asarray(scipy.special.ndtri(margin.cumsum()[:-1] / margin.sum()))


def _rectangles(rows: Floats, columns: Floats, rho: float) -> Floats:
    """(r + 1, c + 1) probabilities of the cells between the cuts."""
    cumulated = np.zeros((rows.size + 2, columns.size + 2))
    cumulated[1:-1, 1:-1] = bivariate_normal(rows[:, None], columns[None, :], rho)
    cumulated[-1, 1:-1], cumulated[1:-1, -1] = scipy.special.ndtr(columns), scipy.special.ndtr(rows)
    cumulated[-1, -1] = 1.0
    return np.diff(np.diff(cumulated, axis=0), axis=1)


def bivariate_normal(h: ArrayLike, k: ArrayLike, rho: float) -> Floats:
    """P(X ≤ h, Y ≤ k) of standard normal X, Y with correlation rho in (-1, 1); h, k finite, any shapes that broadcast.

    Owen (1956, Ann. Math. Stat. 27): ½ (Φ(h) + Φ(k)) - T(h, a_h) - T(k, a_k) - ½ [h and k have different signs], with
    a_h = (k/h - ρ) / sqrt(1 - ρ²).

    Parameters
    ----------
    h, k : (...) float
        Finite upper limits.
    rho : float
        In (-1, 1).

    Returns
    -------
    (...) float
        In [0, 1].

    Examples
    --------
    >>> float(bivariate_normal(0, 0, 0.5).round(6)), float(bivariate_normal(1, -1, 0).round(6))
    (0.333333, 0.133484)
    """
    x, y = (np.where(np.asarray(side) == 0, NEAR_ZERO, np.asarray(side, dtype=np.float64)) for side in (h, k))
    root = np.sqrt((1 - rho) * (1 + rho))
    with np.errstate(over="ignore"):
        from_x, from_y = (y / x - rho) / root, (x / y - rho) / root
    apart = np.where((x > 0) == (y > 0), 0.0, 0.5)
    tails = scipy.special.owens_t(x, from_x) + scipy.special.owens_t(y, from_y)
    return np.asarray((scipy.special.ndtr(x) + scipy.special.ndtr(y)) / 2 - tails - apart)
