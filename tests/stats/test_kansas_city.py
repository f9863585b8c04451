"""A city's real survey: sixteen services as departments, six districts as strata, against R's survey, to 1e-9."""

from typing import Any

import numpy as np
import pytest

from appraisal import stats
from tests.stats import figures
from tests.stats.figures import numbers, vector

pytestmark = pytest.mark.reference
SERVICES = [f"q3_{number:02}" for number in range(1, 17)]
DESIGNS = {"stratified_equal_weights": None, "equal_district_population_with_fpc": [508_090 / 6] * 6}
VALUES = np.array([0.0, 25, 50, 75, 100, np.nan])
NEGATIVE = np.array([1.0, 1, 0, 0, 0, np.nan])


class City:
    """The answers as counts and one by one. R took the full design's degrees of freedom for means and logits."""

    def __init__(self, design: str) -> None:
        answers = figures.table("kansas-city-2021q3", "responses.csv")
        district = numbers(answers["district"]).astype(int) - 1
        options = np.stack([numbers(answers[service]) for service in SERVICES], axis=1).astype(int)
        option = np.where(options == 9, 5, options - 1)
        self.wanted = figures.read("kansas-city-2021q3", "estimates-r-survey-4.1.json")[design]
        self.design = stats.Design.of(district, DESIGNS[design])
        counts = np.zeros((6, 16, 6), dtype=int)
        np.add.at(counts, (district[:, None], np.arange(16), option), 1)
        self.counts = stats.CountCells.of(self.design.strata, counts, VALUES)
        who, what = np.indices(option.shape).reshape(2, -1)
        self.cells = stats.RatingCells.of(
            self.design, stats.Ratings.of(who, what, VALUES[option].ravel(), departments=16)
        )

    def item(self, name: str) -> np.ndarray:
        return vector([item[name] for item in self.wanted["items"]])

    def ends(self, name: str) -> np.ndarray:
        return np.array([item[name] for item in self.wanted["items"]]).T


@pytest.fixture(params=DESIGNS)
def city(request: pytest.FixtureRequest) -> City:
    return City(request.param)


def close(found: Any, wanted: np.ndarray, relative: float = 1e-9) -> None:
    np.testing.assert_allclose(found, wanted, rtol=relative, atol=1e-12)


def test_scores_with_standard_errors_and_intervals_agree(city: City) -> None:
    found = stats.design_means(city.counts)
    assert city.design.degf == city.wanted["degf"]
    assert found.n.tolist() == city.item("n").tolist()
    close(found.value, city.item("mean"))
    close(found.se, city.item("se"))
    close(found.interval(df=city.design.degf), city.ends("ci95"))


def test_the_covariance_of_the_scores_agrees(city: City) -> None:
    covariance = stats.means_covariance(city.cells)
    close(covariance, np.array(city.wanted["covariance_of_means"]))
    close(np.diag(covariance), stats.design_means(city.counts).variance)


def test_negative_shares_with_standard_errors_and_intervals_agree(city: City) -> None:
    found = stats.design_shares(city.counts.valued(NEGATIVE))
    close(found.value, city.item("negative_share"))
    close(found.se, city.item("negative_se"))
    close(found.interval(method=stats.Method.BETA), city.ends("negative_ci95_beta"))
    # R finds the logit by iterating a regression, and stops at about 2e-8.
    close(found.interval(method=stats.Method.LOGIT, df=city.design.degf), city.ends("negative_ci95_logit"), 1e-7)


def test_the_share_of_residents_who_do_not_know_agrees(city: City) -> None:
    found = stats.design_shares(city.counts.valued([0, 0, 0, 0, 0, 1]))
    close(found.value, city.item("dont_know_share"))


def test_districts_weighted_like_their_populations_give_the_official_score_too(city: City) -> None:
    """Six equal weights are not the same estimator as the ratio mean, but the variance must be of the same size."""
    found = stats.preset_means(city.counts, np.ones((16, 6)), pool_below=0)
    assert np.abs(found.value - city.item("mean")).max() < 0.5
    assert np.abs(found.se / city.item("se") - 1).max() < 0.02
