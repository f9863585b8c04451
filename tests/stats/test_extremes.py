"""Heaped extremes and all-best ballots: what is usual is let pass, what is not stands out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal import stats
from appraisal.stats import Unusable


def departments(rng: np.random.Generator, count: int = 60, n: int = 800) -> np.ndarray:
    """Answers of five steps, departments of different quality."""
    cuts = np.array([-1.6, -0.65, 0.45, 1.75])
    felt = 1.05 + rng.normal(0, 0.24, (count, 1)) + rng.normal(0, 1, (count, n))
    step = (felt[:, :, None] >= cuts).sum(axis=2)
    return np.stack([(step == k).sum(axis=1) for k in range(5)], axis=1)


@pytest.mark.parametrize("seed", range(5))
def test_honest_departments_do_not_stand_out(seed: int) -> None:
    counts = departments(np.random.default_rng(seed))
    for table in (counts, counts[:, ::-1]):
        assert stats.extreme_excess(table).q.min() > 0.001


def test_a_department_with_added_worst_answers_stands_out_alone() -> None:
    counts = departments(np.random.default_rng(3))
    counts[17, 0] += 120
    found = stats.extreme_excess(counts)
    assert np.flatnonzero(found.q <= 0.001).tolist() == [17]
    assert found.expected[17] < found.seen[17] / 5


def test_too_few_departments_or_answers_say_nothing() -> None:
    few = stats.extreme_excess([[5, 20, 20, 20]] * 9)
    thin = stats.extreme_excess([[5, 20, 20, 20]] * 12 + [[9, 1, 1, 1]])
    assert np.isnan(few.p).all()
    assert np.isnan(thin.p[12])
    assert not np.isnan(thin.p[:12]).any()


def test_no_extreme_answer_at_all_is_no_surprise() -> None:
    assert stats.extreme_excess([[0, 40, 100, 60]] * 11).p.tolist() == [1.0] * 11


@pytest.mark.parametrize("counts", [[[1, 2]], [[1.5, 2, 3]], [[-1, 2, 3]], [1, 2, 3]])
def test_counts_that_are_no_table_of_steps_are_refused(counts: object) -> None:
    with pytest.raises(Unusable, match="at least 3 steps"):
        stats.extreme_excess(counts)  # type: ignore[arg-type]


def test_a_spike_of_all_best_ballots_is_found_and_a_smooth_tail_is_not() -> None:
    rng = np.random.default_rng(4)
    best = rng.binomial(12, rng.beta(2, 3, 2000))
    answered = np.full(2000, 12)
    smooth = stats.contented(best, answered)
    spike = stats.contented(np.append(best, [12] * 150), np.append(answered, [12] * 150))
    assert smooth.p > 0.01
    assert spike.p < 1e-6
    assert abs(spike.expected - smooth.expected) < 1


def test_the_allowance_lets_honest_content_pass() -> None:
    best, answered = np.array([6] * 900 + [12] * 100), np.full(1000, 12)
    assert stats.contented(best, answered).p < 0.001
    assert stats.contented(best, answered, allowance=0.1).p > 0.1


def test_where_all_are_content_nothing_can_be_expected() -> None:
    found = stats.contented([3, 4, 0], [3, 4, 0])
    assert (found.ballots, found.seen) == (2, 2)
    assert np.isnan(found.p)


def test_more_best_answers_than_answers_are_refused() -> None:
    with pytest.raises(Unusable, match="at most answered"):
        stats.contented([3], [2])


@given(st.integers(0, 60), st.floats(0.1, 30))
def test_the_poisson_tail_is_a_chance_that_falls_with_the_number(seen: int, mean: float) -> None:
    here, more = stats.poisson_tail([seen, seen + 1], [mean, mean]).tolist()
    assert 0 <= more <= here <= 1


def test_half_of_a_normal_number_lies_above_its_middle() -> None:
    assert stats.normal_tail(0.0) == 0.5
