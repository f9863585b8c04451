"""Bands one to five ("stars") that a department gets for its place only where chance and unreliable figures are ruled out."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Unusable
from appraisal.stats.estimates import NOISE
from appraisal.stats.shrinkage import shrink_means


@dataclass(frozen=True, slots=True)
class BandRule:
    """``cuts``: shares of departments below which bands 1 to 4 end; ``level``: greatest p of a significant difference;
    ``reliability``: less is low; ``least_reliable``: share of departments whose reliability is low because others' is higher."""

    cuts: tuple[float, float, float, float] = (0.15, 0.30, 0.60, 0.80)
    level: float = 0.05
    reliability: float = 0.60
    least_reliable: float = 0.12


@dataclass(frozen=True, eq=False)
class Bands:
    """(D,) each, nan without a result or with unknown spread.

    ``band``: 1 (worst) to 5; ``percentile``: share of the other departments below, ties half, in [0, 1]; ``p``: two-sided, of
    being average; ``reliability``: share of the variance of scores that is not chance, in [0, 1].
    """

    band: Floats
    percentile: Floats
    p: Floats
    reliability: Floats


def bands(value: ArrayLike, se: ArrayLike, *, p: ArrayLike | None = None, rule: BandRule | None = None) -> Bands:
    """Band departments by place, significance and reliability together.

    Parameters
    ----------
    value, se : (D,) float
        Larger is better. A department with se 0 or nan gets no band.
    p : (D,) float, optional
        Of the difference from the mean of the others, as ``peer_differences`` gives it with all in one group: that knows the
        covariance. Default: a normal test of independent estimates against their plain mean without the department.
    rule : BandRule, optional
        Cuts and limits.

    Returns
    -------
    Bands
        A place outside the middle band counts only where p is at most ``rule.level``; else the band is 3. Low reliability then
        moves the band by one towards 3. With a single department nothing is below or above: no band.

    Raises
    ------
    Unusable
        Shapes that differ.

    Notes
    -----
    After the rule for patient surveys of the US Centers for Medicare & Medicaid Services (Part C & D Star Ratings, technical
    notes), made stricter: without significance there is no band but the middle. Reliability τ² / (τ² + se²), τ² as in
    ``shrink_means``.

    Examples
    --------
    >>> bands([50.0, 70.0, 71.0, 72.0, 90.0], [2.0] * 5).band.tolist()
    [1.0, 3.0, 3.0, 3.0, 5.0]
    """
    wanted = rule or BandRule()
    shrunk = shrink_means(value, se)
    known = ~np.isnan(shrunk.kept)
    figures = np.where(known, np.asarray(value, dtype=np.float64), np.nan)
    chance = (
        _against_others(figures, np.asarray(se, dtype=np.float64)) if p is None else np.asarray(p, dtype=np.float64)
    )
    if chance.shape != figures.shape:
        raise Unusable(f"p has shape {chance.shape}, value {figures.shape}: one number a department")
    place = _percentile(figures)
    band = 1.0 + np.searchsorted(wanted.cuts, place, side="right")
    band = np.where(chance <= wanted.level, band, 3.0)
    low = (shrunk.kept < wanted.reliability) | (_percentile(shrunk.kept) < wanted.least_reliable)
    band = np.where(low, band - np.sign(band - 3), band)
    return Bands(np.where(np.isnan(place), np.nan, band), place, np.where(known, chance, np.nan), shrunk.kept)


def _percentile(value: Floats) -> Floats:
    """Share of the other known values below, ties half; nan where there is no other."""
    below = (value[None, :] < value[:, None]).sum(axis=1) + ((value[None, :] == value[:, None]).sum(axis=1) - 1) / 2
    others = np.count_nonzero(~np.isnan(value)) - 1
    return np.where(np.isnan(value), np.nan, below / (others if others > 0 else np.nan))


def _against_others(value: Floats, se: Floats) -> Floats:
    """Two-sided p of each against the plain mean of the others."""
    known = ~np.isnan(value)
    others = max(int(known.sum()) - 1, 1)
    variance = np.where(known, se, 0.0) ** 2
    difference = value - (np.nansum(value) - value) / others
    spread = variance + (variance.sum() - variance) / others**2
    ratio = np.abs(difference) / np.sqrt(np.where(spread > NOISE**2, spread, np.nan))
    return np.asarray(2 * scipy.special.ndtr(-ratio))
