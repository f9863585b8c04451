"""Where two kinds of respondents disagree about a department more than they disagree anyway."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from appraisal.stats.contrasts import tested
from appraisal.stats.design import Floats, Ints, Unusable
from appraisal.stats.estimates import NOISE, Estimates
from appraisal.stats.families import benjamini_hochberg


@dataclass(frozen=True, slots=True)
class GapRule:
    """All of: q at most ``q``, a gap at least ``points`` (in the unit of the estimates) off the usual one, and at least
    ``minimum_n`` ratings in both strata. ``usual_from``: departments it takes to know what is usual."""

    q: float = 0.05
    points: float = 10.0
    minimum_n: int = 30
    usual_from: int = 10


@dataclass(frozen=True, eq=False)
class Gaps:
    """P pairs of strata × D departments, the first of a pair minus the second; nan where not tested.

    ``pairs`` (P, 2): the strata; ``difference`` (P, D): the gap; ``usual`` (P,): median gap over departments; ``se``, ``df``,
    ``p``, ``q``, ``flagged`` (P, D): of the gap being the usual one, q over all tests.
    """

    pairs: Ints
    difference: Floats
    usual: Floats
    se: Floats
    df: Floats
    p: Floats
    q: Floats
    flagged: NDArray[np.bool_]


def stratum_gaps(found: Estimates, rule: GapRule | None = None) -> Gaps:
    """Compare the strata's figures of each department, pair by pair.

    Some kinds of respondents are milder than others about everybody. That is no news about a department: its gap is measured
    against the median gap of the pair, or against 0 where too few departments show what is usual.

    Parameters
    ----------
    found : Estimates
        (H, D) of ``stratum_means`` or ``stratum_shares``; for shares ``rule.points`` is in [0, 1].
    rule : GapRule, optional
        When to flag.

    Returns
    -------
    Gaps
        By pair of strata and department; nan where either has too few ratings.

    Raises
    ------
    Unusable
        Estimates that are not strata × departments.

    Notes
    -----
    Strata are independent, so variances add; t with Welch and Satterthwaite's degrees of freedom. The median over many
    departments is taken as known.

    Examples
    --------
    >>> from appraisal.stats import Means
    >>> fields = ([[99, 99], [99, 99]], [[80.0, 50.0], [75.0, 75.0]], [[2.0, 2.0]] * 2, [[98.0] * 2] * 2, [[1.0] * 2] * 2)
    >>> gaps = stratum_gaps(Means(*map(np.array, fields)))
    >>> gaps.difference.tolist(), gaps.flagged.tolist()
    ([[5.0, -25.0]], [[False, True]])
    """
    wanted = rule or GapRule()
    if found.value.ndim != 2:
        raise Unusable(f"estimates have shape {found.value.shape}: strata × departments are needed")
    pairs = np.array(list(combinations(range(len(found.value)), 2)), dtype=np.int64).reshape(-1, 2)
    first, second = pairs[:, 0], pairs[:, 1]
    enough = (found.n >= wanted.minimum_n) & (found.se > NOISE) & (found.df > 0)
    variance, degrees = np.where(enough, found.variance, np.nan), np.where(enough, found.df, np.nan)
    difference = np.where(enough[first] & enough[second], found.value[first] - found.value[second], np.nan)
    usual = np.array([_usual(row, wanted.usual_from) for row in difference])
    spread = variance[first] + variance[second]
    df = spread**2 / (variance[first] ** 2 / degrees[first] + variance[second] ** 2 / degrees[second])
    excess = difference - usual[:, None]
    _, se, df, _, _, p = tested(excess, spread, df, 0.95)
    q = benjamini_hochberg(p)
    return Gaps(pairs, difference, usual, se, df, p, q, (np.abs(excess) >= wanted.points) & (q <= wanted.q))


def _usual(difference: Floats, least: int) -> float:
    known = difference[~np.isnan(difference)]
    return float(np.median(known)) if known.size >= least else 0.0
