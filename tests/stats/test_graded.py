"""The graded response model against the truth that the answers were drawn from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import expit

from appraisal import stats
from appraisal.stats.graded import _Fit
from tests.stats import figures

SLOPE = np.array([2.5, 1.8, 1.2, 0.8, 1.5, 0.3])
CUTS = np.array([-1.5, -0.5, 0.5, 1.2])


def drawn(rows: int, seed: int = 1) -> np.ndarray:
    """(rows, 6) levels 0 … 4."""
    rng = np.random.default_rng(seed)
    chance = expit(SLOPE[:, None] * (rng.normal(size=(rows, 1, 1)) - CUTS))
    return (rng.random((rows, SLOPE.size, 1)) < chance).sum(axis=2).astype(float)


def test_slopes_and_thresholds_come_back_from_many_answers() -> None:
    found = stats.graded_response(drawn(6000))
    assert found.converged
    assert found.rows == 6000
    assert found.slope == pytest.approx(SLOPE, abs=0.15)
    assert found.threshold[:5] == pytest.approx(np.tile(CUTS, (5, 1)), abs=0.15)


def test_answers_that_are_missing_by_chance_widen_nothing_but_the_error() -> None:
    answers = drawn(6000)
    answers[np.random.default_rng(2).random(answers.shape) < 0.3] = np.nan
    assert stats.graded_response(answers).slope == pytest.approx(SLOPE, abs=0.2)


def test_an_item_that_counts_the_other_way_has_the_negative_slope() -> None:
    answers = drawn(3000)
    plain = stats.graded_response(answers)
    answers[:, 1] = 4 - answers[:, 1]
    found = stats.graded_response(answers)
    assert found.slope == pytest.approx(plain.slope * [1, -1, 1, 1, 1, 1], rel=1e-2)
    assert found.information([0.0, 1.0]) == pytest.approx(plain.information([0.0, 1.0]), rel=3e-2)


def test_the_sign_is_that_of_most_items() -> None:
    assert (stats.graded_response(4 - drawn(1000)).slope > 0).all()


def test_items_of_both_directions_are_told_apart_whichever_are_more() -> None:
    answers = drawn(3000)
    plain = stats.graded_response(answers).slope
    answers[:, [0, 1, 4]] = 4 - answers[:, [0, 1, 4]]
    found = stats.graded_response(answers).slope
    assert np.abs(found) == pytest.approx(plain, rel=1e-2)
    assert found.sum() > 0 > found[2]


@given(seed=st.integers(0, 1000))
@settings(max_examples=5, deadline=None)
def test_the_gradient_is_that_of_the_likelihood(seed: int) -> None:
    fit = _Fit(list(drawn(60, seed).T.astype(int)))
    place = fit.start + np.random.default_rng(seed).normal(0, 0.2, fit.start.size)
    by_steps = approx_fprime(place, lambda each: fit.loss(each)[0], 1e-6)
    np.testing.assert_allclose(fit.loss(place)[1], by_steps, atol=2e-3)


def test_information_of_a_yes_or_no_item_is_a_squared_times_the_spread() -> None:
    one = stats.GradedItems(np.array([1.7]), np.array([[0.4]]), 300, 0.0, True)
    theta = np.array([-1.0, 0.4, 2.0])
    share = expit(1.7 * (theta - 0.4))
    assert one.information(theta)[0] == pytest.approx(1.7**2 * share * (1 - share))
    assert one.best[0][0] == pytest.approx(1.7**2 / 4)
    assert one.best[1][0] == pytest.approx(0.4)


def test_information_is_the_expected_squared_score() -> None:
    found = stats.graded_response(drawn(2000))
    step, theta = 1e-5, 0.3

    def shares(at: float) -> np.ndarray:
        whole = np.hstack([np.ones((6, 1)), expit(found.slope[:, None] * (at - found.threshold)), np.zeros((6, 1))])
        return whole[:, :-1] - whole[:, 1:]

    score = (np.log(shares(theta + step)) - np.log(shares(theta - step))) / (2 * step)
    assert found.information(theta) == pytest.approx((shares(theta) * score**2).sum(axis=1), rel=1e-6)


def test_few_rows_few_items_and_one_level_have_no_fit() -> None:
    answers = drawn(299)
    few = stats.graded_response(answers)
    assert np.isnan(few.slope).all()
    assert np.isnan(few.best[0]).all()
    assert (few.rows, few.converged) == (299, False)
    assert np.isnan(stats.graded_response(drawn(400)[:, :2]).slope).all()
    assert np.isnan(stats.graded_response(np.ones((400, 4))).slope).all()


def test_an_item_that_all_answer_alike_is_left_out_alone() -> None:
    answers = drawn(600)
    answers[:, 5] = 3
    found = stats.graded_response(answers)
    assert np.isnan([found.slope[5], found.best[0][5], found.best[1][5]]).all()
    assert not np.isnan(found.slope[:5]).any()


def test_sparse_levels_are_merged_with_their_neighbour() -> None:
    answers = drawn(600)
    rare = answers.copy()
    rare[:3, 0], rare[3:6, 1] = 9, -9
    found = stats.graded_response(rare)
    assert (~np.isnan(found.threshold)).sum(axis=1).tolist() == [4] * 6
    assert found.slope == pytest.approx(stats.graded_response(answers).slope, rel=0.2)


@pytest.mark.reference
def test_items_that_were_made_to_load_more_give_more_information() -> None:
    wanted, answers = figures.read("r-survey", "psych.json"), figures.table("r-survey", "psych_items.csv")
    found = stats.graded_response(np.column_stack([figures.numbers(column) for column in answers.values()]))
    assert found.converged
    # What another implementation, girth 0.8.0, finds in the same file by other nodes.
    another = [0.8438, 0.8955, 1.085, 1.2339, 1.2394, 1.394, 1.5355, 1.4737, 1.9147, 1.9075, 2.5057, 2.8718]
    assert found.slope == pytest.approx(another, rel=0.02)
    assert found.threshold[0] == pytest.approx([-3.856, -1.752, 0.442, 1.812], abs=0.04)
    # A slope a is a loading a / sqrt(a² + (π/√3)²), nearly; R's loadings are of the steps as numbers and a little smaller.
    loading = found.slope / np.hypot(found.slope, np.pi / np.sqrt(3))
    assert loading == pytest.approx(figures.vector(wanted["ml_loadings"]), abs=0.08)
