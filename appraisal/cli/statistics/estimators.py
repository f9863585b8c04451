"""Means, shares and their standard errors: from weights as they are, or from weights that are raked here."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from appraisal import stats
from appraisal.stats.design import Floats


class Estimator(Protocol):
    """Figures of all departments, (D,)."""

    def means(self) -> stats.Means: ...

    def covariance(self) -> Floats: ...

    def deff(self) -> Floats: ...

    def shares(self, ticked: Floats) -> stats.Shares: ...

    def preset(self, rows: Floats, limit: float, pool_below: int) -> stats.Means: ...


@dataclass(frozen=True, eq=False)
class AsWeighted:
    """Standard errors that take the weights as they are."""

    cells: stats.RatingCells

    def means(self) -> stats.Means:
        return stats.design_means(self.cells)

    def covariance(self) -> Floats:
        return stats.means_covariance(self.cells)

    def deff(self) -> Floats:
        return stats.design_effects(self.cells).deff

    def shares(self, ticked: Floats) -> stats.Shares:
        return stats.design_shares(self.cells.valued(ticked))

    def preset(self, rows: Floats, limit: float, pool_below: int) -> stats.Means:
        return stats.preset_means(self.cells, rows, limit=limit, pool_below=pool_below)


@dataclass(frozen=True, eq=False)
class Raked:
    """Standard errors that know of the raking."""

    cells: stats.RatingCells
    known: stats.Calibration

    def means(self) -> stats.Means:
        return stats.calibrated_means(self.cells.design, self.cells.ratings, self.known)

    def covariance(self) -> Floats:
        return stats.calibrated_covariance(self.cells.design, self.cells.ratings, self.known)

    def deff(self) -> Floats:
        """The variance that knows of the raking beside that of a simple random sample."""
        weighted = stats.RatingCells.of(self.cells.design.reweighted(self.known.weight), self.cells.ratings)
        with np.errstate(invalid="ignore", divide="ignore"):
            less = (self.means().se / stats.design_means(weighted).se) ** 2
        return np.asarray(stats.design_effects(weighted).deff * less)

    def shares(self, ticked: Floats) -> stats.Shares:
        return stats.calibrated_shares(self.cells.design, self.cells.ratings.valued(ticked), self.known)

    def preset(self, rows: Floats, limit: float, pool_below: int) -> stats.Means:
        cells = self.cells
        return stats.calibrated_preset_means(
            cells.design, cells.ratings, self.known, rows, limit=limit, pool_below=pool_below
        )
