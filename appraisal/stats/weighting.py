"""How uneven weights are, what that costs, and how to tame them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.calibration import Calibration
from appraisal.stats.design import Design, Floats, Ints, Unusable, frozen, usable_weights
from appraisal.stats.means import design_means, divided
from appraisal.stats.raking import Margin, rake
from appraisal.stats.ratings import Cells

KISH_ALARM = 5.0
SHARE_ALARM = 0.01
# In a small sample everybody has more than a hundredth; then three times an equal share is alarming.
EQUAL_SHARES = 3.0
RATIO = 5.0
ROUNDING = 1e-9


def kish_deff(weight: ArrayLike) -> float:
    """Design effect of unequal weights alone, n Σ w² / (Σ w)² = 1 + cv² (Kish 1992); nan where no weight is positive.

    Parameters
    ----------
    weight : (n,) float
        Not negative.

    Returns
    -------
    float
        At least 1.

    Examples
    --------
    >>> kish_deff([1, 1, 4])
    1.5
    """
    given = np.asarray(weight, dtype=np.float64)
    usable_weights(given, given.shape)
    return float(divided(given.size * (given**2).sum(), np.asarray(given.sum() ** 2)))


@dataclass(frozen=True, eq=False)
class WeightCheck:
    """Weights looked at before they are used.

    ``kish``: design effect; ``n_eff``: n / kish; ``largest_share``: of the sum of weights that one respondent has; ``heavy``:
    rows that have more than 1 % of it (three times an equal share if that is more), heaviest first; ``alarmed``: there are
    any, or ``kish`` is over 5.
    """

    kish: float
    n_eff: float
    largest_share: float
    heavy: Ints
    alarmed: bool


def check_weights(weight: ArrayLike) -> WeightCheck:
    """What is wrong with these (n,) weights, if anything.

    Parameters
    ----------
    weight : (n,) float
        Not negative.

    Returns
    -------
    WeightCheck
        Kish's design effect and who weighs too much.

    Raises
    ------
    Unusable
        A weight that is negative or no number.

    Notes
    -----
    The limits are conventions: at 5 four answers in five are lost to unequal weights (Kish 1992, J. Off. Stat. 8).

    Examples
    --------
    >>> check_weights([1] * 99 + [60]).heavy.tolist(), check_weights([2, 2, 3]).alarmed
    ([99], False)
    """
    given = np.asarray(weight, dtype=np.float64)
    kish = kish_deff(given)
    share = divided(given, given.sum())
    order = np.argsort(-share, kind="stable")
    heavy = order[share[order] > max(SHARE_ALARM, EQUAL_SHARES / max(given.size, 1))]
    largest = float(share.max()) if given.size else float("nan")
    return WeightCheck(kish, given.size / kish, largest, heavy, bool(heavy.size or kish > KISH_ALARM))


@dataclass(frozen=True, eq=False)
class DesignEffects:
    """(D,) each: ``kish`` of the weights of those who rated, ``deff`` the real effect, ``n_eff`` = n / deff.

    nan without a rating; ``deff`` and ``n_eff`` also where all answers agree.
    """

    kish: Floats
    deff: Floats
    n_eff: Floats


def design_effects(cells: Cells) -> DesignEffects:
    """How many times wider than a simple random sample's of the same size the variance of each department's mean is.

    Parameters
    ----------
    cells : Cells
        ``CountCells`` or ``RatingCells``; equal figures from both.

    Returns
    -------
    DesignEffects
        (D,) each; nan where all answers agree or fewer than two are there.

    Notes
    -----
    deff = V / V_srs, V_srs = (1 - n/N) s² / n, s² = n / (n - 1) · Σ w (y - ȳ)² / Σ w, N = Σ w over those who rated (without the
    correction where the weights do not sum to more than n), as R's ``svyby(svymean, deff=TRUE)``; Kish 1965, ch. 8.2.

    Examples
    --------
    >>> from appraisal.stats import CountCells, Strata
    >>> found = design_effects(CountCells.of(Strata.of([4, 4], [400, 40]), [[[2, 2]], [[1, 3]]], [100, 0]))
    >>> found.kish.round(3).tolist(), found.deff.round(3).tolist()
    ([1.669], [1.962])
    """
    found, weight, n = design_means(cells), cells.weight.sum(axis=0), cells.n.sum(axis=0)
    centre = np.broadcast_to(np.nan_to_num(found.value), cells.n.shape)
    spread = divided(cells.about(centre)[2].sum(axis=0), weight) * divided(n, n - 1.0)
    left = np.where(weight > n, 1 - divided(n, weight), 1.0)
    deff = divided(found.variance, np.where(found.se > 0, left * spread / np.maximum(n, 1), np.nan))
    return DesignEffects(divided(n * cells.square.sum(axis=0), weight**2), deff, n / deff)


@dataclass(frozen=True, eq=False)
class Trimming:
    """``weight`` (n,) with the old sum; ``upper``: the bound, one or (H,), nan for a stratum left alone; ``trimmed`` (n,)."""

    weight: Floats
    upper: Floats
    trimmed: NDArray[np.bool_]


def trim(weight: ArrayLike, upper: float) -> Trimming:
    """One bound for everybody: what is over it is shared equally among the others, once; they may pass the bound by that.

    R's ``trimWeights(strict=FALSE)``. With sampling fractions that differ much it
    hits whole strata: ``trim_strata`` is the one to use.

    Parameters
    ----------
    weight : (n,) float
        Not negative.
    upper : float
        Bound, over 0.

    Returns
    -------
    Trimming
        The weights, with the same sum, and who was cut.

    Raises
    ------
    Unusable
        Everybody is over the bound; a weight that is negative or no number.

    Examples
    --------
    >>> trim([1, 2, 9], 6).weight.tolist()
    [2.5, 3.5, 6.0]
    """
    given = np.asarray(weight, dtype=np.float64)
    usable_weights(given, given.shape)
    over = given > upper
    if over.all():
        raise Unusable(f"all weights are over {upper:g}: nobody is left to take the excess")
    excess = (given - upper)[over].sum() / np.count_nonzero(~over)
    return Trimming(frozen(np.where(over, upper, given + excess)), frozen(upper), over)


def trim_strata(design: Design, *, ratio: float = RATIO) -> Trimming:
    """Within each stratum no weight over ``ratio`` times the stratum's median; the stratum keeps its sum.

    Parameters
    ----------
    design : Design
        With final weights.
    ratio : float
        Over 1.

    Returns
    -------
    Trimming
        Zero weights stay 0; a census stratum is left alone. The bound is never under the stratum's mean, where all would be
        equal.

    Raises
    ------
    Unusable
        A ratio of at most 1.

    Notes
    -----
    The excess is shared equally among the stratum's untrimmed respondents until nobody is over the bound (Potter 1990).

    Examples
    --------
    >>> trim_strata(Design.of([0, 0, 0, 0], None, [1, 1, 1, 8]), ratio=4).weight.round(9).tolist()
    [2.333333333, 2.333333333, 2.333333333, 4.0]
    """
    if not ratio > 1:
        raise Unusable(f"ratio is {ratio:g}: a bound of more than the median is needed")
    weight, upper = np.array(design.weight), np.full(design.strata.sampled.size, np.nan)
    for h in np.flatnonzero((design.strata.sampled > 0) & (design.strata.fraction < 1)):
        rows = np.flatnonzero((design.stratum == h) & (weight > 0))
        if rows.size:
            upper[h] = max(ratio * np.median(weight[rows]), weight[rows].mean())
            weight[rows] = _levelled(weight[rows], upper[h])
    return Trimming(frozen(weight), frozen(upper), design.weight > upper[design.stratum] * (1 + ROUNDING))


def _levelled(weight: Floats, upper: float) -> Floats:
    """The same sum with nothing over ``upper``, which is at least the mean."""
    new, capped = np.array(weight), np.zeros(weight.shape, dtype=bool)
    while (over := new > upper * (1 + ROUNDING)).any():
        capped |= over
        new[~capped] += (new[over] - upper).sum() / max(np.count_nonzero(~capped), 1)
        new[over] = upper
    return new


def rake_and_trim(design: Design, margins: Sequence[Margin], *, ratio: float = RATIO, turns: int = 20) -> Calibration:
    """Rake, trim inside strata, rake again, until neither changes anything.

    Parameters
    ----------
    design : Design
        With design weights.
    margins : sequence of Margin
    ratio : float
        As for ``trim_strata``.
    turns : int
        At most; the margins are met in any case, the bound may then be passed a little.

    Returns
    -------
    Calibration
        From the design weights to the last raked ones; not converged, and the design weights, where raking fails.

    Notes
    -----
    The variance is that of raking: trimming adds a bias that no standard error tells of, so the bound should be wide.

    Examples
    --------
    >>> design = Design.of([0, 0, 0, 0], None, [1, 1, 1, 8])
    >>> found = rake_and_trim(design, [Margin.of("sex", [0, 1, 0, 1], [6, 5])], ratio=2)
    >>> bool(found.weight.max() <= 2 * np.median(found.weight) * 1.001), found.weight.sum().round(9)
    (True, np.float64(11.0))
    """
    found = rake(design.weight, margins)
    for _ in range(turns):
        trimmed = trim_strata(design.reweighted(found.weight), ratio=ratio)
        if not (found.converged and trimmed.trimmed.any()):
            break
        found = rake(trimmed.weight, margins)
    return replace(found, base=design.weight, weight=found.weight if found.converged else design.weight)
