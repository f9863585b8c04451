"""The share of a mark before and now, when it is compared because it stood out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from appraisal.stats import (
    Counts,
    Unusable,
    answers_to_show,
    fewest_flagged,
    power_to_show,
    share_change,
    ticks_to_show,
)

counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def one(ticked: int, n: int) -> Counts:
    return Counts.of([ticked], [n])


@given(counts, counts)
@settings(max_examples=60, deadline=None)
def test_without_a_choice_one_stratum_gives_twice_the_smaller_tail_of_fisher(
    before: tuple[int, int], now: tuple[int, int]
) -> None:
    table = [[before[0], before[1] - before[0]], [now[0], now[1] - now[0]]]
    tails = [fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
    assert share_change(one(*before), one(*now)).p == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-8)


@given(counts, counts)
@settings(max_examples=60, deadline=None)
def test_the_interval_holds_the_difference_and_stays_in_range(before: tuple[int, int], now: tuple[int, int]) -> None:
    found = share_change(one(*before), one(*now))
    assert -1 <= found.low <= found.difference <= found.high <= 1
    assert found.difference == pytest.approx(now[0] / now[1] - before[0] / before[1])


@given(counts, counts, st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_a_choice_never_makes_an_improvement_surer(before: tuple[int, int], now: tuple[int, int], least: int) -> None:
    chosen = min(least, before[0])
    plain, after = (share_change(one(*before), one(*now), chosen_from=each) for each in (0, chosen))
    assert after.high >= plain.high - 1e-9
    assert after.p_best >= plain.p_best - 1e-9


def test_another_mix_of_strata_is_no_change() -> None:
    before, now = Counts.of([40, 5], [100, 100]), Counts.of([400, 1], [1000, 20])
    found = share_change(before, now)
    assert found.difference == pytest.approx(0, abs=0.01)
    assert found.p == 1


def test_a_stratum_asked_once_is_left_out_and_its_ticks_count_towards_the_choice() -> None:
    both = share_change(Counts.of([30, 30], [100, 100]), Counts.of([10, 0], [100, 0]), chosen_from=50)
    alone = share_change(one(30, 100), one(10, 100), chosen_from=20)
    assert both == alone


def test_no_common_stratum_gives_no_result() -> None:
    found = share_change(Counts.of([3, 0], [10, 0]), Counts.of([0, 1], [0, 10]))
    assert np.isnan([found.before, found.now, found.difference, found.low, found.p]).all()
    assert (found.n_before, found.n_now) == (0, 0)


def test_a_problem_taken_up_at_the_very_edge_can_never_be_shown_to_improve() -> None:
    assert share_change(one(20, 300), one(0, 300), chosen_from=20).p_best == 1
    assert ticks_to_show(one(20, 300), 300, chosen_from=20) == -1
    assert power_to_show(one(20, 300), 300, 0.0, chosen_from=20) == 0


def test_figures_far_out_do_not_get_lost() -> None:
    found = share_change(Counts.of([1500] * 2, [2000] * 2), Counts.of([0] * 2, [2000] * 2), chosen_from=2900)
    assert found.p < 1e-100
    assert found.high < -0.7


def test_verdicts_are_rarely_wrong_where_nothing_changed_though_the_problem_was_chosen() -> None:
    rng, n, rate, least = np.random.default_rng(11), 300, 0.07, 24
    before = rng.binomial(n, rate, 6000)
    chosen = before[before >= least][:800]
    now = rng.binomial(n, rate, chosen.size)
    found = [share_change(one(int(x), n), one(int(y), n), chosen_from=least) for x, y in zip(chosen, now, strict=True)]
    plain = [share_change(one(int(x), n), one(int(y), n)) for x, y in zip(chosen, now, strict=True)]
    wrong, naive = ([each.p <= 0.05 and each.high < 0 for each in those] for those in (found, plain))
    assert np.mean(wrong) <= 0.025
    assert np.mean(naive) > 0.04


def test_the_interval_covers_a_difference_that_is_there() -> None:
    rng, n = np.random.default_rng(12), 300
    pairs = zip(rng.binomial(n, 0.2, 400), rng.binomial(n, 0.12, 400), strict=True)
    found = [share_change(one(int(x), n), one(int(y), n)) for x, y in pairs]
    assert np.mean([each.low <= -0.08 <= each.high for each in found]) >= 0.94


def test_the_fewest_flagged_would_be_flagged_and_one_less_not() -> None:
    assert fewest_flagged(300, 0.03, 0.001) == 20
    assert fewest_flagged(10, 0.9, 1e-9) == 11
    assert fewest_flagged(100, 0.0, 1.0) == 1


def test_the_needed_answers_reach_the_power_and_no_more_than_the_people_there_are() -> None:
    before = one(60, 300)
    needed = answers_to_show(before, 0.1)
    assert needed is not None
    assert power_to_show(before, needed, 0.1) >= 0.8
    assert answers_to_show(before, 0.1, population=needed - 50) is None
    assert answers_to_show(before, 0.1, population=0) is None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Counts.of([1, 2], [3]), "one of each a stratum"),
        (lambda: Counts.of([4], [3]), "at most as many"),
        (lambda: Counts.of([1.5], [3]), "whole numbers"),
        (lambda: share_change(Counts.of([1, 1], [3, 3]), one(1, 3)), "2 strata before"),
        (lambda: share_change(one(1, 3), one(1, 3), level=1.0), "level is 1"),
        (lambda: share_change(one(1, 3), one(1, 3), chosen_from=2), "chosen from 2"),
        (lambda: ticks_to_show(one(1, 3), 0), "at least one"),
        (lambda: power_to_show(one(1, 3), 5, 1.2), "share is 1.2"),
        (lambda: answers_to_show(one(1, 3), 0.1, power=1.0), "power is 1"),
    ],
)
def test_what_cannot_be_compared_is_refused(wrong: object, message: str) -> None:
    with pytest.raises(Unusable, match=message):
        wrong()  # type: ignore[operator]
