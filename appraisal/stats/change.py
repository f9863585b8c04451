"""Has a department changed since the last round, or is it chance?"""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Unusable
from appraisal.stats.estimates import NOISE, Estimates
from appraisal.stats.families import benjamini_hochberg
from appraisal.stats.proportions import student


@dataclass(frozen=True, eq=False)
class Change:
    """Now minus before, (D,) each, in the unit of the estimates; nan where a round has no result or its spread is unknown.

    ``low``, ``high``: interval at the level asked for; ``p``: two-sided, of no change; ``q``: adjusted over all departments.
    """

    difference: Floats
    se: Floats
    df: Floats
    low: Floats
    high: Floats
    p: Floats
    q: Floats


def change(
    now: Estimates,
    before: Estimates,
    *,
    level: float = 0.95,
    df_now: ArrayLike | None = None,
    df_before: ArrayLike | None = None,
) -> Change:
    """Difference of two rounds that asked different people.

    Parameters
    ----------
    now, before : Estimates
        Departments in the same order; the same question, scale and kind of weights in both, or the difference means nothing.
    level : float
        Confidence of the interval, in (0, 1).
    df_now, df_before : (D,) or scalar, optional
        Instead of the estimates' own degrees of freedom.

    Returns
    -------
    Change
        (D,) each: difference, its interval, p and q; nan where either round has no result.

    Raises
    ------
    Unusable
        Different numbers of departments.

    Notes
    -----
    d ± t_ν sqrt(V₁ + V₀) with ν = (V₁ + V₀)² / (V₁² / ν₁ + V₀² / ν₀) (Welch 1947; Satterthwaite 1946); q by Benjamini and
    Hochberg. Where the same people answered twice the covariance is ignored: the interval is then too wide, not too narrow.
    A standard error of 0 is an artefact of answers that agree; such a department gets a difference, but no interval and no p.

    Examples
    --------
    >>> import numpy as np
    >>> from appraisal.stats import Means
    >>> def mean(value, se): return Means(*(np.array([x]) for x in (50, value, se, 49.0, 1.0)))
    >>> found = change(mean(70.0, 3.0), mean(60.0, 4.0))
    >>> found.difference.tolist(), found.se.tolist(), found.df.round(1).tolist(), found.p.round(4).tolist()
    ([10.0], [5.0], [90.9], [0.0485])
    """
    if now.value.shape != before.value.shape:
        raise Unusable(f"{now.value.shape} departments now, {before.value.shape} before: bring them in line first")
    first, second = (np.where(each.se > NOISE, each.se, np.nan) ** 2 for each in (now, before))
    own = [np.asarray(each.df if given is None else given) for each, given in ((now, df_now), (before, df_before))]
    variance = first + second
    freedom = [np.where(each > 0, each, np.nan) for each in own]
    df = variance**2 / (first**2 / freedom[0] + second**2 / freedom[1])
    difference, se = now.value - before.value, np.sqrt(variance)
    half = student((1 + level) / 2, df) * se
    p = np.asarray(2 * scipy.special.stdtr(df, -np.abs(difference / se)))
    return Change(difference, se, df, difference - half, difference + half, p, benjamini_hochberg(p))
