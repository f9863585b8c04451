"""What is said about many departments at once: do sets of ranks hold all true ranks, how many flags are false?"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from appraisal import stats
from appraisal.cli.statistics.coverage_city import (
    KINDER,
    KNOWN,
    LENIENCY,
    PRESET,
    Case,
    City,
    city,
    sample_sizes,
    spread_out,
)
from appraisal.cli.statistics.coverage_line import ANY, COVERED, FALSE, NOMINAL, Aim, Line
from appraisal.stats.design import Floats, Ints

DRAWS: Final = 2_000
TIED: Final = 5
MARKS: Final = np.array([0.02, 0.03, 0.04, 0.05, 0.07, 0.10])
FLAGGED_DEPARTMENTS: Final = 100
# Every so many-th pair is planted, with a rate so many times that of the others.
PLANTED: Final = 10
TIMES: Final = 3.0


def all_different(departments: int) -> Floats:
    return spread_out(departments)


def tied(departments: int) -> Floats:
    """Five by five exactly equal."""
    return spread_out(departments)[np.arange(departments) // TIED * TIED]


def all_equal(departments: int) -> Floats:
    return np.zeros(departments)


TRUTHS: Final[dict[str, Callable[[int], Floats]]] = {
    "all different": all_different,
    "tied by fives": tied,
    "all equal": all_equal,
}


def true_ranks(value: Floats) -> Ints:
    """(D, 2) first and last rank that is true of each; equal values share all of theirs.

    >>> true_ranks(np.array([7.0, 9.0, 7.0])).tolist()
    [[2, 3], [1, 1], [2, 3]]
    """
    better = value[:, None] > value[None, :] + 1e-9
    return np.stack([1 + better.sum(axis=0), value.size - better.sum(axis=1)], axis=1)


def rank_lines(case: Case, ratings: int, departments: int, replicates: int, rng: np.random.Generator) -> list[Line]:
    """How often the sets of all departments hold all true ranks at once, and how often one department's own set holds its."""
    lines = []
    for truth, qualities in TRUTHS.items():
        place = city(case, ratings, qualities(departments), rng)
        ranks = true_ranks(stats.preset_means(place.everybody().scores, _weights(departments)).value)
        held: dict[str, list[Floats]] = {}
        for _ in range(replicates):
            for method, rates in _ranked(place, ranks, truth == "all equal", rng).items():
                held.setdefault(method, []).append(rates)
        named = f"{departments} departments, {truth}"
        lines += [
            Line.of(named, method, case.name, ratings, np.array(rates), COVERED) for method, rates in held.items()
        ]
    return lines


def _ranked(place: City, ranks: Ints, hardest: bool, rng: np.random.Generator) -> dict[str, Floats]:
    """What is held of one round; where all are equal also by sets that take variances as known."""
    weights = _weights(place.departments)
    drawn, seed = place.drawn(rng), int(rng.integers(2**31))
    scores, matrix = stats.preset_means(drawn.scores, weights), stats.preset_covariance(drawn.ratings, weights)
    found = stats.rank_sets(scores.value, matrix, df=scores.careful_df, draws=DRAWS, seed=seed)
    table, alone = holding(found.simultaneous, ranks), holding(found.marginal, ranks)
    held: dict[str, Floats] = {"table": table.min(keepdims=True), "one department": alone}
    if hardest:
        known = holding(stats.rank_sets(scores.value, matrix, draws=DRAWS, seed=seed).simultaneous, ranks)
        held["table, variances as known"] = known.min(keepdims=True)
    return held


def _weights(departments: int) -> Floats:
    return np.tile(PRESET, (departments, 1))


def holding(sets: Floats, ranks: Ints) -> Floats:
    """(D,) does the set hold every true rank? A department that is not ranked has none to hold."""
    unranked = np.isnan(sets[:, 0])
    return np.where(unranked, 1.0, (sets[:, 0] <= ranks[:, 0]) & (ranks[:, 1] <= sets[:, 1]))


def flag_lines(ratings: int, replicates: int, rng: np.random.Generator) -> list[Line]:
    """Share of false ones among what is raised, 0 where nothing is; and how much of what was planted is found."""
    nothing = np.zeros((FLAGGED_DEPARTMENTS, MARKS.size), dtype=np.bool_)
    planted = np.arange(nothing.size).reshape(nothing.shape) % PLANTED == 0
    lines = []
    for truth, here in (("nothing planted", nothing), ("a tenth planted", planted)):
        false: dict[str, list[float]] = {}
        found: dict[str, list[float]] = {}
        for _ in range(replicates):
            for method, these in _raised(stats.flag_counts(*ticks(ratings, here, rng))).items():
                false.setdefault(method, []).append((these & ~here).sum() / max(these.sum(), 1))
                found.setdefault(method, []).append((these & here).sum() / max(here.sum(), 1))
        lines += [_of("false, " + truth, method, ratings, rates, FALSE) for method, rates in false.items()]
        if here.any():
            lines += [_of("found, " + truth, method, ratings, rates, ANY) for method, rates in found.items()]
    return lines


def _raised(flags: stats.Flags) -> dict[str, NDArray[np.bool_]]:
    strict = flags.tested & (flags.q_by <= 1 - NOMINAL)
    return {"BH alone": flags.q_bh <= 1 - NOMINAL, "BY alone": strict, "flags (BH and effect)": flags.flagged}


def _of(figure: str, method: str, ratings: int, rates: list[float], aim: Aim) -> Line:
    return Line.of(figure, method, "marks", ratings, np.array(rates), aim)


def ticks(ratings: int, planted: NDArray[np.bool_], rng: np.random.Generator) -> tuple[Ints, Ints]:
    """(H, D, M) ticks and (H, D) ratings of one round. A person's leniency moves all their ticks at all departments."""
    departments, marks = planted.shape
    sampled = sample_sizes(ratings)
    stratum = np.repeat(np.arange(sampled.size), sampled)
    who, what = np.nonzero(rng.random((stratum.size, departments)) < KNOWN)
    lenient = np.sqrt(LENIENCY) * rng.normal(size=stratum.size) + KINDER[stratum]
    cut = ndtri(MARKS * np.where(planted, TIMES, 1.0))
    chance = ndtr((cut[what] - lenient[who, None]) / np.sqrt(1 - LENIENCY))
    ticked = rng.random(chance.shape) < chance
    cell = stratum[who] * departments + what
    size = sampled.size * departments
    rated = np.bincount(cell, minlength=size).reshape(sampled.size, departments)
    counts = [np.bincount(cell[column], minlength=size) for column in ticked.T]
    return np.stack(counts, axis=1).reshape(sampled.size, departments, marks), rated
