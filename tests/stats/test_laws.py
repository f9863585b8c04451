"""What must hold whatever the answers are."""

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from appraisal import stats

OPTIONS = np.array([0.0, 25, 50, 75, 100, np.nan])
UNKNOWN = 5


@dataclass(frozen=True)
class Survey:
    """``option`` (n, D): what each respondent said of each department, ``UNKNOWN`` for 不了解."""

    stratum: np.ndarray
    option: np.ndarray
    population: np.ndarray
    matrix: np.ndarray

    @property
    def design(self) -> stats.Design:
        return stats.Design.of(self.stratum, self.population)

    @property
    def ratings(self) -> stats.Ratings:
        who, what = np.indices(self.option.shape).reshape(2, -1)
        return stats.Ratings.of(who, what, OPTIONS[self.option].ravel(), departments=self.option.shape[1])

    @property
    def cells(self) -> stats.RatingCells:
        return stats.RatingCells.of(self.design, self.ratings)

    @property
    def counts(self) -> stats.CountCells:
        table = np.zeros((self.population.size, self.option.shape[1], OPTIONS.size), dtype=int)
        np.add.at(table, (self.stratum[:, None], np.arange(self.option.shape[1]), self.option), 1)
        return stats.CountCells.of(self.design.strata, table, OPTIONS)


@st.composite
def surveys(draw: st.DrawFn, options: st.SearchStrategy[int] | None = None) -> Survey:
    strata, departments = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    stratum = np.array(draw(st.lists(st.integers(0, strata - 1), min_size=1, max_size=25)))
    answer = options if options is not None else st.integers(0, UNKNOWN)
    option = draw(st.lists(answer, min_size=stratum.size * departments, max_size=stratum.size * departments))
    beyond = np.array(draw(st.lists(st.integers(0, 50), min_size=strata, max_size=strata)))
    population = np.maximum(np.bincount(stratum, minlength=strata) + beyond, 1).astype(float)
    known = np.array(draw(st.lists(st.booleans(), min_size=strata, max_size=strata)))
    weights = draw(st.lists(st.integers(1, 9), min_size=departments * strata, max_size=departments * strata))
    return Survey(
        stratum,
        np.array(option).reshape(-1, departments),
        np.where(known, population, np.nan),
        np.array(weights, dtype=float).reshape(departments, strata),
    )


def same(found: object, wanted: object, **tolerance: float) -> None:
    np.testing.assert_allclose(found, wanted, **{"rtol": 1e-9, "atol": 1e-9, **tolerance})


def alike(found: stats.Estimates, wanted: stats.Estimates) -> None:
    for name in ("n", "value", "se", "df", "covered"):
        same(getattr(found, name), getattr(wanted, name))


@given(surveys(options=st.sampled_from([0, UNKNOWN])))
def test_all_worst_is_0(survey: Survey) -> None:
    for found in (stats.design_means(survey.cells), stats.preset_means(survey.counts, survey.matrix, limit=1)):
        assert set(found.value[~np.isnan(found.value)]) <= {0.0}
        assert np.isnan(found.interval()).all()


@given(surveys(options=st.sampled_from([4, UNKNOWN])))
def test_all_best_is_100(survey: Survey) -> None:
    for found in (stats.design_means(survey.counts), stats.preset_means(survey.cells, survey.matrix, limit=1)):
        assert set(found.value[~np.isnan(found.value)]) <= {100.0}
        assert np.isnan(found.interval()).all()


@given(surveys(), st.randoms(use_true_random=False))
def test_relabelling_departments_permutes_the_results(survey: Survey, random: object) -> None:
    order = np.array(sorted(range(survey.option.shape[1]), key=lambda _: random.random()))  # type: ignore[attr-defined]
    moved = replace(survey, option=survey.option[:, order], matrix=survey.matrix[order])
    here, there = stats.preset_means(survey.cells, survey.matrix), stats.preset_means(moved.cells, moved.matrix)
    same(there.value, here.value[order])
    same(there.se, here.se[order])
    same(stats.design_means(moved.cells).value, stats.design_means(survey.cells).value[order])
    same(stats.means_covariance(moved.cells), stats.means_covariance(survey.cells)[np.ix_(order, order)])


@given(surveys(), st.floats(1e-3, 1e3))
def test_scaling_all_weights_changes_nothing(survey: Survey, factor: float) -> None:
    scaled = stats.Design.of(survey.stratum, survey.population, survey.design.weight * factor)
    cells = stats.RatingCells.of(scaled, survey.ratings)
    alike(stats.design_means(cells), stats.design_means(survey.cells))
    alike(stats.preset_means(cells, survey.matrix), stats.preset_means(survey.cells, survey.matrix))
    alike(stats.preset_means(survey.cells, survey.matrix * factor), stats.preset_means(survey.cells, survey.matrix))


@given(surveys(), st.integers(1, 9))
def test_respondents_who_rated_nothing_change_no_mean(survey: Survey, more: int) -> None:
    silent = np.full((more, survey.option.shape[1]), UNKNOWN)
    joined = replace(
        survey,
        stratum=np.append(survey.stratum, np.zeros(more, dtype=int)),
        option=np.vstack([survey.option, silent]),
        population=survey.population * np.nan,
    )
    alone = replace(survey, population=survey.population * np.nan)
    same(stats.design_means(joined.cells).value, stats.design_means(alone.cells).value)
    same(stats.preset_means(joined.counts, survey.matrix).value, stats.preset_means(survey.cells, survey.matrix).value)


@given(st.lists(st.integers(0, 4), min_size=2, max_size=20), st.integers(1, 9))
def test_respondents_who_rated_nothing_count_in_the_standard_error(options: list[int], more: int) -> None:
    """In one stratum without correction the variance is n / (n - 1) times a sum that silence does not change."""
    n = np.array([len(options), len(options) + more])
    tables = [np.bincount(options, minlength=5)[None, None, :] for _ in n]
    cells = [
        stats.CountCells.of(stats.Strata.of([each]), table, OPTIONS[:5]) for each, table in zip(n, tables, strict=True)
    ]
    first, second = (stats.design_means(each).variance[0] for each in cells)
    same(second * (n[1] - 1) / n[1], first * (n[0] - 1) / n[0])


@given(surveys())
def test_counts_give_the_same_figures_as_single_ratings(survey: Survey) -> None:
    alike(stats.design_means(survey.counts), stats.design_means(survey.cells))
    alike(stats.stratum_means(survey.counts), stats.stratum_means(survey.cells))
    for limit, pool in ((0.3, 5), (1.0, 0)):
        found = stats.preset_means(survey.counts, survey.matrix, limit=limit, pool_below=pool)
        alike(found, stats.preset_means(survey.cells, survey.matrix, limit=limit, pool_below=pool))


@given(surveys(), st.sampled_from([0, 5]))
def test_the_diagonal_of_a_covariance_is_the_squared_standard_error(survey: Survey, pool: int) -> None:
    same(np.diag(stats.means_covariance(survey.cells)), stats.design_means(survey.cells).variance, atol=1e-8)
    found = stats.preset_means(survey.cells, survey.matrix, pool_below=pool)
    same(np.diag(stats.preset_covariance(survey.cells, survey.matrix, pool_below=pool)), found.variance, atol=1e-8)


@given(surveys())
def test_a_covariance_is_symmetric_and_never_negative_in_any_direction(survey: Survey) -> None:
    for matrix in (stats.means_covariance(survey.cells), stats.preset_covariance(survey.cells, survey.matrix)):
        some = ~np.isnan(np.diag(matrix))
        kept = matrix[np.ix_(some, some)]
        same(kept, kept.T)
        assert not some.any() or np.linalg.eigvalsh(kept).min() > -1e-8


@given(surveys(), st.sampled_from(stats.Method), st.floats(0.5, 0.999))
def test_an_interval_of_a_share_holds_it_and_stays_between_0_and_1(
    survey: Survey, method: stats.Method, level: float
) -> None:
    for found in (
        stats.design_shares(survey.counts.valued([0, 0, 0, 1, 1, np.nan])),
        stats.stratum_shares(survey.counts.valued([0, 0, 0, 1, 1, np.nan])),
        stats.preset_shares(survey.counts.valued([0, 0, 0, 1, 1, np.nan]), survey.matrix),
    ):
        low, high = found.interval(level, method=method)
        shown = ~np.isnan(low)
        assert (np.isnan(high) == ~shown).all()
        assert (low[shown] >= 0).all()
        assert (low[shown] <= found.value[shown] + 1e-12).all()
        assert (found.value[shown] <= high[shown] + 1e-12).all()
        assert (high[shown] <= 1).all()


@given(surveys())
def test_a_score_between_clipped_ends_is_wider_the_surer_it_must_be(survey: Survey) -> None:
    found = stats.preset_means(survey.counts, survey.matrix)
    (low, high), (lower, higher) = found.interval(0.8), found.interval(0.99)
    shown = ~np.isnan(low)
    assert (lower[shown] >= 0).all()
    assert (lower[shown] <= low[shown]).all()
    assert (low[shown] <= found.value[shown]).all()
    assert (found.value[shown] <= high[shown]).all()
    assert (high[shown] <= higher[shown]).all()
    assert (higher[shown] <= 100).all()


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(0, 5))
def test_adjusted_p_values_equal_those_of_scipy_and_untested_ones_do_not_count(p: list[float], gaps: int) -> None:
    family = np.append(np.array(p), np.full(gaps, np.nan))
    same(stats.benjamini_hochberg(family)[: len(p)], false_discovery_control(p, method="bh"))
    same(stats.benjamini_yekutieli(family)[: len(p)], false_discovery_control(p, method="by"))
    assert np.isnan(stats.benjamini_hochberg(family)[len(p) :]).all()
