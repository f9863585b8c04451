"""What R's survey gives beside means of departments: totals, ratios, shares of respondents, the classic school survey."""

from typing import Any

import numpy as np
import pytest

from appraisal import stats
from tests.stats import figures
from tests.stats.figures import Case, numbers, vector

pytestmark = pytest.mark.reference
CASES = ["small", "edge_empty_cell", "edge_all_same"]


def close(found: Any, wanted: Any, relative: float = 1e-9) -> None:
    np.testing.assert_allclose(found, wanted, rtol=relative, atol=1e-9)


@pytest.fixture(params=CASES)
def named(request: pytest.FixtureRequest) -> tuple[Case, dict[str, Any]]:
    return Case(request.param), figures.read("r-survey", f"{request.param}.json")


def error(design: stats.Design, each: np.ndarray) -> np.ndarray:
    """Standard errors of Σ w each."""
    covariance = stats.linear_covariance(design.strata, design.stratum, design.weight[:, None] * each)
    return np.sqrt(np.maximum(np.diag(covariance), 0))


def summed(case: Case, value: np.ndarray) -> np.ndarray:
    """(n, D) the value of each respondent's rating of each department."""
    found = np.zeros((case.design.stratum.size, len(case.departments)))
    found[case.ratings.respondent, case.ratings.department] = value
    return found


def test_totals_and_their_errors_equal_those_of_r(named: tuple[Case, dict[str, Any]]) -> None:
    case, wanted = named
    each, rows = summed(case, case.ratings.value), case.at(wanted["dept_total"]["dept"])
    close((case.design.weight @ each)[rows], vector(wanted["dept_total"]["est"]))
    close(error(case.design, each)[rows], vector(wanted["dept_total"]["se"]))
    whole, known = np.column_stack([each.sum(axis=1), np.ones(len(each))]), wanted["overall"]["total"]
    people = wanted["respondents"]["pop_total"]
    close(case.design.weight @ whole, [known["est"][0], people["est"][0]])
    close(error(case.design, whole), [known["se"][0], people["se"][0]])


def test_the_mean_of_all_ratings_is_a_ratio_of_totals(named: tuple[Case, dict[str, Any]]) -> None:
    case, wanted = named[0], named[1]["overall"]
    score, rated = (
        summed(case, case.ratings.value).sum(axis=1),
        summed(case, np.ones(case.ratings.value.size)).sum(axis=1),
    )
    whole = case.design.weight @ rated
    mean = case.design.weight @ score / whole
    each = ((score - mean * rated) / whole)[:, None]
    close(mean, wanted["ratio_form"]["est"])
    close(error(case.design, each), wanted["ratio_form"]["se"])
    endless = stats.Design.of(case.design.stratum, None, case.design.weight)
    close(error(endless, each)[0], wanted["mean_no_fpc"]["se"][0])


def test_the_share_of_dont_know_equals_that_of_r(named: tuple[Case, dict[str, Any]]) -> None:
    case, wanted = named[0], named[1]["overall"]["dk_rate"]
    rows = figures.table("r-survey", f"{case.name}_ratings.csv")
    weight = case.design.weight
    asked = np.bincount(numbers(rows["resp"]).astype(int) - 1, minlength=weight.size)
    unknown = asked - np.bincount(case.ratings.respondent, minlength=weight.size)
    share = weight @ unknown / (weight @ asked)
    close(share, wanted["est"][0])
    close(error(case.design, ((unknown - share * asked) / (weight @ asked))[:, None])[0], wanted["se"][0])


@pytest.mark.parametrize(("key", "column"), [("sex_share", "sex"), ("age_share", "age")])
def test_shares_of_respondents_equal_those_of_r(named: tuple[Case, dict[str, Any]], key: str, column: str) -> None:
    case, wanted = named[0], named[1]["respondents"][key]
    level = np.array(figures.table("r-survey", f"{case.name}_respondents.csv")[column])
    member = (level[:, None] == np.unique(level)).astype(float)
    share = case.design.weight @ member / case.design.weight.sum()
    close(share, vector(wanted["est"]))
    close(error(case.design, (member - share) / case.design.weight.sum()), vector(wanted["se"]))


def test_a_ratio_of_two_departments_has_the_error_of_the_delta_method() -> None:
    case, wanted = Case("small"), figures.read("r-survey", "small.json")["dept_contrast"]
    means, covariance = stats.design_means(case.cells).value, stats.means_covariance(case.cells)
    slope = np.zeros(means.size)
    slope[:2] = 1 / means[1], -means[0] / means[1] ** 2
    close(means[0] / means[1], wanted["first_over_second"]["est"])
    close(np.sqrt(slope @ covariance @ slope), wanted["first_over_second"]["se"])


def test_the_overall_share_has_the_intervals_of_r() -> None:
    one = figures.read("r-survey", "small.json")["proportion_ci_overall"]
    p, worth, n, df = (one[key] for key in ("p", "n_eff", "n", "df"))
    close(stats.korn_graubard(p, worth, n, df), one["beta"])
    close(stats.logit_interval(p, one["var"], df), one["xlogit"])
    close(stats.wilson(p, worth, df), one["wilson"])


def schools(name: str) -> tuple[stats.Design, stats.Ratings]:
    """api00 of each school type as a department, schools the respondents."""
    rows = figures.table("r-survey", f"{name}.csv")
    stratum = np.unique(rows["stype"], return_inverse=True)[1]
    first = np.unique(stratum, return_index=True)[1]
    design = stats.Design.of(stratum, numbers(rows["fpc"])[first], numbers(rows["pw"]))
    value = numbers(rows["api00"]) / 10
    return design, stats.Ratings.of(np.arange(value.size), stratum, value, departments=3)


def test_the_classic_stratified_school_survey_is_met() -> None:
    wanted = figures.read("r-survey", "api.json")["apistrat"]
    cells = stats.RatingCells.of(*schools("apistrat"))
    found = stats.design_means(cells)
    close(10 * found.value, vector(wanted["by_stype"]["est"]))
    close(10 * found.se, vector(wanted["by_stype"]["se"]))
    covariance = stats.means_covariance(cells)
    apart = np.array([-1.0, 1.0, 0.0])
    close(10 * (apart @ found.value), wanted["contrast_H_minus_E"]["est"])
    close(10 * np.sqrt(apart @ covariance @ apart), wanted["contrast_H_minus_E"]["se"])
