"""Overdispersed funnel, gamma-Poisson ratios and shrunken means: equal to R's figures, and sane where data are thin."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from appraisal import stats
from appraisal.stats import (
    GammaMixture,
    Unusable,
    expected_counts,
    fit_gamma_mixture,
    funnel,
    shrink_counts,
    shrink_means,
)
from appraisal.stats.gamma_poisson import CUSTOMARY, likeliest, negative_log_likelihood
from tests.stats.figures import numbers, read, table, vector


@pytest.mark.reference
def test_the_funnel_is_that_of_spiegelhalter_and_funnelplotr() -> None:
    """Its limits round the normal quantiles to six digits."""
    given_, wanted = table("r-survey", "funnel_input.csv"), read("r-survey", "flags.json")
    found = funnel(numbers(given_["r"]), numbers(given_["n"]))
    assert (found.target, found.phi, found.tau2) == pytest.approx(
        (wanted["p0"], wanted["phi"], wanted["tau2"]), rel=1e-9
    )
    assert found.z_plain == pytest.approx(vector(wanted["z_unadjusted"]), rel=1e-9)
    assert found.z == pytest.approx(vector(wanted["z_additive"]), rel=1e-9)
    assert found.se == pytest.approx(vector(wanted["FunnelPlotR"]["s"]), rel=1e-9)
    for coverage, name in ((0.95, "OD95"), (0.998, "OD99")):
        low, high = found.limits(coverage)
        assert low == pytest.approx(vector(wanted["FunnelPlotR"][f"{name}LCL"]), rel=1e-6)
        assert high == pytest.approx(vector(wanted["FunnelPlotR"][f"{name}UCL"]), rel=1e-6)


@pytest.mark.reference
def test_exact_tests_of_the_funnel_table_and_their_families_are_those_of_r() -> None:
    given_, wanted = table("r-survey", "funnel_input.csv"), read("r-survey", "flags.json")
    hits, n = numbers(given_["r"]), numbers(given_["n"])
    p = stats.upper_tail(hits / n, n, wanted["p0"])
    assert p == pytest.approx(vector(wanted["binom_exact_upper_p"]), rel=1e-9)
    assert stats.benjamini_hochberg(p) == pytest.approx(vector(wanted["bh"]), rel=1e-9)
    assert stats.benjamini_yekutieli(p) == pytest.approx(vector(wanted["by"]), rel=1e-9)


def test_departments_that_differ_by_chance_only_get_no_overdispersion() -> None:
    found = funnel([10] * 6 + [11] * 6, [100] * 12)
    assert found.phi < 1
    assert found.tau2 == 0
    assert found.z.tolist() == found.z_plain.tolist()


def test_fewer_than_ten_departments_cannot_show_how_much_they_usually_differ() -> None:
    found = funnel([1, 90] * 4, [100] * 8)
    assert np.isnan(found.phi)
    assert found.tau2 == 0


def test_a_department_that_nobody_rated_has_no_place_in_the_funnel() -> None:
    found = funnel([0, 5, 10], [0, 100, 100])
    assert np.isnan([found.share[0], found.z[0], found.limits()[0][0]]).all()
    assert found.target == 0.075


def test_answers_that_hang_together_stick_out_less() -> None:
    plain, worth = funnel([5, 20], [100, 100]), funnel([5, 20], [100, 100], worth=[25, 25])
    assert worth.z == pytest.approx(plain.z / 2)


def test_nobody_rated_at_all_and_nobody_complained() -> None:
    assert np.isnan(funnel([0, 0], [0, 0]).z).all()
    assert funnel([0, 0], [9, 9]).z.tolist() == [0, 0]
    assert funnel([0, 0], [9, 9]).limits()[0].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: funnel([1], [1, 2]), "one number a department"),
        (lambda: funnel([0, 3], [1, 2]), "department 1: 3 hits out of 2"),
        (lambda: funnel([1], [2], trim=0.5), "trim is 0.5"),
        (lambda: shrink_means([1.0], [1.0, 2.0]), "must be one number a department each"),
        (lambda: expected_counts([[1, -1]]), "counts from 0 on"),
        (lambda: expected_counts([1]), r"not shape \(1,\)"),
        (lambda: shrink_counts([1], [1.0, 2]), "differ in shape"),
        (lambda: shrink_counts([[1, 0.5]], [[1.0, 2]]), r"cell \(0, 1\): 0.5 counted"),
        (lambda: shrink_counts([1, 2], [1.0, 0]), r"cell \(1,\): 2 counted, 0 expected"),
        (lambda: shrink_counts([-1], [1.0]), "-1 counted"),
    ],
)
def test_what_cannot_be_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Unusable, match=message):
        call()


@pytest.mark.reference
def test_the_posterior_is_that_of_openebgm() -> None:
    wanted = read("r-survey", "ebgm.json")
    cells = wanted["cells"]
    found = GammaMixture(*wanted["hyper"]).shrink(cells["N"], cells["E"])
    assert found.ebgm == pytest.approx(vector(cells["EBGM_full"]), rel=1e-9)
    assert found.ebgm == pytest.approx(vector(cells["EBGM_2dec"]), abs=0.0051)
    assert found.first == pytest.approx(vector(cells["Qn"]), rel=1e-9)


@pytest.mark.reference
def test_posterior_points_are_exact_where_openebgm_stops_its_search_at_a_hundredth() -> None:
    wanted = read("r-survey", "ebgm.json")
    cells, (a1, b1, a2, b2, _) = wanted["cells"], wanted["hyper"]
    n, e = vector(cells["N"]), vector(cells["E"])
    found = GammaMixture(*wanted["hyper"]).shrink(n, e)
    for point, name, probability in ((found.eb05, "QUANT_05", 0.05), (found.eb95, "QUANT_95", 0.95)):
        both = [scipy.stats.gamma.cdf(point, a + n, scale=1 / (b + e)) for a, b in ((a1, b1), (a2, b2))]
        assert found.first * both[0] + (1 - found.first) * both[1] == pytest.approx(probability, abs=1e-9)
        assert point == pytest.approx(vector(cells[name]), abs=0.0101)


@pytest.mark.reference
def test_the_example_with_given_parameters_is_that_of_openebgm() -> None:
    wanted = read("r-survey", "ebgm.json")["fixed_theta_example"]
    found = GammaMixture(*wanted["theta"]).shrink(wanted["N"], wanted["E"])
    assert found.first == pytest.approx(vector(wanted["Qn"]), rel=1e-9)
    for mine, name, slack in (
        (found.ebgm, "EBGM", 0.0051),
        (found.eb05, "QUANT_05", 0.0051),
        (found.eb95, "QUANT_95", 0.0101),
    ):
        assert mine == pytest.approx(vector(wanted[name]), abs=slack)


@pytest.mark.reference
def test_the_likelihood_gets_as_high_as_openebgms_and_a_flat_one_falls_back_to_one_gamma() -> None:
    wanted = read("r-survey", "ebgm.json")
    n, e = vector(wanted["cells"]["N"]), vector(wanted["cells"]["E"])
    found = likeliest(n, e)
    theta = np.log([found.alpha1, found.beta1, found.alpha2, found.beta2, found.share / (1 - found.share)])
    assert negative_log_likelihood(theta, n, e)[0] <= wanted["negLL"] + 1e-4
    assert not found.settled
    assert fit_gamma_mixture(n, e).share == 1


@pytest.mark.reference
def test_expected_counts_come_from_rows_and_columns() -> None:
    given_ = table("r-survey", "ebgm_cells.csv")
    rows, columns = (sorted(set(given_[name])) for name in ("var1", "var2"))
    counts, wanted = np.zeros((2, len(rows), len(columns)))
    for row, column, n, e in zip(*given_.values(), strict=True):
        counts[rows.index(row), columns.index(column)] = float(n)
        wanted[rows.index(row), columns.index(column)] = float(e)
    assert expected_counts(counts)[counts > 0] == pytest.approx(wanted[counts > 0], rel=1e-9)


@pytest.mark.parametrize("cut", [0, 1])
def test_the_gradient_of_the_likelihood_is_its_slope(cut: int) -> None:
    rng = np.random.default_rng(3)
    n, e, theta = rng.integers(cut, 9, 40).astype(float), rng.uniform(0.5, 5, 40), np.array([-1, 0.5, 0.2, 1, -0.5])
    for at in range(5):
        step = np.eye(5)[at] * 1e-5
        slope = (negative_log_likelihood(theta + step, n, e)[0] - negative_log_likelihood(theta - step, n, e)[0]) / 2e-5
        assert negative_log_likelihood(theta, n, e)[1][at] == pytest.approx(slope, rel=1e-5, abs=1e-5)


def test_real_excess_is_found_and_small_counts_do_not_pretend_it() -> None:
    """A tenth of 600 cells has four times the expected count; one ticked out of 0.1 expected is no proof."""
    rng = np.random.default_rng(5)
    expected, hot = rng.uniform(2, 30, 600), np.arange(600) % 10 == 0
    count = rng.poisson(expected * np.where(hot, 4, 0.8))
    prior = fit_gamma_mixture(count, expected)
    found = prior.shrink(count, expected)
    assert prior.settled
    assert (found.eb05[hot] >= 1.5).mean() > 0.9
    assert (found.eb05[~hot] >= 1.5).mean() < 0.01
    assert prior.shrink([1], [0.1]).eb05[0] < 2


def test_counts_that_spread_as_chance_does_are_all_pulled_to_the_common_ratio() -> None:
    expected = np.random.default_rng(6).uniform(2, 30, 400)
    found = shrink_counts(np.random.default_rng(7).poisson(expected), expected)
    assert found.ebgm == pytest.approx(np.ones(400), abs=0.2)
    assert (found.eb05 < 1.5).all()


def test_with_nothing_to_learn_from_the_customary_prior_is_taken() -> None:
    assert fit_gamma_mixture([1, 2], [1.0, 1.0]) == CUSTOMARY
    assert fit_gamma_mixture([0] * 20, [1.0] * 20) == CUSTOMARY


def test_where_nothing_was_expected_there_is_no_ratio() -> None:
    found = shrink_counts([[0, 3], [0, 1]], [[0.0, 2], [np.nan, 2]])
    assert np.isnan(found.ebgm[:, 0]).all()
    assert np.isnan(found.eb05[:, 0]).all()
    assert (found.eb05[:, 1] > 0).all()
    assert np.isnan(expected_counts([[0, 0]])).all()


@given(st.integers(0, 60), st.floats(0.05, 50))
def test_more_ticks_raise_the_ratio_and_the_points_enclose_it(count: int, expected: float) -> None:
    found = CUSTOMARY.shrink([count, count + 1], [expected] * 2)
    assert found.ebgm[0] < found.ebgm[1]
    assert found.eb05[0] < found.eb05[1]
    assert (found.eb05 < found.ebgm).all()
    assert (found.eb05 < found.eb95).all()


def test_shrunken_means_by_hand() -> None:
    found = shrink_means([60.0, 80.0, 70.0], [1.0, 10.0, 1.0])
    assert found.tau2 == pytest.approx(49.5)
    assert found.mean == pytest.approx(67.16738197)
    assert found.kept.tolist() == pytest.approx([49.5 / 50.5, 49.5 / 149.5, 49.5 / 50.5])
    assert found.value[1] == pytest.approx(67.16738197 + 49.5 / 149.5 * (80 - 67.16738197))


def test_differences_that_chance_explains_shrink_away() -> None:
    found = shrink_means([70.0, 71.0, 69.0], [5.0, 5.0, 5.0])
    assert found.tau2 == 0
    assert found.value.tolist() == pytest.approx([70] * 3)
    assert found.se.tolist() == pytest.approx([5 / np.sqrt(3)] * 3)


def test_units_of_unknown_spread_neither_get_nor_lend_a_shrunken_mean() -> None:
    found = shrink_means([70.0, 0.0, np.nan, 74.0], [1.0, 0.0, 1.0, 1.0])
    assert np.isnan(found.value[[1, 2]]).all()
    assert found.mean == pytest.approx(72)
    empty = shrink_means([np.nan], [1.0])
    assert np.isnan([empty.value[0], empty.mean]).all()
    assert shrink_means([70.0], [1.0]).value.tolist() == [70]


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 20)), min_size=1, max_size=9))
def test_a_shrunken_mean_lies_between_the_mean_and_the_score(units: list[tuple[int, int]]) -> None:
    value, se = np.array(units, dtype=float).T
    found = shrink_means(value, se)
    assert ((found.kept >= 0) & (found.kept <= 1)).all()
    ends = np.sort(np.stack([value, np.full(value.shape, found.mean)]), axis=0)
    assert (ends[0] - 1e-9 <= found.value).all()
    assert (found.value <= ends[1] + 1e-9).all()
