"""Covariance between departments: one respondent rates several of them, so their figures move together."""

# So that a type alone does not load scipy.sparse where nothing is computed.
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.design import Floats, Strata, Unusable, codes
from appraisal.stats.ratings import RatingCells

if TYPE_CHECKING:
    Rows = NDArray[np.float64] | scipy.sparse.csr_array


def influences(cells: RatingCells, centre: Floats, scale: Floats) -> scipy.sparse.csr_array:
    """(n, D) sparse: what each respondent adds to each estimate, scale · (y - centre) without the weight; 0 for no rating.

    ``centre`` and ``scale`` (H, D) are those of the rating's stratum and department.
    """
    ratings = cells.ratings
    each = scale.ravel()[cells.cell] * (ratings.value - centre.ravel()[cells.cell])
    shape = (cells.design.stratum.size, ratings.departments)
    return scipy.sparse.csr_array((each, (ratings.respondent, ratings.department)), shape=shape)


def spread_within(strata: Strata, stratum: NDArray[np.int64], table: Rows) -> Floats:
    """(k, k) Σ_h (1 - f_h) n_h / (n_h - 1) Σ_i (u_i - ū_h)(u_i - ū_h)' of the rows u_i of an (n, k) table.

    Where the lot decides who is asked about a department, the diagonal takes ``own_factor`` instead.
    """
    shape = (strata.sampled.size, stratum.size)
    member = scipy.sparse.csr_array((np.ones(stratum.size), (stratum, np.arange(stratum.size))), shape=shape)
    stretch = np.sqrt(strata.factor)
    if isinstance(table, np.ndarray):
        means = strata.centring[:, None] * np.asarray(member @ table)
        centred = table - means[stratum]
        return _squared(stretch[stratum, None] * centred) + _of_the_lot(strata, np.asarray(member @ centred**2))
    stretched = scipy.sparse.csr_array(scipy.sparse.diags_array(stretch[stratum]) @ table)
    sums = (member @ table).toarray()
    once = sums * (stretch * np.sqrt(strata.centring))[:, None]
    squares = (member @ table.power(2)).toarray() - strata.centring[:, None] * sums**2
    return np.asarray((stretched.T @ stretched).toarray() - _squared(once)) + _of_the_lot(strata, squares)


def _of_the_lot(strata: Strata, squares: Floats) -> Floats:
    """(k, k) diagonal: what the lot adds to the variances, from each stratum's centred squares (H, k)."""
    return np.diag((strata.own_factor - strata.factor) @ squares)


def _squared(table: Floats) -> Floats:
    return np.asarray(table.T @ table)


def covariance_of(cells: RatingCells, centre: Floats, scale: Floats) -> Floats:
    """Linearised covariance of estimates whose influences are u = scale · w (y - centre).

    Parameters
    ----------
    cells : RatingCells
        Single ratings.
    centre, scale : (H, D) float
        Of the rating's stratum and department.

    Returns
    -------
    (D, D) float
        Symmetric, positive semi-definite.

    Notes
    -----
    V_dd' = Σ_h (1 - f_h) n_h / (n_h - 1) Σ_i (u_id - ū_hd)(u_id' - ū_hd'), where a respondent of the stratum who did not rate d
    has u_id = 0 and counts in n_h (Särndal, Swensson & Wretman 1992, ch. 5.7-5.8; R's ``svyby(covmat=TRUE)``). The matrix of
    influences is sparse (n × D, a dozen entries a row): O(m k) for k ratings a respondent.
    """
    weighted = scipy.sparse.diags_array(cells.design.weight) @ influences(cells, centre, scale)
    return spread_within(cells.strata, cells.design.stratum, weighted)


def linear_covariance(strata: Strata, stratum: ArrayLike, influence: ArrayLike | scipy.sparse.csr_array) -> Floats:
    """Covariance of any statistics whose linearised influences are known.

    Parameters
    ----------
    strata : Strata
        Sampled counts and populations; lonely strata are treated as ``strata.lonely`` says.
    stratum : (n,) int
        Of each sampling unit. Where whole groups were sampled (classes, firms), a unit is a group and its row the sum.
    influence : (n, k) float or sparse
        Rows u_i = w_i z_i; z_i = y_i for a total, (y_i - ȳ) / Σ w for a mean.

    Returns
    -------
    (k, k) float
        nan under ``Lonely.AVERAGE`` when every stratum is lonely.

    Raises
    ------
    Unusable
        A stratum out of range, rows that do not fit.

    Notes
    -----
    Taylor linearisation for a stratified simple random sample (Särndal, Swensson & Wretman 1992, ch. 3.7 and 5.5; Binder 1983).

    Examples
    --------
    >>> linear_covariance(Strata.of([2], [4]), [0, 0], [[2.0], [6.0]]).tolist()
    [[8.0]]
    """
    member = codes("stratum", stratum, strata.sampled.size)
    table: Rows = (
        influence if isinstance(influence, scipy.sparse.csr_array) else np.asarray(influence, dtype=np.float64)
    )
    if table.ndim != 2 or table.shape[0] != member.size:
        raise Unusable(f"influence has shape {table.shape}: a row for each of {member.size} sampling units is needed")
    found = spread_within(strata.gathered, strata.merged_into[member], table)
    return np.asarray(found * strata.widening(strata.sampled[:, None])[0])
