"""What a figure would likely be if it rested on more answers: pulled to the mean by as much as it is unsure. For screening only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Unusable
from appraisal.stats.estimates import NOISE


@dataclass(frozen=True, eq=False)
class ShrunkMeans:
    """(D,) each, nan without a result. The published score stays the direct estimate; these are for ordering and screening.

    ``value``: shrunken estimate; ``se``: its root mean squared error; ``kept``: g in [0, 1], the part of the distance from the
    mean that is kept; ``mean``, ``tau2``: centre and variance of the true values, one number each; 0 where chance explains all.
    """

    value: Floats
    se: Floats
    kept: Floats
    mean: float
    tau2: float


def between_variance(excess: float, weight: Floats) -> float:
    """Moment estimate of the variance between units: max(0, excess / (Σw - Σw² / Σw)) (DerSimonian & Laird 1986).

    Parameters
    ----------
    excess : float
        Weighted sum of squares minus its expectation when units do not differ.
    weight : (I,) float
        1 / variance; 0 is returned for fewer than two units.

    Examples
    --------
    >>> between_variance(4.0, np.array([1.0, 1.0]))
    4.0
    """
    whole = weight.sum()
    spread = whole - (weight**2).sum() / whole if whole > 0 else 0.0
    return float(max(excess / spread, 0.0)) if weight.size > 1 else 0.0


def shrink_means(value: ArrayLike, se: ArrayLike) -> ShrunkMeans:
    """James and Stein's estimator in Fay and Herriot's form, without covariates.

    Parameters
    ----------
    value, se : (D,) float
        Direct estimates and standard errors; a unit with se 0 or nan (its spread is unknown) gets no result and lends none.

    Returns
    -------
    ShrunkMeans
        (D,) each, and the variance between units; 0 of it: all are shrunk to the common mean.

    Raises
    ------
    Unusable
        Different shapes.

    Notes
    -----
    θ_d = g_d ȳ_d + (1 - g_d) μ, g_d = τ² / (τ² + se_d²), μ weighted by 1 / (τ² + se_d²) (Efron & Morris 1975; Fay & Herriot
    1979); τ² by ``between_variance`` of Cochran's Q. se² = g se² + (1 - g)² Var μ (Rao & Molina 2015, Small Area Estimation,
    ch. 6). The uncertainty of τ² is left out.

    Examples
    --------
    >>> found = shrink_means([60.0, 80.0, 70.0], [1.0, 10.0, 1.0])
    >>> found.value.round(2).tolist(), found.kept.round(2).tolist()
    ([60.14, 71.42, 69.94], [0.98, 0.33, 0.98])
    """
    figures, error = np.asarray(value, dtype=np.float64), np.asarray(se, dtype=np.float64)
    if figures.ndim != 1 or figures.shape != error.shape:
        raise Unusable(f"value {figures.shape} and se {error.shape} must be one number a department each")
    known = ~np.isnan(figures) & (error > NOISE)
    if not known.any():
        nothing = np.full(figures.shape, np.nan)
        return ShrunkMeans(nothing, nothing.copy(), nothing.copy(), float("nan"), 0.0)
    variance, given = error[known] ** 2, figures[known]
    plain = np.average(given, weights=1 / variance)
    tau2 = between_variance(float((((given - plain) ** 2) / variance).sum()) - (given.size - 1), 1 / variance)
    weight = np.where(known, 1 / (tau2 + np.where(known, error, 1.0) ** 2), np.nan)
    mean = float(np.average(given, weights=weight[known]))
    kept = tau2 * weight
    squared = kept * error**2 + (1 - kept) ** 2 / np.nansum(weight)
    return ShrunkMeans(mean + kept * (figures - mean), np.sqrt(squared), kept, mean, tau2)
