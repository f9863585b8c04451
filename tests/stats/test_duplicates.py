"""Ballots that resemble each other, and stretches of batches that are too full."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal import stats
from appraisal.stats import Unusable

NAN = float("nan")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)


@pytest.fixture
def lenient(rng: np.random.Generator) -> np.ndarray:
    """200 honest ballots: everybody has a level of their own, many are content with everything."""
    level = rng.normal(1.2, 1.5, size=(200, 1))
    return np.clip(np.rint(level + rng.normal(0, 0.8, size=(200, 12))) + 2, 0, 4) * 25


def test_contentment_with_everything_is_no_straight_lining(lenient: np.ndarray) -> None:
    lenient[:60] = 100
    found = stats.straight_lining(lenient, [0] * 200)
    assert found.alike[0] >= 60
    assert found.expected[0] == pytest.approx(found.alike[0], abs=1)
    assert found.p[0] > 0.05


def test_the_middle_answer_throughout_is_a_signal(lenient: np.ndarray) -> None:
    lenient[:10] = 50
    found = stats.straight_lining(lenient, np.repeat([0, 1], 100))
    assert found.p[0] < 1e-4 < 0.05 < found.p[1]


def test_short_ballots_are_left_out_of_straight_lining() -> None:
    rows = np.full((3, 10), 50.0)
    rows[0, 7:] = NAN
    found = stats.straight_lining(rows, [0, 0, 2])
    assert found.ballots.tolist() == [1, 0, 1]
    assert np.isnan(found.p).tolist() == [False, True, False]


def test_bands_part_strata_and_levels_and_keep_the_ends_apart() -> None:
    rows = [[0, 0], [50, 50], [100, 100], [NAN, NAN], [100, 100], [25, NAN]]
    found = stats.level_bands(rows, [0, 0, 0, 0, 1, 0], parts=2)
    assert len(set(found.tolist())) == 6
    assert stats.level_bands(np.empty((0, 2)), np.empty(0, dtype=int)).tolist() == []
    assert stats.level_bands([[NAN]], [0]).tolist() == [0]


def test_a_planted_cohort_is_found_and_contentment_is_not(lenient: np.ndarray) -> None:
    lenient[[3, 50, 120, 199]] = [0, 100, 25, 75] * 3
    lenient[60:90] = 100
    found = stats.cohorts(lenient, [0] * 200)
    assert found[0].members == (3, 50, 120, 199)
    assert found[0].answers == 12
    assert found[0].q < 1e-3
    assert next(one.q for one in found if 60 in one.members) > 0.3


def test_cohorts_stay_within_a_stratum_and_a_set_of_questions(lenient: np.ndarray) -> None:
    lenient[:4] = [0, 100, 25, 75] * 3
    lenient[3, 0] = NAN
    found = stats.cohorts(lenient, [0, 0, 1, 0] + [0] * 196)
    assert not {0, 1, 2, 3} & {row for one in found for row in one.members}
    assert stats.cohorts(lenient[:, :7], [0] * 200) == ()


def test_a_copied_ballot_is_closest_to_its_original(lenient: np.ndarray, rng: np.random.Generator) -> None:
    lenient[8] = lenient[7] = [0, 100, 25, 75, 50, 0] * 2
    found = stats.likeness(lenient, [0] * 200, rng)
    assert (found.partner[8], found.match[8], found.common[8]) == (7, 1.0, 12)
    assert found.p[8] < 0.01
    assert found.expected[8] < 0.8


def test_honest_ballots_resemble_each_other_no_more_than_chance(lenient: np.ndarray) -> None:
    found = stats.likeness(lenient, np.repeat([0, 1], 100), np.random.default_rng(3))
    assert np.mean(found.p <= 0.05) < 0.1
    assert (found.partner[:100] < 100).all()


def test_ballots_without_common_questions_have_no_partner(rng: np.random.Generator) -> None:
    rows = [[1, NAN], [NAN, 1], [NAN, NAN]]
    found = stats.likeness(rows, [0, 0, 1], rng, minimum_common=1, draws=2)
    assert found.partner.tolist() == [-1, -1, -1]
    assert np.isnan([found.match, found.expected, found.p, found.q]).all()
    assert found.common.tolist() == [0, 0, 0]


def test_without_draws_a_match_has_no_expectation(rng: np.random.Generator) -> None:
    found = stats.likeness([[1, 2], [1, 3]], [0, 0], rng, minimum_common=2, draws=0)
    assert found.match.tolist() == [0.5, 0.5]
    assert np.isnan(found.expected).all()
    assert found.p.tolist() == [1, 1]


@settings(deadline=None)
@given(st.integers(0, 99))
def test_exchanging_keeps_who_answered_what_and_every_questions_answers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.choice([0.0, 50, 100, NAN], size=(12, 4))
    block = rng.integers(0, 3, size=12)
    dealt = stats.exchanged(rows, block, rng)
    assert (np.isnan(dealt) == np.isnan(rows)).all()
    for b in range(3):
        assert np.array_equal(np.sort(dealt[block == b], axis=0), np.sort(rows[block == b], axis=0), equal_nan=True)


def test_a_burst_is_found_with_its_neighbours(rng: np.random.Generator) -> None:
    counts = rng.poisson(5, size=40)
    counts[20:23] += 25
    first, *others = stats.burst_scan(counts, rng)
    assert (first.first, first.last, first.p) == (20, 22, 0.001)
    assert first.observed == counts[20:23].sum()
    assert first.expected == pytest.approx(counts.sum() * 3 / 40)
    assert first.ratio == pytest.approx(first.observed / first.expected)
    assert all(one.last < 20 or one.first > 22 for one in others)


def test_a_known_profile_explains_a_burst(rng: np.random.Generator) -> None:
    counts = [5, 5, 50, 5, 5]
    assert stats.burst_scan(counts, rng)[0].p < 0.01
    assert stats.burst_scan(counts, rng, expected=counts) == ()
    assert stats.burst_scan([5, 5, 50, 5, 0], rng, expected=[1, 1, 10, 1, 1])[0].p > 0.1


def test_even_batches_reach_the_level_of_the_test() -> None:
    rng = np.random.default_rng(5)
    p = [stats.burst_scan(rng.multinomial(200, [0.05] * 20), rng, draws=99)[0].p for _ in range(200)]
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=0.06)


def test_no_ballots_and_a_single_batch_make_no_burst(rng: np.random.Generator) -> None:
    assert stats.burst_scan([0, 0], rng) == ()
    assert stats.burst_scan([9], rng) == ()
    assert stats.burst_scan(np.empty(0, dtype=int), rng) == ()


def test_a_stretch_may_be_kept_to_one_batch(rng: np.random.Generator) -> None:
    assert {one.first == one.last for one in stats.burst_scan([1, 30, 30, 1, 1], rng, longest=1)} == {True}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"counts": [1, -1]}, "whole numbers of at least 0"),
        ({"counts": [0.5]}, "whole numbers of at least 0"),
        ({"counts": [1, 2], "expected": [1]}, "expected has 1 entries for 2 batches"),
        ({"counts": [1, 2], "expected": [1, 0]}, r"expected\[1\] is 0 where 2 ballots are"),
        ({"counts": [1, 2], "longest": 0}, "longest is 0"),
    ],
)
def test_a_burst_scan_refuses_what_cannot_be_scanned(given: dict[str, object], why: str) -> None:
    with pytest.raises(Unusable, match=why):
        stats.burst_scan(rng=np.random.default_rng(0), **given)  # type: ignore[arg-type]


def test_every_ballot_needs_its_stratum() -> None:
    with pytest.raises(Unusable, match="stratum has 1 entries for 2 ballots"):
        stats.cohorts([[1], [2]], [0])
