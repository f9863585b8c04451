"""Bands need place, proof and reliability; what is hidden stays hidden when the totals are known."""

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.stats import BandRule, Means, Shares, Showing, Unusable, bands, hidden_cells, show_means, show_shares

SPREAD = np.array([40.0, 55, 68, 70, 70, 72, 74, 76, 85, 95])


def test_place_and_significance_make_the_band() -> None:
    found = bands(SPREAD, np.full(10, 2.0))
    assert found.band.tolist() == [1, 1, 3, 3, 3, 3, 3, 4, 5, 5]


def test_a_place_that_chance_explains_is_the_middle_band() -> None:
    found = bands(SPREAD, np.full(10, 2.0), p=np.ones(10), rule=BandRule(least_reliable=0, reliability=0))
    assert found.band.tolist() == [3] * 10


def test_all_five_bands_follow_the_percentiles_where_everything_is_certain() -> None:
    found = bands(np.arange(11.0), np.full(11, 0.01), p=np.zeros(11), rule=BandRule(least_reliable=0))
    assert found.percentile.tolist() == pytest.approx((np.arange(11) / 10).tolist())
    assert found.band.tolist() == [1, 1, 2, 3, 3, 3, 4, 4, 5, 5, 5]


def test_low_reliability_moves_a_band_towards_the_middle() -> None:
    se = np.full(10, 2.0)
    se[[0, 9]] = 20.0
    found = bands(SPREAD, se, p=np.zeros(10), rule=BandRule(least_reliable=0))
    assert found.reliability[0] < 0.6 < found.reliability[1]
    assert found.band[[0, 1, 9]].tolist() == [2, 1, 4]


def test_the_least_reliable_eighth_counts_as_unreliable_whatever_its_figure() -> None:
    se = np.full(10, 0.5)
    se[0] = 0.6
    assert bands(SPREAD, se, p=np.zeros(10)).band[0] == 2
    assert bands(SPREAD, se, p=np.zeros(10), rule=BandRule(least_reliable=0)).band[0] == 1


def test_departments_without_result_or_spread_have_no_band_and_one_alone_neither() -> None:
    found = bands([40.0, np.nan, 90, 70], [1.0, 1.0, 1.0, 0.0])
    assert np.isnan(found.band).tolist() == [False, True, False, True]
    assert np.isnan(found.p).tolist() == [False, True, False, True]
    assert np.isnan(bands([40.0], [1.0]).band).all()


def test_equal_scores_are_all_average() -> None:
    found = bands([70.0] * 4, [1.0] * 4)
    assert found.band.tolist() == [3] * 4
    assert found.percentile.tolist() == [0.5] * 4
    assert found.p.tolist() == [1] * 4


def test_the_test_against_the_others_by_hand() -> None:
    found = bands([60.0, 70, 80], [3.0, 4.0, 5.0])
    assert found.p[0] == pytest.approx(2 * scipy.stats.norm.sf(15 / np.sqrt(9 + (16 + 25) / 4)))


def test_a_p_for_every_department_is_needed() -> None:
    with pytest.raises(Unusable, match="one number a department"):
        bands([60.0, 70], [1.0, 1.0], p=[0.1])


def test_a_single_small_cell_takes_three_partners_with_it() -> None:
    hidden = hidden_cells([[2, 20, 30], [40, 50, 60], [50, 70, 80]])
    assert hidden.sum() == 4
    assert hidden[0, 0]
    assert (hidden.sum(axis=0) != 1).all()
    assert (hidden.sum(axis=1) != 1).all()


def test_a_table_without_small_cells_is_shown_and_empty_cells_are_no_secret() -> None:
    assert not hidden_cells([[5, 0], [9, 12]]).any()
    assert not hidden_cells(np.zeros((0, 3), dtype=int)).any()


def test_a_limit_for_staff_hides_more() -> None:
    table = [[7, 20, 30], [40, 50, 60], [50, 70, 80]]
    assert not hidden_cells(table).any()
    assert hidden_cells(table, least=10)[0, 0]


def test_two_small_cells_of_a_row_that_add_up_to_little_get_a_third() -> None:
    hidden = hidden_cells([[1, 2, 30, 40], [1, 2, 33, 44], [50, 60, 70, 80]])
    assert hidden[0].sum() >= 3


def test_a_small_count_between_two_blocks_does_not_follow_from_the_totals() -> None:
    """Two squares of hidden cells joined by a single one: each line hides two or more, yet the joint would be exact."""
    table = np.full((5, 5), 50)
    table[:2, :2] = 4
    table[2:4, 2:4] = 4
    table[1, 2] = 3
    hidden = hidden_cells(table)
    at = int(np.flatnonzero((np.argwhere(hidden) == [1, 2]).all(axis=1))[0])
    low, high = attacked(table, hidden, at)
    assert high - low >= 5


@pytest.mark.parametrize("table", [[[1, 30]], [[1], [30]], [[1], [30], [40]], [[2, 1], [1, 40]], [[3]]])
def test_what_totals_give_away_anyway_ends_with_everything_of_the_line_hidden(table: list[list[int]]) -> None:
    assert hidden_cells(table).all()


def test_only_a_table_of_counts_can_be_hidden() -> None:
    for wrong in ([1, 2], [[-1, 2]], [[0.5, 2]]):
        with pytest.raises(Unusable, match="a table of whole numbers"):
            hidden_cells(wrong)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=4, max_size=6))
def test_no_small_count_can_be_worked_out_by_linear_programming(rows: list[list[int]]) -> None:
    """An attacker of our own: only lines that hide all they have may give something away."""
    table = np.array(rows)
    hidden = hidden_cells(table)
    small = (table > 0) & (table < 5)
    assert hidden[small].all()
    for at, (row, column) in enumerate(np.argwhere(hidden)):
        if small[row, column] and not (hidden[row].all() and hidden[:, column].all()):
            low, high = attacked(table, hidden, at)
            assert high - low >= 5 - 1e-6


def attacked(table: np.ndarray, hidden: np.ndarray, at: int) -> tuple[float, float]:
    """Range of one hidden cell, from published figures alone: the whole table as unknowns, visible cells fixed."""
    shape = table.shape
    lines = [np.kron(np.eye(shape[0])[row], np.ones(shape[1])) for row in range(shape[0])]
    lines += [np.kron(np.ones(shape[0]), np.eye(shape[1])[column]) for column in range(shape[1])]
    totals = np.concatenate([table.sum(axis=1), table.sum(axis=0)])
    bounds = [(0, None) if mask else (n, n) for mask, n in zip(hidden.ravel(), table.ravel(), strict=True)]
    aim = np.zeros(table.size)
    aim[np.flatnonzero(hidden.ravel())[at]] = 1
    ends = [scipy.optimize.linprog(s * aim, A_eq=np.array(lines), b_eq=totals, bounds=bounds).fun for s in (1, -1)]
    return ends[0], -ends[1]


def shares(n: int, value: float, se: float, df: float) -> Shares:
    return Shares(*(np.array([each]) for each in (n, value, se, df, 1.0)))


@pytest.mark.parametrize(
    ("share", "showing"),
    [
        (shares(400, 0.2, 0.02, 399), Showing.SHOW),
        (shares(29, 0.5, 0.09, 28), Showing.HIDE),
        (shares(400, 0.5, 0.095, 399), Showing.HIDE),
        (shares(40, 0.5, 0.08, 39), Showing.HIDE),
        (shares(100, 0.02, 0.014, 99), Showing.HIDE),
        (shares(2000, 0.002, 0.001, 1999), Showing.SHOW),
        (shares(400, 0.2, 0.02, 7), Showing.CAUTION),
        (shares(400, 0.0, 0.0, 399), Showing.CAUTION),
        (shares(400, 1.0, 0.0, 399), Showing.CAUTION),
        (shares(0, np.nan, np.nan, np.nan), Showing.HIDE),
    ],
)
def test_a_share_is_shown_when_it_says_something(share: Shares, showing: Showing) -> None:
    assert show_shares(share).tolist() == [showing]


@pytest.mark.parametrize(
    ("n", "value", "se", "showing"),
    [
        (400, 70.0, 1.0, Showing.SHOW),
        (29, 70.0, 1.0, Showing.CAUTION),
        (400, 70.0, 5.2, Showing.CAUTION),
        (400, 70.0, 0.0, Showing.CAUTION),
        (0, np.nan, np.nan, Showing.HIDE),
    ],
)
def test_a_score_is_grey_when_it_is_unsure(n: int, value: float, se: float, showing: Showing) -> None:
    means = Means(*(np.array([each]) for each in (n, value, se, max(n - 1.0, 0), 1.0)))
    assert show_means(means).tolist() == [showing]
