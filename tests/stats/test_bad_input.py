"""Input that no figure can come from is refused, and the message names the entry."""

from collections.abc import Callable

import numpy as np
import pytest

from appraisal import stats
from appraisal.stats import CountCells, Design, RatingCells, Ratings, Strata, Unusable

NAN = float("nan")
COUNTS = [[[1, 1]]]
MEANS = stats.design_means(CountCells.of(Strata.of([2]), COUNTS, [100, 0]))

REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: Strata.of([-1]), r"sampled\[0\] is -1; 0 or more"),
    (lambda: Strata.of([1.5]), "sampled must be a flat list of whole numbers"),
    (lambda: Strata.of([[1]]), "sampled must be a flat list"),
    (lambda: Strata.of([1, 2], [3]), "one number a stratum"),
    (lambda: Strata.of([0, 0], [3, 0]), r"population\[1\] is 0"),
    (lambda: Strata.of([1], [float("inf")]), r"population\[0\] is inf"),
    (lambda: Strata.of([3, 4], [3, 3]), r"sampled\[1\] is 4, more than the population of 3"),
    (lambda: Strata.of([2, 1], [3, 2], lonely=stats.Lonely.FAIL), "stratum 1 has a single respondent"),
    (lambda: Design.of([0, 2], [5, 5]), r"stratum\[1\] is 2; 0 to 1"),
    (lambda: Design.of([0, 0], [5], [1.0]), "one weight a respondent"),
    (lambda: Design.of([0, 0], [5], [1.0, -2]), r"weight\[1\] is -2"),
    (lambda: Design.of([0, 0], [5], [NAN, 1]), r"weight\[0\] is nan"),
    (lambda: Ratings.of([0], [0, 1], [1, 2], departments=2), "differ in length"),
    (lambda: Ratings.of([0, 0], [0, 2], [1, 2], departments=2), r"department\[1\] is 2; 0 to 1"),
    (lambda: Ratings.of([0, 0], [0, 1], [1, float("inf")], departments=2), r"value\[1\] is infinite"),
    (
        lambda: Ratings.of([4, 1, 4], [1, 1, 1], [1, 2, NAN], departments=2),
        "row 2: respondent 4 rates department 1 a second time",
    ),
    (lambda: Ratings.of([0], [0], [1], departments=1).valued([1, 2]), "1 known values are needed"),
    (lambda: Ratings.of([0], [0], [1], departments=1).valued([NAN]), "one for each rating that is kept"),
    (
        lambda: RatingCells.of(Design.of([0]), Ratings.of([1], [0], [1], departments=1)),
        r"respondent\[0\] is 1; 0 to 0",
    ),
    (lambda: CountCells.of(Strata.of([2]), COUNTS, [1, 2, 3]), "do not fit 1 strata"),
    (lambda: CountCells.of(Strata.of([2, 2]), COUNTS, [1, 0]), "do not fit 2 strata"),
    (lambda: CountCells.of(Strata.of([2]), [[[1, -1]]], [1, 0]), "whole numbers of at least 0"),
    (lambda: CountCells.of(Strata.of([2]), COUNTS, [1, float("inf")]), r"values\[1\] is infinite"),
    (
        lambda: CountCells.of(Strata.of([2]), [[[1, 1], [1, 2]]], [1, 0]),
        "stratum 0, department 1: 3 ratings by 2 respondents",
    ),
    (lambda: stats.design_shares(CountCells.of(Strata.of([2]), COUNTS, [100, 0])), "do not fit a scale of 0 to 1"),
    (lambda: stats.design_means(CountCells.of(Strata.of([2]), COUNTS, [-1, 0])), "between -1 and 0"),
    (lambda: stats.preset_means(CountCells.of(Strata.of([2]), COUNTS, [1, 0]), [1, 1]), r"weights have shape \(2,\)"),
    (lambda: stats.preset_means(CountCells.of(Strata.of([2]), COUNTS, [1, 0]), [[-1]]), r"weights\[0, 0\] is -1"),
    (lambda: stats.preset_means(CountCells.of(Strata.of([2]), COUNTS, [1, 0]), [[NAN]]), r"weights\[0, 0\] is nan"),
    (lambda: stats.preset_means(CountCells.of(Strata.of([2]), COUNTS, [1, 0]), [[0]]), r"weights\[0\] are all 0"),
    (lambda: stats.change(MEANS, stats.Means(*(np.zeros(2),) * 5)), "bring them in line"),
    (lambda: stats.flag_marks([[0.1]], [[0.1, 0.2]], [[5]]), "must be departments × marks"),
    (lambda: stats.flag_counts([[1]], [[2]]), "strata × departments × marks"),
    (lambda: stats.flag_counts([[[1, 3]]], [[2]]), "stratum 0, department 0, mark 1: 3 ticks by 2 ballots"),
    (lambda: stats.item_diagnostics([1, 2]), "a column for each item"),
    (lambda: stats.item_diagnostics([[1], [101]]), r"answers\[1, 0\] is 101, outside 0 to 100"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_cannot_be_used_is_refused_by_name(call: Callable[[], object], message: str) -> None:
    with pytest.raises(Unusable, match=message):
        call()


def test_kept_figures_cannot_be_written_to() -> None:
    strata = Strata.of([2], [4])
    with pytest.raises(ValueError, match="read-only"):
        strata.population[0] = 1
    with pytest.raises(AttributeError):
        MEANS.value = np.zeros(1)  # type: ignore[misc]


def test_numbers_handed_over_are_copied() -> None:
    population = np.array([4.0])
    strata = Strata.of([2], population)
    population[0] = 100
    assert strata.population.tolist() == [4.0]
