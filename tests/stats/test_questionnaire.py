"""Items side by side: R's psych is the oracle, planted faults are found, sound items get no advice."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from appraisal import stats
from appraisal.stats import ItemCode, Unusable
from tests.stats.figures import numbers, read, table

NAN = float("nan")
SQUARES = st.lists(st.floats(0.1, 0.95), min_size=3, max_size=6)


@pytest.fixture
def items() -> np.ndarray:
    return np.stack([numbers(column) for column in list(table("r-survey", "psych_items.csv").values())], axis=1)


@pytest.fixture
def sound() -> np.ndarray:
    """300 rows, four items on one opinion, five steps with few answers at the ends."""
    rng = np.random.default_rng(11)
    opinion = rng.normal(size=(300, 1))
    return np.clip(np.rint(0.8 * opinion + rng.normal(0, 0.7, size=(300, 4)) + 2), 0, 4) * 25


def codes(answers: np.ndarray, **given: object) -> set[tuple[int, str]]:
    return {(one.item, one.code.value) for one in stats.item_report(answers, **given).advice}  # type: ignore[arg-type]


@pytest.mark.reference
def test_alpha_without_an_item_equals_that_of_psych(items: np.ndarray) -> None:
    found, wanted = stats.item_diagnostics(items, lowest=1, highest=5), read("r-survey", "psych.json")
    assert found.alpha == pytest.approx(wanted["alpha_raw"], rel=1e-9)
    assert found.alpha_if_dropped == pytest.approx(np.array(wanted["alpha_if_dropped"]), rel=1e-9)
    assert found.rest_correlation == pytest.approx(np.array(wanted["item_total_corrected_r_drop"]), rel=1e-9)


@pytest.mark.reference
def test_one_factor_and_omega_equal_those_of_psych(items: np.ndarray) -> None:
    found, wanted = stats.one_factor(np.corrcoef(items.T)), read("r-survey", "psych.json")
    assert found.loadings == pytest.approx(np.array(wanted["ml_loadings"]), abs=2e-6)
    assert stats.omega_total(found.loadings) == pytest.approx(wanted["omega_total_1f_ml"], abs=1e-6)
    assert not found.heywood


@pytest.mark.reference
def test_polychoric_correlations_equal_those_of_psych_and_polycor(items: np.ndarray) -> None:
    found, wanted = stats.polychoric(items), read("r-survey", "psych.json")
    assert found == pytest.approx(np.array(wanted["polychoric_rho"]), abs=1e-3)
    assert found[0, 1] == pytest.approx(wanted["polycor_i1_i2_twostep"], abs=1e-3)


def test_the_bivariate_normal_equals_scipys() -> None:
    for h, k, rho in product([-2.5, 0.0, 0.3, 2], [-1.5, 0.0, 1], [-0.95, 0, 0.4, 0.99]):
        wanted = multivariate_normal.cdf([h, k], cov=[[1, rho], [rho, 1]])
        assert stats.bivariate_normal(h, k, rho) == pytest.approx(wanted, abs=1e-9)


def test_cutting_a_normal_opinion_does_not_change_its_correlation() -> None:
    both = np.random.default_rng(2).multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=20_000)
    cut = np.column_stack([np.digitize(both[:, 0], [-2, -1.5]), np.digitize(both[:, 1], [-1.8, -1, 0])])
    assert np.corrcoef(cut.T)[0, 1] < 0.5
    assert stats.polychoric(cut)[0, 1] == pytest.approx(0.6, abs=0.04)


def test_polychoric_needs_common_rows_and_two_answers() -> None:
    rows = np.array([[0, 1, 2, NAN], [1, 0, 2, 1]] * 20)
    rows[12:, 1] = NAN
    found = stats.polychoric(rows)
    assert np.isnan(found).tolist() == [[False, True, True, True], [True, False, True, True]] + [[True] * 4] * 2
    assert np.isnan(stats.polychoric(np.empty((0, 2)), minimum_pairs=0)).all()


@settings(deadline=None)
@given(SQUARES)
def test_one_factor_gives_back_the_loadings_that_made_the_matrix(loadings: list[float]) -> None:
    each = np.array(loadings)
    matrix = np.outer(each, each)
    np.fill_diagonal(matrix, 1.0)
    assert stats.one_factor(matrix).loadings == pytest.approx(each, abs=2e-3)


def test_an_item_that_leaves_nothing_to_chance_is_told() -> None:
    assert stats.one_factor([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]]).heywood


@pytest.mark.parametrize("matrix", [np.eye(2), [[1, NAN, 0], [NAN, 1, 0], [0, 0, 1]], np.ones((3, 3))])
def test_no_factor_without_three_items_that_can_be_told_apart(matrix: np.ndarray) -> None:
    found = stats.one_factor(matrix)
    assert np.isnan([found.loadings, found.uniqueness]).all()
    assert np.isnan(stats.omega_total(found.loadings))


def test_a_factor_needs_a_square_and_omega_an_item() -> None:
    with pytest.raises(Unusable, match=r"correlation has shape \(2, 3\)"):
        stats.one_factor(np.ones((2, 3)))
    assert np.isnan(stats.omega_total([]))


def test_sound_items_get_no_advice(sound: np.ndarray) -> None:
    assert codes(sound, stratum=np.arange(300) % 3) == set()


def test_items_turned_round_or_off_the_subject_are_named(sound: np.ndarray) -> None:
    off = np.random.default_rng(5).choice([25.0, 50, 75], size=300)
    assert codes(np.column_stack([sound, 100 - sound[:, 0]])) >= {(4, "reversed"), (4, "drags")}
    assert codes(np.column_stack([sound, off])) == {(4, "weak"), (4, "drags")}


def test_an_item_that_all_answer_alike_or_cannot_answer_is_named(sound: np.ndarray) -> None:
    same, unknown = np.full(300, 50.0), sound[:, 0].copy()
    same[:9], unknown[:280] = 75, NAN
    found = stats.item_report(np.column_stack([sound, same, unknown]))
    assert found.alike[4] == pytest.approx(0.97)
    advice = {one.code: one for one in found.advice}
    assert (advice[ItemCode.ALIKE].item, advice[ItemCode.ALIKE].figure) == (4, pytest.approx(0.97))
    assert {one.code for one in found.advice if one.item == 5} == {ItemCode.UNKNOWN}
    assert advice[ItemCode.UNKNOWN].figure == pytest.approx(280 / 300)


def test_the_ends_of_the_scale_are_named_above_their_limit(sound: np.ndarray) -> None:
    sound[:60, 0], sound[60:120, 1] = 0, 100
    found = {(one.item, one.code): one.figure for one in stats.item_report(sound).advice}
    assert found[0, ItemCode.FLOOR] == pytest.approx(np.mean(sound[:, 0] == 0))
    assert found[1, ItemCode.CEILING] == pytest.approx(np.mean(sound[:, 1] == 100))
    assert (2, ItemCode.CEILING) not in found


def test_an_item_asked_twice_is_redundant(sound: np.ndarray) -> None:
    twice = np.column_stack([sound, np.where(np.arange(300) % 20, sound[:, 1], 50)])
    (pair,) = stats.redundant_pairs(twice)
    assert (pair.first, pair.second) == (1, 4)
    assert pair.same == pytest.approx(np.mean(twice[:, 1] == twice[:, 4]))
    advice = next(one for one in stats.item_report(twice).advice if one.code is ItemCode.REDUNDANT)
    assert (advice.item, advice.other, advice.figure) == (1, 4, pair.correlation)


def test_an_item_that_one_stratum_reads_otherwise_is_named(sound: np.ndarray) -> None:
    stratum = np.repeat([0, 1, 2], 100)
    sound[stratum == 1, 2] = np.clip(sound[stratum == 1, 2] - 25, 0, 100)
    found = [one for one in stats.item_report(sound, stratum=stratum).advice if one.code is ItemCode.DIFFERS]
    assert (2, 1) in {(one.item, one.other) for one in found}
    assert min(found, key=lambda one: one.figure).item == 2


def test_a_stratum_that_is_less_content_throughout_reads_nothing_otherwise() -> None:
    rng = np.random.default_rng(8)
    level = rng.normal(size=1000) - np.repeat([0, 0.8], 500)
    rows = np.rint(level[:, None] * 20 + rng.normal(0, 15, size=(1000, 6)) + 50)
    found = stats.differential(rows, np.repeat([0, 1], 500), levels=50)
    assert (found.q > 0.05).all()
    assert np.abs(found.effect).max() < 0.17


def test_the_test_of_differences_equals_mantels_by_hand() -> None:
    rows = [[0, 0], [1, 0], [0, 1], [1, 0], [0, 1], [1, 1]]
    found = stats.differential(rows, [0, 0, 0, 1, 1, 1], minimum_rows=3)
    # One level holds both strata in the middle (total 1): 1 of 2 against 1 of 2.
    assert found.difference[0].tolist() == [0, 0]
    assert found.p[0].tolist() == [1, 1]


def test_mantels_test_of_one_level_is_a_comparison_of_two_means() -> None:
    rows = np.array([[1.0]] * 20 + [[0.0]] * 30 + [[1.0]] * 35 + [[0.0]] * 15)
    found = stats.differential(rows, np.repeat([0, 1], 50), levels=1)
    variance = 50 * 50 * (100 * 55 - 55**2) / (100**2 * 99)
    wanted = (20 - 50 * 55 / 100) ** 2 / variance
    assert found.p[0, 0] == pytest.approx(2 * (1 - _normal(np.sqrt(wanted))))
    assert found.difference[0, 0] == pytest.approx(20 / 50 - 35 / 50)


def _normal(z: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(z))


def test_no_difference_is_told_with_few_rows_or_without_common_levels(sound: np.ndarray) -> None:
    few = stats.differential(sound, [0] * 280 + [1] * 20)
    assert np.isnan([few.p, few.effect, few.difference]).all()
    assert few.n.tolist() == [280, 20]
    apart = stats.differential(np.repeat([[0.0, 0], [100, 100]], 40, axis=0), np.repeat([0, 1], 40))
    assert np.isnan([apart.p, apart.difference]).all()
    alike = stats.differential(np.ones((80, 2)), np.repeat([0, 1], 40))
    assert np.isnan(alike.p).all()
    assert alike.difference.tolist() == [[0, 0], [0, 0]]


def test_rows_with_few_answers_are_not_compared(sound: np.ndarray) -> None:
    sound[:50, :3] = NAN
    assert stats.differential(sound, np.zeros(300, dtype=int)).n.tolist() == [250]
    assert stats.differential(np.empty((0, 2)), np.empty(0, dtype=int)).p.shape == (0, 2)


def test_an_item_without_answers_says_only_that(sound: np.ndarray) -> None:
    found = stats.item_report(np.column_stack([sound, np.full(300, NAN)]))
    assert np.isnan(found.alike[4])
    assert [(one.item, one.code, one.figure) for one in found.advice] == [(4, ItemCode.UNKNOWN, 1.0)]
