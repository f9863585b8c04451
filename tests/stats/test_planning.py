"""Ratings, invitations and strata: the textbook's numbers, exact optima, and plans that cannot be."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal import stats
from appraisal.stats import Unusable


def test_ratings_for_five_three_and_two_points_are_those_of_the_design_paper() -> None:
    assert stats.ratings_needed([5, 3, 2], sd=25.7, deff=2.5).tolist() == [254, 705, 1586]


def test_a_simple_random_sample_for_a_half_within_five_points_is_the_textbooks_385() -> None:
    assert stats.ratings_needed(5, sd=stats.share_sd(0.5), deff=1) == 385


def test_a_small_population_needs_fewer_ratings_and_never_more_than_it_has() -> None:
    assert stats.ratings_needed(5, sd=50, deff=1, population=[1000, 100, 1]).tolist() == [278, 80, 1]


def test_a_stricter_level_needs_more() -> None:
    assert (
        stats.ratings_needed(5, level=0.99) > stats.ratings_needed(5, level=0.95) > stats.ratings_needed(5, level=0.5)
    )


@given(st.floats(0.5, 20), st.floats(1, 50), st.floats(0.5, 10), st.sampled_from([np.nan, 50.0, 5000.0]))
def test_the_ratings_needed_are_just_enough(margin: float, sd: float, deff: float, population: float) -> None:
    given_ = {"sd": sd, "deff": deff, "population": population}
    needed = int(stats.ratings_needed(margin, **given_))
    assert stats.margin_expected(needed, **given_) <= margin * (1 + 1e-6)
    if needed > 1:
        assert stats.margin_expected(needed - 1, **given_) > margin * (1 - 1e-6)


def test_everybody_asked_leaves_no_margin() -> None:
    assert stats.margin_expected([400, 200], population=400).round(1).tolist() == [0, 4.0]


def test_invitations_make_up_for_silence_for_not_knowing_and_for_other_departments() -> None:
    assert stats.invitations(254, response=1) == 254
    assert stats.invitations(254, response=0.25) == 1016
    assert stats.invitations([254, 705], response=0.25, unknown=0.5, load=0.1).tolist() == [20_320, 56_400]


def test_neymans_allocation_follows_size_times_spread() -> None:
    found = stats.allocate(400, [6000, 3000, 1000], sd=[10, 20, 40], minimum=1)
    assert found.sampled.tolist() == [150, 150, 100]
    assert not found.census.any()
    wanted = 0.36 * 100 * (1 / 150 - 1 / 6000) + 0.09 * 400 * (1 / 150 - 1 / 3000) + 0.01 * 1600 * (1 / 100 - 1 / 1000)
    assert found.se == pytest.approx(wanted**0.5)


def test_small_strata_are_asked_entirely_and_others_get_the_minimum() -> None:
    found = stats.allocate(300, [10_000, 500, 12], minimum=30)
    assert found.sampled.tolist() == [258, 30, 12]
    assert found.census.tolist() == [False, False, True]


def test_preset_weights_move_answers_to_the_strata_that_count() -> None:
    found = stats.allocate(200, [60_000, 300], weight=[0.5, 0.5], minimum=10)
    assert found.sampled.tolist() == [100, 100]


def test_a_census_of_all_strata_has_no_error() -> None:
    found = stats.allocate(15, [10, 5])
    assert (found.sampled.tolist(), found.census.all(), found.se) == ([10, 5], True, 0)


@given(st.data())
def test_no_other_allocation_of_whole_numbers_is_better(data: st.DataObject) -> None:
    people = np.array(data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=3)))
    sd = np.array(data.draw(st.lists(st.floats(0.1, 9), min_size=people.size, max_size=people.size)))
    minimum = data.draw(st.integers(1, 3))
    total = data.draw(st.integers(int(np.minimum(people, minimum).sum()), int(people.sum())))
    found = stats.allocate(total, people, sd=sd, minimum=minimum)
    assert found.sampled.sum() == total
    assert (found.sampled >= np.minimum(people, minimum)).all()
    ranges = [range(min(int(size), minimum), int(size) + 1) for size in people]
    others = (np.array(each) for each in product(*ranges) if sum(each) == total)
    best = min(((people / people.sum() * sd) ** 2 * (1 / n - 1 / people)).sum() for n in others)
    assert found.se**2 == pytest.approx(best, abs=1e-12)


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: stats.ratings_needed(0), "margin is 0: a number over 0 is needed"),
    (lambda: stats.ratings_needed(5, sd=-1), "sd is -1"),
    (lambda: stats.ratings_needed(5, population=0), "population is 0"),
    (lambda: stats.ratings_needed(np.nan), "margin is nan"),
    (lambda: stats.ratings_needed(5, level=95), "level is 95"),
    (lambda: stats.margin_expected(11, population=10), "more ratings than people"),
    (lambda: stats.share_sd(1.2), "share is 1.2"),
    (lambda: stats.invitations(9, response=30), "response is 30: a number over 0 up to 1"),
    (lambda: stats.invitations(9, response=0.3, unknown=1), r"known answers \(1 - unknown\) is 0"),
    (lambda: stats.allocate(10, [5.5]), "flat list of whole numbers"),
    (lambda: stats.allocate(10, [100, 100]), "10 answers cannot be shared out: the minima take 60, 200 people"),
    (lambda: stats.allocate(300, [100, 100]), "300 answers cannot be shared out"),
    (lambda: stats.allocate(100, [100, 100], weight=[1]), "1 weights for 2 strata"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_plans_that_cannot_be_are_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(Unusable, match=message):
        call()
