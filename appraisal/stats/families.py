"""Many tests at once: p values adjusted so that the share of false alarms among the alarms stays bounded."""

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """q values of Benjamini and Hochberg (1995): min over j ≥ i of m p_(j) / j, at most 1.

    Parameters
    ----------
    p : array of any shape
        One family of m tests; nan is a test that was not made: it stays nan and does not count in m.

    Returns
    -------
    array of the same shape
        Flagging q ≤ 0.05 keeps the expected share of false flags under 5 %, also with positively dependent tests.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, float("nan"), 0.03]).round(4).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    given = np.asarray(p, dtype=np.float64)
    q = np.full(given.shape, np.nan)
    made = ~np.isnan(given)
    tests = given[made]
    order = np.argsort(tests)[::-1]
    stepped = np.minimum.accumulate(tests[order] * tests.size / np.arange(tests.size, 0, -1))
    adjusted = np.empty(tests.shape)
    adjusted[order] = np.minimum(stepped, 1.0)
    q[made] = adjusted
    return q


def benjamini_yekutieli(p: ArrayLike) -> Floats:
    """q values of Benjamini and Yekutieli (2001): valid under any dependence, m p_(j) / j times 1 + 1/2 + … + 1/m.

    Parameters
    ----------
    p : any shape, float
        In [0, 1]; nan: not tested, and not counted.

    Returns
    -------
    same shape, float
        In [0, 1], nan where p is.

    Notes
    -----
    Benjamini & Yekutieli (2001, Ann. Stat. 29(4)); R's ``p.adjust(method="BY")``.

    Examples
    --------
    >>> benjamini_yekutieli([0.01, 0.04]).round(4).tolist()
    [0.03, 0.06]
    """
    given = np.asarray(p, dtype=np.float64)
    harmonic = (1 / np.arange(1, np.count_nonzero(~np.isnan(given)) + 1)).sum()
    return benjamini_hochberg(given * harmonic)
