"""Raking and post-stratification: weights that meet the population's margins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.calibration import Calibration, largest_miss, positive_base, settled_calibration
from appraisal.stats.design import Floats, Ints, Unusable, codes, frozen

# Margins that differ in their sum by more than this part cannot all be met.
DISAGREEMENT = 1e-6


@dataclass(frozen=True, eq=False)
class Margin:
    """How many people of the population belong to each level of one characteristic.

    Parameters
    ----------
    name : str
        For messages.
    level : (n,) int
        Of each respondent, 0..K-1.
    total : (K,) float
        People in the population, positive.

    Raises
    ------
    Unusable
        A level out of range, a total that is not positive, a level that nobody answered from: merge it with another.

    Examples
    --------
    >>> Margin.of("sex", [0, 1, 1], [48, 52]).total.tolist()
    [48.0, 52.0]
    """

    name: str
    level: Ints
    total: Floats

    @classmethod
    def of(cls, name: str, level: ArrayLike, total: ArrayLike) -> Self:
        totals = np.asarray(total, dtype=np.float64)
        if totals.ndim != 1 or not totals.size:
            raise Unusable(f"margin {name}: a flat list of totals is needed")
        bad = np.flatnonzero(~(np.isfinite(totals) & (totals > 0)))
        if bad.size:
            raise Unusable(f"margin {name}: total[{bad[0]}] is {totals[bad[0]]:g}; a positive number is needed")
        member = codes(f"margin {name}: level", level, totals.size)
        empty = np.flatnonzero(np.bincount(member, minlength=totals.size) == 0)
        if empty.size:
            raise Unusable(f"margin {name}: nobody answered from level {empty[0]}; merge it with another level")
        return cls(name, member, frozen(totals))

    @property
    def indicator(self) -> Floats:
        """(n, K) 1 where the respondent has the level."""
        return np.asarray(np.eye(self.total.size)[self.level])


def _agreeing(margins: Sequence[Margin], base: Floats) -> None:
    if not margins:
        raise Unusable("at least one margin is needed")
    first = margins[0]
    for each in margins:
        if each.level.size != base.size:
            raise Unusable(f"margin {each.name} has {each.level.size} respondents, {base.size} have a weight")
        if abs(each.total.sum() - first.total.sum()) > DISAGREEMENT * first.total.sum():
            raise Unusable(
                f"margin {each.name} sums to {each.total.sum():g}, {first.name} to {first.total.sum():g}: "
                "all margins must describe the same population"
            )
        weightless = np.flatnonzero(np.bincount(each.level, base) == 0)
        if weightless.size:
            raise Unusable(
                f"margin {each.name}: everybody of level {weightless[0]} weighs 0; merge it with another level"
            )


def rake(weight: ArrayLike, margins: Sequence[Margin], *, tolerance: float = 1e-10, rounds: int = 1000) -> Calibration:
    """Iterative proportional fitting: each margin in turn, until all of them are met.

    Parameters
    ----------
    weight : (n,) float
        Design weights.
    margins : sequence of Margin
        With the same sum; the last one is met exactly.
    tolerance : float
        Largest relative deviation of a level from its total.
    rounds : int
        At most; where they do not suffice the base weights are kept and ``converged`` is False.

    Returns
    -------
    Calibration
        The weights, whether they converged, and how far the margins are missed.

    Raises
    ------
    Unusable
        No margin, margins of other respondents, with different sums, or with a level that weighs 0.

    Notes
    -----
    Deming & Stephan 1940; Deville, Särndal & Sautory 1993; R's ``rake``. Its variance takes unweighted residuals, see
    ``Calibration.residual``. Levels that never meet (women only in the north, say) can make margins unattainable: the
    deviation then stays and nothing is changed.

    Examples
    --------
    >>> found = rake([1, 1, 1, 1], [Margin.of("sex", [0, 0, 0, 1], [70, 30]), Margin.of("age", [0, 0, 1, 1], [60, 40])])
    >>> found.converged, [round(float(found.weight[[0, 1, 2]].sum()), 6), round(float(found.weight[:2].sum()), 6)]
    (True, [70.0, 60.0])
    """
    base = positive_base(weight, np.asarray(weight).size)
    _agreeing(margins, base)
    new, error, taken = np.array(base), np.inf, 0
    while error > tolerance and taken < rounds:
        for each in margins:
            new *= (each.total / np.bincount(each.level, new))[each.level]
        error = max(largest_miss(np.bincount(each.level, new).astype(np.float64), each.total) for each in margins)
        taken += 1
    auxiliary = np.hstack([each.indicator for each in margins])
    return settled_calibration(base, new, auxiliary, np.ones(base.size), error <= tolerance, taken, error)


def poststratify(weight: ArrayLike, margin: Margin) -> Calibration:
    """One margin met exactly (Holt & Smith 1979; R's ``postStratify``).

    Parameters
    ----------
    weight : (n,) float
        Design weights.
    margin : Margin
        Level of every respondent, and what the levels sum to.

    Returns
    -------
    Calibration
        Always converged.

    Raises
    ------
    Unusable
        A margin of other respondents, or with a level that weighs 0.

    Examples
    --------
    >>> poststratify([1, 1, 2], Margin.of("sex", [0, 1, 1], [40, 60])).weight.tolist()
    [40.0, 20.0, 40.0]
    """
    found = rake(weight, [margin])
    return replace(found, metric=found.base)
