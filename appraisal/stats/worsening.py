"""When is a change an alarm: chance ruled out, a step that matters, and enough ratings in both rounds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.change import Change
from appraisal.stats.design import Floats, Unusable


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """All of: q at most ``q``, at least ``points`` (in the unit of the estimates: 5 of 100 for scores, 0.05 for shares), and at
    least ``minimum_n`` ratings in the round that has fewer."""

    q: float = 0.05
    points: float = 5.0
    minimum_n: int = 30


def fallen(change: Change, n: ArrayLike, rule: ChangeRule | None = None) -> NDArray[np.bool_]:
    """(D,) figures that are to be high and have dropped: scores, satisfaction.

    Parameters
    ----------
    change : Change
        Of ``change`` or ``panel_change``; its q bounds the share of false alarms. Without a q there is no alarm.
    n : (D,) int
        Ratings in the round that has fewer.
    rule : ChangeRule, optional
        When a drop counts.

    Returns
    -------
    (D,) bool
        False where there is no change to speak of, or no result.

    Raises
    ------
    Unusable
        ``n`` of another shape.

    Examples
    --------
    >>> from appraisal.stats import Means, change
    >>> def mean(*value): return Means(*(np.array(each) for each in ([90] * 2, value, [1.0] * 2, [89.0] * 2, [1.0] * 2)))
    >>> fallen(change(mean(60.0, 69.0), mean(70.0, 70.0)), [90, 90]).tolist()
    [True, False]
    """
    return _alarms(-change.difference, change, n, rule or ChangeRule())


def risen(change: Change, n: ArrayLike, rule: ChangeRule | None = None) -> NDArray[np.bool_]:
    """(D,) figures that are to be low and have grown: the share of a negative mark. Default rule: by 0.05, else as ``fallen``.

    Parameters
    ----------
    change, n, rule
        As for ``fallen``.

    Returns
    -------
    (D,) bool
        False where there is no change to speak of, or no result.

    Raises
    ------
    Unusable
        ``n`` of another shape.

    Examples
    --------
    >>> from appraisal.stats import Shares, change
    >>> def share(value): return Shares(*(np.array([each]) for each in (400, value, 0.015, 399.0, 1.0)))
    >>> risen(change(share(0.2), share(0.1)), [400]).tolist()
    [True]
    """
    return _alarms(change.difference, change, n, rule or ChangeRule(points=0.05))


def _alarms(step: Floats, change: Change, n: ArrayLike, rule: ChangeRule) -> NDArray[np.bool_]:
    count = np.asarray(n)
    if count.shape != step.shape:
        raise Unusable(f"n has shape {count.shape}, the changes {step.shape}: one number of ratings each")
    return np.asarray((count >= rule.minimum_n) & (step >= rule.points) & (change.q <= rule.q))
