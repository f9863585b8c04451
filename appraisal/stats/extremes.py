"""More of the worst or the best answer than the rest of a department's answers leads one to expect."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Ints, Unusable
from appraisal.stats.families import benjamini_hochberg

FEWEST_CELLS = 10
FEWEST_REST = 20
GRID = np.linspace(-3.0, 3.0, 241)


@dataclass(frozen=True, eq=False)
class ExtremeExcess:
    """(C,) each, one entry a cell; nan where a cell, or the family, says too little.

    ``seen``: answers at the extreme; ``expected``: what the other answers lead one to expect; ``ratio``: log of seen over expected,
    in robust standard deviations of the family; ``p``: one-sided; ``q``: Benjamini and Hochberg's over the cells.
    """

    seen: Ints
    expected: Floats
    ratio: Floats
    p: Floats
    q: Floats


def extreme_excess(counts: ArrayLike) -> ExtremeExcess:
    """Compare the first column of each row with what its other columns lead one to expect.

    Parameters
    ----------
    counts : (C, K) int
        Answers of C cells (departments) by step, the extreme in question first, its neighbour next; K of at least 3. For the
        other extreme turn the columns round.

    Returns
    -------
    ExtremeExcess
        (C,) each; all nan with fewer than 10 cells of at least 20 other answers.

    Raises
    ------
    Unusable
        Not a table of whole numbers of at least 0 with at least 3 columns.

    Notes
    -----
    The pooled answers give common thresholds on a normal scale (McKelvey & Zavoina 1975, J. Math. Sociol. 4); each cell has a
    place μ on it. The likelihood of its other answers alone, given that they are not the extreme, over a grid of μ gives mean m
    and variance v of the log odds of the extreme; expected are e = rest · exp(m), and the log ratio r = ln((x + ½)/(e + ½)) has
    variance 1/(e + ½) + v. What all cells share (a scale that does not quite fit, content people who say the best of everything)
    is taken out by the median of r. What cells differ by, τ², is the square of 1.4826 times the median absolute deviation less the
    median variance (Huber 1981, Robust Statistics, ch. 5). Given both, the number is negative binomial with mean e · exp(median)
    and size 1 / (τ² + v). A department that truly divides people stands out as well: a signal, no verdict.

    Examples
    --------
    >>> honest = [[10 + i % 3, 40, 100, 60] for i in range(12)]
    >>> found = extreme_excess([*honest, [90, 40, 100, 60]])
    >>> [int(i) for i in np.flatnonzero(found.q < 0.001)], round(float(found.expected[12]))
    ([12], 11)
    """
    table = np.asarray(counts)
    if table.ndim != 2 or table.shape[1] < 3 or (table.size and (table.dtype.kind not in "iu" or table.min() < 0)):
        raise Unusable("counts must be cells × steps, at least 3 steps, whole numbers of at least 0")
    seen, rest = table[:, 0].astype(np.int64), table[:, 1:].sum(axis=1)
    usable = rest >= FEWEST_REST
    nothing = np.full(len(table), np.nan)
    if np.count_nonzero(usable) < FEWEST_CELLS:
        return ExtremeExcess(seen, nothing, nothing, nothing, nothing)
    odds, spread = _log_odds(table[usable])
    plain = rest[usable] * np.exp(odds)
    ratio = np.log((seen[usable] + 0.5) / (plain + 0.5))
    middle = float(np.median(ratio))
    width = (1.4826 * float(np.median(np.abs(ratio - middle)))) ** 2
    between = max(width - float(np.median(1 / (plain + 0.5) + spread)), 0.0)
    expected, shown, p = nothing.copy(), nothing.copy(), nothing.copy()
    expected[usable] = plain * np.exp(middle)
    shown[usable] = (ratio - middle) / np.sqrt(1 / (plain + 0.5) + spread + between)
    size = 1 / np.maximum(between + spread, 1e-9)
    p[usable] = _negative_binomial_tail(seen[usable], expected[usable], size)
    return ExtremeExcess(seen, expected, shown, p, benjamini_hochberg(p))


def _negative_binomial_tail(seen: Ints, mean: Floats, size: Floats) -> Floats:
    """P(X ≥ seen), X with that mean and variance mean + mean² / size."""
    chance = size / (size + mean)
    tail = scipy.special.betainc(np.maximum(seen, 1), size, 1 - chance)
    return np.where(seen > 0, tail, 1.0)


def _log_odds(table: Ints) -> tuple[Floats, Floats]:
    """(C,) mean and variance of the log odds of the first column, from the other columns of each row."""
    below = table.sum(axis=0).cumsum()[:-1] / max(table.sum(), 1)
    cuts = scipy.special.ndtri(np.clip(below, 1e-6, 1 - 1e-6))
    above = np.concatenate(
        [np.ones((GRID.size, 1)), scipy.special.ndtr(GRID[:, None] - cuts), np.zeros((GRID.size, 1))], axis=1
    )
    share = np.clip(-np.diff(above, axis=1), 1e-12, None)
    inside = np.log(share[:, 1:] / share[:, 1:].sum(axis=1, keepdims=True))
    log_odds = np.log(share[:, 0] / share[:, 1:].sum(axis=1))
    likely = table[:, 1:] @ inside.T
    weight = np.exp(likely - likely.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    mean = weight @ log_odds
    return mean, weight @ log_odds**2 - mean**2


def poisson_tail(seen: ArrayLike, mean: ArrayLike) -> Floats:
    """P(X ≥ seen) for a Poisson number with that mean; 1 where nothing was seen.

    Parameters
    ----------
    seen : (...) int
        At least 0.
    mean : (...) float
        Over 0.

    Returns
    -------
    (...) float
        In [0, 1].

    Examples
    --------
    >>> poisson_tail([0, 1, 3], [0.5, 0.5, 0.5]).round(4).tolist()
    [1.0, 0.3935, 0.0144]
    """
    number = np.asarray(seen, dtype=np.float64)
    return np.where(number > 0, scipy.special.pdtrc(np.maximum(number - 1, 0), np.asarray(mean)), 1.0)


def normal_tail(z: float) -> float:
    """P(Z ≥ z) of a standard normal number.

    Parameters
    ----------
    z : float
        Any number.

    Returns
    -------
    float
        In [0, 1].

    Examples
    --------
    >>> round(normal_tail(1.959964), 6)
    0.025
    """
    return float(scipy.special.ndtr(-z))


@dataclass(frozen=True, eq=False)
class Contented:
    """Ballots that give the best answer throughout: how many of ``ballots``, how many the other ballots lead one to expect, p."""

    ballots: int
    seen: int
    expected: float
    p: float


def contented(best: ArrayLike, answered: ArrayLike, allowance: float = 0.0) -> Contented:
    """Are there more ballots with the best answer throughout than those that are nearly so lead one to expect?

    Parameters
    ----------
    best, answered : (n,) int
        Best answers and answers of each ballot; ballots without an answer are left out.
    allowance : float
        Share of the ballots that is let pass beyond the expectation: being content with everybody is common and honest.

    Returns
    -------
    Contented
        Expected number and p are nan where every ballot is all best: nothing is left to expect from.

    Raises
    ------
    Unusable
        More best answers than answers, other lengths.

    Notes
    -----
    The ballots that are **not** all best are fitted by a beta-binomial, truncated, on a grid of mean and intraclass correlation;
    it gives the expected number of all-best ballots. p is the Poisson tail at expected + allowance · n.

    Examples
    --------
    >>> found = contented([0, 1, 2, 3, 4, 5, 6, 7] * 20 + [8] * 60, [8] * 220)
    >>> found.seen, found.expected < 45, found.p < 0.05
    (60, True, True)
    """
    hits, tries = np.asarray(best), np.asarray(answered)
    if hits.shape != tries.shape or hits.ndim != 1 or (hits > tries).any():
        raise Unusable("best and answered must be flat lists of the same length, best at most answered")
    hits, tries = hits[tries > 0], tries[tries > 0]
    whole = hits == tries
    if whole.all():
        return Contented(hits.size, int(whole.sum()), float("nan"), float("nan"))
    chance = _all_best(hits[~whole], tries[~whole])
    sizes, held = np.unique(tries[~whole], return_counts=True)
    expected = float(
        sum(count * chance[size] / (1 - chance[size]) for size, count in zip(sizes.tolist(), held, strict=True))
    )
    mean = expected + allowance * hits.size
    seen = int(whole.sum())
    return Contented(hits.size, seen, expected, float(poisson_tail(seen, mean)))


def _all_best(hits: Ints, tries: Ints) -> dict[int, float]:
    """Number of answers → chance that all are best, from ballots that are not."""
    mean, rho = np.meshgrid(np.linspace(0.02, 0.98, 49), np.linspace(0.01, 0.8, 40))
    a, b = mean.ravel() * (1 / rho.ravel() - 1), (1 - mean.ravel()) * (1 / rho.ravel() - 1)
    likely, full = np.zeros(a.size), {}
    for size in np.unique(tries).tolist():
        full[size] = np.exp(scipy.special.betaln(a + size, b) - scipy.special.betaln(a, b))
        counts = np.bincount(hits[tries == size], minlength=size)
        for k in np.flatnonzero(counts).tolist():
            each = scipy.special.betaln(a + k, b + size - k) - scipy.special.betaln(a, b)
            likely += counts[k] * (each - np.log1p(-np.minimum(full[size], 1 - 1e-12)))
    at = int(likely.argmax())
    return {size: float(chance[at]) for size, chance in full.items()}
