"""Rank sets: equal to R's csranks, honest about what they do not know, and fast enough for a page."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.stats import Unusable, rank_sets
from tests.stats.figures import read, vector

FAR = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]


def fixture(**more: int):  # type: ignore[no-untyped-def]
    wanted = read("r-survey", "ranks.json")
    return wanted, rank_sets(wanted["x"], wanted["Sigma"], **more)


@pytest.mark.reference
@pytest.mark.parametrize("kind", ["marginal", "simultaneous"])
@pytest.mark.parametrize("seed", [1, 2])
def test_sets_are_those_of_csranks_with_step_down(kind: str, seed: int) -> None:
    wanted, found = fixture(draws=40_000, seed=seed)
    slack = np.zeros(found.rank.size)
    slack[[int(place) - 1 for place in wanted[kind]["unstable"]]] = 1
    assert (np.abs(getattr(found, kind)[:, 0] - vector(wanted[kind]["L"])) <= slack).all()
    assert (np.abs(getattr(found, kind)[:, 1] - vector(wanted[kind]["U"])) <= slack).all()


@pytest.mark.reference
def test_ranks_and_the_sets_of_the_best_and_the_worst_are_those_of_csranks() -> None:
    wanted, found = fixture()
    assert found.rank.tolist() == wanted["irank"]
    assert found.best(3).tolist() == wanted["tau_best3"]
    assert found.worst(3).tolist() == wanted["tau_worst3"]


def test_units_far_apart_have_their_rank_and_a_tier_each() -> None:
    found = rank_sets([50.0, 90, 70], FAR)
    assert found.simultaneous.tolist() == found.marginal.tolist() == [[3, 3], [1, 1], [2, 2]]
    assert found.tier.tolist() == [3, 1, 2]
    assert found.order.tolist() == [1, 2, 0]
    assert found.worst(1).tolist() == [True, False, False]


def test_units_that_cannot_be_told_apart_share_a_tier_and_every_rank_is_possible() -> None:
    found = rank_sets([70.0, 70.5, 70.2], FAR)
    assert found.simultaneous.tolist() == [[1, 3]] * 3
    assert found.tier.tolist() == [1, 1, 1]
    assert not found.better.any()
    assert found.best(1).all()


def test_a_chain_of_neighbours_is_one_tier_though_its_ends_differ() -> None:
    found = rank_sets([70.0, 72.5, 75.0], FAR)
    assert found.better.tolist() == [[False] * 3, [False] * 3, [True, False, False]]
    assert found.tier.tolist() == [1, 1, 1]


def test_a_pair_told_apart_by_what_two_departments_share() -> None:
    """Both rated by the same people: the difference is far surer than either score."""
    alone = rank_sets([70.0, 73.0], [[9.0, 0], [0, 9]])
    together = rank_sets([70.0, 73.0], [[9.0, 8.9], [8.9, 9]])
    assert not alone.better.any()
    assert together.better[1, 0]


def test_stepping_down_finds_more_than_one_step() -> None:
    """Once the three far units are settled, the close pair faces a smaller crowd and is told apart."""
    value, variance = [0.0, 100, 200, 300, 303.7], np.eye(5)
    assert rank_sets(value, variance).simultaneous[4].tolist() == [1, 1]
    assert rank_sets([0.0, 0, 0, 0, 3.7], variance).simultaneous[4].tolist() == [1, 5]


@pytest.mark.parametrize("missing", [(np.nan, 1.0), (70.0, np.nan), (70.0, 0.0)])
def test_a_unit_without_result_or_without_spread_is_left_out_of_everything(missing: tuple[float, float]) -> None:
    covariance = np.diag([1.0, missing[1], 1.0])
    found = rank_sets([50.0, missing[0], 90.0], covariance)
    assert found.excluded.tolist() == [False, True, False]
    assert np.isnan([found.rank[1], found.tier[1], *found.marginal[1], *found.simultaneous[1]]).all()
    assert found.simultaneous[[0, 2]].tolist() == [[2, 2], [1, 1]]
    assert found.worst(1).tolist() == [True, False, False]


def test_nobody_left_is_no_ranking_and_one_alone_is_first() -> None:
    assert rank_sets([], np.zeros((0, 0))).order.size == 0
    assert rank_sets([np.nan], [[np.nan]]).excluded.all()
    assert rank_sets([5.0], [[1.0]]).simultaneous.tolist() == [[1, 1]]


def test_equal_estimates_share_the_best_rank() -> None:
    assert rank_sets([70.0, 80, 70], FAR).rank.tolist() == [2, 1, 2]


def test_two_names_of_one_unit_cannot_be_told_apart() -> None:
    found = rank_sets([70.0, 71.0], [[1.0, 1.0], [1.0, 1.0]])
    assert not found.better.any()


def test_the_same_seed_gives_the_same_sets() -> None:
    value, covariance = np.linspace(60, 66, 12), np.eye(12)
    first, second = (rank_sets(value, covariance, draws=500, seed=3) for _ in range(2))
    assert first.simultaneous.tolist() == second.simultaneous.tolist()
    assert (first.level, first.draws) == (0.95, 500)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(1, 30))
def test_every_set_holds_the_rank_and_the_table_is_never_surer_than_one_unit(values: list[int], spread: int) -> None:
    found = rank_sets(np.array(values, dtype=float), np.eye(len(values)) * spread, draws=400)
    assert (found.simultaneous[:, 0] <= found.marginal[:, 0] + 1).all()
    assert (found.marginal[:, 0] <= found.rank).all()
    assert (found.rank <= found.marginal[:, 1]).all()
    assert (np.diff(found.tier[found.order]) >= 0).all()
    assert not (found.better & found.better.T).any()


@given(st.permutations(range(5)))
def test_the_order_of_the_input_does_not_matter(order: list[int]) -> None:
    value, covariance = np.array([50.0, 58, 60, 75, 90]), np.diag([1.0, 2, 3, 4, 5])
    plain = rank_sets(value, covariance)
    moved = rank_sets(value[order], covariance[np.ix_(order, order)])
    assert moved.rank.tolist() == plain.rank[order].tolist()
    assert moved.tier.tolist() == plain.tier[order].tolist()


def test_true_ranks_are_inside_the_sets_as_often_as_promised() -> None:
    """400 tables of six units two of which are equal: all true ranks inside at once in at least 95 %, less three errors."""
    truth, rng = np.array([60.0, 60, 62, 64, 70, 80]), np.random.default_rng(7)
    low, high = np.array([5, 5, 4, 3, 2, 1]), np.array([6, 6, 4, 3, 2, 1])
    covariance = 2.0 + 3 * np.eye(6)
    held = 0
    for value in rng.multivariate_normal(truth, covariance, 400):
        found = rank_sets(value, covariance, draws=1000).simultaneous
        held += bool(((found[:, 0] <= high) & (low <= found[:, 1])).all())
    assert held >= 400 * (0.95 - 3 * np.sqrt(0.95 * 0.05 / 400))


def test_a_hundred_units_with_ten_thousand_draws_take_under_five_seconds() -> None:
    rng = np.random.default_rng(1)
    loading = rng.normal(size=(100, 20))
    began = time.process_time()
    found = rank_sets(70 + 8 * rng.normal(size=100), loading @ loading.T * 0.02 + np.eye(100))
    assert time.process_time() - began < 5
    assert found.simultaneous.shape == (100, 2)


REFUSED = [
    (([1.0, 2], [[1.0]]), {}, r"\(2,\) estimates, covariance \(1, 1\)"),
    (([1.0], [[1.0]]), {"names": ["甲", "乙"]}, "2 names do not fit"),
    (([1.0, np.inf], np.eye(2)), {"names": ["甲", "乙"]}, "乙: infinite"),
    (([1.0, 2], [[1, np.inf], [np.inf, 1]]), {}, "0: infinite"),
    (([1.0], [[-1.0]]), {"names": ["甲"]}, "甲: variance -1 is negative"),
    (([1.0, 2], [[1, 0.5], [0, 1]]), {"names": ["甲", "乙"]}, "covariance of 甲 and 乙 is 0.5 one way, 0 the other"),
    (([1.0, 2], [[1, np.nan], [np.nan, 1]]), {}, "covariance of 0 and 1 is nan"),
    (([1.0, 2], [[1, 2], [2, 1]]), {}, "negative eigenvalue"),
    (([1.0], [[1.0]]), {"level": 1.0}, "a level between 0 and 1"),
    (([1.0], [[1.0]]), {"draws": 19}, "19 draws"),
]


@pytest.mark.parametrize(("given_", "more", "message"), REFUSED)
def test_what_cannot_be_ranked_is_refused_by_name(given_, more, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Unusable, match=message):
        rank_sets(*given_, **more)
