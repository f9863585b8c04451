"""Weights that add up to what is known of the population, and what the variance must know of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Unusable, frozen, usable_weights


@dataclass(frozen=True, eq=False)
class Calibration:
    """New weights and what the variance must know of them.

    Attributes
    ----------
    weight : (n,) float
        Calibrated; the base weights where the method did not converge.
    base : (n,) float
        Before.
    auxiliary : (n, p) float
        What was calibrated on.
    metric : (n,) float
        Weights of the regression on the auxiliary variables that the variance is taken around.
    converged : bool
    rounds : int
        Taken.
    error : float
        Largest deviation from a total, relative to it.
    """

    weight: Floats
    base: Floats
    auxiliary: Floats
    metric: Floats
    converged: bool
    rounds: int
    error: float

    @property
    def factor(self) -> Floats:
        """(n,) new over old weight; 1 where the old is 0."""
        return np.where(self.base > 0, self.weight / np.where(self.base > 0, self.base, 1.0), 1.0)

    def residual(self, value: ArrayLike) -> Floats:
        """(n, k) residuals of the regression of ``value`` on the auxiliary variables; ``value`` itself if not converged.

        Notes
        -----
        A calibrated total varies as the total of these residuals (Deville & Särndal 1992, eq. 3.4). The regression is weighted
        with the base weights; for raked margins with 1, as R's ``rake`` has it, which errs a little to the wide side.
        Collinear auxiliaries (every margin sums to n) are no trouble.
        """
        values = np.asarray(value, dtype=np.float64)
        if not self.converged:
            return values
        half = np.sqrt(self.metric)[:, None]
        slope = np.linalg.lstsq(half * self.auxiliary, half * values, rcond=None)[0]
        return np.asarray(values - self.auxiliary @ slope)


def positive_base(weight: ArrayLike, rows: int) -> Floats:
    """Weights to start from; Unusable when they are all 0."""
    base = usable_weights(weight, (rows,))
    if not base.sum() > 0:
        raise Unusable("weight is 0 for everybody: nothing can be calibrated")
    return base


def largest_miss(found: Floats, wanted: Floats) -> float:
    """Largest deviation, relative to the total where that is not 0."""
    return float(np.max(np.abs(found - wanted) / np.where(wanted == 0, 1.0, np.abs(wanted)), initial=0.0))


def settled_calibration(
    base: Floats, new: Floats, auxiliary: Floats, metric: Floats, converged: bool, rounds: int, error: float
) -> Calibration:
    """The new weights if the method converged, else the old ones."""
    kept = frozen(new) if converged else base
    return Calibration(kept, base, frozen(auxiliary), frozen(metric), bool(converged), rounds, float(error))


def _auxiliaries(auxiliary: ArrayLike, total: ArrayLike) -> tuple[Floats, Floats]:
    table, wanted = np.asarray(auxiliary, dtype=np.float64), np.asarray(total, dtype=np.float64)
    if table.ndim != 2 or wanted.shape != table.shape[1:]:
        raise Unusable(
            f"auxiliary {table.shape} and total {wanted.shape}: a row a respondent, a total a column are needed"
        )
    bad = np.argwhere(~np.isfinite(table))
    if bad.size:
        raise Unusable(f"auxiliary[{bad[0][0]}, {bad[0][1]}] is not a number")
    if not np.isfinite(wanted).all():
        raise Unusable(f"total[{np.flatnonzero(~np.isfinite(wanted))[0]}] is not a number")
    return table, wanted


def calibrate_linear(weight: ArrayLike, auxiliary: ArrayLike, total: ArrayLike) -> Calibration:
    """Generalised regression weights: w_i (1 + x_i'λ), in one step; may turn negative, which is an error here.

    Parameters
    ----------
    weight : (n,) float
        Design weights.
    auxiliary : (n, p) float
        Known of every respondent, usually with a column of 1.
    total : (p,) float
        Their sums over the population.

    Returns
    -------
    Calibration
        Weights that meet the totals; ``converged`` is False, with the base weights, where they cannot be met.

    Raises
    ------
    Unusable
        Shapes that do not fit, no numbers.

    Notes
    -----
    Deville & Särndal 1992, case 1; R's ``calibrate(calfun="linear")``. Totals that cannot be met (collinear columns with
    inconsistent totals), or only with a negative weight, leave the base weights, ``converged`` False.

    Examples
    --------
    >>> calibrate_linear([1, 1, 1, 1], [[1, 0], [1, 1], [1, 2], [1, 3]], [4, 7]).weight.round(12).tolist()
    [0.7, 0.9, 1.1, 1.3]
    """
    table, wanted = _auxiliaries(auxiliary, total)
    base = positive_base(weight, table.shape[0])
    multiplier = _solved(base, table, wanted - table.T @ base)
    new = base * (1 + table @ multiplier)
    error = largest_miss(table.T @ new, wanted)
    return settled_calibration(base, new, table, base, error <= 1e-9 and bool((new >= 0).all()), 1, error)


def _solved(weight: Floats, table: Floats, gap: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(table.T @ (weight[:, None] * table), gap, rcond=1e-12)[0])


def calibrate_logit(
    weight: ArrayLike,
    auxiliary: ArrayLike,
    total: ArrayLike,
    *,
    low: float = 0.5,
    high: float = 2.0,
    tolerance: float = 1e-10,
    rounds: int = 100,
) -> Calibration:
    """Calibration in which no weight changes by more than the factors ``low`` < 1 < ``high``.

    Parameters
    ----------
    weight, auxiliary, total
        As for ``calibrate_linear``.
    low, high : float
        0 <= low < 1 < high. Narrow bounds may be impossible: the base weights are kept and ``converged`` is False.
    tolerance, rounds
        As for ``rake``.

    Returns
    -------
    Calibration
        As of ``calibrate_linear``.

    Raises
    ------
    Unusable
        Other bounds; shapes that do not fit.

    Notes
    -----
    Deville & Särndal 1992, case 6, by Newton's method; R's ``calibrate(calfun="logit", bounds=)``.

    Examples
    --------
    >>> found = calibrate_logit([1, 1, 1, 1], [[1, 0], [1, 1], [1, 2], [1, 3]], [4, 7])
    >>> found.converged, float(found.weight.sum().round(9)), bool((found.factor < 2).all())
    (True, 4.0, True)
    """
    if not 0 <= low < 1 < high < np.inf:
        raise Unusable(f"bounds {low:g} and {high:g}: a least factor below 1 and a greatest above 1 are needed")
    table, wanted = _auxiliaries(auxiliary, total)
    base = positive_base(weight, table.shape[0])
    multiplier, factor, slope, error, taken = np.zeros(wanted.size), np.ones(base.size), np.ones(base.size), np.inf, 0
    while taken < rounds:
        error = largest_miss(table.T @ (base * factor), wanted)
        if error <= tolerance:
            break
        multiplier = multiplier + _solved(base * slope, table, wanted - table.T @ (base * factor))
        factor, slope = _bounded(table @ multiplier, low, high)
        taken += 1
    return settled_calibration(base, base * factor, table, base, error <= tolerance, taken, error)


def _bounded(u: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """Logit factor in (low, high), 1 at u = 0, and its derivative."""
    steep = (high - low) / ((high - 1) * (1 - low))
    grown = np.exp(np.clip(steep * u, -500, 500))
    below = high - 1 + (1 - low) * grown
    factor = (low * (high - 1) + high * (1 - low) * grown) / below
    return factor, (high - factor) * (factor - low) / ((high - 1) * (1 - low))
