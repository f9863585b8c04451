"""Signals of single ballots: numbers that hold against R's careless and against counting by hand."""

from itertools import groupby, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal import stats
from appraisal.stats import Unusable
from tests.stats.figures import numbers, read, table

NAN = float("nan")
FEW = st.lists(st.integers(0, 3), min_size=1, max_size=6)
BALLOTS = st.lists(st.lists(st.sampled_from([0.0, 25, 50, 75, 100, NAN]), min_size=5, max_size=5), max_size=8)


@pytest.fixture
def items() -> np.ndarray:
    return np.stack([numbers(column) for column in list(table("r-survey", "psych_items.csv").values())], axis=1)


def longest(answers: tuple[int, ...]) -> int:
    return max(len(list(run)) for _, run in groupby(answers))


@pytest.mark.reference
def test_runs_spread_and_distance_equal_those_of_careless(items: np.ndarray) -> None:
    wanted = read("r-survey", "psych.json")["careless"]
    found = stats.ballot_signals(items)
    assert found.longest_run.tolist() == wanted["longstring"]
    assert found.variability == pytest.approx(np.array(wanted["irv"]), rel=1e-9, abs=1e-12)
    assert found.distance == pytest.approx(np.array(wanted["mahad"]), rel=1e-9)


@pytest.mark.reference
def test_planted_straight_liners_are_all_alike_and_a_zigzag_lies_far_out(items: np.ndarray) -> None:
    planted = read("r-survey", "psych.json")
    found = stats.ballot_signals(items)
    assert (found.alike[np.array(planted["planted_straightliners"]) - 1] == 1).all()
    assert found.distance.argmax() == planted["planted_zigzag"] - 1
    assert found.guttman[planted["planted_zigzag"] - 1] > 0.5


@settings(deadline=None)
@given(FEW)
def test_runs_in_random_order_agree_with_trying_every_order(answers: list[int]) -> None:
    every = np.array([longest(order) for order in permutations(answers)])
    assert stats.expected_run([answers])[0] == pytest.approx(every.mean())
    assert stats.run_p([answers])[0] == pytest.approx((every >= longest(tuple(answers))).mean())


@settings(deadline=None)
@given(BALLOTS)
def test_renaming_the_answers_changes_no_run(rows: list[list[float]]) -> None:
    answers = np.array(rows).reshape(-1, 5)
    assert stats.longest_run(answers).tolist() == stats.longest_run(7 - answers / 5).tolist()
    assert stats.run_p(answers).tolist() == pytest.approx(stats.run_p(100 - answers).tolist(), nan_ok=True)


@settings(deadline=None)
@given(BALLOTS)
def test_signals_stay_in_their_ranges(rows: list[list[float]]) -> None:
    answers = np.array(rows).reshape(-1, 5)
    found = stats.ballot_signals(answers)
    assert (found.longest_run <= found.answered).all()
    for share in (found.run_p, found.alike, found.guttman, found.distance_p):
        assert ((share >= 0) & (share <= 1 + 1e-9) | np.isnan(share)).all()
    assert np.isnan(found.expected_run).tolist() == (found.answered == 0).tolist()


def test_a_ballot_without_an_answer_says_nothing() -> None:
    found = stats.ballot_signals([[NAN, NAN]])
    assert (found.answered[0], found.longest_run[0]) == (0, 0)
    assert np.isnan([found.expected_run, found.run_p, found.alike, found.variability, found.distance]).all()
    assert np.isnan([found.synonyms, found.guttman]).all()


def test_one_answer_throughout_is_no_surprise_given_the_persons_answers() -> None:
    assert stats.run_p([[75.0] * 12]).tolist() == [1.0]


def test_sorted_answers_are_a_surprise_given_the_persons_answers() -> None:
    assert stats.run_p([[0.0] * 6 + [100.0] * 6])[0] < 0.02


def test_a_distance_uses_the_questions_that_were_answered() -> None:
    rows = np.random.default_rng(3).normal(size=(60, 3))
    rows[0, 2] = NAN
    distance, p = stats.mahalanobis(rows)
    away = rows[0, :2] - rows[:, :2].mean(axis=0)
    assert distance[0] == pytest.approx(away @ np.linalg.inv(np.cov(rows[:, :2].T)) @ away)
    assert p[0] == pytest.approx(np.exp(-distance[0] / 2))


def test_a_question_that_repeats_another_adds_no_distance() -> None:
    rows = np.random.default_rng(4).normal(size=(50, 2))
    doubled, p = stats.mahalanobis(np.column_stack([rows, rows[:, 0]]))
    assert doubled == pytest.approx(stats.mahalanobis(rows)[0])
    assert p == pytest.approx(stats.mahalanobis(rows)[1])


def test_no_distance_where_nothing_varies_or_pairs_contradict_each_other() -> None:
    assert np.isnan(stats.mahalanobis(np.ones((40, 2)))[0]).all()
    part = [[1, 1, NAN], [-1, -1, NAN], [NAN, 1, 1], [NAN, -1, -1], [1, NAN, -1], [-1, NAN, 1], [1, 1, 1]]
    assert np.isnan(stats.mahalanobis(part, minimum_pairs=2)[0][-1])


def test_synonyms_need_three_pairs_and_some_variation() -> None:
    base = np.tile([[0.0, 50, 100], [100, 0, 50], [50, 100, 0], [0, 0, 100]], (10, 1))
    rows = np.repeat(base, 2, axis=1)
    rows[0] = 50
    rows[1, 0] = NAN
    found = stats.synonyms(rows)
    assert np.isnan(found[:2]).all()
    assert found[2:] == pytest.approx(1)
    assert np.isnan(stats.synonyms(rows[:, ::2])).all()


def test_errors_of_order_are_counted_between_questions_only() -> None:
    rows = [[2, 2, 0], [2, 1, 0], [1, 1, 0], [2, 0, 0], [0, 0, 2]]
    errors, share = stats.guttman(rows)
    assert errors.tolist() == [0, 0, 0, 0, 6]
    assert share.tolist() == [0, 0, 0, 0, 0.75]


def test_signals_refuse_what_is_not_a_table_of_numbers() -> None:
    with pytest.raises(Unusable, match=r"answers have shape \(2,\)"):
        stats.longest_run([1, 2])
    with pytest.raises(Unusable, match=r"answers\[0, 1\] is infinite"):
        stats.ballot_signals([[1, float("inf")]])
