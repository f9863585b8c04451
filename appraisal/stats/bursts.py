"""Bursts: stretches of neighbouring batches that hold more ballots than their share. Batches, never the times of single ballots."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Ints, Unusable


@dataclass(frozen=True, slots=True)
class Burst:
    """A stretch of batches.

    ``first``, ``last``: places, both inside; ``ratio``: observed / expected; ``statistic``: log likelihood ratio; ``p``: chance
    that **any** stretch reaches it.
    """

    first: int
    last: int
    observed: int
    expected: float
    ratio: float
    statistic: float
    p: float


def burst_scan(
    counts: ArrayLike,
    rng: np.random.Generator,
    *,
    expected: ArrayLike | None = None,
    longest: int | None = None,
    draws: int = 999,
    most: int = 3,
) -> tuple[Burst, ...]:
    """The stretches that stand out most, without overlap, the strongest first.

    Parameters
    ----------
    counts : (B,) int
        Ballots by batch, in order.
    rng : numpy.random.Generator
        Its seed belongs into the report.
    expected : (B,) float, optional
        What the batches' profile leads one to expect, relative (an hour of the day, the size of a batch); default: equal.
    longest : int, optional
        Batches in a stretch; default: half of all.
    draws : int
        Random distributions of the same number of ballots over the batches.
    most : int
        Stretches to tell; fewer where fewer exceed what is expected.

    Returns
    -------
    tuple of Burst
        Empty without ballots, or where nothing exceeds what is expected.

    Raises
    ------
    Unusable
        A negative or fractional count, a negative expectation, ballots in a batch where none can be expected, ``longest`` below 1.

    Notes
    -----
    Λ = c ln(c/e) + (C - c) ln((C - c)/(C - e)) for c > e, maximised over stretches; p = (1 + draws with a maximum as large) /
    (1 + draws) under a multinomial with the expected shares (Naus 1965; Kulldorff 1997, Commun. Stat. Theory Methods 26). p is
    conservative for all but the first. A letter to all members of an association makes an honest burst.

    Examples
    --------
    >>> found = burst_scan([3, 4, 2, 3, 40, 38, 3, 2], np.random.default_rng(1), most=1)
    >>> [(one.first, one.last, one.observed, one.p) for one in found]
    [(4, 5, 78, 0.001)]
    """
    seen, share = _checked(counts, expected)
    widest = max(seen.size // 2, 1) if longest is None else longest
    if widest < 1:
        raise Unusable(f"longest is {longest}: a stretch has at least 1 batch")
    total = int(seen.sum())
    if not total:
        return ()
    chance = rng.multinomial(total, share, size=draws)
    null = np.zeros(draws)
    found: list[tuple[float, int, int]] = []
    for width in range(1, min(widest, seen.size) + 1):
        mean = _windows(share, width) * total
        null = np.maximum(null, _ratio(_windows(chance, width), mean, total).max(axis=-1, initial=0.0))
        own = _ratio(_windows(seen, width), mean, total)
        found += [(float(own[at]), int(at), int(at) + width - 1) for at in np.flatnonzero(own)]
    told = _apart(sorted(found, key=lambda one: (-one[0], one[1])), most)
    return tuple(_burst(seen, share * total, one, null) for one in told)


def _checked(counts: ArrayLike, expected: ArrayLike | None) -> tuple[Ints, Floats]:
    """Counts, and shares that sum to 1."""
    seen = np.asarray(counts)
    if seen.ndim != 1 or (seen.size and (seen.dtype.kind not in "iu" or seen.min() < 0)):
        raise Unusable("counts must be a flat list of whole numbers of at least 0")
    profile = np.ones(seen.size) if expected is None else np.asarray(expected, dtype=np.float64)
    if profile.shape != seen.shape:
        raise Unusable(f"expected has {profile.size} entries for {seen.size} batches")
    strange = np.flatnonzero(~np.isfinite(profile) | (profile < 0) | ((profile == 0) & (seen > 0)))
    if strange.size:
        at = strange[0]
        raise Unusable(f"expected[{at}] is {profile[at]:g} where {seen[at]} ballots are: a number above 0 is needed")
    return seen.astype(np.int64), profile / max(profile.sum(), 1e-300)


def _windows(series: ArrayLike, width: int) -> Floats:
    """Sums over ``width`` neighbours, along the last axis."""
    values = np.asarray(series, dtype=np.float64)
    sums = np.concatenate([np.zeros((*values.shape[:-1], 1)), values.cumsum(axis=-1)], axis=-1)
    return np.asarray(sums[..., width:] - sums[..., :-width])


def _ratio(count: Floats, mean: Floats, total: int) -> Floats:
    """Log likelihood ratios, 0 where no more than expected."""
    mean = np.clip(mean, 0, total)
    inside = scipy.special.xlogy(count, count / np.where(mean > 0, mean, 1.0))
    rest, left = total - count, total - mean
    outside = scipy.special.xlogy(rest, np.where(rest > 0, rest, 1.0) / np.where(left > 0, left, 1.0))
    return np.where(count > mean + 1e-9, np.maximum(inside + outside, 0.0), 0.0)


def _apart(ranked: list[tuple[float, int, int]], most: int) -> list[tuple[float, int, int]]:
    """The first ``most`` that do not overlap."""
    kept: list[tuple[float, int, int]] = []
    for one in ranked:
        if len(kept) < most and all(one[2] < other[1] or one[1] > other[2] for other in kept):
            kept.append(one)
    return kept


def _burst(seen: Ints, mean: Floats, one: tuple[float, int, int], null: Floats) -> Burst:
    statistic, first, last = one
    observed, expected = int(seen[first : last + 1].sum()), float(mean[first : last + 1].sum())
    p = (1 + int(np.count_nonzero(null >= statistic - 1e-9))) / (1 + null.size)
    return Burst(first, last, observed, expected, observed / expected, statistic, p)
