"""Differences inside a round: equal to R's, always against the others, and silent where the spread is unknown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal import stats
from appraisal.stats import Unusable, contrasts, pair_differences, peer_differences
from tests.stats.figures import Case, read, vector

VALUE = np.array([80.0, 70, 60, 90])
COVARIANCE = np.array([[4.0, 1, 0, 0], [1, 4, 0, 0], [0, 0, 9, 0], [0, 0, 0, 1]])


@pytest.fixture(scope="module")
def small() -> Case:
    return Case("small")


@pytest.mark.reference
def test_contrasts_of_the_small_survey_are_those_of_svycontrast(small: Case) -> None:
    wanted = read("r-survey", "small.json")["dept_contrast"]
    value, covariance = stats.design_means(small.cells).value, stats.means_covariance(small.cells)
    peers = peer_differences(value, covariance, np.zeros(value.size, dtype=int))
    assert peers.difference[0] == pytest.approx(wanted["first_minus_peer_mean"]["est"], rel=1e-9)
    assert peers.se[0] == pytest.approx(wanted["first_minus_peer_mean"]["se"], rel=1e-9)
    pairs = pair_differences(value, covariance)
    assert pairs.difference[0, 1] == pytest.approx(wanted["first_minus_second"]["est"], rel=1e-9)
    assert pairs.se[0, 1] == pytest.approx(wanted["first_minus_second"]["se"], rel=1e-9)


def test_a_contrast_by_hand() -> None:
    found = contrasts(VALUE, COVARIANCE, [[1, -1, 0, 0], [0.5, 0.5, -1, 0]], df=10)
    assert found.difference.tolist() == [10, 15]
    assert found.se.tolist() == pytest.approx([np.sqrt(6), np.sqrt(2.5 + 9)])
    assert found.high[0] - found.difference[0] == pytest.approx(2.228139 * np.sqrt(6), rel=1e-6)
    assert found.q == pytest.approx(stats.benjamini_hochberg(found.p))


def test_each_department_is_compared_with_the_others_of_its_group_only() -> None:
    found = peer_differences(VALUE, COVARIANCE, [0, 0, 0, 1])
    assert found.difference[:3].tolist() == [15, 0, -15]
    assert found.se[2] == pytest.approx(np.sqrt(9 + (4 + 4 + 2) / 4))
    assert np.isnan([found.difference[3], found.se[3], found.q[3]]).all()


def test_a_department_without_result_is_nobodys_peer() -> None:
    value = np.array([80.0, np.nan, 60, 90])
    covariance = np.where(np.isnan(value)[:, None] | np.isnan(value), np.nan, COVARIANCE)
    found = peer_differences(value, covariance, [0, 0, 0, 1])
    assert found.difference.tolist() == pytest.approx([20, np.nan, -20, np.nan], nan_ok=True)
    assert contrasts(value, covariance, [[1, -1, 0, 0], [1, 0, 0, -1]]).difference.tolist() == pytest.approx(
        [np.nan, -10], nan_ok=True
    )


def test_answers_that_all_agree_give_a_difference_but_no_certainty() -> None:
    covariance = np.diag([0.0, 4, 4, 4])
    found = peer_differences(VALUE, covariance, [0, 0, 0, 0])
    assert found.difference[0] == pytest.approx(80 - 220 / 3)
    assert np.isnan([found.se[0], found.low[0], found.p[0]]).all()
    assert not np.isnan(found.p[1:]).any()
    pairs = pair_differences(VALUE, covariance)
    assert np.isnan(pairs.p[0]).all()
    assert not np.isnan(pairs.p[1, 2:]).any()


def test_two_figures_that_move_as_one_cannot_be_tested_against_each_other() -> None:
    covariance = np.array([[4.0, 4 - 1e-15], [4 - 1e-15, 4]])
    assert np.isnan(pair_differences([80.0, 70], covariance).p).all()
    assert np.isnan(contrasts([80.0, 70], covariance, [[1, -1]]).se).all()


def test_every_pair_counts_once_among_the_tests() -> None:
    found = pair_differences(VALUE, COVARIANCE, df=50)
    upper = np.triu_indices(4, 1)
    assert found.q[upper] == pytest.approx(stats.benjamini_hochberg(found.p[upper]))
    assert found.difference[upper] == pytest.approx(-found.difference.T[upper])
    assert np.isnan(np.diag(found.q)).all()
    assert np.isnan(np.diag(found.difference)).all()


def test_nothing_to_compare_gives_nothing() -> None:
    assert contrasts([], np.zeros((0, 0)), np.zeros((0, 0))).p.size == 0
    assert pair_differences([], np.zeros((0, 0))).p.shape == (0, 0)
    assert np.isnan(peer_differences([5.0], [[1.0]], [0]).difference).all()


@given(st.lists(st.integers(0, 100), min_size=2, max_size=7), st.integers(-50, 50))
def test_a_mark_that_everybody_gains_changes_no_difference(values: list[int], gain: int) -> None:
    value, covariance = np.array(values, dtype=float), np.eye(len(values))
    group = np.arange(len(values)) % 2
    first, second = (peer_differences(each, covariance, group) for each in (value, value + gain))
    assert second.difference == pytest.approx(first.difference, nan_ok=True, abs=1e-9)
    assert second.se == pytest.approx(first.se, nan_ok=True)


REFUSED = [
    (lambda: contrasts([1.0, 2], np.eye(3), [[1, -1]]), r"covariance \(3, 3\)"),
    (lambda: contrasts([1.0, 2], np.eye(2), [1, -1]), r"weights \(2,\) do not fit"),
    (lambda: contrasts([1.0, 2], np.eye(2), [[1, np.nan]]), r"weights\[0, 1\] is nan"),
    (lambda: pair_differences([1.0, 2], np.eye(3)), "do not fit"),
    (lambda: peer_differences([1.0, 2], np.eye(2), [0]), "one group a department"),
    (lambda: peer_differences([1.0, 2], np.eye(2), [0, -1]), r"group\[1\] is -1"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_does_not_fit_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Unusable, match=message):
        call()


@pytest.mark.reference
def test_standard_errors_of_single_departments_come_back_out_of_contrasts(small: Case) -> None:
    wanted = read("r-survey", "small.json")["dept_mean"]
    found = contrasts(stats.design_means(small.cells).value, stats.means_covariance(small.cells), np.eye(8))
    assert found.se[small.at(wanted["dept"])] == pytest.approx(vector(wanted["se"]), rel=1e-9)
