"""What may be shown: cells too small to publish, the cells that would give them away, and figures too unsure to print."""

from enum import StrEnum

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.design import Ints, Unusable
from appraisal.stats.estimates import Means, Shares

Bools = NDArray[np.bool_]


class Showing(StrEnum):
    """``SHOW``; ``CAUTION``: only with a note, in grey, and never ranked; ``HIDE``: too little to say anything."""

    SHOW = "show"
    CAUTION = "caution"
    HIDE = "hide"


def hidden_cells(counts: ArrayLike, *, least: int = 5) -> Bools:
    """Which cells of a table to leave empty when its row and column totals are published.

    Parameters
    ----------
    counts : (R, C) int
        People by two characteristics, without the totals.
    least : int
        Smallest count that may be seen (5; 10 for staff). 0 may be seen: there is nobody to recognise.

    Returns
    -------
    (R, C) bool
        Counts of 1 to ``least`` - 1, and partners: what is hidden in a row or column adds up to at least ``least``, and from
        the totals no small count can be placed in a range narrower than ``least``. A total that is itself under ``least``
        cannot be kept by hiding cells: leave its row or column out of the table.

    Raises
    ------
    Unusable
        Not a table of whole numbers from 0 on.

    Notes
    -----
    Complementary suppression (Hundepool et al. 2012, Statistical Disclosure Control, ch. 4): greedy, the smallest partner
    first; then the range of every small count is found by linear programming over all tables with these totals and visible
    cells.

    Examples
    --------
    >>> hidden_cells([[2, 20, 30], [40, 9, 60], [50, 70, 80]]).tolist()
    [[True, True, False], [True, True, False], [False, False, False]]
    """
    table = np.asarray(counts)
    if table.ndim != 2 or (table.size and (table.dtype.kind not in "iu" or table.min() < 0)):
        raise Unusable(f"a table of whole numbers from 0 on is needed, not shape {table.shape}")
    small = (table > 0) & (table < least)
    hidden = small.copy()
    while True:
        hidden = _with_partners(table, hidden, least)
        loose = _narrow(table, hidden, small, least)
        if loose is None:
            return hidden
        hidden[loose] = True


def _with_partners(table: Ints, given: Bools, least: int) -> Bools:
    """No line with one hidden cell, or with hidden cells that add up to too little, while there is another to hide."""
    hidden = given.copy()
    moved = True
    while moved:
        moved = False
        for counts, cells in (*zip(table, hidden, strict=True), *zip(table.T, hidden.T, strict=True)):
            weak = cells.any() and (cells.sum() < 2 or counts[cells].sum() < least)
            if weak and not cells.all():
                cells[_smallest(counts, cells)] = True
                moved = True
    return hidden


def _smallest(counts: Ints, taken: Bools) -> int:
    """Position of the smallest count not yet taken; one of 0 only where there is no other."""
    cost = np.where(counts > 0, counts.astype(np.float64), counts.sum() + 1.0)
    return int(np.argmin(np.where(taken, np.inf, cost)))


def _narrow(table: Ints, hidden: Bools, small: Bools, least: int) -> tuple[int, int] | None:
    """A visible cell to hide because a small count of its row or column lies in too narrow a range; None when all is well."""
    cells = np.argwhere(hidden)
    for at in np.flatnonzero(small[hidden]):
        row, column = cells[at]
        if hidden[row].all() and hidden[:, column].all():
            continue
        low, high = cell_range(table, hidden, int(at))
        if high - low < least:
            if hidden[row].all():
                return _smallest(table[:, column], hidden[:, column]), int(column)
            return int(row), _smallest(table[row], hidden[row])
    return None


def cell_range(table: ArrayLike, hidden: ArrayLike, which: int) -> tuple[float, float]:
    """Least and greatest value that hidden cell number ``which`` (row by row) may have, given totals and visible cells.

    >>> cell_range([[2, 20], [40, 9]], [[True, True], [True, True]], 0)
    (0.0, 22.0)
    """
    counts, mask = np.asarray(table), np.asarray(hidden, dtype=np.bool_)
    cells = np.argwhere(mask)
    lines = np.zeros((sum(counts.shape), len(cells)))
    lines[cells[:, 0], np.arange(len(cells))] = 1
    lines[len(counts) + cells[:, 1], np.arange(len(cells))] = 1
    totals = lines @ counts[mask]
    aim = np.zeros(len(cells))
    aim[which] = 1.0
    least, most = (scipy.optimize.linprog(sign * aim, A_eq=lines, b_eq=totals, bounds=(0, None)).x for sign in (1, -1))
    return float(np.asarray(least)[which]), float(np.asarray(most)[which])


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
