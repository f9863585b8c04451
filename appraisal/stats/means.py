"""Population-weighted means and shares of departments, and of departments within a stratum."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.covariance import influences, spread_within
from appraisal.stats.design import Floats, Ints, Strata, Unusable
from appraisal.stats.estimates import NOISE, Means, Shares
from appraisal.stats.ratings import Cells, RatingCells

# n, value, se, df, covered, strata_df, even_n: the fields of Estimates, in order.
Fields = tuple[Ints, Floats, Floats, Floats, Floats, Floats, Floats]


def divided(part: Floats, whole: Floats) -> Floats:
    """``part / whole``, nan where the whole is not positive: an empty domain has no result."""
    return np.asarray(part / np.where(whole > 0, whole, np.nan))


def on_scale(cells: Cells, top: float) -> None:
    """Refuse values off the scale: a score handed over as a share, or the other way round, must not pass in silence."""
    low, high = cells.extent
    if low < 0 or high > top:
        raise Unusable(f"values between {low:g} and {high:g} do not fit a scale of 0 to {top:g}")


def settled(value: Floats, top: float) -> Floats:
    """Values that rounding moved off an end of the scale, put back: all-worst is 0 and all-best the top, exactly."""
    at_top = np.where(value > top * (1 - NOISE), top, value)
    return np.where(at_top < top * NOISE, 0.0, at_top)


def root(variance: Floats, top: float) -> Floats:
    """Standard errors; rounding noise of answers that all agree becomes exactly 0."""
    se = np.sqrt(np.maximum(variance, 0.0))
    return np.where(se < top * NOISE, 0.0, se)


def cell_squares(cells: Cells, centre: Floats) -> Floats:
    """(H, D) variance of the sum of w (y - centre) over each stratum's respondents, corrected; not yet divided by weights."""
    strata = cells.strata
    first, second, _ = cells.about(centre)
    return _centred(strata, first, second)


def _centred(strata: Strata, first: Floats, second: Floats) -> Floats:
    """(H, D) corrected squares about the stratum's own mean; what rounding leaves of respondents who all agree is 0."""
    left = second - strata.centring[:, None] * first**2
    return np.asarray(strata.own_factor[:, None] * np.where(left > NOISE * second, left, 0.0))


def _design_squares(cells: Cells, centre: Floats) -> Floats:
    """(H, D) ``cell_squares`` that add up to the variance over all strata, lonely ones treated as the design says."""
    strata, gathering = cells.strata.gathered, cells.strata.gathering
    first, second, _ = cells.about(centre)
    return np.asarray(_centred(strata, gathering @ first, gathering @ second) * cells.strata.widening(cells.n))


def satterthwaite(variance: Floats, freedom: ArrayLike, most: Floats) -> Floats:
    """(D,) degrees of freedom of a sum of independent variances (H, D) with their own (H, D), at most ``most``.

    (Σ V_h)² / Σ (V_h² / ν_h), ν_h at least 1 (Satterthwaite 1946). ``most`` where nothing varies.

    >>> satterthwaite(np.array([[4.0], [1.0]]), np.array([[2], [50]]), np.array([52.0])).round(2).tolist()
    [3.12]
    """
    found = divided(variance.sum(axis=0) ** 2, (variance**2 / np.maximum(freedom, 1)).sum(axis=0))
    return np.asarray(np.fmin(found, most))


def worth_evenly(square: Floats, n: ArrayLike) -> Floats:
    """1 / Σ_h s_h over the strata's parts s_h of a variance under equal rates, (D,); infinite without any, nan without ratings."""
    whole = square.sum(axis=0)
    return np.where(np.asarray(n) > 0, 1 / np.where(whole > 0, whole, 1.0) + np.where(whole > 0, 0.0, np.inf), np.nan)


def degrees(n: ArrayLike) -> Floats:
    """(D,) respondents who rated minus strata with a rating; nan without any."""
    count = np.asarray(n)
    return np.where(count.sum(axis=0) > 0, (count - (count > 0)).sum(axis=0), np.nan)


def _over_strata(cells: Cells, top: float) -> Fields:
    on_scale(cells, top)
    weight, n = cells.weight.sum(axis=0), cells.n
    mean = divided(cells.total.sum(axis=0), weight)
    squares = _design_squares(cells, np.broadcast_to(np.nan_to_num(mean), n.shape))
    se = root(divided(squares.sum(axis=0), weight**2), top)
    covered = np.where(weight > 0, 1.0, 0.0)
    gathered = cells.strata.gathering @ n
    df = degrees(gathered)
    even = worth_evenly((1 - cells.strata.reached[:, None]) * divided(cells.square, weight**2), n.sum(axis=0))
    return n.sum(axis=0), settled(mean, top), se, df, covered, satterthwaite(squares, gathered - 1, df), even


def design_means(cells: Cells) -> Means:
    """Scores of departments, every respondent with the weight of the people they stand for.

    Parameters
    ----------
    cells : Cells
        ``CountCells`` or ``RatingCells`` with values in [0, 100]; equal figures from both.

    Returns
    -------
    Means
        (D,) each. A department without ratings: value, se, df nan, n 0. All answers equal: se 0 and no interval.

    Raises
    ------
    Unusable
        Values off the scale.

    Notes
    -----
    Ratio mean of a domain, ȳ_d = Σ w I y / Σ w I, with the linearised variance Σ_h (1 - f_h) n_h / (n_h - 1) Σ_i (u_i - ū_h)²,
    u_i = w_i I_id (y_id - ȳ_d) / Σ w I over **all** n_h respondents of the stratum, 0 for those who did not rate d (Särndal,
    Swensson & Wretman 1992, ch. 5.8; Lumley 2010, Complex Surveys, ch. 2; R's ``svyby(~y, ~d, design, svymean)``).

    Examples
    --------
    >>> from appraisal.stats import CountCells, Strata
    >>> found = design_means(CountCells.of(Strata.of([4], [8]), [[[1, 2], [0, 0]]], [100, 25]))
    >>> found.n.tolist(), found.value.tolist(), found.df.tolist()
    ([3, 0], [50.0, nan], [2.0, nan])
    """
    return Means(*_over_strata(cells, 100.0))


def design_shares(cells: Cells) -> Shares:
    """As ``design_means`` for values 0 and 1: the share of 1 among the known answers, in [0, 1].

    Parameters
    ----------
    cells : Cells
        ``CountCells`` or ``RatingCells`` with values 0 and 1.

    Returns
    -------
    Shares
        (D,) each; a department without ratings has none.

    Raises
    ------
    Unusable
        Values outside [0, 1].

    Examples
    --------
    >>> from appraisal.stats import CountCells, Strata
    >>> design_shares(CountCells.of(Strata.of([4]), [[[1, 3]]], [1, 0])).value.tolist()
    [0.25]
    """
    return Shares(*_over_strata(cells, 1.0))


def _within_strata(cells: Cells, top: float) -> Fields:
    on_scale(cells, top)
    weight, n = cells.weight, cells.n
    mean = divided(cells.total, weight)
    se = root(divided(cell_squares(cells, np.nan_to_num(mean)), weight**2), top)
    df = np.where(n > 0, n - 1.0, np.nan)
    even = worth_evenly((1 - cells.strata.reached[:, None]) * divided(cells.square, weight**2)[None], n)
    return n, settled(mean, top), se, df, np.where(weight > 0, 1.0, 0.0), df, even


def stratum_means(cells: Cells) -> Means:
    """One figure for every stratum × department, arrays (H, D); else as ``design_means``. One rating: se 0, no interval.

    Parameters
    ----------
    cells : Cells
        ``CountCells`` or ``RatingCells``; equal figures from both.

    Returns
    -------
    Means
        (H, D) each; a cell without a rating has none.

    Raises
    ------
    Unusable
        Values off the scale.

    Examples
    --------
    >>> from appraisal.stats import CountCells, Strata
    >>> stratum_means(CountCells.of(Strata.of([2, 2]), [[[1, 1]], [[2, 0]]], [100, 0])).value.tolist()
    [[50.0], [100.0]]
    """
    return Means(*_within_strata(cells, 100.0))


def stratum_shares(cells: Cells) -> Shares:
    """As ``stratum_means`` for values 0 and 1.

    Parameters
    ----------
    cells : Cells
        ``CountCells`` or ``RatingCells`` with values 0 and 1.

    Returns
    -------
    Shares
        (H, D) each; a cell without a rating has none.

    Raises
    ------
    Unusable
        Values outside [0, 1].

    Examples
    --------
    >>> from appraisal.stats import CountCells, Strata
    >>> stratum_shares(CountCells.of(Strata.of([2, 2]), [[[1, 1]], [[2, 0]]], [1, 0])).value.tolist()
    [[0.5], [1.0]]
    """
    return Shares(*_within_strata(cells, 1.0))


def means_covariance(cells: RatingCells) -> Floats:
    """(D, D) covariance of ``design_means`` (or shares) between departments; its diagonal is ``se ** 2``.

    nan in the rows and columns of departments without a rating.

    Parameters
    ----------
    cells : RatingCells
        Single ratings; sums do not know who rated two departments.

    Returns
    -------
    (D, D) float
        In squared units of the values; 0 in the row of a department whose answers all agree.

    Notes
    -----
    Σ_h (1 - f_h) n_h / (n_h - 1) Σ_i (u_id - ū_hd) (u_ie - ū_he), u as in ``design_means`` (Särndal, Swensson &
    Wretman 1992, ch. 5.7; R's ``svyby(covmat=TRUE)``).

    Examples
    --------
    >>> from appraisal.stats import Design, RatingCells, Ratings
    >>> ratings = Ratings.of([0, 0, 1, 1], [0, 1, 0, 1], [100, 50, 0, 50], departments=2)
    >>> means_covariance(RatingCells.of(Design.of([0, 0]), ratings)).tolist()
    [[2500.0, 0.0], [0.0, 0.0]]
    """
    weight = cells.weight.sum(axis=0)
    mean = divided(cells.total.sum(axis=0), weight)
    shape = (cells.strata.sampled.size, mean.size)
    scale = np.broadcast_to(divided(np.ones(mean.shape), weight), shape)
    weighted = scipy.sparse.diags_array(cells.design.weight) @ influences(cells, np.broadcast_to(mean, shape), scale)
    strata = cells.strata
    together = spread_within(strata.gathered, strata.merged_into[cells.design.stratum], weighted)
    stretch = np.sqrt(strata.widening(cells.n))
    return unknown_rows(together * stretch[:, None] * stretch[None, :], mean)


def unknown_rows(covariance: Floats, value: Floats) -> Floats:
    """The matrix with nan wherever one of the two departments has no result."""
    none = np.isnan(value)
    return np.where(none[:, None] | none[None, :], np.nan, covariance)
