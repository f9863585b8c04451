"""Which departments stick out of the funnel, once it is admitted that departments differ by more than chance."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Unusable
from appraisal.stats.shrinkage import between_variance

# Fewer departments cannot show how much departments usually differ.
FEWEST = 10


@dataclass(frozen=True, eq=False)
class Funnel:
    """(D,) each unless said; nan where nobody rated.

    ``share``; ``target``: pooled share, one number; ``se``: of asin √share; ``z_plain``: distance from the target in those;
    ``phi``: overdispersion, mean of the winsorised ``z_plain`` squared, nan where it was not estimated; ``tau2``: variance
    between departments on the asin √ scale; ``z``: distance with that variance added. ``z`` asks "worse than its peers?", not
    "worse than the target?": with large real differences it singles out extremes only.
    """

    share: Floats
    target: float
    se: Floats
    z_plain: Floats
    phi: float
    tau2: float
    z: Floats

    @property
    def p(self) -> Floats:
        """(D,) one-sided chance of a share as high as this, were the department like its peers.

        >>> funnel([2, 18], [100, 100]).p.round(4).tolist()
        [0.9998, 0.01]
        """
        return np.asarray(scipy.special.ndtr(-self.z))

    def limits(self, coverage: float = 0.95) -> tuple[Floats, Floats]:
        """(D,) shares between which ``coverage`` of departments are expected, overdispersion included; 0.95 and 0.998 are usual.

        >>> low, high = funnel([2, 10], [20, 100]).limits()
        >>> low.round(3).tolist(), high.round(3).tolist()
        ([0.01, 0.049], [0.265, 0.166])
        """
        half = scipy.special.ndtri((1 + coverage) / 2) * np.sqrt(self.se**2 + self.tau2)
        centre = np.arcsin(np.sqrt(self.target))
        low, high = (np.clip(centre + sign * half, 0, np.pi / 2) for sign in (-1, 1))
        return np.sin(low) ** 2, np.sin(high) ** 2


def funnel(hits: ArrayLike, n: ArrayLike, *, worth: ArrayLike | None = None, trim: float = 0.1) -> Funnel:
    """Funnel plot of shares with additive overdispersion.

    Parameters
    ----------
    hits, n : (D,) int
        Ratings with the negative situation, and all ratings.
    worth : (D,) float, optional
        Effective number of ratings where they do not count fully; default ``n``.
    trim : float
        Part of the departments at each end whose z is pulled in before overdispersion is measured, in [0, 0.5).

    Returns
    -------
    Funnel
        (D,) each; nan for departments without ratings; no overdispersion is taken off under 10 departments.

    Raises
    ------
    Unusable
        Shapes that differ, more hits than ratings, a ``trim`` out of range.

    Notes
    -----
    y = asin √p with variance 1 / (4 n_eff), target asin √(Σ hits / Σ n); φ = mean z_w², winsorised at R's type 7 quantiles;
    τ² = (I φ - (I - 1)) / (Σw - Σw² / Σw), w = 4 n_eff, 0 where φ ≤ 1 or with fewer than ten departments; z = (y - y₀) /
    √(s² + τ²) (Spiegelhalter 2005, Statistics in Medicine 24; Spiegelhalter et al. 2012, J. R. Stat. Soc. A 175; R's
    FunnelPlotR).

    Examples
    --------
    >>> found = funnel([5, 5, 20], [100, 100, 100])
    >>> found.target, found.z.round(2).tolist(), found.tau2
    (0.1, [-1.92, -1.92, 2.84], 0.0)
    """
    count, base = np.asarray(hits, dtype=np.float64), np.asarray(n, dtype=np.float64)
    value = base if worth is None else np.asarray(worth, dtype=np.float64)
    _refuse_misfits(count, base, value, trim)
    rated = (base > 0) & (value > 0)
    safe = np.where(rated, base, np.nan)
    share, target = count / safe, float(count[rated].sum() / max(base[rated].sum(), 1.0))
    weight = np.where(rated, 4 * value, np.nan)
    distance = np.arcsin(np.sqrt(share)) - np.arcsin(np.sqrt(target))
    plain = distance * np.sqrt(weight)
    phi, tau2 = _overdispersion(plain[rated], weight[rated], trim)
    return Funnel(share, target, 1 / np.sqrt(weight), plain, phi, tau2, distance / np.sqrt(1 / weight + tau2))


def _refuse_misfits(hits: Floats, n: Floats, worth: Floats, trim: float) -> None:
    if n.ndim != 1 or not hits.shape == n.shape == worth.shape:
        raise Unusable(f"hits {hits.shape}, n {n.shape} and worth {worth.shape} must be one number a department each")
    wrong = np.flatnonzero(~((hits >= 0) & (hits <= n)))
    if wrong.size:
        raise Unusable(f"department {wrong[0]}: {hits[wrong[0]]:g} hits out of {n[wrong[0]]:g} ratings")
    if not 0 <= trim < 0.5:
        raise Unusable(f"trim is {trim:g}: 0 to under 0.5 is allowed")


def _overdispersion(z: Floats, weight: Floats, trim: float) -> tuple[float, float]:
    if z.size < FEWEST:
        return float("nan"), 0.0
    low, high = np.quantile(z, [trim, 1 - trim])
    phi = float((np.clip(z, low, high) ** 2).mean())
    return phi, between_variance(z.size * phi - (z.size - 1), weight) if phi > 1 else 0.0
