"""How many answers it takes to show that a problem is reported less often, given how often it was."""

import numpy as np
import scipy

from appraisal.stats.design import Unusable
from appraisal.stats.flags import FlagRule, upper_tail
from appraisal.stats.share_change import Counts, share_change

# Beyond this the answers before are what is uncertain, and more answers now add nothing.
MOST = 5_000


def fewest_flagged(n: int, expected: float, cutoff: float, rule: FlagRule | None = None) -> int:
    """The fewest ticks out of ``n`` that ``flag_marks`` would have flagged, with p up to ``cutoff``; n + 1 where none would.

    Parameters
    ----------
    n : int
        Ratings, at least 1.
    expected : float
        Share that the comparison leads one to expect, in [0, 1).
    cutoff : float
        The largest p that Benjamini and Hochberg's procedure let through in that family, in [0, 1].
    rule : FlagRule, optional
        Effect that a flag needs besides.

    Returns
    -------
    int
        1 to n + 1.

    Examples
    --------
    >>> fewest_flagged(300, 0.03, 0.001)
    20
    """
    wanted = rule or FlagRule()
    ticks = np.arange(1, n + 1)
    share = ticks / n
    matters = (share >= wanted.ratio * expected) | (share - expected >= wanted.points)
    flagged = matters & (upper_tail(share, n, expected) <= cutoff)
    return int(ticks[flagged][0]) if flagged.any() else n + 1


def ticks_to_show(before: Counts, n: int, *, chosen_from: int = 0, level: float = 0.95) -> int:
    """The most ticks out of ``n`` answers now that show an improvement; -1 where none at all would not.

    Parameters
    ----------
    before : Counts
        All strata are taken together.
    n : int
        Answers now, at least 1.
    chosen_from, level
        As for ``share_change``.

    Returns
    -------
    int
        -1 to n.

    Raises
    ------
    Unusable
        No answers now; what ``share_change`` refuses.

    Examples
    --------
    >>> ticks_to_show(Counts.of([60], [300]), 100)
    10
    """
    if n < 1:
        raise Unusable(f"{n} answers: at least one is needed")
    whole = Counts.of([int(before.ticked.sum())], [int(before.n.sum())])

    def shows(ticks: int) -> bool:
        found = share_change(whole, Counts.of([ticks], [n]), chosen_from=chosen_from, level=level)
        return found.p <= 1 - level and found.high < 0

    most, over = -1, n + 1
    while over - most > 1:
        middle = (most + over) // 2
        most, over = (middle, over) if shows(middle) else (most, middle)
    return most


def power_to_show(before: Counts, n: int, share: float, *, chosen_from: int = 0, level: float = 0.95) -> float:
    """Chance that ``n`` answers show an improvement if the share is now ``share``.

    Parameters
    ----------
    before, n, chosen_from, level
        As for ``ticks_to_show``.
    share : float
        The share now, in [0, 1].

    Returns
    -------
    float
        In [0, 1], given the answers before as they are.

    Raises
    ------
    Unusable
        A share out of range, and what ``ticks_to_show`` refuses.

    Examples
    --------
    >>> round(power_to_show(Counts.of([60], [300]), 150, 0.08), 2)
    0.97
    """
    if not 0 <= share <= 1:
        raise Unusable(f"share is {share:g}: a number from 0 to 1 is needed")
    ticks = ticks_to_show(before, n, chosen_from=chosen_from, level=level)
    return float(scipy.special.bdtr(ticks, n, share)) if ticks >= 0 else 0.0


def answers_to_show(
    before: Counts,
    share: float,
    *,
    power: float = 0.8,
    population: int | None = None,
    chosen_from: int = 0,
    level: float = 0.95,
) -> int | None:
    """Answers that show an improvement to ``share`` with chance ``power``; None where nobody can ask so many.

    Parameters
    ----------
    before, share, chosen_from, level
        As for ``power_to_show``.
    power : float
        In (0, 1).
    population : int, optional
        People who could be asked: more answers than these there are not.

    Returns
    -------
    int or None
        At least 1, at most ``population`` and 5,000. The finite population caps it and does not discount it, as
        ``share_change`` takes no correction either.

    Raises
    ------
    Unusable
        A power outside (0, 1), and what ``power_to_show`` refuses.

    Notes
    -----
    Power runs up in teeth, as ticks are whole: the answer is a number from which the next tooth is not sought further down.

    Examples
    --------
    >>> answers_to_show(Counts.of([60], [300]), 0.1), answers_to_show(Counts.of([60], [300]), 0.19)
    (135, None)
    """
    if not 0 < power < 1:
        raise Unusable(f"power is {power:g}: a chance between 0 and 1 is needed")

    def enough(n: int) -> bool:
        return power_to_show(before, n, share, chosen_from=chosen_from, level=level) >= power

    most = MOST if population is None else min(population, MOST)
    if most < 1 or not enough(most):
        return None
    least, top = 0, most
    while top - least > 1:
        middle = (least + top) // 2
        least, top = (least, middle) if enough(middle) else (middle, top)
    return top
