"""One estimate of many respondents in memory, beside the least that plain numpy needs: run as a program of its own.

``python -m appraisal.cli.statistics.in_memory 1000000`` prints ``{"ratio_to_numpy": …, "peak_mb": …, …}``. The peak is that of
the whole process: data, estimate and all.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Final, TypeVar

import numpy as np

from appraisal import stats
from appraisal.stats.design import Floats, Ints

T = TypeVar("T")
DEPARTMENTS: Final = 100
LOAD: Final = 12
STRATA: Final = 6
VALUES: Final = np.array([100.0, 75, 50, 25, 0])
SEED: Final = 20260101
TURNS: Final = 3


def made(respondents: int) -> tuple[Ints, Floats, Ints, Ints, Floats]:
    """(n,) strata, (H,) populations, and (12 n,) respondents, departments and scores; one after another in each."""
    rng = np.random.default_rng(SEED)
    stratum = rng.integers(0, STRATA, respondents)
    population = np.bincount(stratum, minlength=STRATA) * np.arange(2.0, STRATA + 2)
    respondent = np.repeat(np.arange(respondents), LOAD)
    # A first department by lot and every eighth from there on: distinct within a ballot as 8 · 12 <= 100.
    first = rng.integers(0, DEPARTMENTS, respondents)
    department = ((first[:, None] + 8 * np.arange(LOAD)) % DEPARTMENTS).ravel()
    return stratum, population, respondent, department, VALUES[rng.integers(0, VALUES.size, department.size)]


def estimated(stratum: Ints, population: Floats, respondent: Ints, department: Ints, value: Floats) -> stats.Means:
    """Mean and standard error of every department as ``appraisal.stats`` computes them from single ratings."""
    design = stats.Design.of(stratum, population)
    ratings = stats.Ratings.of(respondent, department, value, departments=DEPARTMENTS)
    return stats.design_means(stats.RatingCells.of(design, ratings))


def lower_bound(
    stratum: Ints, population: Floats, respondent: Ints, department: Ints, value: Floats
) -> tuple[Floats, Floats]:
    """The same in plain numpy, nothing checked: what any implementation on these arrays has to do."""
    sampled = np.bincount(stratum, minlength=STRATA)
    weight = (population / sampled)[stratum][respondent]
    whole = np.bincount(department, weight, minlength=DEPARTMENTS)
    mean = np.bincount(department, weight * value, minlength=DEPARTMENTS) / whole
    influence = weight * (value - mean[department])
    cell = stratum[respondent] * DEPARTMENTS + department
    size = STRATA * DEPARTMENTS
    first = np.bincount(cell, influence, minlength=size).reshape(STRATA, DEPARTMENTS)
    second = np.bincount(cell, influence**2, minlength=size).reshape(STRATA, DEPARTMENTS)
    factor = (1 - sampled / population) * sampled / (sampled - 1)
    variance = (factor[:, None] * (second - first**2 / sampled[:, None])).sum(axis=0)
    return mean, np.sqrt(variance) / whole


def least_cpu(deed: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds of the quickest of three runs, and what it gave."""
    turns = []
    for _ in range(TURNS):
        start = time.process_time()
        found = deed()
        turns.append((time.process_time() - start, found))
    return min(seconds for seconds, _ in turns), turns[-1][1]


def measured(respondents: int) -> dict[str, float]:
    """Both timed on the same arrays. Raises ``ArithmeticError`` when they do not agree."""
    arrays = made(respondents)
    floor, (mean, se) = least_cpu(lambda: lower_bound(*arrays))
    own, found = least_cpu(lambda: estimated(*arrays))
    if not (np.allclose(found.value, mean, rtol=1e-9) and np.allclose(found.se, se, rtol=1e-6)):
        raise ArithmeticError("the estimate and the lower bound differ")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"ratio_to_numpy": own / floor, "peak_mb": peak, "cpu_s": own, "numpy_cpu_s": floor}


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
