"""Is a problem reported less often than it was, when it is compared *because* it was reported so often?"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.design import Floats, Ints, Unusable

# Log odds beyond which a share is 0 or 1 for every purpose here.
FAR = 60.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Answers and ticks of one mark at one department, by stratum: ``ticked`` and ``n`` (H,), whole numbers, ticked <= n."""

    ticked: Ints
    n: Ints

    @classmethod
    def of(cls, ticked: ArrayLike, n: ArrayLike) -> "Counts":
        """Check the counts. Raises ``Unusable`` for lengths that differ, numbers that are not whole, and more ticks than answers.

        >>> Counts.of([3], [10]).n.tolist()
        [10]
        """
        first, second = np.atleast_1d(np.asarray(ticked)), np.atleast_1d(np.asarray(n))
        if first.shape != second.shape or first.ndim != 1:
            raise Unusable(f"{first.shape} ticks and {second.shape} answers: one of each a stratum")
        if first.dtype.kind not in "iu" or second.dtype.kind not in "iu" or (first < 0).any() or (first > second).any():
            raise Unusable("ticks and answers are whole numbers, ticks at most as many as answers")
        return cls(first.astype(np.int64), second.astype(np.int64))


@dataclass(frozen=True, slots=True)
class ShareChange:
    """Now minus before, in [-1, 1]; every figure nan where no stratum was asked both times.

    ``before``, ``now``: shares over the strata asked both times, weighted alike in both; ``low``, ``high``: interval of the
    difference, ``p``: two-sided exact, of no change, both after allowing for how the problem was chosen; ``p_best``: the p
    that no ticks at all would have given: where it is not small, no answer could have shown an improvement.
    """

    before: float
    now: float
    difference: float
    low: float
    high: float
    p: float
    p_best: float
    n_before: int
    n_now: int


# No stratum was asked both times.
NEITHER = ShareChange(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, 0, 0)


@dataclass(frozen=True, slots=True)
class _Tilted:
    """Whole numbers x from ``least`` on with P(x) ∝ exp(``log`` + t x), known to be at least ``floor``."""

    least: int
    log: Floats
    floor: int

    def upper(self, x: int, t: float) -> float:
        """P(X >= x)."""
        return self._part(x, self.least + self.log.size, t)

    def lower(self, x: int, t: float) -> float:
        """P(X <= x)."""
        return self._part(self.floor, x + 1, t)

    def _part(self, start: int, end: int, t: float) -> float:
        values = np.arange(self.least, self.least + self.log.size)
        tilted = self.log + t * values
        known = values >= self.floor
        wanted = known & (values >= start) & (values < end)
        return float(np.exp(scipy.special.logsumexp(tilted[wanted]) - scipy.special.logsumexp(tilted[known])))


def share_change(before: Counts, now: Counts, *, chosen_from: int = 0, level: float = 0.95) -> ShareChange:
    """Compare one mark at one department between two independent samples.

    Parameters
    ----------
    before, now : Counts
        (H,) each, the same strata in the same order; a stratum with no answers on one side is left out.
    chosen_from : int
        The fewest ticks ``before``, over all strata, with which the problem would have been taken up; 0: it was compared
        whatever it showed. What is chosen because it stood out lies too high by chance, and falls by itself.
    level : float
        Confidence of the interval, in (0, 1).

    Returns
    -------
    ShareChange
        Shares, their difference with its interval, and p.

    Raises
    ------
    Unusable
        Other strata on the two sides; fewer ticks than ``chosen_from``; a level outside (0, 1).

    Notes
    -----
    p: given all ticks of a stratum, those before are hypergeometric under no change; their sum over the strata, cut off at
    ``chosen_from``, gives the exact conditional test (Birch 1964; Mehta, Patel & Gray 1985 for the sum; conditioning on the
    choice: Fithian, Sun & Taylor 2014, arXiv 1410.2597). Twice the smaller tail, so that either verdict is wrong in at most
    half of it. Interval: the ends of each share, exact in its own cut-off distribution (Clopper & Pearson 1934, for strata
    with the odds moved alike), put together as Newcombe (1998, method 10) and Zou & Donner (2008) do:
    d - sqrt((p2 - l2)² + (u1 - p1)²), d + sqrt((u2 - p2)² + (p1 - l1)²). Strata weigh n1 n2 / (n1 + n2) (Cochran 1954), so
    that another mix of respondents is no change. No finite population correction: two finite populations always differ;
    asked is whether what they were drawn from does (Cochran 1977, ch. 2.14).

    Examples
    --------
    >>> found = share_change(Counts.of([60], [300]), Counts.of([30], [300]))
    >>> [round(x, 3) for x in (found.before, found.now, found.difference, found.low, found.high, found.p)]
    [0.2, 0.1, -0.1, -0.159, -0.041, 0.001]

    Ticked 60 times, where 58 would not have been noticed:

    >>> round(share_change(Counts.of([60], [300]), Counts.of([30], [300]), chosen_from=58).p, 2)
    0.41
    """
    if before.n.shape != now.n.shape:
        raise Unusable(f"{before.n.size} strata before, {now.n.size} now: the same are needed")
    if not 0 < level < 1:
        raise Unusable(f"level is {level:g}: a confidence between 0 and 1 is needed")
    if before.ticked.sum() < chosen_from:
        raise Unusable(f"{before.ticked.sum()} ticks before, but the problem was chosen from {chosen_from} on")
    both = (before.n > 0) & (now.n > 0)
    first, second = (Counts(each.ticked[both], each.n[both]) for each in (before, now))
    if not both.any():
        return NEITHER
    floor = max(0, chosen_from - int(before.ticked[~both].sum()))
    weight = first.n * second.n / (first.n + second.n)
    weight = weight / weight.sum()
    p1, l1, u1 = _share(first, weight, floor, level)
    p2, l2, u2 = _share(second, weight, 0, level)
    difference = p2 - p1
    low = difference - float(np.hypot(p2 - l2, max(u1 - p1, 0.0)))
    high = difference + float(np.hypot(u2 - p2, p1 - l1))
    none = Counts(np.zeros_like(second.ticked), second.n)
    p, p_best = _exact_p(first, second, floor), _exact_p(first, none, floor)
    asked = int(first.n.sum()), int(second.n.sum())
    return ShareChange(p1, p2, difference, max(low, -1.0), min(high, 1.0), p, p_best, *asked)


def _share(counts: Counts, weight: Floats, floor: int, level: float) -> tuple[float, float, float]:
    """The weighted share with its exact ends, when only ``floor`` ticks or more would have been looked at."""
    tail, x = (1 - level) / 2, int(counts.ticked.sum())
    odds = np.log(counts.ticked + 0.5) - np.log(counts.n - counts.ticked + 0.5)
    ticks = _Tilted(0, _log_binomials(counts.n, odds), floor)

    def weighted(t: float) -> float:
        return float(weight @ scipy.special.expit(odds + t))

    low = 0.0 if x <= floor else weighted(_root(lambda t: ticks.upper(x, t) - tail))
    high = 1.0 if x == counts.n.sum() else weighted(_root(lambda t: ticks.lower(x, t) - tail))
    share = float(weight @ (counts.ticked / counts.n))
    return share, min(low, share), high


def _log_binomials(n: Ints, odds: Floats) -> Floats:
    """Log chances of 0, 1, … ticks in all strata together; what is too small to be told from 0 is far from every end."""
    found = np.ones(1)
    for size, odd in zip(n.tolist(), odds.tolist(), strict=True):
        x = np.arange(size + 1)
        log = _log_choose(size, x) + x * scipy.special.log_expit(odd) + (size - x) * scipy.special.log_expit(-odd)
        found = np.asarray(np.convolve(found, np.exp(log)), dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(found), dtype=np.float64)


def _exact_p(first: Counts, second: Counts, floor: int) -> float:
    total = first.ticked + second.ticked
    least, most = np.maximum(0, total - second.n), np.minimum(first.n, total)
    logs = []
    for n1, n2, both, low, high in np.stack([first.n, second.n, total, least, most], axis=1).tolist():
        x = np.arange(low, high + 1)
        logs.append(_log_choose(n1, x) + _log_choose(n2, both - x))
    ticks, seen = _Tilted(int(least.sum()), _sum_of(logs), floor), int(first.ticked.sum())
    return min(1.0, 2 * min(ticks.upper(seen, 0.0), ticks.lower(seen, 0.0)))


def _log_choose(n: int, x: NDArray[np.int64]) -> Floats:
    return np.asarray(
        scipy.special.gammaln(n + 1) - scipy.special.gammaln(x + 1) - scipy.special.gammaln(n - x + 1), dtype=np.float64
    )


def _sum_of(logs: list[Floats]) -> Floats:
    """Log weights of a sum of independent whole numbers, none lost however small: a cut-off may lie far out."""
    found: Floats = logs[0] - logs[0].max()
    for each in logs[1:]:
        short, long = sorted((found, each - each.max()), key=len)
        whole: Floats = np.full(short.size + long.size - 1, -np.inf)
        for place, log in enumerate(short):
            part = whole[place : place + long.size]
            np.logaddexp(part, log + long, out=part)
        found = whole
    return found


def _root(excess: Callable[[float], float]) -> float:
    """Where a tail that runs monotonically in t, from 0 to 1 or back, has the wanted size."""
    return float(scipy.optimize.brentq(excess, -FAR, FAR, xtol=1e-10))
