"""Which marks stick to which departments: more often than elsewhere, by more than chance, and by enough to matter."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.design import Floats, Ints, Unusable
from appraisal.stats.families import benjamini_hochberg, benjamini_yekutieli
from appraisal.stats.proportions import effective_n


@dataclass(frozen=True, slots=True)
class FlagRule:
    """When a department × mark is flagged: all of q, effect and size.

    ``q``: bound on Benjamini and Hochberg's q; ``ratio`` and ``points``: the share is at least so many times the expected one,
    **or** so much (in [0, 1]) above it; ``minimum_n``: fewest ratings that are tested at all.
    """

    q: float = 0.05
    ratio: float = 2.0
    points: float = 0.05
    minimum_n: int = 30


@dataclass(frozen=True, eq=False)
class Flags:
    """Every department × mark, (D, M) each, with the numbers behind it; p and q nan where nothing was tested.

    ``n``: ratings; ``expected``: the share that the comparison leads one to expect; ``ratio``: share / expected, nan where that
    is 0; ``q_by``: the strict value of Benjamini and Yekutieli, for display.
    """

    n: Ints
    share: Floats
    expected: Floats
    ratio: Floats
    p: Floats
    q_bh: Floats
    q_by: Floats
    tested: NDArray[np.bool_]
    flagged: NDArray[np.bool_]


def pooled_share(share: ArrayLike, n: ArrayLike) -> Floats:
    """(M,) mean of the departments' shares, weighted by their ratings; nan for a mark that no department has ratings for.

    Parameters
    ----------
    share : (D, M) float
        In [0, 1]; nan where a department has none.
    n : (D, M) int
        Ratings behind each share.

    Returns
    -------
    (M,) float
        In [0, 1].

    Examples
    --------
    >>> pooled_share([[0.1], [0.4], [float("nan")]], [[20], [10], [0]]).round(6).tolist()
    [0.2]
    """
    shares = np.asarray(share, dtype=np.float64)
    count = np.where(np.isnan(shares), 0.0, np.asarray(n, dtype=np.float64))
    whole = count.sum(axis=0)
    return np.asarray(np.nansum(shares * count, axis=0) / np.where(whole > 0, whole, np.nan))


def upper_tail(share: ArrayLike, worth: ArrayLike, expected: ArrayLike) -> Floats:
    """Exact binomial P(X ≥ x) with x = round(p n_eff) out of round(n_eff) at the expected share; at least 1 trial.

    Parameters
    ----------
    share, worth, expected : arrays that broadcast
        Share in [0, 1], effective sample size, expected share in (0, 1). nan in any gives nan.

    Returns
    -------
    (...) float
        p in [0, 1].

    Notes
    -----
    P(X ≥ x) = I_p(x, n - x + 1), 1 at x = 0 (the regularised incomplete beta function; Clopper & Pearson 1934). Discreteness
    makes p conservative.

    Examples
    --------
    >>> upper_tail(0.3, 10, 0.1).round(6).tolist()
    0.070191
    """
    p, count, rate = np.broadcast_arrays(*(np.asarray(given, dtype=np.float64) for given in (share, worth, expected)))
    trials = np.maximum(np.rint(count), 1.0)
    hits = np.minimum(np.rint(p * count), trials)
    positive = np.where(hits > 0, hits, 1.0)
    tail = scipy.special.betainc(positive, trials - positive + 1, rate)
    return np.where(np.isnan(hits + rate), np.nan, np.where(hits > 0, tail, 1.0))


def flag_marks(
    share: ArrayLike,
    variance: ArrayLike,
    n: ArrayLike,
    rule: FlagRule | None = None,
    *,
    expected: ArrayLike | None = None,
) -> Flags:
    """Test every department × mark against the pooled share of the mark, in one family: for design-weighted shares.

    Not for shares with preset weights, where a stratum of a dozen people may carry a tenth of the weight: one tick there moves
    the share while its plug-in variance stays small, and true nulls are flagged far beyond q. Use ``flag_counts`` there.

    Parameters
    ----------
    share : (D, M) float
        Of those who rated the department; nan where nobody did.
    variance : (D, M) float
        Design variance of the share; p (1 - p) / n for plain counts.
    n : (D, M) int
        Ratings behind each share.
    rule : FlagRule, optional
        When to flag.
    expected : (M,) or (D, M) float, optional
        Shares to compare with; default ``pooled_share``.

    Returns
    -------
    Flags
        A department with fewer than ``rule.minimum_n`` ratings, and a mark that nobody or everybody ticked, are not tested.

    Raises
    ------
    Unusable
        Shapes that differ.

    Notes
    -----
    One-sided exact binomial test on the effective sample size min(n, p (1 - p) / V) (Korn & Graubard 1998), as ``upper_tail``.
    Tests share respondents and are positively dependent, where Benjamini and Hochberg's procedure holds.

    Examples
    --------
    >>> share = [[0.02], [0.03], [0.40]]
    >>> flag_marks(share, [[s * (1 - s) / 100] for [s] in share], [[100]] * 3).flagged.ravel().tolist()
    [False, False, True]
    """
    wanted = rule or FlagRule()
    shares, count = np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.int64)
    if shares.ndim != 2 or not shares.shape == np.shape(variance) == count.shape:
        raise Unusable(
            f"share {shares.shape}, variance {np.shape(variance)} and n {count.shape} must be departments × marks"
        )
    rate = np.broadcast_to(pooled_share(shares, count) if expected is None else np.asarray(expected), shares.shape)
    tested = (count >= wanted.minimum_n) & ~np.isnan(shares) & (rate > 0) & (rate < 1)
    p = np.where(tested, upper_tail(shares, effective_n(shares, variance, count), rate), np.nan)
    q = benjamini_hochberg(p)
    ratio = shares / np.where(rate > 0, rate, np.nan)
    matters = (ratio >= wanted.ratio) | (shares - rate >= wanted.points)
    return Flags(count, shares, rate, ratio, p, q, benjamini_yekutieli(p), tested, tested & matters & (q <= wanted.q))


def expected_shares(ticked: ArrayLike, rated: ArrayLike) -> Floats:
    """(D, M) share of ticks that each department's own mix of strata would give it at the strata's average rates.

    Σ_h n_hd r_hm / Σ_h n_hd with r_hm the stratum's ticks over its ratings, of all departments: indirect standardisation, as in
    a standardised mortality ratio (Breslow & Day 1987, Statistical Methods in Cancer Research II, ch. 2). nan without ratings.

    Parameters
    ----------
    ticked : (H, D, M) int
        Ballots that ticked the mark.
    rated : (H, D) int
        Ballots that rated the department.

    Returns
    -------
    (D, M) float
        In [0, 1].

    Examples
    --------
    >>> expected_shares([[[4], [0]], [[1], [1]]], [[20, 20], [10, 10]]).round(4).tolist()
    [[0.1], [0.1]]
    """
    ticks, base = np.asarray(ticked, dtype=np.float64), np.asarray(rated, dtype=np.float64)
    whole = base.sum(axis=1)[:, None]
    rate = np.where(whole > 0, ticks.sum(axis=1) / np.where(whole > 0, whole, 1.0), 0.0)
    n = base.sum(axis=0)[:, None]
    return np.asarray(base.T @ rate / np.where(n > 0, n, np.nan))


def flag_counts(ticked: ArrayLike, rated: ArrayLike, rule: FlagRule | None = None) -> Flags:
    """Test every department × mark by plain counts against what its mix of respondents would have ticked at average rates.

    Parameters
    ----------
    ticked : (H, D, M) int
        Ballots of a stratum that rated the department and ticked the mark; all 0 for a mark that is no problem.
    rated : (H, D) int
        Ballots that rated the department.
    rule : FlagRule, optional
        When to flag.

    Returns
    -------
    Flags
        ``share`` = ticks / n, unweighted, so that the evidence reads "38 of 412 ticked it, 15 were to be expected".

    Raises
    ------
    Unusable
        Shapes that differ; more ticks than ratings.

    Notes
    -----
    One-sided exact binomial test of ticks out of n at ``expected_shares``. One ballot counts once at a department, so that ticks
    are independent within it; rates that differ between strata make the binomial tail conservative (Hoeffding 1956). No weights
    enter: the question is whether this department stands out, not how large the share is in the population.

    Examples
    --------
    >>> flag_counts([[[2], [3], [40]]], [[100, 100, 100]]).flagged.ravel().tolist()
    [False, False, True]
    """
    ticks, base = np.asarray(ticked, dtype=np.int64), np.asarray(rated, dtype=np.int64)
    if ticks.ndim != 3 or ticks.shape[:2] != base.shape:
        raise Unusable(
            f"ticked {ticks.shape} must be strata × departments × marks, rated {base.shape} strata × departments"
        )
    over = np.argwhere((ticks < 0) | (ticks > base[:, :, None]))
    if over.size:
        h, d, m = over[0]
        raise Unusable(f"stratum {h}, department {d}, mark {m}: {ticks[h, d, m]} ticks by {base[h, d]} ballots")
    n = np.broadcast_to(base.sum(axis=0)[:, None], ticks.shape[1:])
    share = ticks.sum(axis=0) / np.where(n > 0, n, np.nan)
    return flag_marks(share, share * (1 - share) / np.maximum(n, 1), n, rule, expected=expected_shares(ticks, base))
