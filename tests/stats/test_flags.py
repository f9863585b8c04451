"""A flag needs chance ruled out, an effect that matters, and enough ratings; planted problems are found, calm ones are not."""

import numpy as np
import pytest

from appraisal.stats import FlagRule, expected_shares, flag_counts, flag_marks, pooled_share, upper_tail


def flags(share: list[list[float]], n: int, rule: FlagRule | None = None, **more: object):  # type: ignore[no-untyped-def]
    table = np.array(share)
    return flag_marks(table, table * (1 - table) / n, np.full(table.shape, n), rule, **more)  # type: ignore[arg-type]


def test_a_department_far_above_the_others_is_flagged_and_its_neighbours_are_not() -> None:
    found = flags([[0.02, 0.1], [0.03, 0.4], [0.02, 0.1], [0.03, 0.1]], 200)
    assert found.flagged.tolist() == [[False, False], [False, True], [False, False], [False, False]]
    assert found.ratio[1, 1] == pytest.approx(0.4 / 0.175)


def test_chance_alone_is_not_enough() -> None:
    found = flags([[0.5], [0.1]], 30, FlagRule(q=1e-9))
    assert found.ratio[0, 0] > 1.5
    assert not found.flagged.any()


def test_a_small_but_certain_difference_is_not_enough() -> None:
    found = flags([[0.14], [0.10], [0.10]], 20_000)
    assert found.q_bh[0, 0] < 1e-6
    assert not found.flagged.any()


@pytest.mark.parametrize(
    ("rule", "raised"), [(FlagRule(ratio=9, points=0.05), True), (FlagRule(ratio=9, points=0.5), False)]
)
def test_either_the_ratio_or_the_points_suffice(rule: FlagRule, raised: bool) -> None:
    assert flags([[0.4], [0.2], [0.2]], 500, rule).flagged[0, 0] == raised


def test_too_few_ratings_are_not_tested_and_do_not_count_in_the_family() -> None:
    share, n = np.array([[0.5], [0.1], [0.1]]), np.array([[29], [100], [100]])
    found = flag_marks(share, share * (1 - share) / n, n)
    assert found.tested.ravel().tolist() == [False, True, True]
    assert np.isnan(found.p[0, 0])
    assert not found.flagged.any()


def test_a_mark_that_nobody_or_everybody_ticked_is_not_tested() -> None:
    found = flags([[0.0, 1.0], [0.0, 1.0]], 100)
    assert not found.tested.any()
    assert np.isnan(found.ratio[:, 0]).all()
    assert np.isnan(found.q_by).all()


def test_a_department_that_nobody_rated_is_left_out() -> None:
    share, n = np.array([[np.nan], [0.1], [0.1]]), np.array([[0], [100], [100]])
    found = flag_marks(share, share * (1 - share) / 100, n)
    assert found.expected.ravel().tolist() == pytest.approx([0.1] * 3)
    assert found.tested.ravel().tolist() == [False, True, True]


def test_answers_that_hang_together_weigh_less() -> None:
    share, n = np.array([[0.3], [0.1]]), np.full((2, 1), 100)
    plain = flag_marks(share, share * (1 - share) / n, n)
    clustered = flag_marks(share, 4 * share * (1 - share) / n, n)
    assert clustered.p[0, 0] > plain.p[0, 0]


def test_an_expected_share_from_elsewhere_is_taken() -> None:
    assert flags([[0.2], [0.2]], 200, expected=[0.05]).flagged.all()
    assert not flags([[0.2], [0.2]], 200).flagged.any()


def test_no_hit_is_certain_to_be_reached_and_unknown_stays_unknown() -> None:
    assert upper_tail([0.0, np.nan, 1.0], [50, 50, 3], 0.1).tolist() == [
        1.0,
        pytest.approx(np.nan, nan_ok=True),
        pytest.approx(1e-3),
    ]


def test_a_mark_without_ratings_has_no_pooled_share() -> None:
    assert np.isnan(pooled_share([[np.nan]], [[0]])).all()


def test_a_department_with_many_of_the_grumbling_stratum_is_measured_against_them() -> None:
    """Stratum 0 ticks 40 % everywhere, stratum 1 nothing: who asks more of the first gets more ticks, and no flag."""
    ticked = np.array([[[80], [8], [8]], [[0], [0], [0]]])
    rated = np.array([[200, 20, 20], [20, 200, 200]])
    assert expected_shares(ticked, rated).ravel().tolist() == pytest.approx([80 / 220, 8 / 220, 8 / 220])
    assert not flag_counts(ticked, rated).flagged.any()


def test_counts_of_a_department_that_stands_out_are_flagged_with_plain_evidence() -> None:
    found = flag_counts([[[60], [10], [10], [0]]], [[200, 200, 200, 0]])
    assert found.flagged.ravel().tolist() == [True, False, False, False]
    assert (found.n[0, 0], found.share[0, 0], found.expected[0, 0]) == (200, 0.3, pytest.approx(80 / 600))
    assert not found.tested[3, 0]


def test_strata_that_nobody_answered_from_expect_nothing() -> None:
    assert expected_shares([[[0]], [[5]]], [[0], [50]]).tolist() == [[0.1]]


def test_chance_raises_no_flags_even_with_strata_of_a_handful() -> None:
    """40 departments and 18 marks without any real difference: the exact test keeps its level."""
    rng = np.random.default_rng(11)
    rated = rng.poisson([[66], [155], [2], [9], [45], [9]], size=(6, 40))
    ticked = rng.binomial(rated[:, :, None], rng.uniform(0.01, 0.08, 18))
    found = flag_counts(ticked, rated, FlagRule(ratio=0))
    assert (found.p[found.tested] < 0.05).mean() < 0.05
    assert not found.flagged.any()


def test_a_questionnaire_without_marks_has_no_flags() -> None:
    found = flag_counts(np.zeros((2, 3, 0), dtype=int), np.full((2, 3), 50))
    assert found.flagged.shape == (3, 0)
