"""Intervals and rank sets for few, skewed or unevenly weighted ratings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal import stats

# Stratum 0 stands for 1,000 people, stratum 1 for 20: their weights are 100 and 2.
UNEVEN = stats.Strata.of([10, 10], [1000, 20])
HEAVY = np.array([[[3, 7]], [[5, 5]]])


def test_degrees_of_freedom_are_few_where_a_heavy_stratum_brings_all_the_variance() -> None:
    found = stats.design_means(stats.CountCells.of(UNEVEN, HEAVY, [100, 0]))
    assert found.df.tolist() == [18.0]
    assert found.strata_df is not None
    assert 9 <= found.strata_df[0] < 9.1


def test_one_stratum_of_equal_weights_is_worth_its_ratings() -> None:
    found = stats.design_shares(stats.CountCells.of(stats.Strata.of([10]), [[[4, 6]]], [1, 0]))
    assert (found.strata_df, found.even_n) == (pytest.approx([9.0]), pytest.approx([10.0]))


def test_under_equal_rates_uneven_weights_are_worth_what_the_strata_give() -> None:
    found = stats.design_shares(stats.CountCells.of(UNEVEN, HEAVY, [1, 0]))
    parts = [(1000 / 1020) ** 2 * 0.99 / 10, (20 / 1020) ** 2 * 0.5 / 10]
    assert found.even_n == pytest.approx([1 / sum(parts)])


def test_preset_weights_enter_what_a_share_is_worth() -> None:
    found = stats.preset_shares(stats.CountCells.of(UNEVEN, HEAVY, [1, 0]), [[1, 3]])
    assert found.even_n == pytest.approx([1 / (0.25**2 * 0.99 / 10 + 0.75**2 * 0.5 / 10)])


def test_a_share_without_result_is_worth_nothing_known() -> None:
    cells = stats.CountCells.of(UNEVEN, [[[0, 0]], [[0, 0]]], [1, 0])
    for found in (stats.design_shares(cells), stats.preset_shares(cells, [[1, 1]]), stats.stratum_shares(cells)):
        assert found.even_n is not None
        assert np.isnan(found.even_n).all()
        assert np.isnan(np.array(found.careful_interval())).all()


def test_everybody_asked_is_worth_the_answers_there_are() -> None:
    census = stats.CountCells.of(stats.Strata.of([10], [10]), [[[0, 10]]], [1, 0])
    found = stats.design_shares(census)
    assert found.even_n == pytest.approx([np.inf])
    assert found.careful_interval()[1] == pytest.approx(float(stats.wilson(0.0, 10, 9)[1]))


def test_a_rare_tick_outside_the_heavy_stratum_is_not_trusted_to_be_precise() -> None:
    ticks = stats.CountCells.of(UNEVEN, [[[0, 10]], [[1, 9]]], [1, 0])
    found = stats.design_shares(ticks)
    # None of 10 in the stratum that is nearly everybody: a true rate of a quarter is no surprise.
    assert found.interval()[1][0] < 0.25 < found.careful_interval()[1][0]


@given(st.integers(1, 200), st.integers(1, 200), st.integers(2, 30))
def test_a_careful_interval_holds_its_value_and_stays_on_the_scale(best: int, worst: int, others: int) -> None:
    strata = stats.Strata.of([best + worst, others], [(best + worst) * 50, others * 2])
    cells = stats.CountCells.of(strata, [[[best, worst]], [[others, 0]]], [1, 0])
    for found in (stats.design_shares(cells), stats.design_means(cells.valued([100, 0]))):
        low, high = found.careful_interval()
        assert 0 <= low < found.value < high <= 100


def test_a_careful_interval_of_many_ratings_is_the_plain_one() -> None:
    cells = stats.CountCells.of(stats.Strata.of([100_000]), [[[60_000, 40_000]]], [100, 0])
    found = stats.design_means(cells)
    assert np.array(found.careful_interval()) == pytest.approx(np.array(found.interval()), abs=0.001)


def test_figures_kept_without_their_strata_take_their_own_degrees_of_freedom() -> None:
    kept = [np.array([each]) for each in (30, 0.2, 0.05, 29.0, 1.0)]
    share = stats.Shares(*kept)
    assert np.ravel(share.careful_interval()) == pytest.approx(np.ravel(stats.wilson(0.2, 30, 29)))
    mean = stats.Means(kept[0], np.array([80.0]), np.array([5.0]), *kept[3:])
    assert np.ravel(mean.careful_interval()) == pytest.approx(100 * np.ravel(stats.logit_interval(0.8, 0.0025, 29)))


def test_no_spread_gives_no_careful_interval_of_a_score() -> None:
    found = stats.design_means(stats.CountCells.of(UNEVEN, [[[10, 0]], [[10, 0]]], [100, 0]))
    assert np.isnan(np.array(found.careful_interval())).all()


def test_rank_sets_of_variances_that_rest_on_few_ratings_are_wider() -> None:
    value, covariance = np.array([90.0, 80.0, 60.0]), np.diag([6.0, 6.0, 6.0])
    known = stats.rank_sets(value, covariance, draws=2000)
    few = stats.rank_sets(value, covariance, df=[5.0, 5.0, 5.0], draws=2000)
    assert known.simultaneous.tolist() == [[1, 1], [2, 2], [3, 3]]
    assert few.simultaneous.tolist() == [[1, 2], [1, 2], [3, 3]]


def test_rank_sets_with_very_many_degrees_of_freedom_are_those_of_known_variances() -> None:
    rng = np.random.default_rng(7)
    value, covariance = rng.normal(80, 4, 20), np.diag(rng.uniform(1, 4, 20))
    known = stats.rank_sets(value, covariance, draws=2000)
    many = stats.rank_sets(value, covariance, df=1e7, draws=2000)
    assert many.simultaneous.tolist() == known.simultaneous.tolist()
    assert many.better.tolist() == known.better.tolist()


@pytest.mark.parametrize("df", [0.0, float("nan")])
def test_rank_sets_refuse_a_variance_without_degrees_of_freedom(df: float) -> None:
    with pytest.raises(stats.Unusable, match=f"乙: a variance with {df:g} degrees of freedom"):
        stats.rank_sets([1.0, 2.0], np.eye(2), names=["甲", "乙"], df=[9.0, df])


def by_lot(asked: float) -> stats.RatingCells:
    """A census of 40 people, each asked about 3 of 10 departments."""
    rng = np.random.default_rng(4)
    who = np.repeat(np.arange(40), 3)
    what = np.concatenate([rng.choice(10, 3, replace=False) for _ in range(40)])
    ratings = stats.Ratings.of(who, what, rng.choice([0.0, 50, 100], who.size), departments=10)
    design = stats.Design.of(np.repeat([0, 1], 20), [20.0, 40.0], asked=asked)
    return stats.RatingCells.of(design, ratings)


def test_a_census_asked_by_lot_is_no_census_of_a_department() -> None:
    plain, drawn = stats.stratum_means(by_lot(1.0)), stats.stratum_means(by_lot(0.3))
    assert (plain.se[0] == 0).all()
    assert (drawn.se[0] > 0).any()
    # The other stratum: half of its people answered, 15 % of them were asked about a department.
    assert drawn.variance[1] == pytest.approx(plain.variance[1] * (1 - 0.5 * 0.3) / (1 - 0.5))


@pytest.mark.parametrize("asked", [1.0, 0.3])
def test_the_covariance_has_the_lot_on_its_diagonal_alone(asked: float) -> None:
    cells = by_lot(asked)
    found = stats.means_covariance(cells)
    assert np.diag(found) == pytest.approx(stats.design_means(cells).variance)
    plain = stats.means_covariance(by_lot(1.0))
    off = ~np.eye(10, dtype=np.bool_)
    assert found[off] == pytest.approx(plain[off])


def test_preset_scores_know_of_the_lot_too() -> None:
    cells, weights = by_lot(0.3), np.ones((10, 2))
    found = stats.preset_means(cells, weights)
    assert np.diag(stats.preset_covariance(cells, weights)) == pytest.approx(found.variance)
    assert (found.se > stats.preset_means(by_lot(1.0), weights).se).all()


def test_a_table_that_is_not_sparse_has_the_same_lot() -> None:
    strata = stats.Strata.of([5], [5], asked=0.5)
    found = stats.linear_covariance(strata, [0] * 5, np.arange(10.0).reshape(5, 2))
    assert found.tolist() == [[25.0, 0.0], [0.0, 25.0]]


@pytest.mark.parametrize("asked", [0.0, 1.5, float("nan")])
def test_a_share_asked_by_lot_is_refused_outside_its_range(asked: float) -> None:
    with pytest.raises(stats.Unusable, match="asked is"):
        stats.Strata.of([5], asked=asked)


def test_a_pooled_spread_compares_with_at_least_one_degree_of_freedom() -> None:
    cells = stats.CountCells.of(stats.Strata.of([3]), [[[1, 0], [1, 2], [0, 0]]], [100, 0])
    found = stats.preset_means(cells, [[1]] * 3)
    assert found.df[:2].tolist() == [0.0, 2.0]
    assert found.careful_df.tolist() == pytest.approx([1.0, 2.0, np.nan], nan_ok=True)
    kept = stats.Means(found.n, found.value, found.se, found.df, found.covered)
    assert kept.careful_df[:2].tolist() == [1.0, 2.0]
