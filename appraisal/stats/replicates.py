"""Variance by replication: the same figure from many reweighted samples, for what is not smooth."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Design, Floats, Unusable, frozen
from appraisal.stats.estimates import Means, Shares
from appraisal.stats.means import design_means, design_shares, divided, root
from appraisal.stats.ratings import RatingCells, Ratings


class Centre(StrEnum):
    """What replicates are compared with: their own mean (R's default) or the estimate (R's ``mse=TRUE``, a little wider)."""

    REPLICATES = "replicates"
    ESTIMATE = "estimate"


@dataclass(frozen=True, eq=False)
class Replicates:
    """Replicate weights, made here or elsewhere.

    Parameters
    ----------
    weight : (n, R) float
        Full weights, not multipliers.
    scale : float
        What the sum of squares is multiplied by.
    rscales : (R,) float
        And each replicate's own factor.
    degf : int
        At most R - 1.
    """

    weight: Floats
    scale: float
    rscales: Floats
    degf: int

    @classmethod
    def of(cls, weight: ArrayLike, scale: float, rscales: ArrayLike = 1.0, degf: int | None = None) -> "Replicates":
        """Replicate weights from elsewhere, R >= 2; Unusable when they are not a table of numbers.

        >>> Replicates.of([[2, 0], [0, 2]], 0.5).degf
        1
        """
        table = np.asarray(weight, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] < 2:
            raise Unusable(
                f"replicate weights have shape {table.shape}: a row a respondent, two columns or more are needed"
            )
        bad = np.argwhere(~np.isfinite(table))
        if bad.size:
            raise Unusable(f"replicate weight of row {bad[0][0]}, replicate {bad[0][1]} is not a number")
        most = table.shape[1] - 1
        each = np.broadcast_to(np.asarray(rscales, dtype=np.float64), table.shape[1:])
        return cls(frozen(table), float(scale), frozen(each), most if degf is None else min(degf, most))

    def reweighted(self, made: Callable[[Floats], ArrayLike]) -> "Replicates":
        """Each replicate put through ``made``: raking must be repeated in every one of them.

        >>> Replicates.of([[2, 0], [0, 2]], 0.5).reweighted(lambda w: w / w.sum()).weight.tolist()
        [[1.0, 0.0], [0.0, 1.0]]
        """
        columns = [np.asarray(made(column), dtype=np.float64) for column in self.weight.T]
        return replace(self, weight=frozen(np.column_stack(columns)))

    def covariance(self, value: ArrayLike, each: ArrayLike, centre: Centre = Centre.REPLICATES) -> Floats:
        """(k, k) scale Σ_r rscales_r (θ_r - c)(θ_r - c)' of the replicates' figures ``each`` (R, k); ``value`` (k,) the estimate.

        >>> Replicates.of([[2, 0], [0, 2]], 0.5).covariance([3], [[1], [7]]).tolist()
        [[9.0]]
        """
        figures = np.asarray(each, dtype=np.float64)
        middle = figures.mean(axis=0) if centre is Centre.REPLICATES else np.asarray(value, dtype=np.float64)
        distance = (figures - middle) * np.sqrt(self.rscales)[:, None]
        return np.asarray(self.scale * distance.T @ distance)


def _se(replicates: Replicates, cells: RatingCells, value: Floats, centre: Centre, top: float) -> Floats:
    ratings, n = cells.ratings, cells.design.stratum.size
    if replicates.weight.shape[0] != n:
        raise Unusable(f"{replicates.weight.shape[0]} rows of replicate weights, {n} respondents")
    at, shape = (ratings.department, ratings.respondent), (ratings.departments, n)
    total, weight = (
        np.asarray(scipy.sparse.csr_array((each, at), shape=shape) @ replicates.weight)
        for each in (ratings.value, np.ones(ratings.value.shape))
    )
    return root(np.diag(replicates.covariance(value, divided(total, weight).T, centre)), top)


def replicate_means(
    replicates: Replicates, design: Design, ratings: Ratings, centre: Centre = Centre.REPLICATES
) -> Means:
    """As ``design_means`` with the standard error from replicates.

    Parameters
    ----------
    replicates : Replicates
        Rows in the order of the design's respondents.
    design : Design
        Its weights give the estimate (calibrated ones where the replicates are).
    ratings : Ratings
    centre : Centre

    Returns
    -------
    Means
        ``df`` at most ``replicates.degf``. ``se`` nan where a replicate has nobody left who rated the department.

    Examples
    --------
    >>> from appraisal.stats import jackknife
    >>> design, ratings = Design.of([0, 0]), Ratings.of([0, 1], [0, 0], [100, 0], departments=1)
    >>> replicate_means(jackknife(design), design, ratings).se.tolist()
    [50.0]
    """
    found = design_means(cells := RatingCells.of(design, ratings))
    se = _se(replicates, cells, found.value, centre, 100.0)
    return Means(found.n, found.value, se, np.minimum(found.df, replicates.degf), found.covered)


def replicate_shares(
    replicates: Replicates, design: Design, ratings: Ratings, centre: Centre = Centre.REPLICATES
) -> Shares:
    """As ``replicate_means`` for values 0 and 1.

    Parameters
    ----------
    replicates, design, ratings, centre
        As for ``replicate_means``; values 0 and 1.

    Returns
    -------
    Shares
        (D,) each; a department without ratings has none.

    Examples
    --------
    >>> from appraisal.stats import jackknife
    >>> design, ratings = Design.of([0, 0]), Ratings.of([0, 1], [0, 0], [1, 0], departments=1)
    >>> replicate_shares(jackknife(design), design, ratings).se.tolist()
    [0.5]
    """
    found = design_shares(cells := RatingCells.of(design, ratings))
    se = _se(replicates, cells, found.value, centre, 1.0)
    return Shares(found.n, found.value, se, np.minimum(found.df, replicates.degf), found.covered)


@dataclass(frozen=True, eq=False)
class Replicated:
    """Any figures, (k,) each, with their (k, k) covariance."""

    value: Floats
    se: Floats
    df: int
    covariance: Floats


def replicate_statistic(
    replicates: Replicates,
    weight: ArrayLike,
    statistic: Callable[[Floats], ArrayLike],
    centre: Centre = Centre.REPLICATES,
) -> Replicated:
    """Whatever can be computed from weights: quantiles, ranks, indices, differences of them.

    Parameters
    ----------
    replicates : Replicates
        Of the same respondents.
    weight : (n,) float
        Of the estimate.
    statistic : callable
        From (n,) weights to (k,) figures; called R + 1 times.
    centre : Centre
        What replicates are measured from: their mean, or the estimate.

    Returns
    -------
    Replicated
        (k,) figures with their covariance over the replicates.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([1.0, 5.0])
    >>> from appraisal.stats import jackknife
    >>> found = replicate_statistic(jackknife(Design.of([0, 0])), [1, 1], lambda w: [w @ y / w.sum()])
    >>> found.value.tolist(), found.se.tolist()
    ([3.0], [2.0])
    """
    value = np.atleast_1d(np.asarray(statistic(np.asarray(weight, dtype=np.float64)), dtype=np.float64))
    each = np.array([np.atleast_1d(statistic(column)) for column in replicates.weight.T], dtype=np.float64)
    covariance = replicates.covariance(value, each, centre)
    return Replicated(value, np.sqrt(np.diag(covariance)), replicates.degf, covariance)
