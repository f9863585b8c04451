"""What an estimate says where there is little or nothing to say."""

import numpy as np
import pytest

from appraisal import stats
from appraisal.stats import CountCells, Design, Lonely, RatingCells, Ratings, Strata

NAN = float("nan")


def one_by_one(stratum: list[int], *columns: list[float], lonely: Lonely = Lonely.ADJUST) -> RatingCells:
    """Cells of departments whose answers are listed respondent by respondent."""
    scores = np.array(columns, dtype=float)
    department, respondent = np.indices(scores.shape).reshape(2, -1)
    ratings = Ratings.of(respondent, department, scores.ravel(), departments=len(columns))
    return RatingCells.of(Design.of(stratum, lonely=lonely), ratings)


def test_no_rating_is_no_result_and_not_0() -> None:
    for found in (
        stats.design_means(one_by_one([0, 0], [NAN, NAN])),
        stats.preset_means(one_by_one([0, 0], [NAN, NAN]), [[1]]),
    ):
        assert found.n.tolist() == [0]
        assert found.covered.tolist() == [0]
        assert np.isnan([found.value[0], found.se[0], found.df[0]]).all()
        assert np.isnan(found.interval()).all()


def test_nobody_at_all_is_no_result_either() -> None:
    cells = CountCells.of(Strata.of([0], [5]), np.zeros((1, 2, 2), dtype=int), [100, 0])
    assert np.isnan(stats.design_means(cells).value).all()
    assert np.isnan(stats.preset_means(cells, [[1], [1]]).value).all()
    assert np.isnan(stats.design_shares(cells.valued([1, 0])).interval()).all()


def test_no_ratings_at_all_make_no_covariance() -> None:
    cells = RatingCells.of(Design.of([]), Ratings.of([], [], [], departments=2))
    assert np.isnan(stats.means_covariance(cells)).all()


def test_one_rating_a_stratum_has_no_interval() -> None:
    found = stats.preset_means(one_by_one([0, 0, 1, 1], [100, NAN, 50, NAN]), [[1, 1]])
    assert (found.value[0], found.df[0]) == (75, 0)
    assert np.isnan(found.se[0])
    assert np.isnan(found.interval()).all()


def test_a_single_rating_borrows_the_spread_of_its_stratum() -> None:
    cells = one_by_one([0, 0, 0], [100, NAN, NAN], [0, 50, 100])
    found = stats.preset_means(cells, [[1], [1]])
    assert found.variance.tolist() == pytest.approx([2500, 2500 / 3])
    assert stats.preset_means(cells, [[1], [1]], pool_below=0).se[0] == 0


def test_a_stratum_without_any_spread_borrows_that_of_the_others() -> None:
    found = stats.preset_means(one_by_one([0, 1, 1, 1], [100, 0, 50, 100]), [[1, 1]])
    assert found.variance[0] == pytest.approx(0.25 * 2500 + 0.25 * 2500 / 3)


def test_a_census_has_no_sampling_error() -> None:
    cells = CountCells.of(Strata.of([4], [4]), [[[2, 2]]], [100, 0])
    assert stats.design_means(cells).se.tolist() == [0]
    low, high = stats.design_shares(cells.valued([1, 0])).interval()
    assert 0 < low[0] < 0.5 < high[0] < 1


def test_a_stratum_without_weight_does_not_enter() -> None:
    cells = CountCells.of(Strata.of([6, 6]), [[[6, 0]], [[0, 6]]], [100, 0])
    found = stats.preset_means(cells, [[1, 0]])
    assert (found.value[0], found.n[0], found.df[0], found.covered[0]) == (100, 6, 5, 1)


def test_weights_of_groups_differ_by_department() -> None:
    cells = CountCells.of(Strata.of([6, 6]), [[[6, 0]] * 2, [[0, 6]] * 2], [100, 0])
    assert stats.preset_means(cells, [[3, 1], [1, 3]]).value.tolist() == [75, 25]


def test_exactly_the_limit_may_be_missing() -> None:
    cells = CountCells.of(Strata.of([6, 6]), [[[3, 3]], [[0, 0]]], [100, 0])
    assert stats.preset_means(cells, [[0.7, 0.3]]).value.tolist() == [50]
    assert np.isnan(stats.preset_means(cells, [[0.69, 0.31]]).value).all()


@pytest.mark.parametrize(("lonely", "variance"), [(Lonely.ADJUST, 500 / 9), (Lonely.CERTAINTY, 100 / 9)])
def test_a_lonely_respondent_widens_the_interval_unless_told_otherwise(lonely: Lonely, variance: float) -> None:
    """Distances from the mean of 80: 5 and 15, which are 5 from their own mean, add 2 · 50; the lonely -20 adds 400 or nothing."""
    found = stats.design_means(one_by_one([0, 0, 1], [85, 95, 60], lonely=lonely))
    assert found.variance[0] == pytest.approx(variance)
    assert found.df.tolist() == [1]


def test_an_interval_of_a_score_stays_on_the_scale() -> None:
    low, high = stats.design_means(one_by_one([0, 0, 0, 0], [100, 100, 100, 0], [0, 0, 0, 100])).interval()
    assert (high[0], low[1]) == (100, 0)


def test_a_share_of_0_has_the_exact_upper_end_of_fewer_answers_when_they_hang_together() -> None:
    found = stats.design_shares(CountCells.of(Strata.of([40]), [[[0, 40]]], [1, 0]))
    for method in stats.Method:
        low, high = found.interval(method=method)
        assert (low[0], high[0]) == (0, pytest.approx(1 - 0.025 ** (1 / 40)))
    assert found.interval(deff=2)[1][0] == pytest.approx(1 - 0.025 ** (1 / 20))


def test_a_share_of_1_mirrors_a_share_of_0() -> None:
    low, high = stats.design_shares(CountCells.of(Strata.of([40]), [[[40, 0]]], [1, 0])).interval()
    assert (low[0], high[0]) == (pytest.approx(0.025 ** (1 / 40)), 1)


def test_the_effective_sample_never_exceeds_the_answers() -> None:
    cells = CountCells.of(Strata.of([50, 50]), [[[49, 1]], [[1, 49]]], [1, 0])
    found = stats.design_shares(cells)
    assert found.effective_n().tolist() == [100]
    wide, narrow = (np.ptp(found.interval(method=m)) for m in (stats.Method.KORN_GRAUBARD, stats.Method.BETA))
    assert narrow < wide


def test_change_without_spread_or_without_a_result_is_not_tested() -> None:
    now = stats.design_means(one_by_one([0, 0, 0], [100, 50, 0], [100, 100, 100], [NAN, NAN, NAN], [100, 50, 0]))
    before = stats.design_means(one_by_one([0, 0, 0], [100, 50, 50], [50, 50, 50], [100, 50, 0], [NAN, NAN, NAN]))
    found = stats.change(now, before)
    assert found.difference[:2].tolist() == pytest.approx([50 - 200 / 3, 50])
    assert np.isnan(found.p).tolist() == [False, True, True, True]
    assert found.q[0] == found.p[0]


def test_a_change_with_no_degrees_of_freedom_is_not_tested() -> None:
    one = np.array([1.0])
    found = stats.change(*(stats.Means(one, one * 50, one, one * 0, one) for _ in range(2)))
    assert np.isnan([found.df, found.low, found.high, found.p]).all()
