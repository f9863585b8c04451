"""What may be said of counts when some of them are secret: statements are left unsaid until no secret can be worked out.

A count of 1 to 4 could point at a person. Leaving it out does not hide it: totals, percentages and a score are linear in the
counts, and together they may leave one table only. So every statement is weighed, whatever it is made of.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Self

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.design import Floats, Ints, Unusable

Bools = NDArray[np.bool_]

# How far a table may miss a statement and still agree with it: what is left of floating point.
SLACK: Final = 1e-7
# A branch and bound that has not found a table by then counts as having none: it errs towards hiding more.
NODES: Final = 100


@dataclass(frozen=True, eq=False)
class Statements:
    """F statements about N counts: ``low <= weights @ counts <= high``.

    Parameters
    ----------
    weights : (F, N) float
        A single 1 says a count, several 1 a total, other weights a percentage or a score.
    low, high : (F,) float
        The same for an exact figure, half a last digit apart from it for a rounded one.
    cost : (F,) float
        What is lost when it is not said; ``inf``: it is known in any case.

    Raises
    ------
    Unusable
        Parts of different lengths.

    Examples
    --------
    >>> both = Statements.exact([[1, 0]], [3, 4], [1.0]) + Statements.exact([[1, 1]], [3, 4], [float("inf")])
    >>> both.low.tolist(), both.high.tolist()
    ([3.0, 7.0], [3.0, 7.0])
    """

    weights: Floats
    low: Floats
    high: Floats
    cost: Floats

    @classmethod
    def of(cls, weights: ArrayLike, low: ArrayLike, high: ArrayLike, cost: ArrayLike) -> Self:
        matrix = np.atleast_2d(np.asarray(weights, dtype=np.float64))
        ends = [np.asarray(part, dtype=np.float64) for part in (low, high, cost)]
        if any(part.shape != (len(matrix),) for part in ends):
            raise Unusable(f"{len(matrix)} statements need as many lows, highs and costs")
        return cls(matrix, *ends)

    @classmethod
    def exact(cls, weights: ArrayLike, counts: ArrayLike, cost: ArrayLike) -> Self:
        """Statements that say what these weights make of the counts."""
        said = np.atleast_2d(np.asarray(weights, dtype=np.float64)) @ np.asarray(counts, dtype=np.float64)
        return cls.of(weights, said, said, cost)

    @classmethod
    def rounded(cls, weights: ArrayLike, counts: ArrayLike, cost: ArrayLike, step: float) -> Self:
        """The same, rounded to multiples of ``step``: each says that the figure is at most half a step away.

        >>> Statements.rounded([[1, 1]], [3, 4], [1.0], 5).high.tolist()
        [7.5]
        """
        said = np.atleast_2d(np.asarray(weights, dtype=np.float64)) @ np.asarray(counts, dtype=np.float64)
        near = np.round(said / step) * step
        return cls.of(weights, near - step / 2, near + step / 2, cost)

    def __add__(self, other: Self) -> Self:
        pairs = ("weights", "low", "high", "cost")
        return type(self)(*(np.concatenate([getattr(self, part), getattr(other, part)]) for part in pairs))

    def where(self, kept: Bools) -> Self:
        """Those that are ``kept`` (F,).

        >>> Statements.exact([[1], [2]], [3], [1.0, 1.0]).where(np.array([False, True])).low.tolist()
        [6.0]
        """
        return type(self)(self.weights[kept], self.low[kept], self.high[kept], self.cost[kept])

    def known_from(self, cost: float) -> Self:
        """The same, where those of this cost and over are said in any case.

        >>> Statements.exact([[1], [2]], [3], [1.0, 9.0]).known_from(9).cost.tolist()
        [1.0, inf]
        """
        return replace(self, cost=np.where(self.cost >= cost, np.inf, self.cost))

    def hold(self, tables: ArrayLike, said: Bools) -> Bools:
        """(T,) which tables (T, N) agree with the statements that are said."""
        found = np.asarray(tables) @ self.weights[said].T
        return np.asarray(((found >= self.low[said] - SLACK) & (found <= self.high[said] + SLACK)).all(axis=1))


@dataclass(frozen=True, eq=False)
class Protection:
    """``said`` (F,): statements that may be made. ``lost`` (S,): secrets that what is known in any case gives away."""

    said: Bools
    lost: Bools


def protect(counts: ArrayLike, statements: Statements, secrets: ArrayLike, need: ArrayLike) -> Protection:
    """Which statements about counts may be made so that no secret can be worked out from them all together.

    Parameters
    ----------
    counts : (N,) int
        The true table, flat.
    statements : Statements
        What one would like to say, and what is known in any case.
    secrets : (S, N) float
        Sums of counts that nobody is to work out: a small count is a row with a single 1.
    need : (S,) float
        How far apart the least and the greatest possible value of each have to be at least.

    Returns
    -------
    Protection
        For every secret that is not ``lost`` there are two tables of whole numbers that agree with everything said and differ in
        it by ``need`` or more, so that neither linear nor integer programming can narrow it down further.

    Raises
    ------
    Unusable
        Shapes that do not fit one another, counts that are no whole numbers from 0 on.

    Notes
    -----
    Complementary suppression (Hundepool et al. 2012, Statistical Disclosure Control, ch. 4), greedy: where a secret lies in too
    narrow a range, the cheapest statement with a shadow price on either end of it is not made. Whole tables are found from the
    vertices of the linear programs and, where those are not whole, by branch and bound; every one found shows the ranges of all
    secrets at once. In the end what was left unsaid is said again, the most valuable first, where the secrets stay wide.

    Examples
    --------
    >>> totals = Statements.exact([[1, 1, 1]], [2, 20, 30], [float("inf")])
    >>> cells = Statements.exact(np.eye(3), [2, 20, 30], [0.0, 20.0, 30.0])
    >>> protect([2, 20, 30], totals + cells, [[1, 0, 0]], [5]).said.tolist()
    [True, False, False, True]
    """
    table, wanted = np.asarray(counts), np.atleast_2d(np.asarray(secrets, dtype=np.float64))
    width = np.asarray(need, dtype=np.float64)
    if table.ndim != 1 or (table.size and (table.dtype.kind not in "iu" or table.min() < 0)):
        raise Unusable("a flat list of whole numbers from 0 on is needed")
    if statements.weights.shape[1] != table.size or wanted.shape != (width.size, table.size):
        raise Unusable(f"statements and secrets are needed about {table.size} counts, and a width for every secret")
    search = _Search(table, statements, wanted, width)
    search.hide()
    search.restore()
    return Protection(search.said, search.lost)


class _Search:
    """Leaves statements unsaid until every secret is wide; ``found`` are whole tables that agree with all that is still said."""

    def __init__(self, table: Ints, statements: Statements, secrets: Floats, need: Floats) -> None:
        self.statements, self.secrets, self.need = statements, secrets, need
        self.known = np.isinf(statements.cost)
        # What says a secret outright is never tried.
        self.told = (statements.weights[:, None, :] == secrets[None]).all(axis=2).any(axis=1) & ~self.known
        self.said = self.known.copy()
        self.lost = np.zeros(need.size, dtype=np.bool_)
        self.found = table[None].astype(np.float64)
        # More than anybody would believe; where nothing else bounds a count, this keeps the programs finite.
        self.most = 2.0 * table.sum() + need.max(initial=0.0)

    def hide(self) -> None:
        """Leave statements unsaid until every secret is wide that is not given away by what is known in any case."""
        while (secret := self._narrow()) is not None:
            self.lost[secret] = self._look(secret) is not None
        self.said = ~self.told
        self.found = self.found[self.statements.hold(self.found, self.said)]
        while (secret := self._narrow()) is not None:
            priced = self._look(secret)
            if priced is not None:
                self._leave_unsaid(priced)

    def restore(self) -> None:
        """Say again what the secrets do not need unsaid, the most valuable first."""
        unsaid = np.flatnonzero(~self.said & ~self.told)
        for statement in unsaid[np.argsort(-self.statements.cost[unsaid], kind="stable")]:
            before = self.found
            self.said[statement] = True
            self.found = before[self.statements.hold(before, self.said)]
            while (secret := self._narrow()) is not None:
                if self._look(secret) is not None:
                    self.said[statement], self.found = False, before
                    break

    def _narrow(self) -> int | None:
        """The first secret whose values in the tables found so far are not far enough apart."""
        values = self.found @ self.secrets.T
        open_ = ~self.lost & (np.ptp(values, axis=0) < self.need - SLACK)
        return int(np.argmax(open_)) if open_.any() else None

    def _look(self, secret: int) -> Bools | None:
        """Look for tables that are further apart in a secret; where there are none, the statements that hold it in its range."""
        low, high = self._end(secret, 1.0), self._end(secret, -1.0)
        if high[0] - low[0] >= self.need[secret] - SLACK:
            self._keep([np.round(low[1]), np.round(high[1])])
            # Any table will do that is low enough, or the lowest; then any that is high enough above it.
            if not self._is_wide(secret) and not self._search(secret, -np.inf, np.ceil(low[0] - SLACK), 0.0):
                self._search(secret, -np.inf, np.inf, 1.0)
            if self._is_wide(secret) or self._search(secret, self._least(secret) + self.need[secret], np.inf, 0.0):
                return None
        return low[2] | high[2]

    def _is_wide(self, secret: int) -> bool:
        return bool(np.ptp(self.found @ self.secrets[secret]) >= self.need[secret] - SLACK)

    def _least(self, secret: int) -> float:
        return float((self.found @ self.secrets[secret]).min())

    def _end(self, secret: int, sign: float) -> tuple[float, Floats, Bools]:
        """Least (1) or greatest (-1) value of a secret, a table that has it, and the statements with a shadow price on it."""
        low, high = self._bounds()
        rows = np.flatnonzero(self.said & ~self._single)
        same = self.statements.low[rows] == self.statements.high[rows]
        exact, range_ = rows[same], rows[~same]
        matrix = self.statements.weights
        found = scipy.optimize.linprog(
            sign * self.secrets[secret],
            A_ub=np.concatenate([matrix[range_], -matrix[range_]]),
            b_ub=np.concatenate([self.statements.high[range_], -self.statements.low[range_]]),
            A_eq=matrix[exact],
            b_eq=self.statements.low[exact],
            bounds=list(zip(low.tolist(), high.tolist(), strict=True)),
        )
        assert found.x is not None  # the true table agrees with everything, and no count is without bound
        priced = np.zeros(self.said.size, dtype=np.bool_)
        priced[exact] = np.abs(found.eqlin.marginals) > SLACK
        above, below = np.split(np.abs(found.ineqlin.marginals) > SLACK, 2)
        priced[range_] = above | below
        tight = (np.abs(found.lower.marginals) > SLACK) | (np.abs(found.upper.marginals) > SLACK)
        priced |= self._single & self.said & (self._touched @ tight)
        return float(self.secrets[secret] @ found.x), np.asarray(found.x), priced

    @cached_property
    def _touched(self) -> Bools:
        return np.asarray(self.statements.weights != 0)

    @cached_property
    def _single(self) -> Bools:
        """(F,) statements about one count alone, which are bounds."""
        return np.asarray(self._touched.sum(axis=1) == 1)

    def _bounds(self) -> tuple[Floats, Floats]:
        """(N,) least and greatest value of each count by the statements about it alone."""
        low, high = np.zeros(self.found.shape[1]), np.full(self.found.shape[1], self.most)
        for row in np.flatnonzero(self.said & self._single):
            (at,) = np.flatnonzero(self.statements.weights[row])
            ends = np.sort([self.statements.low[row], self.statements.high[row]] / self.statements.weights[row, at])
            low[at], high[at] = max(low[at], ends[0]), min(high[at], ends[1])
        return low, high

    def _keep(self, tables: list[Floats]) -> bool:
        """Add those tables that agree with what is said; whether there was one."""
        agree = self.statements.hold(np.array(tables), self.said)
        self.found = np.concatenate([self.found, np.array(tables)[agree]])
        return bool(agree.any())

    def _search(self, secret: int, least: float, most: float, aim: float) -> bool:
        """Look by branch and bound for a whole table with a secret in this range, the lowest (``aim`` 1) or any (0)."""
        low, high = self._bounds()
        rows = self.said & ~self._single
        weights = np.concatenate([self.statements.weights[rows], self.secrets[[secret]]])
        ends = (np.append(self.statements.low[rows], least), np.append(self.statements.high[rows], most))
        found = scipy.optimize.milp(
            aim * self.secrets[secret],
            integrality=np.ones(low.size, dtype=np.int64),
            bounds=scipy.optimize.Bounds(low, high),
            constraints=scipy.optimize.LinearConstraint(weights, *ends),
            options={"node_limit": NODES},
        )
        return found.x is not None and self._keep([np.round(found.x)])

    def _leave_unsaid(self, priced: Bools) -> None:
        """The cheapest statement that holds a secret in its range; any where none of those has a price."""
        free = self.said & ~self.known
        among = free & priced if (free & priced).any() else free
        self.said[np.argmin(np.where(among, self.statements.cost, np.inf))] = False
