"""How often intervals hold the true figure: rounds are drawn again and again from a city whose figures are known."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from appraisal import stats
from appraisal.cli.statistics.coverage_city import PRESET, QUALITY, Case, City, Drawn, city, spread_out
from appraisal.cli.statistics.coverage_line import AROUND, Line
from appraisal.stats.design import Floats

SIZES: Final = (30, 100, 300, 1000, 2000)
DEPARTMENTS: Final = 40
GROUPS: Final = 4
WORST: Final = (0, 0, 0, 0, 1)
# How far departments move between two rounds, as a part of the spread of their quality.
MOVED: Final = 0.5
# Rounding of the last digit is no miss.
SLACK: Final = 1e-9

Ends = tuple[Floats, Floats]
# (D, H) preset weights, the same for every department.
WEIGHTS: Final = np.tile(PRESET, (DEPARTMENTS, 1))
GROUP: Final = np.arange(DEPARTMENTS) % GROUPS


def interval_lines(case: Case, ratings: int, replicates: int, rng: np.random.Generator) -> list[Line]:
    """Cover of every kind of interval with about so many ratings of a department, on average over 40 departments."""
    quality = spread_out(DEPARTMENTS)
    before = city(case, ratings, quality + MOVED * QUALITY * rng.normal(size=DEPARTMENTS), rng)
    now = city(case, ratings, quality, rng)
    truth = {**_figures(now), **_differences(now, before)}
    held: dict[tuple[str, str], list[Floats]] = {}
    for _ in range(replicates):
        for (figure, method), ends in _ends(now.drawn(rng), before.drawn(rng)):
            held.setdefault((figure, method), []).append(covering(truth[figure], ends))
    return [
        Line.of(figure, method, case.name, ratings, np.array(found), AROUND) for (figure, method), found in held.items()
    ]


def covering(truth: Floats, ends: Ends) -> Floats:
    """(D,) 1 where the interval holds the truth, 0 where not, nan where there is none.

    >>> covering(np.array([1.0, 5.0, 2.0]), (np.array([0.0, 0.0, np.nan]), np.array([2.0, 2.0, np.nan]))).tolist()
    [1.0, 0.0, nan]
    """
    low, high = ends
    inside = (low - SLACK <= truth) & (truth <= high + SLACK)
    return np.where(np.isnan(low), np.nan, inside)


def _figures(place: City) -> dict[str, Floats]:
    """True scores and shares, from asking everybody."""
    return {figure: found.value for figure, found in _estimates(place.everybody()).items()}


def _differences(now: City, before: City) -> dict[str, Floats]:
    scores, earlier = _figures(now), _figures(before)
    found = {f"change of the {key}": scores[key] - earlier[key] for key in ("preset score", "population score")}
    for key in ("preset score", "population score"):
        without = stats.peer_differences(scores[key], np.eye(DEPARTMENTS), GROUP)
        found[f"{key} against its peers"] = without.difference
    return found


def _estimates(drawn: Drawn) -> dict[str, stats.Means | stats.Shares]:
    scores, marks = drawn.scores, drawn.marks
    worst = scores.valued(WORST)
    return {
        "preset score": stats.preset_means(scores, WEIGHTS),
        "population score": stats.design_means(scores),
        "very dissatisfied, preset": stats.preset_shares(worst, WEIGHTS),
        "very dissatisfied, population": stats.design_shares(worst),
        "rare mark, preset": stats.preset_shares(marks, WEIGHTS),
        "rare mark, population": stats.design_shares(marks),
    }


def _ends(now: Drawn, before: Drawn) -> Iterator[tuple[tuple[str, str], Ends]]:
    """What is published about one round, and about it beside the round before."""
    found, earlier = _estimates(now), _estimates(before)
    for figure, one in found.items():
        plain = "t" if isinstance(one, stats.Means) else "Korn-Graubard"
        yield (figure, plain), one.interval()
        yield (figure, "careful"), one.careful_interval()
    if now.design.strata.asked < 1:
        yield ("preset score", "t, lot ignored"), stats.preset_means(now.as_if_known.scores, WEIGHTS).interval()
    cells = now.ratings
    matrices = {
        "preset score": stats.preset_covariance(cells, WEIGHTS),
        "population score": stats.means_covariance(cells),
    }
    for figure, matrix in matrices.items():
        one, other = found[figure], earlier[figure]
        yield from _of_change(f"change of the {figure}", one, other)
        yield from _of_peers(f"{figure} against its peers", one, matrix)


def _of_change(figure: str, now: stats.Estimates, before: stats.Estimates) -> Iterator[tuple[tuple[str, str], Ends]]:
    plain = stats.change(now, before)
    yield (figure, "t"), (plain.low, plain.high)
    careful = stats.change(now, before, df_now=now.careful_df, df_before=before.careful_df)
    yield (figure, "t, df over strata"), (careful.low, careful.high)


def _of_peers(figure: str, now: stats.Estimates, matrix: Floats) -> Iterator[tuple[tuple[str, str], Ends]]:
    plain = stats.peer_differences(now.value, matrix, GROUP)
    yield (figure, "normal"), (plain.low, plain.high)
    careful = stats.peer_differences(now.value, matrix, GROUP, df=now.careful_df)
    yield (figure, "t, df over strata"), (careful.low, careful.high)
