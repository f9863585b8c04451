"""Intervals of shares that stay inside [0, 1] and mean something at 0 and 1."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats


def student(probability: float, df: ArrayLike) -> Floats:
    """Quantile of Student's t, elementwise; nan where df is not positive.

    >>> student(0.975, [1e9, 0]).round(4).tolist()
    [1.96, nan]
    """
    degrees = np.asarray(df, dtype=np.float64)
    return np.asarray(scipy.special.stdtrit(np.where(degrees > 0, degrees, np.nan), probability), dtype=np.float64)


def effective_n(
    share: ArrayLike, variance: ArrayLike, n: ArrayLike, deff: ArrayLike = 1.0, *, most: ArrayLike | None = None
) -> Floats:
    """How many independent answers the share is worth: p (1 - p) / V, at most n; n / deff where the plug-in variance is blind.

    Parameters
    ----------
    share, variance : (...) float
        p in [0, 1] and its design variance V.
    n : (...) int
        Answers; the result is nan where there are none.
    deff : (...) float
        Design effect that is taken where p is 0 or 1, at least 1. 1 is the convention of the US National Center for Health
        Statistics (Parker et al. 2017, Vital Health Stat 2(175)), and so is the cap at n.
    most : (...) float, optional
        Another cap; ``inf`` credits a stratification that pays with more answers than there are, as R's ``svyciprop`` does.

    Returns
    -------
    (...) float
        Over 0, at most n (or ``most``).

    Notes
    -----
    Kish (1965), n / deff. With V = 0 between 0 and 1 (every stratum asked in full) it is n.

    Examples
    --------
    >>> effective_n([0.2, 0.2, 0.0], [0.004, 0.0001, 0.0], 100).round(6).tolist()
    [40.0, 100.0, 100.0]
    """
    p, v, count = (np.asarray(given, dtype=np.float64) for given in (share, variance, n))
    spread = p * (1 - p)
    with np.errstate(divide="ignore", invalid="ignore"):
        free = np.where(v > 0, np.minimum(count if most is None else most, spread / v), count)
        worth = np.where(spread > 0, free, count / np.maximum(deff, 1.0))
    return np.asarray(np.where((count > 0) & ~np.isnan(p), worth, np.nan))


def beta_ends(successes: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Clopper and Pearson's (1934) exact ends, for counts that need not be whole.

    Lower: quantile (1 - level) / 2 of Beta(x, n - x + 1), 0 at x = 0; upper: quantile (1 + level) / 2 of Beta(x + 1, n - x),
    1 at x = n. nan where n is not positive.

    Parameters
    ----------
    successes, n : (...) float
        0 <= x <= n.
    level : float
        Confidence in (0, 1).

    Returns
    -------
    low, high : (...) float
        Ends in [0, 1].

    Examples
    --------
    >>> low, high = beta_ends(0, 10)
    >>> float(low), round(float(high), 6)
    (0.0, 0.308497)
    """
    x, count = np.broadcast_arrays(np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64))
    tail = (1 - level) / 2
    inverse = scipy.special.betaincinv
    low = np.where(x > 0, inverse(np.where(x > 0, x, 1.0), count - x + 1, tail), 0.0)
    high = np.where(x < count, inverse(x + 1, np.where(x < count, count - x, 1.0), 1 - tail), 1.0)
    usable = count > 0
    return np.where(usable, low, np.nan), np.where(usable, high, np.nan)


def korn_graubard(
    share: ArrayLike, worth: ArrayLike, n: ArrayLike, df: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Korn and Graubard's interval: exact ends on the effective sample size, corrected for the design's degrees of freedom.

    Parameters
    ----------
    share : (...) float
        p in [0, 1].
    worth : (...) float
        Effective sample size as ``effective_n`` gives it.
    n, df : (...) float
        Answers and degrees of freedom; nan where df is not positive.
    level : float
        Confidence in (0, 1).

    Returns
    -------
    low, high : (...) float
        Ends in [0, 1]; nan without answers.

    Notes
    -----
    n* = n_eff (t_{n-1} / t_df)², then ``beta_ends(p n*, n*)`` (Korn & Graubard 1998, Survey Methodology 24(2)). At p = 0 and 1
    the plain exact interval on n_eff: there is no variance to correct.

    Examples
    --------
    >>> low, high = korn_graubard(0.1, 100, 100, 99)
    >>> round(float(low), 4), round(float(high), 4)
    (0.049, 0.1762)
    """
    p, count, degrees = (np.asarray(given, dtype=np.float64) for given in (share, n, df))
    probability = (1 + level) / 2
    correction = (student(probability, count - 1) / student(probability, degrees)) ** 2
    inside = (p > 0) & (p < 1)
    star = np.asarray(worth, dtype=np.float64) * np.where(inside, correction, np.where(degrees > 0, 1.0, np.nan))
    return beta_ends(np.where(p == 1, star, p * star), star, level)


def wilson(share: ArrayLike, worth: ArrayLike, df: ArrayLike = np.inf, level: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's (1927) score interval on the effective sample size, with a t quantile (R's survey from 4.2 on).

    Centre (p + t²/2n) / (1 + t²/n), half-width t sqrt(p (1 - p)/n + t²/4n²) / (1 + t²/n).

    Parameters
    ----------
    share, worth : (...) float
        p in [0, 1] and its effective sample size.
    df : (...) float
        Of the t quantile; nan where not positive.
    level : float
        Confidence in (0, 1).

    Returns
    -------
    low, high : (...) float
        Ends in [0, 1].

    Examples
    --------
    >>> low, high = wilson(0.0, 10)
    >>> float(low), round(float(high), 6)
    (0.0, 0.277533)
    """
    p, count = np.asarray(share, dtype=np.float64), np.asarray(worth, dtype=np.float64)
    quantile = student((1 + level) / 2, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = quantile**2 / count
        half = quantile * np.sqrt(p * (1 - p) / count + part / (4 * count))
        low, high = (p + part / 2 - half) / (1 + part), (p + part / 2 + half) / (1 + part)
    return np.where(p == 0, 0 * low, np.clip(low, 0, 1)), np.where(p == 1, 1 + 0 * high, np.clip(high, 0, 1))


def logit_interval(share: ArrayLike, variance: ArrayLike, df: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Symmetric on the logit scale, ± t se / (p (1 - p)) (R's ``svyciprop(method="xlogit")``); nan at 0 and 1.

    Parameters
    ----------
    share, variance : (...) float
        p in [0, 1] and its design variance.
    df : (...) float
        nan where it is not positive.
    level : float
        Confidence in (0, 1).

    Returns
    -------
    low, high : (...) float
        Ends in (0, 1).

    Examples
    --------
    >>> low, high = logit_interval(0.5, 0.01, 1e9)
    >>> round(float(low), 4), round(float(high), 4)
    (0.3135, 0.6865)
    """
    p = np.asarray(share, dtype=np.float64)
    inside = np.where((p > 0) & (p < 1), p, np.nan)
    half = student((1 + level) / 2, df) * np.sqrt(np.asarray(variance, dtype=np.float64)) / (inside * (1 - inside))
    centre = np.log(inside / (1 - inside))
    return np.asarray(scipy.special.expit(centre - half)), np.asarray(scipy.special.expit(centre + half))
