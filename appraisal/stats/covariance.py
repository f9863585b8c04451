"""Covariance between departments: one respondent rates several of them, so their figures move together."""

import numpy as np
import scipy

from appraisal.stats.design import Floats
from appraisal.stats.ratings import RatingCells


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
    ratings, strata = cells.ratings, cells.strata
    influence = scale.ravel()[cell := cells.cell] * cells.w * (ratings.value - centre.ravel()[cell])
    stratum = cells.design.stratum[ratings.respondent]
    weighted = influence * np.sqrt(strata.factor)[stratum]
    shape = (cells.design.stratum.size, ratings.departments)
    table = scipy.sparse.csr_array((weighted, (ratings.respondent, ratings.department)), shape=shape)
    sums = cells.summed(influence) * np.sqrt(strata.factor * strata.centring)[:, None]
    return np.asarray((table.T @ table).toarray() - sums.T @ sums)
