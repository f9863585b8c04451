"""An item shows what it cannot tell."""

import numpy as np
import pytest

from appraisal.stats import answer_shares, item_diagnostics, pairwise_covariance

NAN = float("nan")


@pytest.fixture
def rows() -> np.ndarray:
    """Two items that go together, one that runs against them, one that everybody answers alike."""
    quality = np.tile([0.0, 25, 50, 75, 100], 20)
    noise = np.repeat([0.0, 25, 0, 25], 25)
    return np.stack([quality, np.clip(quality + noise, 0, 100), 100 - quality / 2, np.full(100, 75.0)], axis=1)


def test_the_correlation_is_with_the_other_items_not_with_itself(rows: np.ndarray) -> None:
    found = item_diagnostics(rows[:, :2])
    wanted = np.corrcoef(rows[:, 0], rows[:, 1])[0, 1]
    assert found.rest_correlation.tolist() == pytest.approx([wanted, wanted])


def test_three_items_agree_with_the_sums_of_the_others(rows: np.ndarray) -> None:
    found = item_diagnostics(rows[:, :3])
    for item in range(3):
        rest = np.delete(rows[:, :3], item, axis=1).sum(axis=1)
        assert found.rest_correlation[item] == pytest.approx(np.corrcoef(rows[:, item], rest)[0, 1])
    assert found.rest_correlation[2] < 0


def test_an_item_that_everybody_answers_alike_correlates_with_nothing(rows: np.ndarray) -> None:
    found = item_diagnostics(rows[:, [0, 1, 3]])
    assert np.isnan(found.rest_correlation).tolist() == [False, False, True]


def test_unknown_answers_leave_the_base_and_are_counted_apart() -> None:
    found = item_diagnostics([[0, NAN], [100, 50], [100, NAN], [50, 50]])
    assert found.n.tolist() == [4, 2]
    assert found.unknown.tolist() == [0, 0.5]
    assert found.floor.tolist() == [0.25, 0]
    assert found.ceiling.tolist() == [0.5, 0]


def test_too_few_common_rows_give_no_correlation(rows: np.ndarray) -> None:
    table = rows[:, :2].copy()
    table[29:, 1] = NAN
    found = item_diagnostics(table)
    assert np.isnan([*found.rest_correlation, found.alpha]).all()
    assert not np.isnan(item_diagnostics(table, minimum_pairs=29).alpha)


def test_pairs_of_items_use_the_rows_they_share(rows: np.ndarray) -> None:
    table = rows.copy()
    table[:40, 1] = NAN
    found = pairwise_covariance(table)
    assert found[0, 1] == pytest.approx(np.cov(rows[40:, 0], rows[40:, 1])[0, 1])
    assert found[0, 2] == pytest.approx(np.cov(rows[:, 0], rows[:, 2])[0, 1])


def test_a_single_item_has_neither_alpha_nor_a_rest(rows: np.ndarray) -> None:
    found = item_diagnostics(rows[:, :1])
    assert np.isnan([found.alpha, found.rest_correlation[0]]).all()


def test_items_that_cancel_out_have_no_alpha(rows: np.ndarray) -> None:
    assert np.isnan(item_diagnostics(np.stack([rows[:, 0], 100 - rows[:, 0]], axis=1)).alpha)


def test_no_rows_say_nothing() -> None:
    found = item_diagnostics(np.empty((0, 2)))
    assert found.n.tolist() == [0, 0]
    assert np.isnan([found.unknown, found.floor, found.ceiling]).all()


def test_shares_of_options_add_up() -> None:
    assert answer_shares([3, 1, 0]).tolist() == [0.75, 0.25, 0]
