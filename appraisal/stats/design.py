"""Who was asked: strata with their sizes, and respondents with their weights."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Unusable(ValueError):
    """Input that no figure can be computed from; the message names the entry and what is wrong with it."""


class Lonely(StrEnum):
    """What a stratum with one respondent (and a larger population) adds to a variance; R's ``survey.lonely.psu``.

    ``ADJUST``, the default, takes the respondent's distance from the grand mean instead of the stratum's: it errs towards a
    wider interval. ``MERGE`` counts the stratum with its relative (``Strata.merged_into``), which needs no more than a rule
    laid down before the figures are seen; weights and preset strata stay. ``AVERAGE`` gives it the mean variance of the other
    strata that rated the department. ``CERTAINTY`` adds nothing, as if one person's word were the whole stratum's: only for
    comparison with other software. ``FAIL`` refuses.

    Within one stratum (``stratum_means``, preset scores) there is nothing to borrow from: a lonely cell adds 0 there, or the
    pooled spread of ``preset_means``.
    """

    ADJUST = "adjust"
    AVERAGE = "average"
    CERTAINTY = "certainty"
    FAIL = "fail"
    MERGE = "merge"


def frozen(array: ArrayLike) -> Floats:
    """A float64 copy that nobody can write to."""
    kept = np.array(array, dtype=np.float64)
    kept.setflags(write=False)
    return kept


def codes(name: str, given: ArrayLike, below: int | None = None) -> Ints:
    """Whole numbers from 0 on, under ``below`` if that is given, as int64; the first stranger is named by its position."""
    array = np.asarray(given)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise Unusable(f"{name} must be a flat list of whole numbers")
    top = np.iinfo(np.int64).max if below is None else below - 1
    if array.size and (array.min() < 0 or array.max() > top):
        strange = np.flatnonzero((array < 0) | (array > top))
        allowed = "0 or more" if below is None else f"0 to {top}"
        raise Unusable(f"{name}[{strange[0]}] is {array[strange[0]]}; {allowed} is allowed")
    return array.astype(np.int64)


def usable_weights(weight: ArrayLike, shape: tuple[int, ...]) -> Floats:
    """A frozen copy of respondents' weights; the first that is negative or no number is named by its position."""
    weights = np.asarray(weight, dtype=np.float64)
    if weights.shape != shape:
        raise Unusable(f"weight has shape {weights.shape}, stratum {shape}: one weight a respondent")
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if bad.size:
        raise Unusable(f"weight[{bad[0]}] is {weights[bad[0]]:g}: a number of at least 0 is needed")
    return frozen(weights)


@dataclass(frozen=True, eq=False)
class Strata:
    """The strata of one round, H of them, as a stratified simple random sample sees them.

    Parameters
    ----------
    sampled : (H,) int
        n_h, everybody who answered, **also those who rated nothing**: taken from the ballots, never from the ratings.
    population : (H,) float
        N_h; nan where it is unknown: that stratum's respondents weigh 1 and get no finite-population correction. Means over
        strata of known and of unknown size mix two kinds of weight: use preset weights there.
    lonely : Lonely
        What a stratum with a single respondent adds to a variance.
    asked : float
        Share of the departments that a respondent is asked about where the lot decides which, in (0, 1]; 1 where everybody is
        asked about all they know. The lot is a second phase of sampling: asking every person of a stratum about a tenth of the
        departments tells a department what a tenth of its people think, and that has a sampling error.

    Raises
    ------
    Unusable
        Different lengths, a negative n_h, a population that is not positive or smaller than n_h; with ``Lonely.FAIL`` a stratum
        of one respondent; ``asked`` outside (0, 1].

    Notes
    -----
    Weights are N_h / n_h (Särndal, Swensson & Wretman 1992, ch. 3.7); a stratum that nobody answered from weighs 0.

    Examples
    --------
    >>> strata = Strata.of([2, 4], [10, float("nan")])
    >>> strata.weight.tolist(), strata.fraction.tolist(), strata.degf
    ([5.0, 1.0], [0.2, 0.0], 4)
    """

    sampled: Ints
    population: Floats
    lonely: Lonely = Lonely.ADJUST
    asked: float = 1.0

    @classmethod
    def of(
        cls,
        sampled: ArrayLike,
        population: ArrayLike | None = None,
        *,
        lonely: Lonely = Lonely.ADJUST,
        asked: float = 1.0,
    ) -> Self:
        counts = codes("sampled", sampled)
        counts.setflags(write=False)
        sizes = np.full(counts.shape, np.nan) if population is None else np.asarray(population, dtype=np.float64)
        if sizes.shape != counts.shape:
            raise Unusable(f"population has shape {sizes.shape}, sampled {counts.shape}: one number a stratum")
        for h, (size, count) in enumerate(zip(sizes, counts, strict=True)):
            if size <= 0 or np.isinf(size):
                raise Unusable(f"population[{h}] is {size:g}: a positive number is needed, or nan where it is unknown")
            if count > size:
                raise Unusable(f"sampled[{h}] is {count}, more than the population of {size:g}")
        if not 0 < asked <= 1:
            raise Unusable(f"asked is {asked:g}: a share of the departments over 0 and at most 1 is needed")
        made = cls(counts, frozen(sizes), lonely, asked)
        if lonely is Lonely.FAIL and made.alone.any():
            raise Unusable(
                f"stratum {np.flatnonzero(made.alone)[0]} has a single respondent: its variance cannot be estimated"
            )
        return made

    @property
    def weight(self) -> Floats:
        """(H,) N_h / n_h; 1 where N_h is unknown, 0 where nobody answered."""
        ratio = np.where(np.isnan(self.population), 1.0, self.population / np.maximum(self.sampled, 1))
        return np.where(self.sampled > 0, ratio, 0.0)

    @property
    def fraction(self) -> Floats:
        """(H,) f_h = n_h / N_h in [0, 1]; 0 where N_h is unknown."""
        return np.where(np.isnan(self.population), 0.0, self.sampled / self.population)

    @property
    def reached(self) -> Floats:
        """(H,) share of the population that was asked about a given department: f_h, times ``asked`` where the lot decides."""
        return self.fraction * self.asked

    @property
    def alone(self) -> NDArray[np.bool_]:
        """(H,) one respondent out of several."""
        return np.asarray((self.sampled == 1) & (self.fraction < 1))

    @property
    def factor(self) -> Floats:
        """(H,) what products of two departments' influences are multiplied by: (1 - f_h) n_h / (n_h - 1)."""
        return self._factor(self.fraction)

    @property
    def own_factor(self) -> Floats:
        """(H,) what one department's squared influences are multiplied by: as ``factor`` with ``reached`` for f_h.

        The lot halves, as it were, each department's sample, and quarters those who are asked about both: 1 - n_d n_e / (N n_de)
        stays 1 - f_h for the products (Särndal, Swensson & Wretman 1992, ch. 9, two-phase sampling).
        """
        return self._factor(self.reached)

    def _factor(self, fraction: Floats) -> Floats:
        several = (1 - fraction) * self.sampled / np.maximum(self.sampled - 1, 1)
        distant = self.lonely in (Lonely.ADJUST, Lonely.MERGE)
        single = 1 - fraction if distant else np.zeros(self.sampled.shape)
        return np.where(self.sampled == 1, single, several)

    @property
    def centring(self) -> Floats:
        """(H,) 1 / n_h, the part of the squared sum of influences that is taken off; 0 for a lonely stratum."""
        return np.where(self.sampled > 1, 1.0 / np.maximum(self.sampled, 1), 0.0)

    @property
    def merged_into(self) -> Ints:
        """(H,) code of the stratum that each is counted with in a variance; its own unless lonely under ``Lonely.MERGE``.

        The relative is the answered stratum whose respondents stand for the most similar number of people (N_h / n_h), the
        one with more respondents among equals; a census of everybody is nobody's relative. Without any the stratum stays
        alone and is treated as under ``ADJUST``.

        >>> Strata.of([1, 9, 9], [8, 90, 18], lonely=Lonely.MERGE).merged_into.tolist()
        [1, 1, 2]
        """
        target = np.arange(self.sampled.size)
        if self.lonely is not Lonely.MERGE:
            return target
        several = (self.sampled > 1) & (self.fraction < 1)
        single = np.flatnonzero(self.alone)
        partners = np.flatnonzero(several) if several.any() else single[:1]
        for h in single:
            distance = np.abs(np.log(self.weight[partners] / self.weight[h]))
            target[h] = partners[np.lexsort((-self.sampled[partners], distance.round(12)))[0]]
        return target

    @property
    def gathering(self) -> Floats:
        """(H, H) zeros and ones: adds up the rows of strata that a variance counts together."""
        return np.asarray(np.eye(self.sampled.size)[self.merged_into].T)

    @property
    def gathered(self) -> "Strata":
        """The strata as a variance over all of them sees them: a merged one is empty, its relative has both."""
        if self.lonely is not Lonely.MERGE:
            return self
        counted, people = np.zeros_like(self.sampled), np.zeros(self.sampled.shape)
        answered = self.sampled > 0
        # Not a matrix product: an unknown population makes only its own stratum's unknown.
        np.add.at(counted, self.merged_into, self.sampled)
        np.add.at(people, self.merged_into[answered], self.population[answered])
        return Strata(counted, np.where(counted > 0, people, np.nan), Lonely.ADJUST, self.asked)

    def widening(self, n: Ints) -> Floats:
        """(D,) what a variance over strata with ``n`` (H, D) ratings is multiplied by: 1, and under ``Lonely.AVERAGE``
        H_d / (H_d - lonely ones), H_d the strata that rated; nan where only lonely ones did."""
        if self.lonely is not Lonely.AVERAGE:
            return np.ones(n.shape[1])
        rated = (n > 0).sum(axis=0)
        firm = ((n > 0) & ~self.alone[:, None]).sum(axis=0)
        return np.asarray(np.maximum(rated, 1) / np.where((firm > 0) | (rated == 0), np.maximum(firm, 1), np.nan))

    @property
    def degf(self) -> int:
        """Degrees of freedom of the full design: respondents minus strata that have any (merged ones are one)."""
        return int(self.sampled.sum() - np.count_nonzero(self.gathered.sampled))


@dataclass(frozen=True, eq=False)
class Design:
    """Respondents one by one: n of them, each a sampling unit of its own, in H strata.

    Parameters
    ----------
    stratum : (n,) int
        Codes 0..H-1.
    population : (H,) float, optional
        N_h; nan (or all missing) where unknown.
    weight : (n,) float, optional
        Final weights, not negative; default N_h / n_h. The correction uses n_h / N_h whatever the weights are, as R's
        ``svydesign(weights=, fpc=)`` does.

    Raises
    ------
    Unusable
        As ``Strata``; a stratum code without a population; a weight that is negative, infinite or nan.

    Examples
    --------
    >>> design = Design.of([0, 0, 1], [10, 3])
    >>> design.weight.tolist(), design.degf
    ([5.0, 5.0, 3.0], 1)
    """

    strata: Strata
    stratum: Ints
    weight: Floats

    @classmethod
    def of(
        cls,
        stratum: ArrayLike,
        population: ArrayLike | None = None,
        weight: ArrayLike | None = None,
        *,
        lonely: Lonely = Lonely.ADJUST,
        asked: float = 1.0,
    ) -> Self:
        given = np.asarray(stratum)
        known = int(given.max()) + 1 if given.size else 0
        member = codes("stratum", given, known if population is None else np.asarray(population).size)
        sizes = None if population is None else np.asarray(population, dtype=np.float64)
        strata = Strata.of(
            np.bincount(member, minlength=0 if sizes is None else sizes.size), sizes, lonely=lonely, asked=asked
        )
        member.setflags(write=False)
        given_weights = strata.weight[member] if weight is None else weight
        return cls(strata, member, usable_weights(given_weights, member.shape))

    def reweighted(self, weight: ArrayLike) -> "Design":
        """The same respondents and strata, and so the same correction, with other final weights.

        >>> Design.of([0, 0], [10]).reweighted([4, 6]).strata.fraction.tolist()
        [0.2]
        """
        return replace(self, weight=usable_weights(weight, self.stratum.shape))

    @property
    def degf(self) -> int:
        """Degrees of freedom of the full design."""
        return self.strata.degf
