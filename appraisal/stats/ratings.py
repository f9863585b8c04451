"""What was said: single ratings, and the sums over them that the estimators read."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.design import Design, Floats, Ints, Strata, Unusable, codes, frozen


def extent(values: Floats) -> tuple[float, float]:
    """Least and greatest; (0, 0) of none.

    >>> extent(np.array([75.0, 25.0]))
    (25.0, 75.0)
    """
    return (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)


def second_ratings(pair: Ints) -> Ints:
    """Rows whose pair was there before, in any order.

    >>> second_ratings(np.array([3, 5, 3])).tolist(), second_ratings(np.array([10**9, 5, 10**9])).tolist()
    ([2], [2])
    """
    size = int(pair.max()) + 1 if pair.size else 0
    # Most often there are none, and ticking off is far quicker than sorting, where the ticks need no more room than the pairs.
    if size <= pair.itemsize * 2 * pair.size:
        seen = np.zeros(size, dtype=np.bool_)
        seen[pair] = True
        if np.count_nonzero(seen) == pair.size:
            return np.empty(0, dtype=np.int64)
    order = np.argsort(pair, kind="stable")
    return np.asarray(order[1:][np.diff(pair[order]) == 0])


BLOCK = 1 << 16


class Cells(Protocol):
    """Sums per stratum × department, (H, D): all that means, shares and their standard errors need."""

    @property
    def strata(self) -> Strata: ...

    @property
    def n(self) -> Ints:
        """Ratings."""
        ...

    @property
    def weight(self) -> Floats:
        """Sum of w."""
        ...

    @property
    def total(self) -> Floats:
        """Sum of w y."""
        ...

    @property
    def square(self) -> Floats:
        """Sum of w²."""
        ...

    @property
    def extent(self) -> tuple[float, float]:
        """The least and the greatest value that occurs or may occur."""
        ...

    def about(self, centre: Floats) -> tuple[Floats, Floats, Floats]:
        """Around ``centre`` (H, D): sums of w (y - c), w² (y - c)² and w (y - c)². Centred before squaring, so that equal
        answers give exactly 0 and not the noise of a difference of two large sums."""
        ...


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings in long form: m of them, at most one of a department by a respondent; 不了解 is no rating.

    Parameters
    ----------
    respondent : (m,) int
        Row of the respondent in the design.
    department : (m,) int
        Codes 0..D-1.
    value : (m,) float
        nan for 不了解: the row is dropped, the respondent stays in the design.
    departments : int
        D.

    Raises
    ------
    Unusable
        Different lengths, a code out of range, an infinite value, the same respondent and department twice.

    Examples
    --------
    >>> Ratings.of([0, 0, 1], [0, 1, 1], [75.0, float("nan"), 0.0], departments=2).value.tolist()
    [75.0, 0.0]
    """

    respondent: Ints
    department: Ints
    value: Floats
    departments: int

    @classmethod
    def of(cls, respondent: ArrayLike, department: ArrayLike, value: ArrayLike, *, departments: int) -> Self:
        values = np.asarray(value, dtype=np.float64)
        who = codes("respondent", respondent)
        what = codes("department", department, departments)
        if not who.shape == what.shape == values.shape:
            raise Unusable(f"respondent {who.shape}, department {what.shape} and value {values.shape} differ in length")
        if np.isinf(values).any():
            raise Unusable(f"value[{np.flatnonzero(np.isinf(values))[0]}] is infinite")
        pair = who * departments
        pair += what
        twice = second_ratings(pair)
        del pair
        if twice.size:
            row = twice.min()
            raise Unusable(f"row {row}: respondent {who[row]} rates department {what[row]} a second time")
        known = ~np.isnan(values)
        if known.all():
            return cls(who, what, frozen(values), departments)
        return cls(who[known], what[known], frozen(values[known]), departments)

    def valued(self, value: ArrayLike) -> "Ratings":
        """The same ratings with other values, (m,) after the dropping of 不了解: 0/1 makes shares of them."""
        values = np.asarray(value, dtype=np.float64)
        if values.shape != self.value.shape or not np.isfinite(values).all():
            raise Unusable(f"{self.value.size} known values are needed, one for each rating that is kept")
        return Ratings(self.respondent, self.department, frozen(values), self.departments)


@dataclass(frozen=True, eq=False)
class RatingCells:
    """Cells summed from single ratings: what weights of any kind and covariances need. O(m) time and memory."""

    design: Design
    ratings: Ratings
    cell: Ints
    w: Floats

    @classmethod
    def of(cls, design: Design, ratings: Ratings) -> Self:
        """Unusable when a rating's respondent is not in the design."""
        who = codes("respondent", ratings.respondent, design.stratum.size)
        cell = design.stratum[who] * ratings.departments + ratings.department
        return cls(design, ratings, cell, design.weight[who])

    def valued(self, value: ArrayLike) -> "RatingCells":
        return RatingCells(self.design, self.ratings.valued(value), self.cell, self.w)

    @property
    def strata(self) -> Strata:
        return self.design.strata

    def summed(self, term: Floats) -> Floats:
        """(H, D) sums of one term a rating."""
        return (
            np.bincount(self.cell, term, minlength=self.shape[0] * self.shape[1]).astype(np.float64).reshape(self.shape)
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(H, D)."""
        return self.strata.sampled.size, self.ratings.departments

    @cached_property
    def n(self) -> Ints:
        return np.bincount(self.cell, minlength=self.shape[0] * self.shape[1]).reshape(self.shape)

    @property
    def weight(self) -> Floats:
        return self.summed(self.w)

    @property
    def square(self) -> Floats:
        return self.summed(self.w**2)

    @property
    def total(self) -> Floats:
        return self.summed(self.w * self.ratings.value)

    @property
    def extent(self) -> tuple[float, float]:
        return extent(self.ratings.value)

    def about(self, centre: Floats) -> tuple[Floats, Floats, Floats]:
        flat = centre.ravel()
        sums = np.zeros((3, flat.size))
        # Block by block, so that what stands between lies in the processor's cache and not in hundreds of megabytes.
        for first in range(0, self.w.size, BLOCK):
            part = slice(first, first + BLOCK)
            cell, w = self.cell[part], self.w[part]
            distance = self.ratings.value[part] - flat[cell]
            moved = w * distance
            for row, term in zip(sums, (moved, moved * moved, moved * distance), strict=True):
                row += np.bincount(cell, term, minlength=flat.size)
        once, twice, spread = (row.reshape(self.shape) for row in sums)
        return once, twice, spread


@dataclass(frozen=True, eq=False)
class CountCells:
    """Cells from counts of options, as one ``GROUP BY stratum, department, option`` gives them: the cost no longer grows with n.

    Parameters
    ----------
    counts : (H, D, K) int
        Ratings by option.
    values : (K,) float
        What an option counts: 0..100 for a score, 1 or 0 for a share; nan for an option outside the base (不了解).

    Raises
    ------
    Unusable
        Shapes that do not fit, a negative count, an infinite value, more ratings of a department than respondents.

    Examples
    --------
    >>> cells = CountCells.of(Strata.of([4]), [[[2, 1, 1]]], [100, 0, float("nan")])
    >>> cells.n.tolist(), cells.total.tolist()
    ([[3]], [[200.0]])
    """

    strata: Strata
    counts: Ints
    values: Floats

    @classmethod
    def of(cls, strata: Strata, counts: ArrayLike, values: ArrayLike) -> Self:
        table, value = np.asarray(counts), np.asarray(values, dtype=np.float64)
        if table.ndim != 3 or table.shape[0] != strata.sampled.size or table.shape[2:] != value.shape:
            raise Unusable(f"counts {table.shape} do not fit {strata.sampled.size} strata and {value.shape} options")
        if table.size and (table.dtype.kind not in "iu" or table.min() < 0):
            raise Unusable("counts must be whole numbers of at least 0")
        if np.isinf(value).any():
            raise Unusable(f"values[{np.flatnonzero(np.isinf(value))[0]}] is infinite")
        over = np.argwhere(table.sum(axis=2) > strata.sampled[:, None])
        if over.size:
            h, d = over[0]
            raise Unusable(
                f"stratum {h}, department {d}: {table[h, d].sum()} ratings by {strata.sampled[h]} respondents; "
                "count respondents from the ballots, also those who rated nothing"
            )
        return cls(strata, table.astype(np.int64), frozen(value))

    def valued(self, values: ArrayLike) -> "CountCells":
        """The same counts with other option values."""
        return CountCells.of(self.strata, self.counts, values)

    @property
    def known(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.values)

    @property
    def n(self) -> Ints:
        return np.asarray(self.counts[:, :, self.known].sum(axis=2))

    @property
    def weight(self) -> Floats:
        return self.strata.weight[:, None] * self.n

    @property
    def square(self) -> Floats:
        return self.strata.weight[:, None] ** 2 * self.n

    @property
    def total(self) -> Floats:
        return self.strata.weight[:, None] * (self.counts[:, :, self.known] @ self.values[self.known])

    @property
    def extent(self) -> tuple[float, float]:
        return extent(self.values[self.known])

    def about(self, centre: Floats) -> tuple[Floats, Floats, Floats]:
        counts, weight = self.counts[:, :, self.known], self.strata.weight[:, None]
        distance = self.values[self.known] - centre[:, :, None]
        first = weight * (counts * distance).sum(axis=2)
        spread = (counts * distance**2).sum(axis=2)
        return first, weight**2 * spread, weight * spread
