"""Counts in a sparse table against what rows and columns lead one to expect: ratios that small counts cannot inflate."""

from dataclasses import astuple, dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Unusable

# Shapes and rates are looked for in here; at an end the data do not tell them.
LEAST, MOST = 1e-3, 2000.0
# Fewer cells cannot tell how ratios spread.
FEWEST = 10
STARTS = ((0.2, 0.1, 2, 4, 1 / 3), (0.1, 0.1, 10, 10, 0.2), (1, 0.5, 5, 5, 0.1), (2, 1, 20, 20, 0.1))


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Posterior of the ratio observed / expected, the shape of the counts; nan where nothing was expected.

    ``ebgm``: geometric mean; ``eb05``, ``eb95``: its 5 % and 95 % points: at ``eb05`` ≥ 2 the ratio is twofold almost surely;
    ``first``: probability of the prior's first gamma.
    """

    ebgm: Floats
    eb05: Floats
    eb95: Floats
    first: Floats


@dataclass(frozen=True, slots=True)
class GammaMixture:
    """Prior of the ratios: ``share`` · Gamma(alpha1, rate beta1) + (1 - ``share``) · Gamma(alpha2, rate beta2)."""

    alpha1: float
    beta1: float
    alpha2: float
    beta2: float
    share: float

    @property
    def settled(self) -> bool:
        """Whether no parameter ran to an end of its range, which is what a flat likelihood looks like."""
        shapes = astuple(self)[:4]
        return all(LEAST * 1.01 < each < MOST * 0.99 for each in shapes) and 0.001 < self.share < 0.999

    def shrink(self, count: ArrayLike, expected: ArrayLike) -> Shrunk:
        """Posterior of every cell's ratio.

        Notes
        -----
        Given a component the posterior is Gamma(α + N, β + E); the components' chances are weighed by their negative binomial
        probabilities of N. EBGM = exp E[log λ] (DuMouchel 1999, The American Statistician 53(3)).

        Examples
        --------
        >>> found = GammaMixture(0.2, 0.1, 2, 4, 1 / 3).shrink([0, 50], [0.5, 20])
        >>> found.ebgm.round(2).tolist(), found.eb05.round(2).tolist()
        ([0.11, 2.44], [0.0, 1.89])
        """
        n, e = _fitting(count, expected)
        logs = _log_chances(n, e, self)
        first = scipy.special.expit(logs[0] - logs[1] + scipy.special.logit(self.share))
        shape, rate = np.stack([self.alpha1 + n, self.alpha2 + n]), np.stack([self.beta1 + e, self.beta2 + e])
        chance = np.stack([first, 1 - first])
        ebgm = np.exp((chance * (scipy.special.digamma(shape) - np.log(rate))).sum(axis=0))
        return Shrunk(ebgm, _quantile(0.05, chance, shape, rate), _quantile(0.95, chance, shape, rate), first)


# DuMouchel's own starting point: what is taken where there is nothing to learn the spread from.
CUSTOMARY = GammaMixture(0.2, 0.1, 2.0, 4.0, 1 / 3)


def expected_counts(table: ArrayLike) -> Floats:
    """Row total × column total / grand total: what independence leads one to expect; nan for an empty table.

    Parameters
    ----------
    table : (R, C) float
        Counts, not negative.

    Returns
    -------
    (R, C) float
        With the totals of the table.

    Raises
    ------
    Unusable
        Not a table; a count that is negative or no number.

    Examples
    --------
    >>> expected_counts([[1, 3], [1, 3]]).tolist()
    [[1.0, 3.0], [1.0, 3.0]]
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or not (counts >= 0).all():
        raise Unusable(f"a table of counts from 0 on is needed, not shape {counts.shape}")
    whole = counts.sum()
    return np.asarray(np.outer(counts.sum(axis=1), counts.sum(axis=0)) / (whole if whole > 0 else np.nan))


def fit_gamma_mixture(count: ArrayLike, expected: ArrayLike) -> GammaMixture:
    """Learn from all cells how ratios spread.

    Parameters
    ----------
    count, expected : arrays of one shape
        Whole numbers from 0 on, and what was expected, positive; other cells (0 or nan expected) teach nothing. A list without
        any 0 is taken for one that was cut at 1.

    Returns
    -------
    GammaMixture
        Two gammas where the data tell two apart, one (``share`` 1) where the likelihood is flat, the customary prior with fewer
        than ten cells or no count at all.

    Raises
    ------
    Unusable
        Shapes that differ, a count that is negative or not whole, a count where none was expected.

    Examples
    --------
    >>> fit_gamma_mixture([0, 3], [1.0, 2.0]) == CUSTOMARY
    True
    """
    n, e = _fitting(count, expected)
    known = ~np.isnan(e)
    n, e = n[known], e[known]
    if n.size < FEWEST or not n.any():
        return CUSTOMARY
    found = likeliest(n, e)
    return found if found.settled else one_gamma(n, e)


def shrink_counts(count: ArrayLike, expected: ArrayLike) -> Shrunk:
    """``fit_gamma_mixture`` and ``GammaMixture.shrink`` in one.

    Parameters
    ----------
    count : (...) int
        As counted.
    expected : (...) float
        What is to be expected; nan or 0: the cell is left out.

    Returns
    -------
    Shrunk
        Same shape: shrunken ratios, and their lower 5 % points.

    Raises
    ------
    Unusable
        What ``fit_gamma_mixture`` refuses.

    Examples
    --------
    >>> shrink_counts([1, 0], [0.5, 0.5]).eb05.round(3).tolist()
    [0.178, 0.0]
    """
    return fit_gamma_mixture(count, expected).shrink(count, expected)


def _fitting(count: ArrayLike, expected: ArrayLike) -> tuple[Floats, Floats]:
    """Counts and expectations, nan both where nothing was expected."""
    n, e = np.asarray(count, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if n.shape != e.shape:
        raise Unusable(f"count {n.shape} and expected {e.shape} differ in shape")
    usable = (e > 0) & np.isfinite(e)
    strange = np.argwhere(usable & ~((n >= 0) & (n == np.rint(n))) | (e <= 0) & (n > 0) | (e < 0) | np.isinf(e))
    if strange.size:
        at = tuple(int(each) for each in strange[0])
        raise Unusable(f"cell {at}: {n[at]:g} counted, {e[at]:g} expected")
    return np.where(usable, n, np.nan), np.where(usable, e, np.nan)


def _log_chances(n: Floats, e: Floats, prior: GammaMixture) -> Floats:
    """(2, ...) log negative binomial probability of N under each gamma."""
    return np.stack([_log_chance(n, e, prior.alpha1, prior.beta1), _log_chance(n, e, prior.alpha2, prior.beta2)])


def _log_chance(n: Floats, e: Floats, alpha: float, beta: float) -> Floats:
    log_gamma = scipy.special.gammaln
    kept = n * (np.log(e) - np.log(beta + e)) - alpha * np.log1p(e / beta)
    return np.asarray(log_gamma(alpha + n) - log_gamma(alpha) - log_gamma(n + 1) + kept)


def _slopes(n: Floats, e: Floats, alpha: float, beta: float, cut: bool) -> tuple[Floats, Floats, Floats]:
    """Log probability of N, of N given N ≥ 1 where the list was cut there, and its derivatives by log alpha and log beta."""
    log, none = _log_chance(n, e, alpha, beta), -alpha * np.log1p(e / beta)
    by_alpha = scipy.special.digamma(alpha + n) - scipy.special.digamma(alpha) + none / alpha
    by_beta = alpha / beta - (alpha + n) / (beta + e)
    if cut:
        odds = np.exp(none) / -np.expm1(none)
        log = log - np.log(-np.expm1(none))
        by_alpha = by_alpha + odds * none / alpha
        by_beta = by_beta + odds * (alpha / beta - alpha / (beta + e))
    return log, alpha * by_alpha, beta * by_beta


def negative_log_likelihood(theta: Floats, n: Floats, e: Floats) -> tuple[float, Floats]:
    """Of (log alpha1, log beta1, log alpha2, log beta2, logit share), with its gradient."""
    alpha1, beta1, alpha2, beta2 = np.exp(theta[:4])
    share, cut = scipy.special.expit(theta[4]), bool((n > 0).all())
    first, second = _slopes(n, e, alpha1, beta1, cut), _slopes(n, e, alpha2, beta2, cut)
    log1, log2 = first[0] + np.log(share), second[0] + np.log1p(-share)
    whole = np.logaddexp(log1, log2)
    chance = np.exp(log1 - whole)
    other = 1 - chance
    terms = (chance * first[1], chance * first[2], other * second[1], other * second[2], chance - share)
    return -float(whole.sum()), -np.array([term.sum() for term in terms])


def likeliest(n: Floats, e: Floats) -> GammaMixture:
    """Maximum likelihood from several starts: the surface has several hills."""
    ends = [(np.log(LEAST), np.log(MOST))] * 4 + [(-8.0, 8.0)]
    tries = [
        scipy.optimize.minimize(
            negative_log_likelihood,
            np.append(np.log(start[:4]), scipy.special.logit(start[4])),
            args=(n, e),
            jac=True,
            method="L-BFGS-B",
            bounds=ends,
            options={"maxiter": 500},
        )
        for start in STARTS
    ]
    best = min(tries, key=lambda each: float(each.fun)).x
    alpha1, beta1, alpha2, beta2 = (float(each) for each in np.exp(best[:4]))
    return GammaMixture(alpha1, beta1, alpha2, beta2, float(scipy.special.expit(best[4])))


def one_gamma(n: Floats, e: Floats) -> GammaMixture:
    """Maximum likelihood of a single gamma; where the counts spread no more than chance its shape ends at its bound, and every
    ratio is pulled to the common one."""

    def loss(theta: Floats) -> tuple[float, Floats]:
        log, by_alpha, by_beta = _slopes(n, e, np.exp(theta[0]), np.exp(theta[1]), bool((n > 0).all()))
        return -float(log.sum()), -np.array([by_alpha.sum(), by_beta.sum()])

    ends = [(np.log(LEAST), np.log(MOST))] * 2
    found = scipy.optimize.minimize(loss, [0.0, 0.0], jac=True, method="L-BFGS-B", bounds=ends)
    alpha, beta = (float(each) for each in np.exp(found.x))
    return GammaMixture(alpha, beta, alpha, beta, 1.0)


def _quantile(probability: float, chance: Floats, shape: Floats, rate: Floats) -> Floats:
    """Of a mixture of two gammas, by bisection between the quantiles of the two."""
    ends = scipy.special.gammaincinv(shape, probability) / rate
    low, high = ends.min(axis=0), ends.max(axis=0)
    for _ in range(60):
        middle = (low + high) / 2
        under = (chance * scipy.special.gammainc(shape, rate * middle)).sum(axis=0) < probability
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return np.asarray((low + high) / 2)
