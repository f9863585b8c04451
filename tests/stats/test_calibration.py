"""Weights that meet the population's margins: R's figures, laws, and what happens where margins cannot be met."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal import stats
from appraisal.stats import Design, Margin, Ratings, Strata, Unusable
from tests.stats import figures
from tests.stats.figures import Case, numbers, vector

R = "r-survey"


def levels(column: list[str]) -> np.ndarray:
    names = sorted(set(column))
    return np.array([names.index(one) for one in column])


@pytest.fixture
def case() -> Case:
    return Case("small")


def margins(case: Case) -> list[Margin]:
    people, size = figures.table(R, "small_respondents.csv"), case.design.weight.sum()
    sex = Margin.of("sex", levels(people["sex"]), size * np.array([0.52, 0.48]))
    return [sex, Margin.of("age", levels(people["age"]), size * np.array([0.22, 0.28, 0.30, 0.20]))]


def auxiliaries(case: Case) -> tuple[np.ndarray, np.ndarray]:
    sex, age = margins(case)
    return np.hstack([sex.indicator, age.indicator[:, 1:]]), np.append(sex.total, age.total[1:])


CALIBRATIONS: dict[str, Callable[[Case], stats.Calibration]] = {
    "rake": lambda case: stats.rake(case.design.weight, margins(case)),
    "poststratify_sex": lambda case: stats.poststratify(case.design.weight, margins(case)[0]),
    "calibrate_linear": lambda case: stats.calibrate_linear(case.design.weight, *auxiliaries(case)),
    "calibrate_logit_bounded": lambda case: stats.calibrate_logit(case.design.weight, *auxiliaries(case)),
}


@pytest.mark.reference
@pytest.mark.parametrize("name", CALIBRATIONS)
def test_calibrated_weights_and_what_they_do_to_a_standard_error_equal_those_of_r(case: Case, name: str) -> None:
    wanted, found = figures.read(R, "small.json")[name], CALIBRATIONS[name](case)
    assert found.converged
    np.testing.assert_allclose(found.weight[:20], wanted["weights_first20"], rtol=1e-8)
    region = np.eye(5)[levels(figures.table(R, "small_respondents.csv")["region"])]
    share = found.weight @ region / found.weight.sum()
    np.testing.assert_allclose(share, wanted["region_share"]["est"], rtol=1e-8)
    residual = found.residual((region - share) / found.weight.sum())
    covariance = stats.linear_covariance(case.design.strata, case.design.stratum, found.weight[:, None] * residual)
    np.testing.assert_allclose(covariance, wanted["region_share"]["cov"], rtol=1e-8, atol=1e-14)


@pytest.mark.reference
def test_raked_means_of_departments_equal_those_of_r(case: Case) -> None:
    wanted, raked = figures.read(R, "small.json")["rake_dept_mean"], CALIBRATIONS["rake"](case)
    found, rows = stats.calibrated_means(case.design, case.ratings, raked), case.at(wanted["dept"])
    np.testing.assert_allclose(found.value[rows], vector(wanted["est"]), rtol=1e-9)
    np.testing.assert_allclose(found.se[rows], vector(wanted["se"]), rtol=1e-9)
    assert stats.kish_deff(raked.weight) == pytest.approx(figures.read(R, "small.json")["rake"]["kish_deff"], rel=1e-8)


@pytest.mark.reference
def test_forgetting_that_weights_were_raked_gives_another_standard_error(case: Case) -> None:
    raked = CALIBRATIONS["rake"](case)
    aware = stats.calibrated_means(case.design, case.ratings, raked)
    naive = stats.design_means(stats.RatingCells.of(case.design.reweighted(raked.weight), case.ratings))
    assert naive.value == pytest.approx(aware.value)
    assert np.abs(naive.se / aware.se - 1).max() > 0.01


class Schools:
    """A sample of whole districts (R's ``apiclus1``): the sampling unit is a district, calibration is of schools."""

    def __init__(self) -> None:
        rows, population = figures.table(R, "apiclus1.csv"), figures.table(R, "apipop.csv")
        self.weight, self.score, self.pupils = (numbers(rows[name]) for name in ("pw", "api00", "enroll"))
        kinds = {name: sorted(set(population[name])) for name in ("stype", "sch.wide")}
        self.margins = [
            Margin.of(name, [seen.index(one) for one in rows[name]], [population[name].count(one) for one in seen])
            for name, seen in kinds.items()
        ]
        before = numbers(population["api99"])
        self.auxiliary = np.column_stack(
            [np.ones(self.weight.size), self.margins[0].indicator[:, 1:], numbers(rows["api99"])]
        )
        self.total = np.array([before.size, *self.margins[0].total[1:], before.sum()])
        self.district = levels(rows["dnum"])
        self.strata = Strata.of([15], numbers(rows["fpc"])[:1])

    def figures(self, found: stats.Calibration) -> tuple[float, float, float, float]:
        """Mean score, its standard error, total of pupils, its standard error."""
        w = found.weight
        mean, pupils = w @ self.score / w.sum(), w @ self.pupils
        each = w[:, None] * found.residual(np.column_stack([(self.score - mean) / w.sum(), self.pupils]))
        districts = np.stack([np.bincount(self.district, column) for column in each.T], axis=1)
        se = np.sqrt(np.diag(stats.linear_covariance(self.strata, np.zeros(15, dtype=int), districts)))
        return mean, se[0], pupils, se[1]


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("poststratified", lambda s: stats.poststratify(s.weight, s.margins[0])),
        ("raked", lambda s: stats.rake(s.weight, s.margins)),
        ("calibrated_linear", lambda s: stats.calibrate_linear(s.weight, s.auxiliary, s.total)),
    ],
)
def test_the_classic_examples_of_r_come_out(name: str, made: Callable[[Schools], stats.Calibration]) -> None:
    schools, wanted = Schools(), figures.read(R, "api.json")[f"apiclus1_{name}"]
    found = made(schools)
    np.testing.assert_allclose(found.weight, wanted["weights"], rtol=1e-8)
    expected = [wanted[key][part][0] for key in ("mean", "total_enroll") for part in ("est", "se")]
    np.testing.assert_allclose(schools.figures(found), expected, rtol=1e-8)


@st.composite
def samples(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights and two characteristics in which every combination of levels occurs."""
    cells = np.array([(a, b) for a in range(3) for b in range(2)])
    more = draw(st.lists(st.sampled_from([tuple(c) for c in cells.tolist()]), max_size=20))
    rows = np.vstack([cells, *([np.array(more)] if more else [])])
    weight = draw(st.lists(st.floats(0.1, 50), min_size=len(rows), max_size=len(rows)))
    return np.array(weight), rows[:, 0], rows[:, 1]


@given(samples(), st.lists(st.floats(1, 100), min_size=5, max_size=5))
def test_raked_weights_meet_every_margin_and_stay_positive(
    sample: tuple[np.ndarray, np.ndarray, np.ndarray], parts: list[float]
) -> None:
    weight, first, second = sample
    totals = np.array(parts[:3]) / sum(parts[:3]), np.array(parts[3:]) / sum(parts[3:])
    found = stats.rake(weight, [Margin.of("a", first, totals[0]), Margin.of("b", second, totals[1])])
    assert found.converged
    np.testing.assert_allclose(np.bincount(first, found.weight), totals[0], rtol=1e-9)
    np.testing.assert_allclose(np.bincount(second, found.weight), totals[1], rtol=1e-9)
    assert (found.weight > 0).all()


@given(samples())
def test_margins_that_are_met_already_change_nothing(sample: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    weight, first, second = sample
    reached = [Margin.of("a", first, np.bincount(first, weight)), Margin.of("b", second, np.bincount(second, weight))]
    np.testing.assert_allclose(stats.rake(weight, reached).factor, 1, rtol=1e-9)
    table = np.hstack([each.indicator for each in reached])
    found = stats.calibrate_logit(weight, table, np.concatenate([each.total for each in reached]))
    np.testing.assert_allclose(found.factor, 1, rtol=1e-9)


def test_bounded_weights_stay_within_their_bounds() -> None:
    table = np.column_stack([np.ones(50), np.arange(50)])
    found = stats.calibrate_logit(np.ones(50), table, [50, 1500], low=0.4, high=1.6)
    assert found.converged
    assert 0.4 < found.factor.min() < 0.6 < 1.4 < found.factor.max() < 1.6
    assert table.T @ found.weight == pytest.approx([50, 1500])


UNATTAINABLE = [
    lambda: stats.calibrate_logit(np.ones(4), [[1, 0], [1, 1], [1, 2], [1, 3]], [4, 11], low=0.9, high=1.1),
    lambda: stats.calibrate_linear(np.ones(4), [[1, 0], [1, 1], [1, 2], [1, 3]], [4, 30]),
    lambda: stats.calibrate_linear(np.ones(2), [[1, 1], [1, 1]], [4, 5]),
    lambda: stats.rake(
        np.ones(4), [Margin.of("a", [0, 0, 0, 1], [50, 50]), Margin.of("b", [0, 0, 1, 1], [60, 40])], rounds=50
    ),
]


@pytest.mark.parametrize("made", UNATTAINABLE, ids=["bounds", "negative", "collinear", "margins"])
def test_totals_that_cannot_be_met_leave_the_weights_as_they_were(made: Callable[[], stats.Calibration]) -> None:
    found = made()
    assert not found.converged
    assert found.error > 1e-6 or found.rounds == 1
    assert found.weight.tolist() == found.base.tolist()
    assert found.residual([[7.0]] * found.base.size).tolist() == [[7.0]] * found.base.size


def test_a_weight_of_0_stays_0_with_a_factor_of_1() -> None:
    found = stats.poststratify([0, 2, 2], Margin.of("sex", [0, 0, 1], [6, 4]))
    assert (found.weight.tolist(), found.factor.tolist()) == ([0, 6, 4], [1, 3, 2])


def test_calibrated_figures_keep_what_no_result_and_agreement_mean() -> None:
    design = Design.of([0] * 4)
    scores = [80.0, 80, 80, 80, np.nan, np.nan, np.nan, np.nan]
    ratings = Ratings.of([0, 1, 2, 3] * 2, [0] * 4 + [1] * 4, scores, departments=2)
    half = stats.poststratify(design.weight, Margin.of("half", [0, 0, 1, 1], [30, 10]))
    found = stats.calibrated_means(design, ratings, half)
    assert (found.value[0], found.se[0], found.n.tolist()) == (80, 0, [4, 0])
    assert np.isnan([found.value[1], found.se[1], found.df[1]]).all()
    assert np.isnan(stats.calibrated_covariance(design, ratings, half)[1]).all()


def test_the_calibrated_covariance_has_the_variances_of_means_and_shares_on_its_diagonal(case: Case) -> None:
    raked = CALIBRATIONS["rake"](case)
    means = stats.calibrated_means(case.design, case.ratings, raked)
    found = stats.calibrated_covariance(case.design, case.ratings, raked)
    np.testing.assert_allclose(np.diag(found), means.variance, rtol=1e-9)
    low = case.ratings.valued((case.ratings.value <= 30).astype(float))
    shares = stats.calibrated_shares(case.design, low, raked)
    np.testing.assert_allclose(
        np.diag(stats.calibrated_covariance(case.design, low, raked)), shares.variance, rtol=1e-9
    )


ONE = Margin.of("sex", [0, 1], [1, 1])
REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: Margin.of("sex", [0], [[1]]), "margin sex: a flat list of totals"),
    (lambda: Margin.of("sex", [0, 1], [1, 0]), r"margin sex: total\[1\] is 0"),
    (lambda: Margin.of("sex", [0, 2], [1, 1]), r"margin sex: level\[1\] is 2; 0 to 1"),
    (lambda: Margin.of("sex", [0, 0], [1, 1]), "nobody answered from level 1; merge it"),
    (lambda: stats.rake([1, 1], []), "at least one margin"),
    (lambda: stats.rake([1, 1, 1], [ONE]), "margin sex has 2 respondents, 3 have a weight"),
    (lambda: stats.rake([1, 1], [ONE, Margin.of("age", [0, 1], [1, 2])]), "margin age sums to 3, sex to 2"),
    (lambda: stats.rake([1, 0], [ONE]), "everybody of level 1 weighs 0"),
    (lambda: stats.rake([1, -1], [ONE]), r"weight\[1\] is -1"),
    (lambda: stats.rake([0, 0], [ONE]), "weight is 0 for everybody"),
    (lambda: stats.calibrate_linear([1, 1], [[1], [1]], [1, 2]), "a row a respondent, a total a column"),
    (lambda: stats.calibrate_linear([1, 1], [[1], [np.nan]], [1]), r"auxiliary\[1, 0\] is not a number"),
    (lambda: stats.calibrate_linear([1, 1], [[1], [1]], [np.inf]), r"total\[0\] is not a number"),
    (lambda: stats.calibrate_logit([1, 1], [[1], [1]], [2], low=1.5), "bounds 1.5 and 2"),
    (
        lambda: stats.calibrated_means(
            Design.of([0]), Ratings.of([0], [0], [1], departments=1), stats.rake([1, 1], [ONE])
        ),
        "2 weights are calibrated, the design has 1",
    ),
    (lambda: stats.linear_covariance(Strata.of([2]), [0, 0], [[1.0]]), "a row for each of 2 sampling units"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_margins_that_make_no_sense_are_refused_by_name(call: Callable[[], object], message: str) -> None:
    with pytest.raises(Unusable, match=message):
        call()
