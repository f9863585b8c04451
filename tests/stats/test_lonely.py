"""A stratum that a single respondent answered from: its spread is unknown, and every way to do without it is checked on paper."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal import stats
from appraisal.stats import Design, Lonely, RatingCells, Ratings, Strata
from tests.stats.figures import Case

# Stratum 0: three people of nine; stratum 1: one of four (lonely); stratum 2: two of six. Department 1 is unknown to the lonely one.
STRATUM = [0, 0, 0, 1, 2, 2]
POPULATION = [9.0, 4, 6]
SCORES = np.array([[100.0, 50], [50, 50], [0, 0], [100, np.nan], [50, 100], [0, 0]])


def cells(lonely: Lonely, scores: np.ndarray = SCORES) -> RatingCells:
    who, what = np.indices(scores.shape).reshape(2, -1)
    ratings = Ratings.of(who, what, scores.ravel(), departments=scores.shape[1])
    return RatingCells.of(Design.of(STRATUM, POPULATION, lonely=lonely), ratings)


def influence(department: int) -> np.ndarray:
    weight = np.array([3.0, 3, 3, 4, 3, 3])
    known = ~np.isnan(SCORES[:, department])
    mean = np.average(SCORES[known, department], weights=weight[known])
    return np.where(known, weight * (np.nan_to_num(SCORES[:, department]) - mean), 0) / weight[known].sum()


def firm(department: int) -> float:
    """Variance from the two strata that have several respondents."""
    u = influence(department)
    return float(2 / 3 * 3 * u[:3].var(ddof=1) + 2 / 3 * 2 * u[4:].var(ddof=1))


def test_certainty_adds_nothing_for_the_lonely_stratum() -> None:
    assert stats.design_means(cells(Lonely.CERTAINTY)).variance == pytest.approx([firm(0), firm(1)])


def test_adjust_adds_the_distance_from_the_grand_mean() -> None:
    found = stats.design_means(cells(Lonely.ADJUST)).variance
    assert found == pytest.approx([firm(0) + 3 / 4 * influence(0)[3] ** 2, firm(1)])


def test_average_counts_only_lonely_strata_that_rated_the_department() -> None:
    assert stats.design_means(cells(Lonely.AVERAGE)).variance == pytest.approx([firm(0) * 3 / 2, firm(1)])


def test_merge_takes_the_spread_about_the_mean_of_both_strata() -> None:
    found, u = stats.design_means(cells(Lonely.MERGE)), influence(0)
    wanted = (1 - 4 / 13) * 4 * u[:4].var(ddof=1) + 2 / 3 * 2 * u[4:].var(ddof=1)
    assert found.variance[0] == pytest.approx(wanted)
    assert found.df.tolist() == [4, 3]


def test_the_weights_and_the_estimate_do_not_depend_on_the_treatment() -> None:
    wanted = stats.design_means(cells(Lonely.ADJUST)).value
    for lonely in (Lonely.AVERAGE, Lonely.CERTAINTY, Lonely.MERGE):
        assert stats.design_means(cells(lonely)).value.tolist() == wanted.tolist()


@pytest.mark.parametrize("lonely", [one for one in Lonely if one is not Lonely.FAIL])
def test_the_covariance_has_the_variances_on_its_diagonal(lonely: Lonely) -> None:
    found = stats.means_covariance(cells(lonely))
    assert np.diag(found) == pytest.approx(stats.design_means(cells(lonely)).variance)
    assert np.linalg.eigvalsh(found).min() > -1e-9


def test_fail_refuses_the_lonely_stratum_by_name() -> None:
    with pytest.raises(stats.Unusable, match="stratum 1 has a single respondent"):
        cells(Lonely.FAIL)


def test_a_lonely_stratum_joins_the_one_whose_people_weigh_alike_and_the_larger_of_equals() -> None:
    assert Strata.of([1, 5, 9, 9, 0], [8, 20, 90, 90, 7], lonely=Lonely.MERGE).merged_into.tolist() == [2, 1, 2, 3, 4]
    assert Strata.of([1, 5, 9, 9], [8, 40, 90, 9], lonely=Lonely.MERGE).merged_into.tolist() == [1, 1, 2, 3]
    assert Strata.of([5, 6], [40, 90], lonely=Lonely.MERGE).merged_into.tolist() == [0, 1]


def test_a_merged_stratum_is_empty_and_its_relative_has_both() -> None:
    strata = Strata.of([1, 5, 0], [8, 40, 7], lonely=Lonely.MERGE)
    assert (strata.gathered.sampled.tolist(), strata.gathered.population.tolist()[1], strata.degf) == ([0, 6, 0], 48, 5)


def test_a_stratum_of_unknown_size_leaves_the_others_their_correction() -> None:
    strata = Strata.of([1, 5, 4], [8, 40, np.nan], lonely=Lonely.MERGE)
    assert strata.gathered.fraction.tolist() == [0, 6 / 48, 0]
    joined = Strata.of([1, 5], [np.nan, 40], lonely=Lonely.MERGE).gathered
    assert (joined.sampled.tolist(), joined.fraction.tolist()) == ([0, 6], [0, 0])


def test_lonely_strata_without_a_relative_join_each_other() -> None:
    strata = Strata.of([1, 1, 3], [8, 40, 3], lonely=Lonely.MERGE)
    assert (strata.merged_into.tolist(), strata.gathered.sampled.tolist()) == ([0, 0, 2], [2, 0, 3])


def test_a_single_lonely_stratum_without_any_relative_is_adjusted() -> None:
    strata = Strata.of([1, 3], [8, 3], lonely=Lonely.MERGE)
    assert stats.linear_covariance(strata, [0, 1, 1, 1], [[2.0], [1], [5], [9]]).item() == pytest.approx(7 / 8 * 4)


def test_only_lonely_strata_leave_nothing_to_average() -> None:
    scores = np.where(np.arange(6)[:, None] == 3, SCORES, np.nan)
    scores[:, 1] = np.nan
    found = stats.design_means(cells(Lonely.AVERAGE, scores))
    assert found.value[0] == 100
    assert np.isnan([found.se[0], found.value[1], found.se[1]]).all()


def with_one_respondent_in_the_last_stratum(case: Case, lonely: Lonely) -> RatingCells:
    kept = np.setdiff1d(np.arange(300), np.flatnonzero(case.design.stratum == 5)[1:])
    weight, sizes = case.design.weight[kept], case.design.strata.population
    rows = np.isin(case.ratings.respondent, kept)
    who, what = np.searchsorted(kept, case.ratings.respondent[rows]), case.ratings.department[rows]
    ratings = Ratings.of(who, what, case.ratings.value[rows], departments=8)
    return RatingCells.of(Design.of(case.design.stratum[kept], sizes, weight, lonely=lonely), ratings)


@pytest.mark.reference
def test_r_multiplies_by_six_fifths_where_the_one_lonely_stratum_of_six_has_rated() -> None:
    average, certain = (
        with_one_respondent_in_the_last_stratum(Case("small"), each) for each in (Lonely.AVERAGE, Lonely.CERTAINTY)
    )
    rated = average.n[5] > 0
    assert 0 < rated.sum() < 8
    ratio = stats.design_means(average).variance / stats.design_means(certain).variance
    assert ratio == pytest.approx(np.where(rated, 6 / 5, 1))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=1, max_size=12))
def test_without_a_lonely_stratum_all_treatments_agree(answers: list[tuple[int, int]]) -> None:
    stratum, value = np.array(answers * 2).T
    ratings = Ratings.of(np.arange(stratum.size), np.zeros_like(stratum), value * 25.0, departments=1)
    variances = {
        float(stats.design_means(RatingCells.of(Design.of(stratum, [90, 60, 30], lonely=each), ratings)).se[0])
        for each in Lonely
    }
    assert max(variances) == pytest.approx(min(variances))
