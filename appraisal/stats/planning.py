"""How many people must be asked, and of which strata, for a score to be as sure as it needs to be."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.design import Floats, Ints, Unusable

# Typical of a first round, where nothing has been measured: the spread of scores on a scale of 0 to 100, and the effect of
# strata that are asked in very different proportions.
SD = 25.7
DEFF = 2.5
MINIMUM = 30
# 254.0000001 ratings are 254.
ROUNDING = 1e-9


def _quantile(level: float) -> float:
    if not 0 < level < 1:
        raise Unusable(f"level is {level:g}: a confidence between 0 and 1 is needed")
    return float(scipy.special.ndtri((1 + level) / 2))


def _positive(name: str, given: ArrayLike, *, top: float = np.inf, unknown: bool = False) -> Floats:
    """Numbers over 0 up to ``top``; nan only where it may stand for unknown."""
    values = np.asarray(given, dtype=np.float64)
    fine = (values > 0) & (values <= top) & np.isfinite(values)
    bad = values[~(fine | (np.isnan(values) if unknown else False))]
    if bad.size:
        raise Unusable(
            f"{name} is {bad.flat[0]:g}: a number over 0" + ("" if top == np.inf else f" up to {top:g}") + " is needed"
        )
    return values


def _up(number: ArrayLike) -> Ints:
    return np.asarray(np.ceil(np.asarray(number) * (1 - ROUNDING))).astype(np.int64)


def share_sd(share: ArrayLike) -> Floats:
    """Spread, in points of 100, of answers of which this share is 1: 100 sqrt(p (1 - p)); 50 at most.

    Parameters
    ----------
    share : (...) float
        In [0, 1].

    Returns
    -------
    (...) float
        0 to 50.

    Raises
    ------
    Unusable
        A share out of range.

    Examples
    --------
    >>> share_sd([0.5, 0.1]).round(9).tolist()
    [50.0, 30.0]
    """
    p = np.asarray(share, dtype=np.float64)
    bad = p[~((p >= 0) & (p <= 1))]
    if bad.size:
        raise Unusable(f"share is {bad.flat[0]:g}: a number from 0 to 1 is needed")
    return np.asarray(100 * np.sqrt(p * (1 - p)))


def ratings_needed(
    margin: ArrayLike,
    *,
    sd: ArrayLike = SD,
    deff: ArrayLike = DEFF,
    population: ArrayLike = np.nan,
    level: float = 0.95,
) -> Ints:
    """Ratings of one department for a score within ± ``margin`` points.

    Parameters
    ----------
    margin : float or array
        Half the interval's width, over 0, in points.
    sd : float or array
        Spread of the ratings in points; ``share_sd`` for a share.
    deff : float or array
        Design effect expected, over 0.
    population : float or array
        People who could rate the department; nan: so many that it does not matter.
    level : float

    Returns
    -------
    int or array
        Rounded up; at most the population.

    Raises
    ------
    Unusable
        Numbers that are not positive, a level outside (0, 1).

    Notes
    -----
    n₀ = deff (z s / x)², n = n₀ / (1 + n₀ / N) (Cochran 1977, ch. 4.6 and 5.9; Kish 1965, ch. 8.2).

    Examples
    --------
    >>> ratings_needed([5, 3, 2]).tolist(), int(ratings_needed(5, population=400))
    ([254, 705, 1586], 156)
    """
    spread = _positive("sd", sd) * _quantile(level) / _positive("margin", margin)
    wanted = _positive("deff", deff) * spread**2
    people = _positive("population", population, unknown=True)
    return _up(np.where(np.isnan(people), wanted, wanted / (1 + wanted / people)))


def margin_expected(
    ratings: ArrayLike,
    *,
    sd: ArrayLike = SD,
    deff: ArrayLike = DEFF,
    population: ArrayLike = np.nan,
    level: float = 0.95,
) -> Floats:
    """± points that so many ratings of a department give: the inverse of ``ratings_needed``. 0 when everybody has rated.

    Parameters
    ----------
    ratings, sd, deff, population, level
        As for ``ratings_needed``.

    Returns
    -------
    float array
        Half-width in points.

    Raises
    ------
    Unusable
        What ``ratings_needed`` refuses.

    Examples
    --------
    >>> margin_expected([254, 1053]).round(2).tolist(), float(margin_expected(400, population=400))
    ([5.0, 2.45], 0.0)
    """
    n, people = _positive("ratings", ratings), _positive("population", population, unknown=True)
    if (n > people).any():
        raise Unusable("more ratings than people who could give one")
    left = np.where(np.isnan(people), 1 / n, 1 / n - 1 / people)
    return np.asarray(_quantile(level) * _positive("sd", sd) * np.sqrt(_positive("deff", deff) * np.maximum(left, 0)))


def invitations(ratings: ArrayLike, *, response: ArrayLike, unknown: ArrayLike = 0.0, load: ArrayLike = 1.0) -> Ints:
    """People to invite so that a department gets so many ratings.

    Parameters
    ----------
    ratings : int or array
        Needed.
    response : float or array
        Share of the invited who answer, in (0, 1].
    unknown : float or array
        Share of the answers that are 不了解, in [0, 1).
    load : float or array
        Share of the respondents who are asked about the department, in (0, 1]: 12 of 100 departments each makes 0.12.

    Returns
    -------
    int array
        In the shape of the arguments, rounded up.

    Raises
    ------
    Unusable
        Shares out of range, ratings that are not positive.

    Examples
    --------
    >>> int(invitations(254, response=0.3, unknown=0.14)), int(invitations(254, response=0.3, unknown=0.14, load=0.12))
    (985, 8205)
    """
    known = _positive("the share of known answers (1 - unknown)", 1 - np.asarray(unknown, dtype=np.float64), top=1)
    answered = _positive("response", response, top=1) * known * _positive("load", load, top=1)
    return _up(_positive("ratings", ratings) / answered)


@dataclass(frozen=True, eq=False)
class Allocation:
    """``sampled`` (H,) int: answers wanted from each stratum; ``census`` (H,): ask everybody; ``se`` of the combined mean in
    the unit of ``sd``."""

    sampled: Ints
    census: NDArray[np.bool_]
    se: float


def allocate(
    total: int,
    population: ArrayLike,
    *,
    sd: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    minimum: int = MINIMUM,
) -> Allocation:
    """Share answers out among strata so that the combined mean is as sure as it can be.

    Parameters
    ----------
    total : int
        Answers in all.
    population : (H,) int
        People; where the optimum, or the minimum, reaches it everybody is asked.
    sd : (H,) float, optional
        Spread within the stratum; equal by default.
    weight : (H,) float, optional
        Preset stratum weights; the population by default.
    minimum : int
        Answers from every stratum, or all its people: a figure published for a stratum needs them.

    Returns
    -------
    Allocation
        Whole answers by stratum, and what standard error they give.

    Raises
    ------
    Unusable
        Lengths that differ, numbers that are not positive, a total under the minima or over the population.

    Notes
    -----
    Minimises Σ W_h² s_h² (1 / n_h - 1 / N_h) for a given Σ n_h (Neyman 1934; Cochran 1977, ch. 5.5): n_h ∝ W_h s_h, with strata
    at a bound fixed there and the rest shared out again, which is the optimum under bounds as the sum is convex. Whole numbers
    one by one, each to the stratum that gains most (Wright 2012), so that they are optimal too.

    Examples
    --------
    >>> found = allocate(200, [10_000, 1_000, 20], sd=[20, 40, 20])
    >>> found.sampled.tolist(), found.census.tolist()
    ([150, 30, 20], [False, False, True])
    """
    people = _whole(population)
    spread = np.broadcast_to(_positive("sd", 1.0 if sd is None else sd), people.shape)
    part = _positive("weight", people if weight is None else weight)
    if part.shape != people.shape:
        raise Unusable(f"{part.size} weights for {people.size} strata")
    low = np.minimum(minimum, people)
    if not low.sum() <= total <= people.sum():
        raise Unusable(
            f"{total} answers cannot be shared out: the minima take {low.sum()}, {people.sum()} people are there"
        )
    strength = part / part.sum() * spread
    sampled = _shared_out(int(total), np.maximum(low, 1), people, strength)
    variance = (strength**2 * (1 / sampled - 1 / people)).sum()
    return Allocation(sampled, sampled == people, float(np.sqrt(variance)))


def _whole(population: ArrayLike) -> Ints:
    people = np.asarray(population)
    if people.ndim != 1 or not people.size or people.dtype.kind not in "iu" or people.min() < 1:
        raise Unusable("population must be a flat list of whole numbers of at least 1")
    return people.astype(np.int64)


def _shared_out(total: int, low: Ints, high: Ints, strength: Floats) -> Ints:
    """The last ones by their gain; most of them at once, as many under the continuous optimum as rounding can make of it."""
    least, most = 0.0, float((high / strength).max())
    for _ in range(200):
        middle = (least + most) / 2
        enough = np.clip(middle * strength, low, high).sum() > total
        least, most = (least, middle) if enough else (middle, most)
    sampled = np.clip(np.floor(np.clip(least * strength, low, high)).astype(np.int64) - low.size, low, high)
    while sampled.sum() < total:
        gain = np.where(sampled < high, strength**2 / (sampled * (sampled + 1.0)), -1.0)
        sampled[np.argmax(gain)] += 1
    return sampled
