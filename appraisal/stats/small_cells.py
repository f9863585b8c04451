"""What may be shown: cells too small to publish, the cells that would give them away, and figures too unsure to print."""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.design import Floats, Unusable
from appraisal.stats.disclosure import Bools, Statements, protect
from appraisal.stats.estimates import Means, Shares


class Showing(StrEnum):
    """``SHOW``; ``CAUTION``: only with a note, in grey, and never ranked; ``HIDE``: too little to say anything."""

    SHOW = "show"
    CAUTION = "caution"
    HIDE = "hide"


def hidden_cells(counts: ArrayLike, *, least: int = 5, known: Statements | None = None) -> Bools:
    """Which cells of a table to leave empty when its row and column totals are published.

    Parameters
    ----------
    counts : (R, C) int
        People by two characteristics, without the totals.
    least : int
        Smallest count that may be seen (5; 10 for staff). 0 may be seen: there is nobody to recognise.
    known : Statements, optional
        What else is known of the R × C counts, row by row: a rounded score, percentages, another table of the same people.

    Returns
    -------
    (R, C) bool
        Counts of 1 to ``least`` - 1, and partners, so that no small count can be placed in a range narrower than ``least``. Where
        totals give one away whatever is hidden (a total that is itself under ``least``), its whole row and column: leave such
        a row or column out of the table.

    Raises
    ------
    Unusable
        Not a table of whole numbers from 0 on; something known about another number of counts.

    Notes
    -----
    ``protect`` with a count for its cost; 0 is a partner only where there is no other.

    Examples
    --------
    >>> hidden_cells([[2, 20, 30], [40, 9, 60], [50, 70, 80]]).tolist()
    [[True, True, False], [True, True, False], [False, False, False]]
    """
    table = np.asarray(counts)
    if table.ndim != 2 or (table.size and (table.dtype.kind not in "iu" or table.min() < 0)):
        raise Unusable(f"a table of whole numbers from 0 on is needed, not shape {table.shape}")
    flat, each = table.ravel(), np.eye(table.size)
    small = np.flatnonzero((flat > 0) & (flat < least))
    if not small.size:
        return np.zeros(table.shape, dtype=np.bool_)
    cells = Statements.exact(each, flat, np.where(flat > 0, flat, flat.sum() + 1.0))
    sums = lines(table.shape)
    totals = Statements.exact(sums, flat, np.full(len(sums), np.inf))
    said = cells + totals if known is None else cells + totals + known
    found = protect(flat, said, each[small], np.full(small.size, float(least)))
    hidden = ~found.said[: table.size].reshape(table.shape)
    for row, column in np.column_stack(np.unravel_index(small[found.lost], table.shape)):
        hidden[row], hidden[:, column] = True, True
    return hidden


def lines(shape: tuple[int, int]) -> Floats:
    """(R + C, R × C) weights of the totals of a table's rows and columns, over its counts row by row.

    >>> lines((1, 2)).tolist()
    [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    """
    rows, columns = shape
    each = np.eye(rows * columns).reshape(rows, columns, rows * columns)
    return np.concatenate([each.sum(axis=1), each.sum(axis=0)])


def show_shares(shares: Shares, *, level: float = 0.95) -> NDArray[np.str_]:
    """(D,) ``Showing`` of each share by the standards of the US National Center for Health Statistics.

    HIDE: no result, effective n under 30, an interval at least 0.30 wide, or wider than both 0.05 and 130 % of the share.
    CAUTION: under 8 degrees of freedom, or a share of 0 or 1. Interval: Korn and Graubard's (Parker et al. 2017, Vital Health
    Stat 2(175)).

    Parameters
    ----------
    shares : Shares
        (D,) shares.
    level : float
        Confidence in (0, 1).

    Returns
    -------
    (D,) str
        Values of ``Showing``.

    Examples
    --------
    >>> fields = ([400, 400, 20], [0.2, 0.002, 0.5], [0.02, 0.002, 0.1], [399.0, 399.0, 19.0], [1.0] * 3)
    >>> show_shares(Shares(*map(np.array, fields))).tolist()
    ['show', 'show', 'hide']
    """
    low, high = shares.interval(level)
    width, worth = high - low, shares.effective_n()
    relative = np.where(shares.value > 0, width / np.where(shares.value > 0, shares.value, 1.0), 0.0)
    enough = (shares.n >= 30) & (worth >= 30) & (width < 0.30) & ((width <= 0.05) | (relative <= 1.30))
    plain = (shares.df >= 8) & (shares.value > 0) & (shares.value < 1)
    return _showing(enough, plain)


def show_means(means: Means, *, least: int = 30, half_width: float = 10.0, level: float = 0.95) -> NDArray[np.str_]:
    """(D,) ``Showing`` of each score: CAUTION below ``least`` ratings, without an interval or with one wider than ± ``half_width``
    points; HIDE without a result.

    Parameters
    ----------
    means : Means
        (D,) scores.
    least : int
        Fewest ratings.
    half_width : float
        In points.
    level : float
        Confidence in (0, 1).

    Returns
    -------
    (D,) str
        Values of ``Showing``.

    Examples
    --------
    >>> fields = ([400, 12, 0], [70.0, 70.0, float("nan")], [1.0, 4.0, float("nan")], [399.0, 11.0, 0.0], [1.0] * 3)
    >>> show_means(Means(*map(np.array, fields))).tolist()
    ['show', 'caution', 'hide']
    """
    low, high = means.interval(level)
    return _showing(~np.isnan(means.value), (means.n >= least) & (high - low <= 2 * half_width))


def _showing(enough: Bools, plain: Bools) -> NDArray[np.str_]:
    return np.where(enough, np.where(plain, Showing.SHOW.value, Showing.CAUTION.value), Showing.HIDE.value)
