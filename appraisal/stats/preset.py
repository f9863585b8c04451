"""The official score: every stratum speaks with the weight that was laid down before the round, not with its head count."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.covariance import covariance_of
from appraisal.stats.design import Floats, Unusable
from appraisal.stats.estimates import NOISE, Means, Shares
from appraisal.stats.means import (
    Fields,
    cell_squares,
    degrees,
    divided,
    on_scale,
    root,
    satterthwaite,
    settled,
    unknown_rows,
    worth_evenly,
)
from appraisal.stats.ratings import Cells, RatingCells

MISSING_LIMIT = 0.3
POOL_BELOW = 5


@dataclass(frozen=True, eq=False)
class _Parts:
    """What a combined figure is made of, (H, D): cell means, their shares in the score, variances as found and as used."""

    entering: NDArray[np.bool_]
    share: Floats
    covered: Floats
    refused: NDArray[np.bool_]
    mean: Floats
    found: Floats
    used: Floats

    @classmethod
    def of(cls, cells: Cells, weights: ArrayLike, limit: float, pool_below: int) -> "_Parts":
        part = _relative(weights, cells.n.shape).T
        entering = (cells.n > 0) & (cells.weight > 0) & (part > 0)
        covered = np.where(entering, part, 0.0).sum(axis=0)
        refused = (covered == 0) | (1 - covered > limit + NOISE)
        share = divided(np.where(entering, part, 0.0), np.where(refused, np.nan, covered))
        mean = divided(cells.total, cells.weight)
        found = divided(cell_squares(cells, np.nan_to_num(mean)), cells.weight**2)
        used = np.where(cells.n < pool_below, _pooled_variance(cells, np.nan_to_num(mean)), found)
        return cls(entering, share, covered, refused, mean, found, used)

    def combined(self, each: Floats, share: Floats) -> Floats:
        return np.where(self.refused, np.nan, np.where(self.entering, share * each, 0.0).sum(axis=0))

    def _squared(self, each: Floats) -> Floats:
        """(H, D) parts of the variance of the combined figure."""
        return np.where(self.entering, np.nan_to_num(self.share) ** 2 * np.nan_to_num(each), 0.0)

    def freedom(self, cells: Cells, df: Floats) -> Floats:
        """(D,) Satterthwaite's degrees of freedom, at most ``df``. A pooled cell counts with its own few: the departments'
        spreads are alike, not equal."""
        return satterthwaite(self._squared(self.used), cells.n - 1, df)

    def even_n(self, cells: Cells) -> Floats:
        """(D,) ``Estimates.even_n``."""
        spread = (1 - cells.strata.reached[:, None]) * divided(cells.square, cells.weight**2)
        return worth_evenly(self._squared(spread), np.where(self.refused, 0, 1))


def _relative(weights: ArrayLike, shape: tuple[int, ...]) -> Floats:
    """(D, H) weights summing to 1 in each row."""
    strata, departments = shape
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (departments, strata):
        raise Unusable(
            f"weights have shape {given.shape}; a row for each of {departments} departments, {strata} strata wide, is needed"
        )
    bad = np.argwhere(~(np.isfinite(given) & (given >= 0)))
    if bad.size:
        d, h = bad[0]
        raise Unusable(f"weights[{d}, {h}] is {given[d, h]:g}: a number of at least 0 is needed")
    empty = np.flatnonzero(given.sum(axis=1) == 0)
    if empty.size:
        raise Unusable(f"weights[{empty[0]}] are all 0: a department needs at least one stratum that counts")
    return np.asarray(given / given.sum(axis=1, keepdims=True))


def _pooled_variance(cells: Cells, centre: Floats) -> Floats:
    """(H, D) variance of a cell mean from the spread within all cells of its stratum (of all strata, where that has none)."""
    n, weight = cells.n, cells.weight
    squares = np.nan_to_num(divided(cells.about(centre)[2] * n, weight))
    freedom = np.maximum(n - 1, 0)
    everywhere = divided(squares.sum(), np.asarray(freedom.sum()))
    own = divided(squares.sum(axis=1), freedom.sum(axis=1))
    spread = np.where(np.isnan(own), everywhere, own) * (1 - cells.strata.reached)
    return np.asarray(spread[:, None] * divided(cells.square, weight**2))


def _fields(cells: Cells, weights: ArrayLike, limit: float, pool_below: int, top: float) -> Fields:
    on_scale(cells, top)
    parts = _Parts.of(cells, weights, limit, pool_below)
    n = np.where(parts.entering, cells.n, 0)
    value = settled(parts.combined(parts.mean, parts.share), top)
    se = root(parts.combined(parts.used, parts.share**2), top)
    df = np.where(parts.refused, np.nan, degrees(n))
    return n.sum(axis=0), value, se, df, parts.covered, parts.freedom(cells, df), parts.even_n(cells)


def preset_means(
    cells: Cells, weights: ArrayLike, *, limit: float = MISSING_LIMIT, pool_below: int = POOL_BELOW
) -> Means:
    """Scores with preset stratum weights, T_d = Σ_h W_dh ȳ_hd ("separate" estimator).

    Parameters
    ----------
    cells : Cells
        Values in [0, 100].
    weights : (D, H) float
        Not negative, relative: each department has the row of its group. A stratum of weight 0 does not enter.
    limit : float
        Strata without a rating hand their weight to the others; where more than this share of the weight would move, there
        is no result. ``covered`` tells what was there.
    pool_below : int
        Cells with fewer ratings take the spread pooled over their stratum; 0: never, as R does.

    Returns
    -------
    Means
        ``n`` and ``df`` count only ratings that enter. ``se`` is nan where no cell at all has two ratings.

    Raises
    ------
    Unusable
        Weights of another shape, negative, or all 0 for a department; values off the scale.

    Notes
    -----
    V(T_d) = Σ_h W_dh² V(ȳ_hd): strata are independent (Cochran 1977, Sampling Techniques, ch. 5; R's ``svyby(~y, ~h + d)`` and
    ``svycontrast``). A cell with one rating has plug-in variance 0 although nothing is known of its spread; therefore
    (1 - f_h) s_h² Σ w² / (Σ w)², with s_h² pooled within cells of the stratum, below ``pool_below`` ratings.

    Examples
    --------
    >>> from appraisal.stats import CountCells, Strata
    >>> cells = CountCells.of(Strata.of([6, 6]), [[[5, 0]], [[0, 5]]], [100, 0])
    >>> preset_means(cells, [[3, 1]]).value.tolist()
    [75.0]
    """
    return Means(*_fields(cells, weights, limit, pool_below, 100.0))


def preset_shares(
    cells: Cells, weights: ArrayLike, *, limit: float = MISSING_LIMIT, pool_below: int = POOL_BELOW
) -> Shares:
    """As ``preset_means`` for values 0 and 1.

    Parameters
    ----------
    cells : Cells
        ``CountCells`` or ``RatingCells`` with values 0 and 1.
    weights : (D, H) float
        Not negative, relative: each department has the row of its group.
    limit, pool_below
        As for ``preset_means``.

    Returns
    -------
    Shares
        (D,) each; no result where too much of the weight has no rating.

    Raises
    ------
    Unusable
        As ``preset_means``; values outside [0, 1].

    Examples
    --------
    >>> from appraisal.stats import CountCells, Strata
    >>> cells = CountCells.of(Strata.of([6, 6]), [[[5, 0]], [[0, 5]]], [1, 0])
    >>> preset_shares(cells, [[3, 1]]).value.tolist()
    [0.75]
    """
    return Shares(*_fields(cells, weights, limit, pool_below, 1.0))


def preset_covariance(
    cells: RatingCells, weights: ArrayLike, *, limit: float = MISSING_LIMIT, pool_below: int = POOL_BELOW
) -> Floats:
    """(D, D) covariance of ``preset_means`` (or shares) between departments; its diagonal is ``se ** 2``.

    Influences are W_dh w (y - ȳ_hd) / Σ_hd w. Where a cell takes the pooled variance its influences are stretched to it, which
    keeps the correlations and the matrix positive semi-definite; a cell without any spread of its own adds to the diagonal only.
    nan in the rows and columns of departments without a result.

    Parameters
    ----------
    cells : RatingCells
        Single ratings; sums do not know who rated two departments.
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
        Weights that ``preset_means`` refuses.

    Examples
    --------
    >>> from appraisal.stats import Design, RatingCells, Ratings
    >>> ratings = Ratings.of([0, 0, 1, 1], [0, 1, 0, 1], [100, 50, 0, 50], departments=2)
    >>> preset_covariance(RatingCells.of(Design.of([0, 0]), ratings), [[1], [1]], pool_below=0).tolist()
    [[2500.0, 0.0], [0.0, 0.0]]
    """
    found = preset_influences(cells, weights, limit, pool_below)
    return unknown_rows(covariance_of(cells, found.centre, found.scale) + np.diag(found.added), found.added)


@dataclass(frozen=True, eq=False)
class PresetInfluences:
    """Influences scale · w (y - centre), (H, D) each, and what cells without any spread of their own ``added`` (D,) to the
    variances; nan for departments without a result."""

    centre: Floats
    scale: Floats
    added: Floats


def preset_influences(cells: Cells, weights: ArrayLike, limit: float, pool_below: int) -> PresetInfluences:
    """What ``preset_covariance`` squares, for variances of other kinds (calibrated weights) to start from.

    >>> from appraisal.stats import CountCells, Strata
    >>> cells = CountCells.of(Strata.of([6, 6]), [[[3, 2]], [[0, 5]]], [100, 0])
    >>> found = preset_influences(cells, [[3, 1]], MISSING_LIMIT, POOL_BELOW)
    >>> found.centre.tolist(), found.scale.round(3).tolist()
    ([[60.0], [0.0]], [[0.15], [0.0]])
    """
    parts = _Parts.of(cells, weights, limit, pool_below)
    top = max(cells.extent[1], 1.0)
    blind = parts.found <= (top * NOISE) ** 2
    stretch = np.sqrt(np.where(blind, 0.0, divided(parts.used, parts.found)))
    scale = np.nan_to_num(parts.share * stretch * divided(np.ones(parts.mean.shape), cells.weight))
    added = parts.combined(np.where(blind, parts.used, 0.0), parts.share**2)
    return PresetInfluences(np.nan_to_num(parts.mean), scale, np.asarray(added))
