"""Replicate weights: R's to the last digit where given, and the right spread where drawn."""

from collections.abc import Callable

import numpy as np
import pytest

from appraisal import stats
from appraisal.stats import Centre, Design, Lonely, Margin, Ratings, Replicates, Unusable
from tests.stats import figures
from tests.stats.figures import Case, numbers, vector

R = "r-survey"
GIVEN = ["canty_davison", "rao_wu_subbootstrap", "preston_mrb"]
DRAWN = {"rao_wu": stats.rao_wu, "preston": stats.preston, "canty_davison": stats.canty_davison}
CENTRES = [(Centre.REPLICATES, "se_mse_false"), (Centre.ESTIMATE, "se_mse_true")]


def given(name: str) -> tuple[Replicates, dict]:
    wanted, columns = figures.read(R, "small_replicates.json")[name], figures.table(R, f"small_repw_{name}.csv")
    weight = np.column_stack([numbers(column) for column in columns.values()])
    return Replicates.of(weight, wanted["scale"], wanted["rscales"]), wanted


@pytest.mark.reference
@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize(("centre", "key"), CENTRES)
def test_standard_errors_from_given_replicate_weights_equal_those_of_r(name: str, centre: Centre, key: str) -> None:
    case, (replicates, wanted) = Case("small"), given(name)
    found, rows = stats.replicate_means(replicates, case.design, case.ratings, centre), case.at(wanted["dept"])
    np.testing.assert_allclose(found.value[rows], vector(wanted["theta"]), rtol=1e-9)
    np.testing.assert_allclose(found.se[rows], vector(wanted[key]), rtol=1e-9)
    assert (replicates.degf, found.df.max()) == (wanted["degf"], wanted["degf"])


@pytest.mark.reference
@pytest.mark.parametrize("name", GIVEN)
def test_the_covariance_of_any_statistic_equals_that_of_r(name: str) -> None:
    case, (replicates, wanted) = Case("small"), given(name)
    people = figures.table(R, "small_respondents.csv")["region"]
    region = np.array(people)[:, None] == np.array(sorted(set(people)))
    found = stats.replicate_statistic(replicates, case.design.weight, lambda w: w @ region / w.sum())
    np.testing.assert_allclose(found.covariance, wanted["region_share"]["cov"], rtol=1e-9, atol=1e-15)
    assert found.value == pytest.approx(wanted["region_share"]["est"])
    assert found.df == wanted["degf"]


@pytest.mark.reference
@pytest.mark.parametrize("name", ["JKn", "JKn_nofpc"])
@pytest.mark.parametrize(("centre", "key"), CENTRES)
def test_the_jackknife_equals_that_of_r(name: str, centre: Centre, key: str) -> None:
    case, wanted = Case("small"), figures.read(R, "small_replicates.json")[name]
    design = case.design if name == "JKn" else Design.of(case.design.stratum, None, case.design.weight)
    replicates = stats.jackknife(design)
    found = stats.replicate_means(replicates, design, case.ratings, centre)
    np.testing.assert_allclose(replicates.rscales, wanted["rscales"], rtol=1e-12)
    np.testing.assert_allclose(found.se[case.at(wanted["dept"])], vector(wanted[key]), rtol=1e-9)
    assert replicates.degf == wanted["degf"]


@pytest.mark.reference
def test_drawn_replicates_take_the_values_that_those_of_r_take() -> None:
    case = Case("small")
    classic = Design.of(case.design.stratum, None, case.design.weight)
    made = {"rao_wu_subbootstrap": stats.rao_wu(classic, 60, rng=np.random.default_rng(5))}
    made["preston_mrb"] = stats.preston(case.design, 60, rng=np.random.default_rng(5))
    for name, mine in made.items():
        theirs = (given(name)[0].weight / case.design.weight[:, None]).round(9)
        seen = (mine.weight / case.design.weight[:, None]).round(9)
        for h in range(6):
            rows = case.design.stratum == h
            assert len(np.intersect1d(seen[rows], theirs[rows])) >= 2


@pytest.fixture
def survey() -> tuple[Design, Ratings]:
    """Two strata, a fifth and a half of them asked, one department that all rate and one that half do."""
    rng = np.random.default_rng(3)
    design = Design.of(np.repeat([0, 1], [60, 40]), [300, 80])
    scores = np.column_stack([rng.integers(0, 5, 100), rng.integers(1, 5, 100)]) * 25.0
    scores[rng.random(100) < 0.5, 1] = np.nan
    who, what = np.indices(scores.shape).reshape(2, -1)
    return design, Ratings.of(who, what, scores.ravel(), departments=2)


@pytest.mark.parametrize("name", DRAWN)
def test_drawn_replicates_give_the_linearised_standard_error_in_the_long_run(
    survey: tuple[Design, Ratings], name: str
) -> None:
    design, ratings = survey
    replicates = DRAWN[name](design, 4000, rng=np.random.default_rng(8))
    wanted = stats.design_means(stats.RatingCells.of(design, ratings)).se
    assert stats.replicate_means(replicates, design, ratings).se == pytest.approx(wanted, rel=0.06)
    assert replicates.weight.min() >= 0
    assert replicates.weight.mean(axis=1) == pytest.approx(design.weight, rel=0.15)


@pytest.mark.parametrize("name", DRAWN)
def test_every_replicate_keeps_the_weight_of_every_stratum(survey: tuple[Design, Ratings], name: str) -> None:
    replicates = DRAWN[name](survey[0], 20, rng=np.random.default_rng(8))
    assert replicates.weight[:60].sum(axis=0) == pytest.approx(np.full(20, 300))
    assert replicates.weight[60:].sum(axis=0) == pytest.approx(np.full(20, 80))


def test_the_same_seed_draws_the_same_replicates(survey: tuple[Design, Ratings]) -> None:
    first, second, other = (stats.rao_wu(survey[0], 5, rng=np.random.default_rng(seed)).weight for seed in (1, 1, 2))
    assert first.tolist() == second.tolist() != other.tolist()


def test_shares_are_replicated_as_means_are(survey: tuple[Design, Ratings]) -> None:
    design, ratings = survey
    best = ratings.valued((ratings.value == 100).astype(float))
    found = stats.replicate_shares(stats.jackknife(design), design, best)
    assert found.se == pytest.approx(stats.design_shares(stats.RatingCells.of(design, best)).se, rel=0.02)


def test_raking_is_repeated_in_every_replicate(survey: tuple[Design, Ratings]) -> None:
    design, ratings = survey
    half = Margin.of("half", np.arange(100) % 2, [200, 180])
    raked = stats.jackknife(design).reweighted(lambda w: stats.rake(w, [half]).weight)
    assert raked.weight[::2].sum(axis=0) == pytest.approx(np.full(100, 200))
    calibrated = stats.rake(design.weight, [half])
    found = stats.replicate_means(raked, design.reweighted(calibrated.weight), ratings)
    assert found.se == pytest.approx(stats.calibrated_means(design, ratings, calibrated).se, rel=0.05)


def test_a_median_gets_a_standard_error(survey: tuple[Design, Ratings]) -> None:
    design, score = survey[0], np.arange(100.0)

    def median(weight: np.ndarray) -> float:
        return float(score[np.searchsorted(np.cumsum(weight), weight.sum() / 2)])

    found = stats.replicate_statistic(stats.rao_wu(design, rng=np.random.default_rng(4)), design.weight, median)
    assert found.value.shape == (1,)
    assert 1 < found.se[0] < 12


def test_a_census_stratum_does_not_vary() -> None:
    design = Design.of([0, 0, 1, 1], [2, 8])
    for replicates in (stats.rao_wu(design, 9, rng=np.random.default_rng(1)), stats.jackknife(design)):
        assert (replicates.weight[:2] == 1).all()
        assert np.ptp(replicates.weight[2:], axis=1).min() > 0


def test_a_lonely_respondent_is_replicated_only_with_a_relative() -> None:
    stratum, population = [0, 1, 1, 1], [5.0, 20]
    with pytest.raises(Unusable, match="stratum 0 has a single respondent"):
        stats.jackknife(Design.of(stratum, population))
    merged = stats.jackknife(Design.of(stratum, population, lonely=Lonely.MERGE))
    assert (merged.weight[0] == 0).sum() == 1
    certain = stats.jackknife(Design.of(stratum, population, lonely=Lonely.CERTAINTY))
    assert (certain.weight[0] == 5).all()


def test_a_department_that_a_replicate_loses_has_no_standard_error() -> None:
    design = Design.of([0, 0, 0])
    ratings = Ratings.of([0, 0, 1, 2], [0, 1, 1, 1], [100, 50, 0, 100], departments=2)
    found = stats.replicate_means(stats.jackknife(design), design, ratings)
    assert np.isnan(found.se).tolist() == [True, False]


DESIGN = Design.of([0, 0])
RATING = Ratings.of([0], [0], [1], departments=1)
RNG = np.random.default_rng(0)
REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: Replicates.of([1, 2], 1), r"shape \(2,\)"),
    (lambda: Replicates.of([[1], [2]], 1), "two columns or more"),
    (lambda: Replicates.of([[1, 2], [3, np.nan]], 1), "row 1, replicate 1 is not a number"),
    (lambda: stats.rao_wu(DESIGN, 1, rng=RNG), "1 replicates: two or more"),
    (lambda: stats.canty_davison(DESIGN, rng=RNG), "without a population"),
    (lambda: stats.jackknife(Design.of(np.zeros(5001, dtype=int))), "use a bootstrap"),
    (
        lambda: stats.replicate_means(Replicates.of(np.ones((3, 2)), 1), DESIGN, RATING),
        "3 rows of replicate weights, 2",
    ),
]


@pytest.mark.parametrize(("call", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_replicates_that_make_no_sense_are_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(Unusable, match=message):
        call()
