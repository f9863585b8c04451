"""Is the question any good: how its answers spread, how often it cannot be answered, whether it goes with the others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Ints, Unusable

MINIMUM_PAIRS = 30


@dataclass(frozen=True, eq=False)
class ItemDiagnostics:
    """k items side by side.

    Attributes
    ----------
    n : (k,) int
        Known answers.
    unknown : (k,) float
        Share of rows without a known answer, in [0, 1]; nan without rows.
    floor, ceiling : (k,) float
        Share of known answers at the lowest and at the highest value; above 0.15 the item no longer tells the best or the worst apart.
    rest_correlation : (k,) float
        Corrected item-total correlation: with the sum of the **other** items, in [-1, 1]; nan where a pair of items has too few
        common rows or nothing varies. Negative values are shown, not mended: the item may be coded the wrong way round.
    alpha : float
        Cronbach's alpha; nan below two items or where a covariance is unknown.
    alpha_if_dropped : (k,) float
        Alpha of the others; nan below three items.
    """

    n: Ints
    unknown: Floats
    floor: Floats
    ceiling: Floats
    rest_correlation: Floats
    alpha: float
    alpha_if_dropped: Floats


def answer_shares(counts: ArrayLike) -> Floats:
    """(..., K) shares of the options among all answers, each last axis summing to 1; nan where nobody answered.

    Parameters
    ----------
    counts : (..., K) int
        Answers by option.

    Returns
    -------
    (..., K) float
        In [0, 1].

    Examples
    --------
    >>> answer_shares([[3, 1], [0, 0]]).tolist()
    [[0.75, 0.25], [nan, nan]]
    """
    table = np.asarray(counts, dtype=np.float64)
    whole = table.sum(axis=-1, keepdims=True)
    return np.asarray(table / np.where(whole > 0, whole, np.nan))


def pairwise_covariance(answers: ArrayLike, minimum_pairs: int = MINIMUM_PAIRS) -> Floats:
    """(k, k) covariances of columns, each from the rows that have both; nan below ``minimum_pairs`` rows.

    Means are those of the common rows; the divisor is their number minus 1. O(n k²). Not always positive semi-definite when
    rows differ from pair to pair.

    Parameters
    ----------
    answers : (rows, k) float
        nan for no answer.
    minimum_pairs : int
        Rows that two items must have in common.

    Returns
    -------
    (k, k) float
        Symmetric.

    Examples
    --------
    >>> pairwise_covariance([[1, 2], [3, 6], [5, float("nan")]], minimum_pairs=2).tolist()
    [[4.0, 4.0], [4.0, 8.0]]
    """
    table = np.asarray(answers, dtype=np.float64)
    known = (~np.isnan(table)).astype(np.float64)
    filled = np.nan_to_num(table - _column_means(table, known))
    pairs = known.T @ known
    enough = np.where(pairs >= max(minimum_pairs, 2), pairs, np.nan)
    sums = filled.T @ known
    return np.asarray((filled.T @ filled - sums * sums.T / enough) / (enough - 1))


def _column_means(table: Floats, known: Floats) -> Floats:
    """Any centre gives the same covariance; the mean keeps the sums small."""
    return np.asarray(np.nan_to_num(table).sum(axis=0) / np.maximum(known.sum(axis=0), 1))


def item_diagnostics(
    answers: ArrayLike, *, lowest: float = 0.0, highest: float = 100.0, minimum_pairs: int = MINIMUM_PAIRS
) -> ItemDiagnostics:
    """Diagnose rating items that were put side by side.

    Parameters
    ----------
    answers : (rows, k) float
        One row for a ballot's answers about one department; nan for 不了解 or no answer. All items point the same way.
    lowest, highest : float
        Ends of the scale.
    minimum_pairs : int
        Rows that two items must have in common for their covariance to count.

    Returns
    -------
    ItemDiagnostics
        (k,) each; nan where rows do not suffice.

    Raises
    ------
    Unusable
        Not a table; a value outside the scale.

    Notes
    -----
    With the covariance matrix C: r_j = Σ_{i≠j} C_ij / sqrt(C_jj Σ_{i,l≠j} C_il) (Nunnally & Bernstein 1994, Psychometric Theory,
    ch. 8) and alpha = k/(k-1) (1 - tr C / 1'C1) (Cronbach 1951).

    Examples
    --------
    >>> rows = [[0, 25], [50, 50], [100, 100]]
    >>> found = item_diagnostics(rows, minimum_pairs=3)
    >>> found.rest_correlation.round(4).tolist(), round(found.alpha, 4), found.ceiling.round(2).tolist()
    ([0.982, 0.982], 0.973, [0.33, 0.33])
    """
    table = np.asarray(answers, dtype=np.float64)
    if table.ndim != 2:
        raise Unusable(
            f"answers have shape {table.shape}: a row for each ballot and department, a column for each item, is needed"
        )
    strange = np.argwhere((table < lowest) | (table > highest))
    if strange.size:
        row, column = strange[0]
        raise Unusable(f"answers[{row}, {column}] is {table[row, column]:g}, outside {lowest:g} to {highest:g}")
    n = np.count_nonzero(~np.isnan(table), axis=0)
    known = np.where(n > 0, n, np.nan)
    rows = float(len(table)) or np.nan
    covariance = pairwise_covariance(table, minimum_pairs)
    ends = [np.count_nonzero(table == end, axis=0) / known for end in (lowest, highest)]
    together = rest_correlation(covariance), alpha(covariance), alpha_if_dropped(covariance)
    return ItemDiagnostics(n, 1 - n / rows, ends[0], ends[1], *together)


def rest_correlation(covariance: Floats) -> Floats:
    """(k,) correlation of each item with the sum of the others, from a (k, k) covariance matrix; nan for a single item.

    >>> rest_correlation(np.array([[1.0, 0.5], [0.5, 1.0]])).tolist()
    [0.5, 0.5]
    """
    own = np.diag(covariance)
    with_rest = covariance.sum(axis=0) - own
    rest = covariance.sum() - 2 * covariance.sum(axis=0) + own
    scale = own * rest
    return np.asarray(with_rest / np.sqrt(np.where(scale > 0, scale, np.nan)))


def alpha(covariance: Floats) -> float:
    """Cronbach's alpha from a (k, k) covariance matrix; nan for fewer than two items or when the sum does not vary.

    >>> round(alpha(np.array([[1.0, 0.5], [0.5, 1.0]])), 6)
    0.666667
    """
    items, whole = len(covariance), float(covariance.sum())
    if items < 2 or not whole > 0:
        return float("nan")
    return float(items / (items - 1) * (1 - np.trace(covariance) / whole))


def alpha_if_dropped(covariance: Floats) -> Floats:
    """(k,) Cronbach's alpha of the items but one, from a (k, k) covariance matrix; nan for fewer than three items.

    Parameters
    ----------
    covariance : (k, k) float
        Of items that point the same way; nan where two had too few rows in common.

    Returns
    -------
    (k,) float
        At most 1; negative where the others contradict each other.

    Notes
    -----
    k / (k - 1) (1 - tr C / 1'C 1) of the k - 1 that are left (Cronbach 1951, Psychometrika 16).

    Examples
    --------
    >>> alpha_if_dropped(np.array([[1.0, 0.5, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 1.0]])).round(4).tolist()
    [0.0, 0.0, 0.6667]
    """
    others = [np.delete(np.delete(covariance, item, axis=0), item, axis=1) for item in range(len(covariance))]
    return np.array([alpha(each) for each in others], dtype=np.float64)
