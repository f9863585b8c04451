"""How sure is a place in the league table: sets of ranks that hold the true one, and tiers between which a line can be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.contrasts import INSEPARABLE
from appraisal.stats.design import Floats, Ints, Unusable
from appraisal.stats.estimates import NOISE

Bools = NDArray[np.bool_]

DRAWS = 10_000
SEED = 20240101


@dataclass(frozen=True, eq=False)
class Ranks:
    """Ranks of D units in the order they were given; 1 is the largest estimate; nan for excluded units.

    Attributes
    ----------
    names : (D,) str
    rank : (D,) float
        Of the estimates; ties share the best rank.
    marginal : (D, 2) float
        First and last rank, for one unit looked at alone: holds its true rank with confidence ``level``.
    simultaneous : (D, 2) float
        For the table as a whole: **all** true ranks are inside at once with confidence ``level``.
    tier : (D,) float
        1 is the best. Everyone of a higher tier is better than everyone of a lower one, jointly at ``level``; inside a tier no
        line can be drawn that would not part units which cannot be told apart.
    better : (D, D) bool
        Row is better than column, all pairs jointly at ``level``; two units with False both ways cannot be told apart.
    level, draws
        Confidence, and random draws behind the critical values.
    """

    names: tuple[str, ...]
    rank: Floats
    marginal: Floats
    simultaneous: Floats
    tier: Floats
    better: Bools
    level: float
    draws: int

    @property
    def excluded(self) -> Bools:
        """(D,) no estimate, or no spread that could be known: not ranked, and nobody is ranked against it."""
        return np.isnan(self.rank)

    @property
    def order(self) -> Ints:
        """(k,) positions of the ranked units, best first; ties as they were given."""
        return np.argsort(self.rank, kind="stable")[: np.count_nonzero(~self.excluded)]

    def best(self, tau: int) -> Bools:
        """(D,) units that may be among the ``tau`` best: all that truly are, with confidence ``level``."""
        return np.asarray(self.simultaneous[:, 0] <= tau)

    def worst(self, tau: int) -> Bools:
        """(D,) units that may be among the ``tau`` last: all that truly are, with confidence ``level``."""
        return np.asarray(self.simultaneous[:, 1] > np.count_nonzero(~self.excluded) - tau)


def rank_sets(
    estimate: ArrayLike,
    covariance: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    df: ArrayLike = np.inf,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Ranks:
    """Confidence sets for the ranks of D units.

    Parameters
    ----------
    estimate : (D,) float
        Larger is better. nan: no result.
    covariance : (D, D) float
        Of the estimates, with the dependence that common respondents bring; rows and columns without result may be nan.
    names : D str, optional
        For messages and results; default "0", "1", ...
    df : (D,) or scalar float
        Degrees of freedom of the estimates' variances, e.g. ``Estimates.strata_df``. With infinite ones variances count as known,
        as in the paper; where they rest on few ratings (some dozens) the sets would then be too narrow.
    level : float
        Confidence in (0, 1).
    draws, seed : int
        Random draws, and where they start. The same seed gives the same sets; an end near its threshold moves by one or two
        ranks with another seed.

    Returns
    -------
    Ranks
        A unit without estimate or with standard error 0 (answers that all agree hide their spread) is excluded.

    Raises
    ------
    Unusable
        Shapes that do not fit, an infinite figure, a matrix that is no covariance, a level outside (0, 1), too few draws.

    Notes
    -----
    Mogstad, Romano, Shaikh & Wilhelm (2024, Review of Economic Studies 91(1)): the hypotheses θ_j ≤ θ_k are tested by
    (x_j - x_k) / s_jk against the level quantile of max (Z_j - Z_k) / s_jk, Z normal with the covariance, stepping down (Romano
    & Wolf 2005): the quantile is taken again over the hypotheses not yet rejected until nothing more is, and a rejection
    removes its own direction only. One unit's set tests its 2 (D - 1) hypotheses, the table's all D (D - 1). The set is
    [1 + number surely better, D - number surely worse]. O(draws · D²) time, O(draws · D) memory.

    With finite ``df`` a statistic is first read as Student's t with the fewer degrees of freedom of the two, as their variances
    rest on common respondents, and replaced by the normal quantile of the same probability.

    Examples
    --------
    >>> found = rank_sets([70, 90, 71], [[4, 0, 0], [0, 4, 0], [0, 0, 4]], names=["甲", "乙", "丙"])
    >>> found.rank.tolist(), found.simultaneous.tolist(), found.tier.tolist()
    ([3.0, 1.0, 2.0], [[2.0, 3.0], [1.0, 1.0], [2.0, 3.0]], [2.0, 1.0, 2.0])
    """
    value, matrix = np.asarray(estimate, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    called = tuple(map(str, range(value.size))) if names is None else tuple(names)
    _refuse_misfits(value, matrix, called)
    if not 0 < level < 1 or draws * min(level, 1 - level) < 1:
        raise Unusable(f"level {level:g} with {draws} draws: a level between 0 and 1, and draws beyond it, are needed")
    diagonal = np.diag(matrix)
    kept = np.flatnonzero(~np.isnan(value) & (diagonal > NOISE**2))
    freedom = np.broadcast_to(np.asarray(df, dtype=np.float64), value.shape)[kept]
    poor = kept[~(freedom > 0)]
    if poor.size:
        raise Unusable(f"{called[poor[0]]}: a variance with {freedom[~(freedom > 0)][0]:g} degrees of freedom")
    pairs = _Pairs.of(value[kept], _covariance(matrix, kept, called), freedom, level, draws, seed)
    return _result(called, value, kept, pairs)


def _refuse_misfits(value: Floats, matrix: Floats, names: tuple[str, ...]) -> None:
    if value.ndim != 1 or matrix.shape != (value.size, value.size) or len(names) != value.size:
        raise Unusable(
            f"{value.shape} estimates, covariance {matrix.shape} and {len(names)} names do not fit each other"
        )
    infinite = np.flatnonzero(np.isinf(value) | np.isinf(matrix).any(axis=1))
    if infinite.size:
        raise Unusable(f"{names[infinite[0]]}: infinite estimate or covariance")
    negative = np.flatnonzero(np.diag(matrix) < 0)
    if negative.size:
        at = negative[0]
        raise Unusable(f"{names[at]}: variance {matrix[at, at]:g} is negative")


def _covariance(matrix: Floats, kept: Ints, names: tuple[str, ...]) -> Floats:
    """The part that is ranked, once it is known to be a covariance matrix."""
    part = matrix[np.ix_(kept, kept)]
    strange = np.argwhere(~np.isclose(part, part.T, rtol=1e-6, atol=1e-9 * np.diag(part).max(initial=0.0)))
    if strange.size:
        j, k = kept[strange[0]]
        raise Unusable(
            f"covariance of {names[j]} and {names[k]} is {matrix[j, k]:g} one way, {matrix[k, j]:g} the other"
        )
    return (part + part.T) / 2


@dataclass(frozen=True, eq=False)
class _Pairs:
    """All ordered pairs of the k ranked units: statistics, and normal draws of what chance makes of them.

    ``steepness`` (k, k): 1 / s_jk, 0 where a pair has no spread; ``noise`` (k, draws).
    """

    statistic: Floats
    steepness: Floats
    noise: Floats
    level: float

    @classmethod
    def of(cls, value: Floats, covariance: Floats, df: Floats, level: float, draws: int, seed: int) -> "_Pairs":
        scale, axes = np.linalg.eigh(covariance)
        if (scale < -1e-8 * scale.max(initial=0.0)).any():
            raise Unusable("covariance has a negative eigenvalue: it is no covariance matrix")
        root = axes * np.sqrt(np.maximum(scale, 0.0))
        noise = root @ np.random.default_rng(seed).standard_normal((value.size, draws))
        own = np.diag(covariance)
        both = own[:, None] + own[None, :]
        spread = both - 2 * covariance
        apart = spread > INSEPARABLE * both
        steepness = np.where(apart, 1 / np.sqrt(np.where(apart, spread, 1.0)), 0.0)
        statistic = (value[:, None] - value[None, :]) * steepness
        return cls(_as_normal(statistic, df), steepness, noise, level)

    def chance(self, unit: int) -> Floats:
        """(k, draws) studentised differences unit minus the others, when none differs truly."""
        return np.asarray((self.noise[unit] - self.noise) * self.steepness[unit][:, None])

    def critical(self, peaks: Floats) -> float:
        """The draw that a share ``level`` of draws does not exceed; never under it, as the set must not be too narrow."""
        return float(np.quantile(peaks, self.level, method="higher"))

    def of_one(self, unit: int, chance: Floats) -> tuple[Bools, Bools]:
        """(k,) whom the unit is surely better than, and who is surely better than it, tested for this unit alone."""
        above, below = (np.zeros(len(self.statistic), dtype=np.bool_) for _ in range(2))
        statistic = self.statistic[unit]
        while True:
            limit = self.critical(np.maximum(_peak(chance, ~above), _peak(-chance, ~below)))
            more = (statistic > limit) & ~above, (-statistic > limit) & ~below
            if not (more[0] | more[1]).any():
                return above, below
            above, below = above | more[0], below | more[1]

    def of_all(self, peaks: Floats) -> Bools:
        """(k, k) row surely better than column, all pairs jointly; ``peaks`` (k, draws): greatest chance difference of a row."""
        better = np.zeros(self.statistic.shape, dtype=np.bool_)
        while True:
            more = (self.statistic > self.critical(peaks.max(axis=0))) & ~better
            if not more.any():
                return better
            better |= more
            for unit in np.flatnonzero(more.any(axis=1)):
                peaks[unit] = _peak(self.chance(int(unit)), ~better[unit])


def _as_normal(statistic: Floats, df: Floats) -> Floats:
    """(k, k) normal quantiles of the same probability as Student's."""
    if np.isinf(df).all():
        return statistic
    below = scipy.special.stdtr(np.minimum(df[:, None], df[None, :]), -np.abs(statistic))
    return np.asarray(np.sign(statistic) * -scipy.special.ndtri(below))


def _peak(chance: Floats, among: Bools) -> Floats:
    """(draws,) greatest difference among the open hypotheses. A unit's difference from itself is 0 and never the answer."""
    return np.asarray((chance if among.all() else chance[among]).max(axis=0))


def _result(names: tuple[str, ...], value: Floats, kept: Ints, pairs: _Pairs) -> Ranks:
    ranked, peaks = value[kept], np.empty(pairs.noise.shape)
    rank, tier = np.full(value.size, np.nan), np.full(value.size, np.nan)
    marginal, simultaneous = np.full((value.size, 2), np.nan), np.full((value.size, 2), np.nan)
    for unit, place in enumerate(kept):
        chance = pairs.chance(unit)
        peaks[unit] = chance.max(axis=0)
        above, below = pairs.of_one(unit, chance)
        marginal[place] = 1 + np.count_nonzero(below), kept.size - np.count_nonzero(above)
    surely = pairs.of_all(peaks) if kept.size else np.zeros((0, 0), dtype=np.bool_)
    rank[kept] = 1 + (ranked[None, :] > ranked[:, None]).sum(axis=1)
    simultaneous[kept, 0] = 1 + surely.sum(axis=0)
    simultaneous[kept, 1] = kept.size - surely.sum(axis=1)
    tier[kept] = tiers(ranked, surely)
    better = np.zeros((value.size, value.size), dtype=np.bool_)
    better[np.ix_(kept, kept)] = surely
    return Ranks(names, rank, marginal, simultaneous, tier, better, pairs.level, pairs.noise.shape[1])


def tiers(value: Floats, better: Bools) -> Floats:
    """(k,) tier of each unit: a line after a unit where all so far are surely better than all that follow.

    >>> tiers(np.array([1.0, 9.0]), np.array([[False, False], [True, False]])).tolist()
    [2.0, 1.0]
    """
    order = np.argsort(-value, kind="stable")
    table = better[np.ix_(order, order)]
    lines = [bool(table[:after, after:].all()) for after in range(1, order.size)]
    found = np.empty(order.size)
    found[order] = np.cumsum([1, *lines])[: order.size]
    return found
