"""``svy``, another implementation altogether, as an oracle where it computes the same."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from appraisal import stats

svy = pytest.importorskip("svy", reason="the oracle svy is not installed")
pl = pytest.importorskip("polars", reason="the oracle's tables are not installed")

VALUES = np.array([100.0, 80, 60, 30, 0])
DESIGN = {"stratum": "stratum", "wgt": "weight"}
few = settings(max_examples=20, deadline=None)


@dataclass(frozen=True)
class Drawn:
    """A survey by lot: 3 departments, unequal weights, finite strata, some who answered only 不了解."""

    design: stats.Design
    cells: stats.RatingCells
    low: stats.RatingCells
    sample: "svy.Sample"

    def of(self, estimates: list, share: bool = False) -> dict[int, object]:
        """The oracle's estimates by department."""
        return {one.by_level[0]: one for one in estimates if not share or one.y_level in (1, "1")}


def drawn(seed: int, strata: int, load: float) -> Drawn:
    rng = np.random.default_rng(seed)
    stratum = np.concatenate([np.repeat(np.arange(strata), 3), rng.integers(0, strata, 40)])
    sampled = np.bincount(stratum)
    population = sampled + rng.integers(0, 200, strata).astype(float)
    design = stats.Design.of(stratum, population, rng.uniform(0.2, 9, stratum.size))
    score = VALUES[rng.integers(0, VALUES.size, (stratum.size, 3))]
    # Some rate nothing at all: they stay in the design, which is where implementations differ.
    score[(rng.random(score.shape) > load) | (rng.random((stratum.size, 1)) < 0.1)] = np.nan
    score[:2] = [[100, 0, 30], [0, 30, 80]]
    who, what = np.indices(score.shape).reshape(2, -1)
    cells = stats.RatingCells.of(design, stats.Ratings.of(who, what, score.ravel(), departments=3))
    rows = {"stratum": stratum[who], "weight": design.weight[who], "people": population[stratum][who], "who": who}
    said = {"department": what, "rated": ~np.isnan(score.ravel()), "score": np.nan_to_num(score.ravel())}
    frame = pl.DataFrame(rows | said | {"low": (np.nan_to_num(score.ravel()) <= 30).astype(int)})
    sample = svy.Sample(frame, svy.Design(**DESIGN, psu="who", pop_size="people"))
    return Drawn(design, cells, cells.valued((cells.ratings.value <= 30).astype(float)), sample)


designs = st.builds(drawn, st.integers(0, 10**6), st.integers(1, 5), st.floats(0.4, 1))


@given(survey=designs)
@few
def test_means_errors_degrees_and_intervals_are_those_of_the_oracle(survey: Drawn) -> None:
    found = stats.design_means(survey.cells)
    low, high = found.interval()
    oracle = survey.of(survey.sample.estimation.mean("score", by="department", where=svy.col("rated")).estimates)
    assert set(oracle) == {0, 1, 2}
    for d, one in oracle.items():
        assert (found.n[d], found.df[d]) == (one.n, one.df)
        own = found.value[d], found.se[d], low[d], high[d]
        assert own == pytest.approx((one.est, one.se, max(one.lci, 0), min(one.uci, 100)), rel=1e-9)


@given(survey=designs)
@few
def test_design_effects_are_those_of_the_oracle(survey: Drawn) -> None:
    asked = survey.sample.estimation.mean("score", by="department", where=svy.col("rated"), deff="wor")
    found = stats.design_effects(survey.cells).deff
    for d, one in survey.of(asked.estimates).items():
        assert found[d] == pytest.approx(one.deff, rel=1e-9)


@pytest.mark.parametrize("method", [stats.Method.LOGIT, stats.Method.BETA, stats.Method.KORN_GRAUBARD])
@given(survey=designs)
@few
def test_intervals_of_shares_are_those_of_the_oracle(method: stats.Method, survey: Drawn) -> None:
    found = stats.design_shares(survey.low)
    low, high = found.interval(method=method)
    oracle = asked_shares(survey, method)
    capped = found.effective_n() == found.n
    for d, one in oracle.items():
        assert (found.value[d], found.se[d]) == pytest.approx((one.est, one.se), rel=1e-9)
        # The oracle takes the least of n and the effective size after it has allowed for the degrees of freedom.
        if method is not stats.Method.KORN_GRAUBARD or not capped[d]:
            assert (low[d], high[d]) == pytest.approx((one.lci, one.uci), rel=1e-8)


@given(survey=designs)
@few
def test_wilsons_intervals_are_those_of_the_oracle_at_its_effective_size(survey: Drawn) -> None:
    found = stats.design_shares(survey.low)
    worth = stats.effective_n(found.value, found.variance, found.n, most=np.inf)
    with np.errstate(invalid="ignore"):
        allowed = (student.ppf(0.975, found.n - 1) / student.ppf(0.975, found.df)) ** 2
    low, high = stats.wilson(found.value, worth * allowed, found.df)
    for d, one in asked_shares(survey, stats.Method.WILSON).items():
        assert (low[d], high[d]) == pytest.approx((one.lci, one.uci), rel=1e-8)


def asked_shares(survey: Drawn, method: stats.Method) -> dict:
    """The oracle's shares of low scores by department, without those that are 0 or 1."""
    asked = survey.sample.estimation.prop("low", by="department", where=svy.col("rated"), ci_method=method.value)
    found = survey.of(asked.estimates, share=True)
    assert found
    return {d: one for d, one in found.items() if 0 < one.est < 1 and one.df > 0}


def people(seed: int) -> tuple[stats.Design, "pl.DataFrame"]:
    """60 respondents in 3 strata, with two characteristics."""
    rng = np.random.default_rng(seed)
    stratum = np.arange(60) % 3
    design = stats.Design.of(stratum, [200.0, 300, 400], rng.uniform(1, 20, 60))
    known = {"sex": rng.permutation(np.arange(60) % 2), "age": rng.permutation(np.arange(60) % 4)}
    rows = {"who": np.arange(60), "stratum": stratum, "weight": design.weight, "score": rng.choice(VALUES, 60)}
    return design, pl.DataFrame(rows | known)


def totals(design: stats.Design, parts: list[float]) -> list[float]:
    return [float(part * design.weight.sum()) for part in parts]


@given(seed=st.integers(0, 10**6))
@few
def test_raked_weights_are_those_of_the_oracle(seed: int) -> None:
    design, frame = people(seed)
    sex, age = totals(design, [0.52, 0.48]), totals(design, [0.22, 0.28, 0.30, 0.20])
    margins = [
        stats.Margin.of("sex", frame["sex"].to_numpy(), sex),
        stats.Margin.of("age", frame["age"].to_numpy(), age),
    ]
    controls = {"sex": dict(enumerate(sex)), "age": dict(enumerate(age))}
    raked = svy.Sample(frame, svy.Design(**DESIGN)).weighting.rake(controls=controls, tol=1e-13, max_iter=1000)
    np.testing.assert_allclose(stats.rake(design.weight, margins).weight, raked.data["rk_wgt"].to_numpy(), rtol=1e-8)


@given(seed=st.integers(0, 10**6))
@few
def test_poststratified_weights_are_those_of_the_oracle(seed: int) -> None:
    design, frame = people(seed)
    age = totals(design, [0.1, 0.2, 0.3, 0.4])
    made = svy.Sample(frame, svy.Design(**DESIGN)).weighting.poststratify(dict(enumerate(age)), cells="age")
    found = stats.poststratify(design.weight, stats.Margin.of("age", frame["age"].to_numpy(), age))
    np.testing.assert_allclose(found.weight, made.data["ps_wgt"].to_numpy(), rtol=1e-12)


@given(seed=st.integers(0, 10**6))
@few
def test_linearly_calibrated_weights_are_those_of_the_oracle(seed: int) -> None:
    design, frame = people(seed)
    auxiliary = np.column_stack([np.ones(60), frame["age"].to_numpy()])
    wanted = design.weight @ auxiliary * [1, 1.05]
    made = svy.Sample(frame, svy.Design(**DESIGN)).weighting.calibrate_matrix(
        aux_vars=auxiliary, controls=wanted.tolist(), labels=["one", "age"]
    )
    found = stats.calibrate_linear(design.weight, auxiliary, wanted).weight
    np.testing.assert_allclose(found, made.data["calib_wgt"].to_numpy(), rtol=1e-9)


def test_the_jackknife_gives_the_errors_of_the_oracle() -> None:
    design, frame = people(1)
    plain = stats.Design.of(design.stratum, None, design.weight)
    ratings = stats.Ratings.of(np.arange(60), np.zeros(60, dtype=int), frame["score"].to_numpy(), departments=1)
    found = stats.replicate_means(stats.jackknife(plain), plain, ratings)
    sample = svy.Sample(frame, svy.Design(**DESIGN, psu="who")).weighting.create_jk_wgts()
    one = sample.estimation.mean("score", method="replication").estimates[0]
    assert (found.value[0], found.se[0]) == pytest.approx((one.est, one.se), rel=1e-9)


def test_bootstrap_errors_from_the_oracles_replicates_are_the_oracles() -> None:
    design, frame = people(2)
    sample = svy.Sample(frame, svy.Design(**DESIGN, psu="who")).weighting.create_bs_wgts(40, rstate=3, rep_prefix="bs")
    one = sample.estimation.mean("score", method="replication").estimates[0]
    weight = sample.data.select(pl.col("^bs\\d+$")).to_numpy()
    ratings = stats.Ratings.of(np.arange(60), np.zeros(60, dtype=int), frame["score"].to_numpy(), departments=1)
    replicates = stats.Replicates.of(weight, scale=1 / 40)
    assert one.se == pytest.approx(stats.replicate_means(replicates, design, ratings).se[0], rel=1e-9)


@given(margin=st.floats(1, 10), sd=st.floats(5, 40), deff=st.floats(1, 5), population=st.integers(500, 10**6))
@few
def test_ratings_needed_are_those_of_the_oracle_but_for_its_rounding(
    margin: float, sd: float, deff: float, population: int
) -> None:
    asked = svy.SampleSize().estimate_mean(sigma=sd, moe=margin, deff=deff, pop_size=population)
    # The oracle rounds up at every step, before the design effect too.
    assert 0 <= asked.size.n - int(stats.ratings_needed(margin, sd=sd, deff=deff, population=population)) <= deff + 1


@given(seed=st.integers(0, 10**6), total=st.integers(30, 400))
@few
def test_neymans_allocation_differs_from_the_oracles_by_rounding_alone(seed: int, total: int) -> None:
    rng = np.random.default_rng(seed)
    population, sd = rng.integers(500, 5000, 4), rng.uniform(5, 40, 4)
    asked = svy.SampleSize().allocate(
        total, pop_size=dict(enumerate(population.tolist())), sigma=dict(enumerate(sd.tolist())), method="neyman"
    )
    oracle = asked.to_polars().sort("stratum")["n"].to_numpy()
    assert oracle.sum() == total
    assert np.abs(stats.allocate(total, population, sd=sd, minimum=1).sampled - oracle).max() <= 1
