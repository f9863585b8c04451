"""Every closed-form figure that R's survey 4.1 gives for the made-up cases, to 1e-9."""

import numpy as np
import pytest

from appraisal import stats
from appraisal.stats import Method
from tests.stats import figures
from tests.stats.figures import Case, vector

pytestmark = pytest.mark.reference
CASES = ["small", "edge_empty_cell", "edge_all_same"]
MEASURES = ["low", "anyneg", "neg1", "neg8", "sty10"]


def close(found: np.ndarray, wanted: np.ndarray, relative: float = 1e-9) -> None:
    np.testing.assert_allclose(found, wanted, rtol=relative, atol=1e-9)


@pytest.fixture(params=CASES)
def named(request: pytest.FixtureRequest) -> tuple[Case, dict]:
    return Case(request.param), figures.read("r-survey", f"{request.param}.json")


def test_department_means_and_standard_errors_equal_those_of_r(named: tuple[Case, dict]) -> None:
    case, wanted = named[0], named[1]["dept_mean"]
    found, rows = stats.design_means(case.cells), case.at(wanted["dept"])
    assert found.n[rows].tolist() == wanted["n"]
    close(found.value[rows], vector(wanted["est"]))
    close(found.se[rows], vector(wanted["se"]))
    assert found.df[rows].tolist() == wanted["df_domain"]


def test_t_intervals_equal_those_of_r_with_either_kind_of_degrees_of_freedom(named: tuple[Case, dict]) -> None:
    case, wanted = named[0], named[1]["dept_mean"]
    found, rows = stats.design_means(case.cells), case.at(wanted["dept"])
    certain = vector(wanted["se"]) > 1e-12
    for name, df in (("tdom", None), ("tfull", case.design.degf)):
        low, high = found.interval(df=df)
        close(low[rows][certain], np.clip(vector(wanted[f"ci_{name}_lo"]), 0, 100)[certain])
        close(high[rows][certain], np.clip(vector(wanted[f"ci_{name}_hi"]), 0, 100)[certain])
    assert np.isnan(low[rows][~certain]).all()


def test_the_covariance_between_departments_equals_that_of_r(named: tuple[Case, dict]) -> None:
    case, wanted = named[0], named[1]["dept_mean"]
    rows = case.at(wanted["dept"])
    close(stats.means_covariance(case.cells)[np.ix_(rows, rows)], np.array(wanted["cov"]))


def test_an_unrated_department_has_no_result_where_r_drops_the_row() -> None:
    case = Case("edge_empty_cell")
    d = case.departments.index("D002")
    found = stats.design_means(case.cells)
    assert found.n[d] == 0
    assert np.isnan([found.value[d], found.se[d], found.df[d], *(end[d] for end in found.interval())]).all()
    assert np.isnan(stats.means_covariance(case.cells)[d]).all()


def test_answers_that_all_agree_get_no_interval_instead_of_plus_minus_nothing() -> None:
    found = stats.design_means(Case("edge_all_same").cells)
    assert (found.value[0], found.se[0]) == (pytest.approx(80), 0)
    assert np.isnan(found.interval()[0][0])


@pytest.mark.parametrize("measure", MEASURES)
def test_shares_and_their_standard_errors_equal_those_of_r(named: tuple[Case, dict], measure: str) -> None:
    case, wanted = named[0], named[1][f"dept_{measure}"]
    found, rows = stats.design_shares(case.share_cells(measure)), case.at(wanted["dept"])
    close(found.value[rows], vector(wanted["est"]))
    close(found.se[rows], vector(wanted["se"]))


def test_means_of_a_stratum_about_a_department_equal_those_of_r(named: tuple[Case, dict]) -> None:
    case, wanted = named[0], named[1]["cell_mean"]
    found = stats.stratum_means(case.cells)
    at = np.array([case.strata.index(name) for name in wanted["cat"]]), case.at(wanted["dept"])
    assert found.n[at].tolist() == wanted["n"]
    close(found.value[at], vector(wanted["est"]))
    close(found.se[at], vector(wanted["se"]))


def test_preset_scores_equal_those_of_r_when_no_spread_is_pooled(named: tuple[Case, dict]) -> None:
    case, wanted = named[0], named[1]["preset_score"]
    weights = np.tile(case.preset, (len(case.departments), 1))
    found, rows = stats.preset_means(case.cells, weights, limit=0.5, pool_below=0), case.at(wanted["dept"])
    close(found.value[rows], vector(wanted["est"]))
    close(found.se[rows], vector(wanted["se"]))


def test_the_covariance_of_preset_scores_equals_that_of_r(named: tuple[Case, dict]) -> None:
    case, wanted = named[0], named[1]["preset_score_cov"]
    rows, weights = case.at(wanted["dept"]), np.tile(case.preset, (len(case.departments), 1))
    found = stats.preset_covariance(case.cells, weights, limit=0.5, pool_below=0)
    close(found[np.ix_(rows, rows)], np.array(wanted["cov"], dtype=float))


def test_a_department_without_two_fifths_of_its_weight_is_refused_by_default() -> None:
    case = Case("edge_empty_cell")
    found = stats.preset_means(case.cells, np.tile(case.preset, (len(case.departments), 1)))
    assert np.isnan(found.value[0])
    assert found.covered[:2] == pytest.approx([0.6, 0.0])


@pytest.mark.parametrize("measure", ["low", "anyneg", "neg1"])
def test_intervals_of_shares_between_0_and_1_equal_those_of_r(named: tuple[Case, dict], measure: str) -> None:
    found, wanted = stats.design_shares(named[0].share_cells(measure)), named[1]["proportion_ci"]
    inside = [name for name in wanted if wanted[name][measure]["n_eff"] is not None]
    assert inside
    rows = named[0].at(inside)
    for method, kind in ((Method.BETA, "beta"), (Method.LOGIT, "xlogit")):
        close(np.stack(found.interval(method=method), 1)[rows], np.array([wanted[n][measure][kind] for n in inside]))
    worth = vector([wanted[name][measure]["n_eff"] for name in inside])
    close(found.value[rows] * (1 - found.value[rows]) / found.variance[rows], worth)
    ends = np.stack(stats.wilson(found.value[rows], worth, found.df[rows]), axis=1)
    close(ends, np.array([wanted[name][measure]["wilson"] for name in inside]))


@pytest.mark.parametrize("method", Method)
def test_a_share_of_0_that_r_has_no_interval_for_gets_the_exact_one(method: Method) -> None:
    found, wanted = stats.design_shares(Case("small").share_cells("neg1")), figures.read("r-survey", "small.json")
    none = [
        d for d, name in enumerate(wanted["proportion_ci"]) if wanted["proportion_ci"][name]["neg1"]["n_eff"] is None
    ]
    assert none
    low, high = found.interval(method=method)
    assert low[none].tolist() == [0] * len(none)
    close(high[none], 1 - 0.025 ** (1 / found.n[none]))


def test_the_change_since_last_year_equals_that_of_r() -> None:
    wanted, now, before = figures.read("r-survey", "yeardiff.json"), Case("small"), Case("lastyear")
    found = stats.change(
        stats.design_means(now.cells),
        stats.design_means(before.cells),
        df_now=now.design.degf,
        df_before=before.design.degf,
    )
    assert now.departments == before.departments == wanted["dept"]
    close(found.difference, vector(wanted["diff"]))
    close(found.se, vector(wanted["se"]))
    close(found.df, vector(wanted["df"]))
    close(found.p, vector(wanted["p"]))


def test_binomial_tails_and_adjusted_p_values_equal_those_of_r() -> None:
    wanted, counts = figures.read("r-survey", "flags.json"), figures.table("r-survey", "funnel_input.csv")
    n, r = figures.numbers(counts["n"]), figures.numbers(counts["r"])
    expected = stats.pooled_share((r / n)[:, None], n[:, None])
    close(expected, np.array([wanted["p0"]]))
    p = stats.upper_tail(r / n, n, expected)
    np.testing.assert_allclose(p, vector(wanted["binom_exact_upper_p"]), rtol=1e-9, atol=0)
    np.testing.assert_allclose(stats.benjamini_hochberg(p), vector(wanted["bh"]), rtol=1e-9, atol=0)
    np.testing.assert_allclose(stats.benjamini_yekutieli(p), vector(wanted["by"]), rtol=1e-9, atol=0)


def test_exact_and_wilson_ends_equal_those_of_r() -> None:
    for row in figures.read("r-survey", "flags.json")["exact_ci_n_r"]:
        r, n = row["r"], row["n"]
        close(stats.beta_ends(r, n), vector(row["clopper_pearson"]))
        close(stats.wilson(r / n, n), vector(row["wilson"]))


def test_item_rest_correlations_and_alpha_equal_those_of_r() -> None:
    wanted, answers = figures.read("r-survey", "psych.json"), figures.table("r-survey", "psych_items.csv")
    rows = np.column_stack([figures.numbers(column) for column in answers.values()])
    found = stats.item_diagnostics(rows, lowest=1, highest=5)
    close(found.rest_correlation, vector(wanted["item_total_corrected_r_drop"]))
    close(found.alpha, wanted["alpha_raw"])


def test_the_planted_situations_of_the_large_case_are_flagged_with_the_published_figures() -> None:
    truth, case = figures.read("r-survey", "main_truth.json"), Case("main")
    bits = case.negative[case.known][:, None] >> np.arange(8) & 1
    rated = np.bincount(case.ratings.department)[:, None] + np.zeros((1, 8), dtype=int)
    share = np.stack([np.bincount(case.ratings.department, bit) for bit in bits.T], axis=1) / rated
    flags = stats.flag_marks(share, share * (1 - share) / rated, rated, stats.FlagRule(ratio=1.97))
    planted = case.at(truth["hot"]), np.arange(8)
    close(flags.ratio[planted], vector(truth["unweighted_RR"]))
    np.testing.assert_allclose(flags.q_bh[planted], vector(truth["bh_q"]), rtol=1e-9, atol=0)
    assert flags.flagged[planted].all()
