"""The case of tests/reference/README.md, worked out on paper there."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from appraisal import stats

CASE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "reference" / "two_strata.json").read_text("utf-8"))
WEIGHTS = [CASE["weights"]] * 2


def paper(department: str, figure: str) -> Any:
    return pytest.approx(float(Fraction(CASE[department][figure])), rel=1e-12)


@pytest.fixture
def cells() -> stats.RatingCells:
    scores = np.array([[np.nan if s is None else s for s in CASE["scores"][name]] for name in ("X", "Y")], dtype=float)
    department, respondent = np.indices(scores.shape).reshape(2, -1)
    ratings = stats.Ratings.of(respondent, department, scores.ravel(), departments=2)
    return stats.RatingCells.of(stats.Design.of(CASE["stratum"], CASE["population"]), ratings)


def test_the_population_weighted_score_is_that_of_the_paper(cells: stats.RatingCells) -> None:
    found = stats.design_means(cells)
    assert (found.n[0], found.df[0]) == (CASE["X"]["n"], CASE["X"]["df"])
    assert found.value[0] == paper("X", "design_mean")
    assert found.variance[0] == paper("X", "design_variance")


def test_the_preset_score_is_that_of_the_paper(cells: stats.RatingCells) -> None:
    found = stats.preset_means(cells, WEIGHTS, pool_below=0)
    assert found.value.tolist() == [paper("X", "preset_mean"), paper("Y", "preset_mean")]
    assert found.variance.tolist() == [paper("X", "preset_variance"), paper("Y", "preset_variance")]
    assert found.covered.tolist() == [1, paper("Y", "covered")]


def test_the_pooled_spread_is_that_of_the_paper(cells: stats.RatingCells) -> None:
    wanted = [paper("X", "preset_variance_pooled"), paper("Y", "preset_variance_pooled")]
    assert stats.preset_means(cells, WEIGHTS).variance.tolist() == wanted
    assert np.diag(stats.preset_covariance(cells, WEIGHTS)).tolist() == wanted


def test_the_share_at_the_best_option_is_that_of_the_paper(cells: stats.RatingCells) -> None:
    best = cells.valued((cells.ratings.value == 100).astype(float))
    assert stats.design_shares(best).value.tolist() == [paper("X", "share_at_100"), 0]


def test_a_quarter_of_the_weight_may_be_missing_but_not_more_than_the_limit(cells: stats.RatingCells) -> None:
    assert np.isnan(stats.preset_means(cells, WEIGHTS, limit=0.2).value).tolist() == [False, True]
