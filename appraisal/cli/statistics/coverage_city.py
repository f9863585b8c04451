"""A made-up finite city whose true figures are known, and rounds drawn from it: what intervals and rank sets are tried on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from appraisal import stats
from appraisal.stats.design import Floats, Ints

VALUES: Final = np.array([100.0, 75, 50, 25, 0])
# Strata: their part of the respondents, how many of their people are asked, the preset weight, how much kinder they are.
RESPONDING: Final = np.array([0.30, 0.25, 0.20, 0.15, 0.10])
FRACTION: Final = (0.01, 0.05, 0.10, 0.25, 0.50)
NEARLY_CENSUS: Final = (0.01, 0.05, 0.30, 0.80, 1.00)
PRESET: Final = np.array([0.30, 0.25, 0.20, 0.15, 0.10])
KINDER: Final = np.array([0.0, 0.15, -0.2, 0.3, 0.1])
# Part of the departments that a person rates: knows, or is asked about by lot.
KNOWN: Final = 0.3
# Part of an opinion's variance that is the person's general leniency.
LENIENCY: Final = 0.3
# Spread of the departments' true quality, in standard deviations of a single opinion.
QUALITY: Final = 0.25


@dataclass(frozen=True, slots=True)
class Case:
    """How people answer: the shares of the five options, best first, and of a mark, at an average department.

    ``lot``: everybody knows every department, and the lot decides which ones are on a paper; else people rate those they know.
    ``fraction``: of each stratum's people, who are drawn.
    """

    name: str
    options: tuple[float, ...]
    mark: float
    lot: bool = False
    fraction: tuple[float, ...] = FRACTION

    @property
    def cuts(self) -> Floats:
        """(4,) latent opinions under which an answer is worse than the first, second, ... option; falling."""
        return np.asarray(ndtri(1 - np.cumsum(self.options)[:-1]))


MODERATE: Final = Case("moderate", (0.25, 0.35, 0.20, 0.13, 0.07), 0.05)
CEILING: Final = Case("ceiling", (0.60, 0.34, 0.03, 0.02, 0.01), 0.02)
LOT: Final = Case("ceiling, lot", CEILING.options, CEILING.mark, lot=True, fraction=NEARLY_CENSUS)


@dataclass(frozen=True, eq=False)
class City:
    """Everybody who could be asked: ``stratum`` (N,) falling into blocks, ``option`` (N, D) int8, -1 = does not know the
    department, ``mark`` (N, D) bool; ``asked``: share of the departments on a paper, by lot."""

    sampled: Ints
    stratum: Ints
    option: NDArray[np.int8]
    mark: NDArray[np.bool_]
    asked: float = 1.0

    @property
    def population(self) -> Ints:
        return np.bincount(self.stratum, minlength=self.sampled.size)

    @property
    def departments(self) -> int:
        return int(self.option.shape[1])

    def drawn(self, rng: np.random.Generator) -> "Drawn":
        """A stratified simple random sample without replacement; whoever is drawn rates all departments on the paper that they
        know."""
        ends = np.cumsum(self.population)
        rows = [
            end - size + rng.choice(size, count, replace=False, shuffle=False)
            for end, size, count in zip(ends, self.population, self.sampled, strict=True)
        ]
        drawn = Drawn.of(self, np.sort(np.concatenate(rows)))
        return drawn if self.asked == 1 else drawn.asked_by_lot(round(self.asked * self.departments), rng)

    def everybody(self) -> "Drawn":
        """The census: its figures are the true ones."""
        return Drawn.of(replace(self, sampled=self.population, asked=1.0), np.arange(self.stratum.size))


@dataclass(frozen=True, eq=False)
class Drawn:
    """The answers of those who were drawn: ``design``, ``option`` (n, D) and ``mark`` (n, D) as in ``City``."""

    design: stats.Design
    option: NDArray[np.int8]
    mark: NDArray[np.bool_]

    @classmethod
    def of(cls, city: City, rows: Ints) -> "Drawn":
        design = stats.Design.of(city.stratum[rows], city.population.astype(np.float64), asked=city.asked)
        return cls(design, city.option[rows], city.mark[rows])

    def asked_by_lot(self, size: int, rng: np.random.Generator) -> "Drawn":
        """Each respondent keeps ``size`` departments, any as likely as any other."""
        place = rng.random(self.option.shape)
        last = np.partition(place, size - 1, axis=1)[:, size - 1 : size]
        return replace(self, option=np.where(place <= last, self.option, np.int8(-1)))

    @property
    def as_if_known(self) -> "Drawn":
        """The same answers, taken for those of people who were asked about everything and know no more."""
        return replace(self, design=replace(self.design, strata=replace(self.design.strata, asked=1.0)))

    def counted(self, code: NDArray[np.int8] | Ints, kinds: int) -> Ints:
        """(H, D, kinds) how often each code from 0 on occurs."""
        strata, departments = self.design.strata.sampled.size, self.option.shape[1]
        cell = (self.design.stratum[:, None] * departments + np.arange(departments)) * kinds + code
        counts = np.bincount(cell[self.option >= 0], minlength=strata * departments * kinds)
        return counts.reshape(strata, departments, kinds)

    @property
    def scores(self) -> stats.CountCells:
        """Counts of the options."""
        return stats.CountCells.of(self.design.strata, self.counted(self.option, VALUES.size), VALUES)

    @property
    def marks(self) -> stats.CountCells:
        """Counts of those who did not tick the mark, and of those who did."""
        return stats.CountCells.of(self.design.strata, self.counted(self.mark.astype(np.int64), 2), [0, 1])

    @property
    def ratings(self) -> stats.RatingCells:
        """The single ratings."""
        who, what = np.nonzero(self.option >= 0)
        value = VALUES[self.option[who, what]]
        return stats.RatingCells.of(self.design, stats.Ratings.of(who, what, value, departments=self.option.shape[1]))


def sample_sizes(ratings: int) -> Ints:
    """(H,) respondents of each stratum that give a department ``ratings`` ratings on average."""
    return np.maximum(np.rint(ratings / KNOWN * RESPONDING), 2).astype(np.int64)


def city(case: Case, ratings: int, quality: Sequence[float] | Floats, rng: np.random.Generator) -> City:
    """A city for rounds with about so many ratings of each department.

    Parameters
    ----------
    case : Case
        How people answer.
    ratings : int
        Ratings of a department in a round, on average.
    quality : (D,) float
        True quality of each department, in standard deviations of an opinion. Departments of **equal** quality get exactly
        equal true figures in every stratum: their answers are those of the first of them, each given by another person of
        nearly the same leniency.
    rng : numpy.random.Generator
        Chance.
    """
    sampled = sample_sizes(ratings)
    population = np.rint(sampled / np.array(case.fraction)).astype(np.int64)
    stratum = np.repeat(np.arange(population.size), population)
    lenient = rng.normal(size=stratum.size)
    lenient = lenient[np.lexsort((lenient, stratum))]
    option = np.empty((stratum.size, len(quality)), dtype=np.int8)
    mark = np.empty(option.shape, dtype=np.bool_)
    first: dict[float, int] = {}
    for d, good in enumerate(np.asarray(quality, dtype=np.float64).tolist()):
        same = first.setdefault(good, d)
        if same == d:
            option[:, d], mark[:, d] = _opinions(case, good + KINDER[stratum], lenient, rng)
            continue
        shifted = _shifted(population, d - same)
        option[:, d], mark[:, d] = option[shifted, same], mark[shifted, same]
    return City(sampled, stratum, option, mark, asked=KNOWN if case.lot else 1.0)


def _opinions(
    case: Case, middle: Floats, lenient: Floats, rng: np.random.Generator
) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """(N,) options and marks of one department. Both lean on the person's leniency, and the mark on the answer."""
    own = rng.normal(size=lenient.size)
    latent = middle + np.sqrt(LENIENCY) * lenient + np.sqrt(1 - LENIENCY) * own
    option = (latent[:, None] < case.cuts).sum(axis=1).astype(np.int8)
    annoyed = (latent - middle + rng.normal(size=lenient.size)) / np.sqrt(2) + middle
    known = np.ones(lenient.size, dtype=np.bool_) if case.lot else rng.random(lenient.size) < KNOWN
    return np.where(known, option, np.int8(-1)), known & (annoyed < ndtri(case.mark))


def _shifted(population: Ints, by: int) -> Ints:
    """(N,) rows, each stratum's turned by so many places."""
    starts = np.cumsum(population) - population
    return np.concatenate(
        [start + (np.arange(size) + by) % size for start, size in zip(starts, population, strict=True)]
    )


def spread_out(departments: int) -> Floats:
    """(D,) qualities as a normal distribution has them: no two alike."""
    return np.asarray(QUALITY * ndtri((np.arange(departments) + 0.5) / departments))
