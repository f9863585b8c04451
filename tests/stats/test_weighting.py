"""Uneven weights: what they cost, when to be alarmed, and trimming that neither moves a stratum's sum nor loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal import stats
from appraisal.stats import CountCells, Design, Margin, Strata, Unusable
from tests.stats import figures
from tests.stats.figures import Case, vector


@pytest.mark.reference
def test_the_effect_of_unequal_weights_equals_that_of_r() -> None:
    wanted, weight = figures.read("r-survey", "small.json")["respondents"], Case("small").design.weight
    assert stats.kish_deff(weight) == pytest.approx(wanted["kish_deff"], rel=1e-12)
    assert stats.check_weights(weight).n_eff == pytest.approx(wanted["kish_n_eff"], rel=1e-12)


@pytest.mark.reference
@pytest.mark.parametrize("name", ["small", "edge_all_same"])
def test_the_real_design_effects_equal_those_of_r(name: str) -> None:
    case, wanted = Case(name), figures.read("r-survey", f"{name}.json")["dept_mean"]
    found, rows = stats.design_effects(case.cells), case.at(wanted["dept"])
    known = ~np.isnan(found.deff[rows])
    assert known.sum() >= 5
    np.testing.assert_allclose(found.deff[rows][known], vector(wanted["deff"])[known], rtol=1e-9)
    assert np.isnan(found.deff[rows][vector(wanted["se"]) < 1e-12]).all()
    assert (found.n_eff[rows] * found.deff[rows])[known] == pytest.approx(np.array(wanted["n"])[known])


@pytest.mark.reference
def test_one_pass_of_trimming_equals_that_of_r() -> None:
    wanted = figures.read("r-survey", "small.json")["trim"]
    found = stats.trim(Case("small").design.weight, wanted["upper"]).weight
    np.testing.assert_allclose(found[:20], wanted["weights_first20"], rtol=1e-9)
    np.testing.assert_allclose(found[-20:], wanted["weights_last20"], rtol=1e-9)
    assert (found.sum(), found.max()) == (pytest.approx(wanted["sum"]), pytest.approx(wanted["max"]))


def test_equal_weights_have_an_effect_of_1_and_alarm_nobody() -> None:
    found = stats.check_weights(np.full(20, 3.0))
    assert (found.kish, found.n_eff, found.largest_share) == (1, 20, 0.05)
    assert (found.heavy.tolist(), found.alarmed) == ([], False)


def test_three_people_with_two_hundred_times_the_weight_are_named() -> None:
    found = stats.check_weights(np.where(np.isin(np.arange(10_000), [5, 50, 500]), [200.0], [1.0]) ** 1.5)
    assert (sorted(found.heavy.tolist()), found.alarmed) == ([5, 50, 500], True)


def test_many_uneven_weights_alarm_without_a_single_heavy_one() -> None:
    found = stats.check_weights(np.where(np.arange(10_000) < 500, 100.0, 0.1))
    assert (found.heavy.size, found.alarmed) == (0, True)
    assert found.kish > 5


def test_no_weights_at_all_are_no_result() -> None:
    found = stats.check_weights([])
    assert np.isnan([found.kish, found.n_eff, found.largest_share]).all()
    assert not found.alarmed


def test_a_department_that_nobody_rated_or_all_agree_on_has_no_design_effect() -> None:
    cells = CountCells.of(Strata.of([4]), [[[2, 2], [0, 4], [0, 0]]], [100, 0])
    found = stats.design_effects(cells)
    assert found.deff[0] == pytest.approx(1)
    assert found.kish[:2].tolist() == [1, 1]
    assert np.isnan([*found.deff[1:], *found.n_eff[1:], found.kish[2]]).all()


@given(
    st.lists(st.tuples(st.integers(0, 2), st.floats(0, 1000)), min_size=1, max_size=40),
    st.floats(1.1, 6),
)
def test_trimming_inside_strata_keeps_their_sums_and_their_bound(rows: list[tuple[int, float]], ratio: float) -> None:
    stratum, weight = np.array([h for h, _ in rows]), np.array([w for _, w in rows])
    found = stats.trim_strata(Design.of(stratum, np.full(3, np.nan), weight), ratio=ratio)
    np.testing.assert_allclose(np.bincount(stratum, found.weight), np.bincount(stratum, weight), rtol=1e-9, atol=1e-9)
    bound = found.upper[stratum]
    assert (np.isnan(bound) | (found.weight <= bound * (1 + 1e-6) + 1e-9)).all()
    assert (found.weight[weight == 0] == 0).all()


def test_a_stratum_wholly_above_the_bound_is_levelled_instead_of_looping() -> None:
    found = stats.trim_strata(Design.of([0] * 5, None, [1, 1, 1, 100, 100]), ratio=2)
    assert found.weight == pytest.approx(np.full(5, 203 / 5))
    assert found.trimmed.tolist() == [False, False, False, True, True]


def test_a_census_stratum_is_never_trimmed() -> None:
    found = stats.trim_strata(Design.of([0, 0, 0], [3], [1, 1, 9]), ratio=2)
    assert (found.weight.tolist(), found.trimmed.any(), np.isnan(found.upper[0])) == ([1, 1, 9], False, True)


@pytest.fixture
def uneven() -> tuple[Design, list[Margin]]:
    rng = np.random.default_rng(11)
    design = Design.of(np.repeat([0, 1], 100), None, rng.lognormal(0, 1.2, 200))
    sex, age = rng.integers(0, 2, 200), rng.integers(0, 3, 200)
    return design, [Margin.of("sex", sex, [500, 500]), Margin.of("age", age, [300, 300, 400])]


def test_raking_and_trimming_in_turns_meets_the_margins_under_the_bound(uneven: tuple[Design, list[Margin]]) -> None:
    design, margins = uneven
    found = stats.rake_and_trim(design, margins, ratio=4)
    assert stats.rake(design.weight, margins).weight.max() > 1.5 * found.weight.max()
    for each in margins:
        np.testing.assert_allclose(np.bincount(each.level, found.weight), each.total, rtol=1e-9)
    for rows in (slice(0, 100), slice(100, 200)):
        assert found.weight[rows].max() <= 4 * np.median(found.weight[rows]) * 1.01
    assert found.base.tolist() == design.weight.tolist()


def test_without_a_turn_it_is_plain_raking(uneven: tuple[Design, list[Margin]]) -> None:
    design, margins = uneven
    found = stats.rake_and_trim(design, margins, ratio=2, turns=0)
    assert found.weight.tolist() == stats.rake(design.weight, margins).weight.tolist()


def test_margins_that_cannot_be_met_leave_the_design_weights() -> None:
    margins = [Margin.of("a", [0, 0, 0, 1], [50, 50]), Margin.of("b", [0, 0, 1, 1], [60, 40])]
    found = stats.rake_and_trim(Design.of([0] * 4, None, [1, 2, 3, 4]), margins)
    assert (found.converged, found.weight.tolist()) == (False, [1, 2, 3, 4])


def test_bounds_that_leave_nobody_are_refused() -> None:
    with pytest.raises(Unusable, match="all weights are over 1"):
        stats.trim([2, 3], 1)
    with pytest.raises(Unusable, match="ratio is 1"):
        stats.trim_strata(Design.of([0, 0]), ratio=1)
    with pytest.raises(Unusable, match=r"weight\[1\] is nan"):
        stats.check_weights([1, float("nan")])
