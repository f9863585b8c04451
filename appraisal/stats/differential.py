"""Does a question mean the same to everybody: strata against all others who are as content on the whole."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.cohorts import strata_of
from appraisal.stats.design import Floats, Ints
from appraisal.stats.families import benjamini_hochberg
from appraisal.stats.runs import answer_table

LEVELS = 20
FEWEST = 30


@dataclass(frozen=True, eq=False)
class Differential:
    """Each stratum against all others: H strata, k items.

    Attributes
    ----------
    n : (H,) int
        Rows with enough answers.
    difference : (H, k) float
        Mean answer minus that of others at the same total, in points; weighted by where the stratum's rows are.
    effect : (H, k) float
        The same in standard deviations of the item: beyond ±0.17 moderate, beyond ±0.25 large.
    p, q : (H, k) float
        Mantel's test, and its value of Benjamini and Hochberg over all; nan where a side has too few rows or nothing varies.
    """

    n: Ints
    difference: Floats
    effect: Floats
    p: Floats
    q: Floats


def differential(
    answers: ArrayLike, stratum: ArrayLike, levels: int = LEVELS, minimum_rows: int = FEWEST
) -> Differential:
    """Differential item functioning by matching on the total.

    Parameters
    ----------
    answers : (rows, k) float
        All items point the same way; nan for no answer. A row needs answers to half of the items.
    stratum : (rows,) int
        Codes from 0.
    levels : int
        Classes of the total; as many as there are different totals, where these are fewer.
    minimum_rows : int
        Fewest rows on either side.

    Returns
    -------
    Differential
        (H, k) each, a stratum against all others; nan where either side has too few rows.

    Notes
    -----
    Mantel's (1963, JASA 58) χ² with one degree of freedom over the levels, and the standardised mean difference (Dorans & Schmitt
    1991; its limits by Zwick, Thayer & Mazzeo 1997, Appl. Meas. Educ. 10, as the Educational Testing Service uses them). The total
    is the mean distance from the items' means and holds the item itself, without which the test is biased (Zwick 1990).
    With few items a strong difference in one shows as a slight opposite one in the others. Rows of one ballot count as
    independent: where a ballot has several rows, p is too small, and the effect must decide.

    Examples
    --------
    >>> base = np.tile([[0.0, 0, 0], [50, 50, 50], [100, 100, 100], [50, 100, 50]], (20, 1))
    >>> harder = base - [[0, 0, 25]]
    >>> found = differential(np.concatenate([base, harder]), [0] * 80 + [1] * 80, levels=2)
    >>> found.difference.round(1).tolist()
    [[0.0, 0.0, 25.0], [0.0, 0.0, -25.0]]
    """
    table = answer_table(answers)
    own = strata_of(table, stratum)
    known = ~np.isnan(table)
    rows = np.flatnonzero(2 * known.sum(axis=1) >= max(table.shape[1], 1))
    table, group, level = table[rows], own[rows], _levels(table[rows], levels)
    strata = int(own.max()) + 1 if own.size else 0
    shape = (strata, table.shape[1])
    difference, effect, p = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    for item in range(table.shape[1]):
        has = ~np.isnan(table[:, item])
        for h in range(strata):
            focal = group[has] == h
            if min(np.count_nonzero(focal), np.count_nonzero(~focal)) >= max(minimum_rows, 1):
                difference[h, item], effect[h, item], p[h, item] = _compared(table[has, item], focal, level[has])
    return Differential(np.bincount(group, minlength=strata), difference, effect, p, benjamini_hochberg(p))


def _levels(table: Floats, levels: int) -> Ints:
    """(rows,) class of the total, by equal shares of the rows."""
    known = ~np.isnan(table)
    middle = np.nansum(table, axis=0) / np.maximum(known.sum(axis=0), 1)
    total = np.round(np.nansum(table - middle, axis=1) / np.maximum(known.sum(axis=1), 1), 9)
    different, place = np.unique(total, return_inverse=True)
    if different.size <= levels:
        return np.asarray(place, dtype=np.int64)
    return np.asarray(np.searchsorted(np.quantile(total, np.arange(1, levels) / levels), total, side="left"))


def _compared(answer: Floats, focal: NDArray[np.bool_], level: Ints) -> tuple[float, float, float]:
    """Difference, effect and p of one item and one stratum."""
    inside, outside = (np.bincount(level[side], minlength=level.max() + 1) for side in (focal, ~focal))
    both = (inside > 0) & (outside > 0)
    if not both.any():
        return float("nan"), float("nan"), float("nan")
    sums, others = (np.bincount(level[side], answer[side], minlength=level.max() + 1)[both] for side in (focal, ~focal))
    squares = np.bincount(level, answer**2)[both]
    a, b = inside[both].astype(np.float64), outside[both].astype(np.float64)
    n, whole = a + b, sums + others
    difference = float((a * (sums / a - others / b)).sum() / a.sum())
    variance = float((a * b / (n**2 * np.maximum(n - 1, 1)) * (n * squares - whole**2)).sum())
    spread = float(np.sqrt((answer[focal].var() * focal.sum() + answer[~focal].var() * (~focal).sum()) / focal.size))
    if variance <= 1e-9 or spread <= 1e-9:
        return difference, float("nan"), float("nan")
    distance = float((sums - a * whole / n).sum()) ** 2 / variance
    return difference, difference / spread, float(scipy.special.chdtrc(1, distance))
