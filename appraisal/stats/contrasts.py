"""Differences within one round: a department against another, against its peers, or any other contrast."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Unusable, codes
from appraisal.stats.estimates import NOISE
from appraisal.stats.families import benjamini_hochberg
from appraisal.stats.proportions import student

# A difference whose variance is under this part of its figures' variances is rounding noise: nothing can be tested on it.
INSEPARABLE = 1e-12


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Differences with their uncertainty, one shape for all fields, in the unit of the estimates.

    ``difference`` is nan without a result; ``se`` and what follows from it also where the spread is unknown. ``low``, ``high``:
    interval at the level asked for; ``p``: two-sided, of no difference; ``q``: adjusted over all that were tested.
    """

    difference: Floats
    se: Floats
    df: Floats
    low: Floats
    high: Floats
    p: Floats
    q: Floats


def contrasts(
    value: ArrayLike, covariance: ArrayLike, weights: ArrayLike, *, df: ArrayLike = np.inf, level: float = 0.95
) -> Contrasts:
    """Linear combinations a'T of D estimates that move together.

    Parameters
    ----------
    value : (D,) float
        nan: no result; a contrast that gives it a weight has none either.
    covariance : (D, D) float
        ``means_covariance`` or ``preset_covariance``; rows and columns without result may be nan.
    weights : (C, D) float
        One contrast a row; a difference sums to 0.
    df : (C,) or scalar
        Degrees of freedom, e.g. ``design.degf``; infinite takes the normal distribution.
    level : float
        Confidence of the intervals, in (0, 1).

    Returns
    -------
    Contrasts
        (C,) each. No standard error where it is 0, or where an estimate with standard error 0 has the contrast's greatest
        weight: answers that all agree hide their spread.

    Raises
    ------
    Unusable
        Shapes that do not fit; a weight that is not finite.

    Notes
    -----
    Var(a'T) = a'Va (R's ``svycontrast``); q by Benjamini and Hochberg.

    Examples
    --------
    >>> found = contrasts([80.0, 70.0], [[4.0, 1.0], [1.0, 4.0]], [[1, -1]])
    >>> found.difference.tolist(), found.se.round(4).tolist(), found.p.round(6).tolist()
    ([10.0], [2.4495], [4.5e-05])
    """
    figures, matrix, factor = _fitting(value, covariance, weights)
    size = np.abs(factor)
    difference = np.where((size[:, np.isnan(figures)] > 0).any(axis=1), np.nan, factor @ np.nan_to_num(figures))
    variance = np.einsum("cd,de,ce->c", factor, np.nan_to_num(matrix), factor)
    apart = variance > INSEPARABLE * factor**2 @ np.nan_to_num(np.diag(matrix))
    blind = ~(np.diag(matrix) > NOISE**2)
    leading = (size > 0) & (size >= size.max(axis=1, initial=0.0)[:, None])
    unknown = (leading & blind).any(axis=1) | ~apart
    fields = tested(difference, np.where(unknown, np.nan, variance), df, level)
    return Contrasts(*fields, benjamini_hochberg(fields[-1]))


def _fitting(value: ArrayLike, covariance: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats, Floats]:
    figures, matrix, factor = (np.asarray(given, dtype=np.float64) for given in (value, covariance, weights))
    if figures.ndim != 1 or matrix.shape != (figures.size,) * 2 or factor.ndim != 2 or factor.shape[1] != figures.size:
        raise Unusable(f"value {figures.shape}, covariance {matrix.shape} and weights {factor.shape} do not fit")
    strange = np.argwhere(~np.isfinite(factor))
    if strange.size:
        row, column = strange[0]
        raise Unusable(f"weights[{row}, {column}] is {factor[row, column]:g}: a finite number is needed")
    return figures, matrix, factor


def tested(
    difference: Floats, variance: Floats, df: ArrayLike, level: float
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """Difference, se, df, low, high, p by Student's t; nan from se on where the variance is 0, negative or unknown."""
    known = (variance > NOISE**2) & ~np.isnan(difference)
    se = np.sqrt(np.where(known, variance, np.nan))
    degrees = np.where(known, np.broadcast_to(np.asarray(df, dtype=np.float64), difference.shape), np.nan)
    half = student((1 + level) / 2, degrees) * se
    p = np.asarray(2 * scipy.special.stdtr(degrees, -np.abs(difference / se)))
    return difference, se, degrees, difference - half, difference + half, p


def pair_differences(
    value: ArrayLike, covariance: ArrayLike, *, df: ArrayLike = np.inf, level: float = 0.95
) -> Contrasts:
    """Every department minus every other, (D, D): row minus column; the diagonal is nan.

    Parameters, errors and formula as ``contrasts``; q over the D (D - 1) / 2 pairs. ``df``: scalar, or (D, D).

    Parameters
    ----------
    value : (D,) float
        nan: no result.
    covariance : (D, D) float
        Of the values.
    df : scalar or (D, D) float
        Degrees of freedom of each difference.
    level : float
        Confidence in (0, 1).

    Returns
    -------
    Contrasts
        (D, D) each.

    Examples
    --------
    >>> pair_differences([80.0, 70.0], [[4.0, 1.0], [1.0, 4.0]]).difference.tolist()
    [[nan, 10.0], [-10.0, nan]]
    """
    figures, matrix, _ = _fitting(value, covariance, np.zeros((0, np.asarray(value).size)))
    own = np.diag(matrix)
    spread = np.where(own > NOISE**2, own, np.nan)
    difference = figures[:, None] - figures[None, :]
    np.fill_diagonal(difference, np.nan)
    whole = spread[:, None] + spread[None, :]
    variance = whole - 2 * matrix
    fields = tested(difference, np.where(variance > INSEPARABLE * whole, variance, np.nan), df, level)
    q = benjamini_hochberg(np.where(np.tri(figures.size, k=-1, dtype=np.bool_), fields[-1], np.nan))
    return Contrasts(*fields, np.fmax(q, q.T))


def peer_differences(
    value: ArrayLike, covariance: ArrayLike, group: ArrayLike, *, df: ArrayLike = np.inf, level: float = 0.95
) -> Contrasts:
    """Each department minus the mean of the **others** of its group, (D,).

    Parameters
    ----------
    value, covariance, df, level
        As for ``contrasts``; ``df`` (D,) or scalar.
    group : (D,) int
        Codes of the groups.

    Returns
    -------
    Contrasts
        nan for a department without result and for one whose group has no other result. With itself inside the mean the
        difference would shrink by a part that depends on the group's size: therefore always without it.

    Raises
    ------
    Unusable
        As ``contrasts``; a group code that is no whole number from 0 on.

    Examples
    --------
    >>> import numpy as np
    >>> peer_differences([80, 70, 60, 90], np.eye(4), [0, 0, 0, 1]).difference.tolist()
    [15.0, 0.0, -15.0, nan]
    """
    figures, member = np.asarray(value, dtype=np.float64), codes("group", group)
    if member.shape != figures.shape:
        raise Unusable(f"group has shape {member.shape}, value {figures.shape}: one group a department")
    peer = (member[:, None] == member[None, :]) & ~np.isnan(figures) & ~np.eye(member.size, dtype=np.bool_)
    peers = peer.sum(axis=1)
    factor = np.eye(member.size) - peer / np.maximum(peers, 1)[:, None]
    return contrasts(np.where(peers > 0, figures, np.nan), covariance, factor, df=df, level=level)
