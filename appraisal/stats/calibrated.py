"""Means and shares with calibrated weights, whose standard errors know of the calibration."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.calibration import Calibration
from appraisal.stats.covariance import influences, linear_covariance
from appraisal.stats.design import Design, Floats, Unusable
from appraisal.stats.estimates import Estimates, Means, Shares
from appraisal.stats.means import design_means, design_shares, divided, root, unknown_rows
from appraisal.stats.preset import MISSING_LIMIT, POOL_BELOW, preset_influences, preset_means
from appraisal.stats.ratings import RatingCells, Ratings


def _cells(design: Design, ratings: Ratings, calibration: Calibration) -> RatingCells:
    if calibration.weight.shape != design.stratum.shape:
        raise Unusable(
            f"{calibration.weight.size} weights are calibrated, the design has {design.stratum.size} respondents"
        )
    return RatingCells.of(design.reweighted(calibration.weight), ratings)


def _covariance(cells: RatingCells, calibration: Calibration, value: Floats) -> Floats:
    shape = (cells.design.strata.sampled.size, value.size)
    scale = np.nan_to_num(divided(np.ones(value.shape), cells.weight.sum(axis=0)))
    centre = np.broadcast_to(np.nan_to_num(value), shape)
    return unknown_rows(_residual_covariance(cells, calibration, centre, np.broadcast_to(scale, shape)), value)


def _residual_covariance(cells: RatingCells, calibration: Calibration, centre: Floats, scale: Floats) -> Floats:
    design = cells.design
    left = calibration.residual(influences(cells, centre, scale).toarray())
    return linear_covariance(design.strata, design.stratum, design.weight[:, None] * left)


def _fields(found: Estimates, variance: Floats, top: float) -> tuple[Floats, ...]:
    # Answers that all agree have no influence to take residuals of: their 0 stays the sign of a blind variance.
    se = np.where(found.se == 0, 0.0, root(variance, top))
    return np.asarray(found.value), np.asarray(se), np.asarray(found.df), np.asarray(found.covered)


def calibrated_means(design: Design, ratings: Ratings, calibration: Calibration) -> Means:
    """As ``design_means`` with calibrated weights, each influence replaced by its residual on the calibration variables.

    Parameters
    ----------
    design : Design
        Of the respondents that were calibrated; its own weights are not used.
    ratings : Ratings
        Values in [0, 100].
    calibration : Calibration
        From ``rake``, ``poststratify``, ``calibrate_…`` or ``rake_and_trim``.

    Returns
    -------
    Means
        (D,) each; no result without a rating.

    Raises
    ------
    Unusable
        Another number of respondents; values off the scale.

    Notes
    -----
    V = Σ_h (1 - f_h) n_h / (n_h - 1) Σ_i (w_i e_i - mean)², e the residual of z_i = I (y_i - ȳ_d) / Σ w I (Deville & Särndal
    1992, eq. 3.4; R's ``svyratio`` on a raked design). Calibrated weights in an ordinary design give another, usually larger
    standard error. Memory n × D.

    Examples
    --------
    >>> from appraisal.stats import Margin, poststratify
    >>> design, ratings = Design.of([0, 0, 0, 0]), Ratings.of([0, 1, 2, 3], [0, 0, 0, 0], [100, 80, 20, 0], departments=1)
    >>> found = calibrated_means(design, ratings, poststratify(design.weight, Margin.of("sex", [0, 0, 1, 1], [3, 1])))
    >>> found.value.round(9).tolist(), found.se.round(4).tolist()
    ([70.0], [6.455])
    """
    found = design_means(cells := _cells(design, ratings, calibration))
    return Means(found.n, *_fields(found, np.diag(_covariance(cells, calibration, found.value)), 100.0))


def calibrated_shares(design: Design, ratings: Ratings, calibration: Calibration) -> Shares:
    """As ``calibrated_means`` for values 0 and 1.

    Parameters
    ----------
    design, ratings, calibration
        As for ``calibrated_means``.

    Returns
    -------
    Shares
        (D,) each, in [0, 1]; no result without a rating.

    Raises
    ------
    Unusable
        Another number of respondents; values that are no shares.

    Examples
    --------
    >>> from appraisal.stats import Margin, poststratify
    >>> design, ratings = Design.of([0, 0, 0, 0]), Ratings.of([0, 1, 2, 3], [0, 0, 0, 0], [1, 1, 1, 0], departments=1)
    >>> margin = Margin.of("sex", [0, 0, 1, 1], [3, 1])
    >>> calibrated_shares(design, ratings, poststratify(design.weight, margin)).value.round(9).tolist()
    [0.875]
    """
    found = design_shares(cells := _cells(design, ratings, calibration))
    return Shares(found.n, *_fields(found, np.diag(_covariance(cells, calibration, found.value)), 1.0))


def calibrated_covariance(design: Design, ratings: Ratings, calibration: Calibration) -> Floats:
    """(D, D) covariance of ``calibrated_means`` (or shares); nan in the rows and columns of departments without a rating.

    Parameters
    ----------
    design, ratings, calibration
        As for ``calibrated_means``.

    Returns
    -------
    (D, D) float
        In squared units of the values.

    Raises
    ------
    Unusable
        Another number of respondents.

    Examples
    --------
    >>> from appraisal.stats import Margin, poststratify
    >>> design, ratings = Design.of([0, 0]), Ratings.of([0, 1], [0, 0], [100, 0], departments=1)
    >>> calibrated_covariance(design, ratings, poststratify([1, 1], Margin.of("all", [0, 0], [9]))).round(9).tolist()
    [[2500.0]]
    """
    cells = _cells(design, ratings, calibration)
    weight = cells.weight.sum(axis=0)
    return _covariance(cells, calibration, divided(cells.total.sum(axis=0), weight))


def calibrated_preset_covariance(
    design: Design,
    ratings: Ratings,
    calibration: Calibration,
    weights: ArrayLike,
    *,
    limit: float = MISSING_LIMIT,
    pool_below: int = POOL_BELOW,
) -> Floats:
    """(D, D) covariance of ``calibrated_preset_means``; nan in the rows and columns of departments without a result.

    Parameters
    ----------
    design, ratings, calibration
        As for ``calibrated_means``.
    weights : (D, H) float
        Not negative, relative: each department has the row of its group.
    limit, pool_below
        As for ``preset_means``.

    Returns
    -------
    (D, D) float
        In squared points.

    Raises
    ------
    Unusable
        Another number of respondents; weights that ``preset_means`` refuses.

    Examples
    --------
    >>> from appraisal.stats import Margin, poststratify
    >>> design, ratings = Design.of([0, 0]), Ratings.of([0, 1], [0, 0], [100, 0], departments=1)
    >>> known = poststratify([1, 1], Margin.of("all", [0, 0], [9]))
    >>> calibrated_preset_covariance(design, ratings, known, [[1]], pool_below=0).round(9).tolist()
    [[2500.0]]
    """
    cells = _cells(design, ratings, calibration)
    found = preset_influences(cells, weights, limit, pool_below)
    # Influences of small strata are larger by the inverse of their weight: only weighted do they not drown the regression.
    known = replace(calibration, metric=calibration.base)
    covariance = _residual_covariance(cells, known, found.centre, found.scale)
    return unknown_rows(covariance + np.diag(found.added), found.added)


def calibrated_preset_means(
    design: Design,
    ratings: Ratings,
    calibration: Calibration,
    weights: ArrayLike,
    *,
    limit: float = MISSING_LIMIT,
    pool_below: int = POOL_BELOW,
) -> Means:
    """As ``preset_means`` with calibrated weights inside the strata, and a standard error that knows of the calibration.

    Parameters
    ----------
    design, ratings, calibration
        As for ``calibrated_means``.
    weights, limit, pool_below
        As for ``preset_means``.

    Returns
    -------
    Means
        ``se`` 0 where all answers agree and no variance is pooled.

    Raises
    ------
    Unusable
        Another number of respondents; weights of another shape, negative, or all 0 for a department; values off the scale.

    Notes
    -----
    The influences W_dh I (y_i - ȳ_hd) / Σ_hd w, stretched where the variance is pooled, are replaced by their residuals on the
    calibration variables (Deville & Särndal 1992, eq. 3.4). Calibration ties the strata together, so that their parts no longer
    add up as in ``preset_means``. The regression is weighted with the base weights, for raked margins too, as R's
    ``calibrate(calfun="raking")`` has it: that of R's ``rake``, unweighted, gives standard errors many times too large here.
    What a cell without any spread of its own adds is not reduced.

    Examples
    --------
    >>> from appraisal.stats import Margin, poststratify
    >>> design, ratings = Design.of([0, 0, 0, 0]), Ratings.of([0, 1, 2, 3], [0, 0, 0, 0], [100, 80, 20, 0], departments=1)
    >>> known = poststratify(design.weight, Margin.of("sex", [0, 0, 1, 1], [3, 1]))
    >>> found = calibrated_preset_means(design, ratings, known, [[1]], pool_below=0)
    >>> found.value.round(9).tolist(), found.se.round(4).tolist()
    ([70.0], [6.455])
    """
    found = preset_means(_cells(design, ratings, calibration), weights, limit=limit, pool_below=pool_below)
    variance = calibrated_preset_covariance(design, ratings, calibration, weights, limit=limit, pool_below=pool_below)
    return Means(found.n, *_fields(found, np.diag(variance), 100.0))
