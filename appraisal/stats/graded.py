"""Where on the scale an item tells people apart: the graded response model."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Ints
from appraisal.stats.items import pairwise_covariance
from appraisal.stats.runs import answer_table

LEAST_ROWS = 300
LEAST_ANSWERS = 5
NODES = 41
REACH = 5.0
STEEPEST = 10.0
FARTHEST = 25.0
TINY = 1e-12


@dataclass(frozen=True, eq=False)
class GradedItems:
    """One opinion behind all answers, standard normal over the rows; every item a stepped view of it.

    Attributes
    ----------
    slope : (k,) float
        How steeply the answers rise with the opinion; negative where they fall. nan for an item with one level.
    threshold : (k, K - 1) float
        Opinion at which a level or a better one is as likely as not; nan beyond an item's levels.
    rows : int
        Rows with at least two answers: what the fit rests on.
    likelihood : float
        Logarithm of the marginal likelihood; nan without a fit.
    converged : bool
    """

    slope: Floats
    threshold: Floats
    rows: int
    likelihood: float
    converged: bool

    def information(self, opinion: ArrayLike) -> Floats:
        """(k, …) Fisher information of each item at each opinion: 1 / variance that the item alone would leave.

        I(θ) = Σ_c P_c'(θ)² / P_c(θ) (Samejima 1969, Psychometrika Monograph 17).

        >>> one = GradedItems(np.array([2.0]), np.array([[0.0]]), 300, 0.0, True)
        >>> one.information([0.0, 3.0]).round(3).tolist()
        [[1.0, 0.01]]
        """
        theta = np.asarray(opinion, dtype=np.float64)
        slope = self.slope.reshape(-1, *(1,) * (theta.ndim + 1))
        cuts = self.threshold.reshape(*self.threshold.shape, *(1,) * theta.ndim)
        at_least = np.nan_to_num(scipy.special.expit(slope * (theta - cuts)))
        steps = np.stack([_between(at_least[j], slope[j, 0]) for j in range(self.slope.size)])
        return np.asarray(np.where(np.isnan(slope[:, 0]), np.nan, steps))

    @property
    def best(self) -> tuple[Floats, Floats]:
        """(k,) most information that each item gives between -4 and 4, and the opinion at which it does; nan without a slope."""
        theta = np.linspace(-4, 4, 161)
        found = self.information(theta)
        known = ~np.isnan(found[:, 0])
        place = np.where(known, np.nan_to_num(found).argmax(axis=1), 0)
        return np.where(known, found[np.arange(place.size), place], np.nan), np.where(known, theta[place], np.nan)


def _between(at_least: Floats, slope: Floats) -> Floats:
    """Information of one item from its (K - 1, …) probabilities of a level or a better one, 0 for levels that it lacks."""
    ends = np.ones((1, *at_least.shape[1:])), np.zeros((1, *at_least.shape[1:]))
    # With a negative slope the cumulated probabilities belong to the turned opinion; the information is the same.
    cumulated = np.concatenate([ends[0], at_least, ends[1]])
    change = slope * cumulated * (1 - cumulated)
    share = cumulated[:-1] - cumulated[1:]
    return np.asarray(np.sum(np.diff(change, axis=0) ** 2 / np.maximum(share, TINY), axis=0))


def graded_response(answers: ArrayLike, *, least_rows: int = LEAST_ROWS) -> GradedItems:
    """Fit Samejima's graded response model by marginal maximum likelihood.

    Parameters
    ----------
    answers : (rows, k) float
        Any ordered values, nan for no answer. Levels of an item with fewer than 5 answers are merged with the level above,
        the highest with the one below.
    least_rows : int
        With fewer rows of two answers or more, or fewer than 3 items with two levels, nothing is fitted: all nan.

    Returns
    -------
    GradedItems
        With the sign that makes most items rise with the opinion.

    Raises
    ------
    Unusable
        Not a table.

    Notes
    -----
    P(Y ≥ c | θ) = 1 / (1 + exp(-a (θ - b_c))), θ standard normal, integrated over 41 evenly spaced nodes from -5 to 5 (Samejima 1969;
    Bock & Aitkin 1981, Psychometrika 46). All parameters at once by L-BFGS; the gradient is that of the expected complete likelihood.
    Slopes stay within ±10. Answers that are missing are taken to say nothing about the opinion.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> seen = rng.normal(size=(800, 1)) * [2.0, 2.0, 2.0, 0.3] + rng.logistic(size=(800, 4))
    >>> found = graded_response(np.digitize(seen, [-1, 1]))
    >>> found.converged, bool(found.slope[3] < 0.6), bool((found.slope[:3] > 1.5).all())
    (True, True, True)
    """
    table = answer_table(answers)
    items = [_levels(column) for column in table.T]
    usable = [j for j, level in enumerate(items) if level.max(initial=-1) > 0]
    rows = (
        np.stack([items[j] for j in usable], axis=1) if usable else np.empty((table.shape[0], 0), dtype=np.int64)
    ) >= 0
    told = rows.sum(axis=1) >= 2
    width = max((int(items[j].max()) for j in usable), default=0)
    slope, threshold = np.full(len(items), np.nan), np.full((len(items), width), np.nan)
    if told.sum() < least_rows or len(usable) < 3:
        return GradedItems(slope, threshold, int(told.sum()), float("nan"), False)
    fit = _Fit([items[j][told] for j in usable])
    best = scipy.optimize.minimize(
        fit.loss, fit.start, jac=True, method="L-BFGS-B", bounds=fit.bounds, options={"maxiter": 1000}
    )
    for j, (steep, falling) in zip(usable, fit.items(best.x), strict=True):
        slope[j] = steep
        threshold[j, : falling.size] = -falling / steep
    turned = np.copysign(1.0, np.nansum(slope))
    return GradedItems(turned * slope, turned * threshold, int(told.sum()), -float(best.fun), bool(best.success))


def _levels(column: Floats) -> Ints:
    """(rows,) levels 0, 1, … of one item, sparse ones merged, -1 for no answer."""
    known = ~np.isnan(column)
    values, level, counts = np.unique(column[known], return_inverse=True, return_counts=True)
    merged, at, held = np.zeros(values.size, dtype=np.int64), 0, 0
    for place, count in enumerate(counts.tolist()):
        merged[place] = at
        held += count
        if held >= LEAST_ANSWERS:
            at, held = at + 1, 0
    # What is left over at the top goes to the level below.
    merged = np.minimum(merged, max(at - 1, 0))
    found = np.full(column.size, -1, dtype=np.int64)
    found[known] = merged[level]
    return found


class _Fit:
    """Minus the logarithm of the marginal likelihood and its gradient, of (slope, first intercept, log gaps) of every item."""

    def __init__(self, levels: list[Ints]) -> None:
        self.levels = levels
        self.sizes = [int(level.max()) for level in levels]
        self.theta = np.linspace(-REACH, REACH, NODES)
        prior = np.exp(-(self.theta**2) / 2)
        self.prior = np.log(prior / prior.sum())

    @property
    def start(self) -> Floats:
        """Slopes of 1 with the signs of the strongest common direction, cuts from the margins."""
        parts: list[Floats] = []
        for level, size, sign in zip(self.levels, self.sizes, self._signs(), strict=True):
            known = level[level >= 0]
            falling = scipy.special.logit([np.mean(known >= c) for c in range(1, size + 1)]) * 1.2
            parts += [np.array([sign, falling[0]]), np.log(np.maximum(-np.diff(falling), 1e-3))]
        return np.concatenate(parts)

    def _signs(self) -> list[float]:
        table = np.stack(self.levels, axis=1).astype(np.float64)
        common = np.nan_to_num(pairwise_covariance(np.where(table < 0, np.nan, table), 2))
        return [float(np.copysign(1.0, one)) for one in np.linalg.eigh(common)[1][:, -1]]

    @property
    def bounds(self) -> list[tuple[float, float]]:
        one = [(-STEEPEST, STEEPEST), (-FARTHEST, FARTHEST)]
        return [bound for size in self.sizes for bound in [*one, *[(-8.0, 4.0)] * (size - 1)]]

    def items(self, parameters: Floats) -> Iterator[tuple[float, Floats]]:
        """(slope, falling intercepts) of each item."""
        place = 0
        for size in self.sizes:
            own = parameters[place : place + size + 1]
            yield float(own[0]), own[1] - np.concatenate([[0.0], np.cumsum(np.exp(own[2:]))])
            place += size + 1

    def loss(self, parameters: Floats) -> tuple[float, Floats]:
        curves = [self._curve(*item) for item in self.items(parameters)]
        joint = np.tile(self.prior, (self.levels[0].size, 1))
        for level, (_, share) in zip(self.levels, curves, strict=True):
            # A last row of 0 for those who did not answer: index -1 takes it.
            joint += np.vstack([np.log(share), np.zeros(NODES)])[level]
        whole = scipy.special.logsumexp(joint, axis=1)
        posterior = np.exp(joint - whole[:, None])
        parts = zip(self.levels, curves, self.items(parameters), strict=True)
        slopes = [self._slope(posterior, level, *curve, falling) for level, curve, (_, falling) in parts]
        return -float(whole.sum()), -np.concatenate(slopes)

    def _curve(self, slope: float, falling: Floats) -> tuple[Floats, Floats]:
        """(K - 1, Q) probabilities of a level or a better one, and (K, Q) of each level."""
        at_least = scipy.special.expit(slope * self.theta + falling[:, None])
        whole = np.vstack([np.ones(NODES), at_least, np.zeros(NODES)])
        return at_least, np.maximum(whole[:-1] - whole[1:], TINY)

    def _slope(self, posterior: Floats, level: Ints, at_least: Floats, share: Floats, falling: Floats) -> Floats:
        expected = np.stack([posterior[level == c].sum(axis=0) for c in range(falling.size + 1)]) / share
        each = at_least * (1 - at_least) * (expected[1:] - expected[:-1])
        of_cut = each.sum(axis=1)
        beyond = np.cumsum(of_cut[::-1])[::-1][1:]
        return np.concatenate([[(each @ self.theta).sum(), of_cut.sum()], beyond * np.diff(falling)])
