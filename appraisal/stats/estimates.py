"""Figures that know their uncertainty: value, standard error, degrees of freedom, interval."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Ints
from appraisal.stats.proportions import beta_ends, effective_n, korn_graubard, logit_interval, student, wilson

# A standard error under this part of the scale is rounding noise of answers that all agree.
NOISE = 1e-12


@dataclass(frozen=True, eq=False)
class Estimates:
    """Estimates of one kind for several domains, usually D departments; ``stratum_means`` gives (H, D).

    Attributes
    ----------
    n : (D,) int
        Ratings that the value rests on.
    value : (D,) float
        nan: no result. Never 0 for want of ratings.
    se : (D,) float
        Standard error by Taylor linearisation; nan with the value, or where no spread can be estimated. 0 when all answers
        agree: the variance is blind there and ``interval`` gives none.
    df : (D,) float
        Respondents who rated minus strata with a rating, as R's ``degf`` of the subset; may be 0.
    covered : (D,) float
        Share of the preset stratum weight that has ratings, in [0, 1]; 1 for population-weighted figures with a rating.
    strata_df : (D,) float, optional
        Satterthwaite's degrees of freedom over strata, at most ``df``: few where a handful of heavy ratings bring most of the
        variance. ``careful_interval`` takes them; without them ``df``.
    even_n : (D,) float, optional
        Independent answers that a share would be worth if all strata had the same rate; infinite where everybody was asked.
        ``Shares.careful_interval`` trusts no variance estimate to be worth more; without it ``n``.
    """

    n: Ints
    value: Floats
    se: Floats
    df: Floats
    covered: Floats
    strata_df: Floats | None = None
    even_n: Floats | None = None

    @property
    def variance(self) -> Floats:
        return self.se**2

    @property
    def careful_df(self) -> Floats:
        """(D,) ``strata_df`` where it is known, else ``df``; at least 1, as a pooled spread is known where ``df`` is 0.

        For comparisons: ``rank_sets(..., df=)``, ``peer_differences(..., df=)``, ``change(..., df_now=)``.
        """
        return np.maximum(self.df if self.strata_df is None else self.strata_df, 1.0)


class Means(Estimates):
    """Scores in [0, 100]."""

    def interval(self, level: float = 0.95, df: ArrayLike | None = None) -> tuple[Floats, Floats]:
        """Value ± t_df se, clipped to [0, 100].

        Parameters
        ----------
        level : float
            Confidence in (0, 1).
        df : (D,) or scalar, optional
            Instead of ``self.df``; the full design's ``degf`` gives R's ``confint(..., df = degf(design))``.

        Returns
        -------
        low, high : (D,) float
            Both nan without a result, with df 0 or se 0: "too few ratings", never "± 0".
        """
        usable = np.where(self.se > NOISE, self.se, np.nan)
        half = student((1 + level) / 2, self.df if df is None else df) * usable
        return np.clip(self.value - half, 0, 100), np.clip(self.value + half, 0, 100)

    def careful_interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Interval for few, skewed or unevenly weighted ratings: t on the logit scale of value / 100, with ``strata_df``.

        Equal to ``interval`` for many ratings. Near an end of the scale it reaches further towards the middle, where the score
        may truly be; there the plain one misses too often. Never leaves [0, 100] and needs no clipping.

        Returns
        -------
        low, high : (D,) float
            nan as for ``interval``, and at 0 and 100.

        Notes
        -----
        logit(m) ± t_ν se(m) / (m (1 - m)), ν = (Σ V_h)² / Σ (V_h² / ν_h) over strata (Satterthwaite 1946, Biometrics Bulletin
        2(6); Korn & Graubard 1999, Analysis of Health Surveys, ch. 2.5 and 5.2). Its cover is in the project's ``docs/coverage.md``.

        Examples
        --------
        >>> one = Means(*(np.array([x]) for x in (30, 95.0, 2.0, 25.0, 1.0)), strata_df=np.array([8.0]))
        >>> [round(float(end[0]), 1) for end in one.careful_interval()]
        [87.8, 98.0]
        """
        usable = np.where(self.se > NOISE, self.variance, np.nan) / 100**2
        low, high = logit_interval(
            self.value / 100, usable, self.df if self.strata_df is None else self.strata_df, level
        )
        return 100 * low, 100 * high


class Method(StrEnum):
    """Kinds of interval for a share. Korn and Graubard's with the effective sample size capped at n is the default.

    ``BETA`` is the same without the cap, what R's ``svyciprop(method="beta")`` computes; the others are for comparison too.
    """

    KORN_GRAUBARD = "korn-graubard"
    BETA = "beta"
    WILSON = "wilson"
    LOGIT = "logit"


class Shares(Estimates):
    """Proportions in [0, 1]."""

    def effective_n(self, deff: ArrayLike = 1.0) -> Floats:
        """(D,) independent answers that each share is worth, at most n; n / deff at 0 and 1."""
        return effective_n(self.value, self.variance, self.n, deff)

    def interval(
        self,
        level: float = 0.95,
        df: ArrayLike | None = None,
        *,
        method: Method = Method.KORN_GRAUBARD,
        deff: ArrayLike = 1.0,
    ) -> tuple[Floats, Floats]:
        """Interval inside [0, 1]; exact on n / deff at 0 and 1, whatever the method.

        Parameters
        ----------
        level, df
            As for ``Means``.
        method : Method
            What to use between 0 and 1.
        deff : (D,) or scalar
            Design effect assumed at 0 and 1, where none can be estimated.

        Returns
        -------
        low, high : (D,) float
            nan without a result or with df 0.
        """
        degrees = np.broadcast_to(self.df if df is None else np.asarray(df, dtype=np.float64), self.value.shape)
        low, high = self._between(level, degrees, method, deff)
        end = ((self.value == 0) | (self.value == 1)) & (degrees > 0)
        worth = self.effective_n(deff)
        exact = beta_ends(self.value * worth, worth, level)
        return np.where(end, exact[0], low), np.where(end, exact[1], high)

    def careful_interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Interval for rare answers and uneven weights: Wilson's on an effective sample size that cannot run away.

        With a few ticks, none of them from a heavy stratum, the estimated variance is far too small and every interval built
        on it too short. Here no share is worth more than ``even_n`` answers. On average over rates and departments it covers
        what it says, where Korn and Graubard's covers at least that; for a single rare rate neither can: counts are whole.

        Returns
        -------
        low, high : (D,) float
            Inside [0, 1], also at 0 and 1; nan without a result or with df 0.

        Notes
        -----
        ``wilson`` at n_eff = min(p (1 - p) / V, 1 / Σ_h W_h² (1 - f_h) / n_h), t on ``df`` (Franco, Little, Louis & Slud 2019,
        Journal of Survey Statistics and Methodology 7(3), on effective sizes; the bound is the variance under equal rates).
        Its cover is in the project's ``docs/coverage.md``.

        Examples
        --------
        >>> one = Shares(*(np.array([x]) for x in (100, 0.01, 0.001, 95.0, 1.0)), even_n=np.array([40.0]))
        >>> [round(float(end[0]), 3) for end in one.careful_interval()]
        [0.001, 0.107]
        """
        even = np.asarray(self.n, dtype=np.float64) if self.even_n is None else self.even_n
        free = np.fmin(effective_n(self.value, self.variance, self.n, most=np.inf), even)
        blind = (self.value == 0) | (self.value == 1)
        worth = np.where(blind, np.where(np.isfinite(even), even, self.n), free)
        return wilson(self.value, worth, self.df, level)

    def _between(self, level: float, df: Floats, method: Method, deff: ArrayLike) -> tuple[Floats, Floats]:
        if method is Method.WILSON:
            return wilson(self.value, self.effective_n(deff), df, level)
        if method is Method.LOGIT:
            return logit_interval(self.value, self.variance, df, level)
        most = np.inf if method is Method.BETA else None
        worth = effective_n(self.value, self.variance, self.n, deff, most=most)
        return korn_graubard(self.value, worth, self.n, df, level)
