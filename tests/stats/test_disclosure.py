"""What is published does not give a small count away, whoever computes: an attacker of another make sees the publication alone."""

from dataclasses import dataclass

import numpy as np
import pytest
import scipy.optimize
from scipy.sparse import block_diag, coo_array

from appraisal.stats import Statements, Unusable, hidden_cells, protect
from appraisal.stats.small_cells import lines

BROKEN = 3.0
VALUES = np.array([100.0, 75, 50, 25, 0])


@dataclass(frozen=True)
class Published:
    """All that an attacker has: a table with gaps, its totals, stratum weights, a rounded score, whole percentages."""

    cells: np.ndarray  # nan where hidden
    row_totals: np.ndarray
    column_totals: np.ndarray
    weights: np.ndarray
    score: float | None = None
    shares: tuple[float | None, ...] = ()


def attack(seen: Published) -> np.ndarray:
    """(R, C) how far apart two tables may be in each hidden cell when both agree with all that was published; nan where it is seen.

    Two tables side by side in one linear program, their distance as its aim: no ranges, no shadow prices, no whole numbers.
    """
    rows, columns = seen.cells.shape
    hidden = np.flatnonzero(np.isnan(seen.cells))
    place = {cell: number for number, cell in enumerate(hidden)}
    left = seen.row_totals - np.nansum(seen.cells, axis=1), seen.column_totals - np.nansum(seen.cells, axis=0)
    parts = [
        coo_array((np.ones(hidden.size), (hidden // columns, np.arange(hidden.size))), (rows, hidden.size)),
        coo_array((np.ones(hidden.size), (hidden % columns, np.arange(hidden.size))), (columns, hidden.size)),
    ]
    low = high = np.concatenate(left)
    unit = seen.weights / seen.column_totals
    worth = [np.outer(VALUES[:rows], unit)] * (seen.score is not None)
    worth += [np.outer(np.eye(rows)[row] * 100, unit) for row, share in enumerate(seen.shares) if share is not None]
    said = [seen.score] * (seen.score is not None) + [share for share in seen.shares if share is not None]
    half = [0.05] * (seen.score is not None) + [0.5] * (len(said) - (seen.score is not None))
    for weight, figure, reach in zip(worth, said, half, strict=True):
        known = float(np.nansum(weight * seen.cells))
        parts.append(coo_array(weight.ravel()[hidden][None]))
        low, high = np.append(low, figure - reach - known - 1e-9), np.append(high, figure + reach - known + 1e-9)
    one = coo_array(np.concatenate([part.toarray() for part in parts]))
    both = scipy.optimize.LinearConstraint(block_diag([one, one]), np.tile(low, 2), np.tile(high, 2))
    return _distances(seen.cells, place, both)


def _distances(cells: np.ndarray, place: dict[int, int], both: scipy.optimize.LinearConstraint) -> np.ndarray:
    """A pair of tables that is far apart in one cell is often far apart in others: those need no program of their own."""
    found = np.full(cells.size, np.nan)
    found[list(place)] = 0.0
    for cell, number in place.items():
        if found[cell] >= BROKEN:
            continue
        aim = np.zeros(2 * len(place))
        aim[[number, number + len(place)]] = -1.0, 1.0
        far = scipy.optimize.milp(aim, constraints=both, bounds=scipy.optimize.Bounds(0, np.inf))
        apart = np.abs(np.diff(far.x.reshape(2, -1), axis=0)[0])
        found[list(place)] = np.maximum(found[list(place)], apart)
    return found.reshape(cells.shape)


def some_table(rng: np.random.Generator, largest: int = 120) -> np.ndarray:
    """Answers of 2 to 4 strata on 3 to 5 options; totals of rows and columns that are themselves no secret."""
    while True:
        shape = int(rng.integers(3, 6)), int(rng.integers(2, 5))
        mix = rng.dirichlet(rng.choice([0.6, 2.0, 6.0], size=shape[0]), size=shape[1])
        table = np.array([rng.multinomial(rng.integers(10, largest), each) for each in mix]).T
        if all(total == 0 or total >= 5 for total in table.sum(axis=1)):
            return table


def with_gaps(table: np.ndarray, hidden: np.ndarray, weights: np.ndarray, **figures: object) -> Published:
    cells = np.where(hidden, np.nan, table.astype(float))
    return Published(cells, table.sum(axis=1), table.sum(axis=0), weights, **figures)  # type: ignore[arg-type]


def broken(seen: Published, table: np.ndarray) -> int:
    """Small cells that the attacker places within less than three."""
    found = attack(seen)
    return int((np.isnan(seen.cells) & (table > 0) & (table < 5) & (found < BROKEN - 1e-6)).sum())


def weights_of(rng: np.random.Generator, table: np.ndarray) -> np.ndarray:
    part = rng.dirichlet(np.full(table.shape[1], 4.0))
    return np.asarray(part, dtype=float)


def scored(table: np.ndarray, weights: np.ndarray) -> tuple[float, tuple[float, ...]]:
    """The score with one decimal and the weighted share of each option in whole per cent."""
    shares = table @ (weights / table.sum(axis=0))
    return round(float(VALUES[: len(table)] @ shares), 1), tuple(np.round(shares * 100).tolist())


def figures_of(table: np.ndarray, weights: np.ndarray, cost: float = np.inf) -> Statements:
    """The same as statements, for the suppressor."""
    unit = weights / table.sum(axis=0)
    score = np.outer(VALUES[: len(table)], unit).ravel()
    shares = np.array([np.outer(row, unit).ravel() for row in np.eye(len(table))])
    flat, free = table.ravel(), np.full(len(table), cost)
    return Statements.rounded(score, flat, [np.inf], 0.1) + Statements.rounded(shares, flat, free, 0.01)


def attack_totals(count: int, seed: int) -> tuple[int, int]:
    """(small cells, broken ones) of tables whose totals are published."""
    rng, small, given_away = np.random.default_rng(seed), 0, 0
    for _ in range(count):
        table = some_table(rng)
        seen = with_gaps(table, hidden_cells(table), np.ones(table.shape[1]))
        assert np.isnan(seen.cells[(table > 0) & (table < 5)]).all()
        small += int(((table > 0) & (table < 5)).sum())
        given_away += broken(seen, table)
    return small, given_away


def attack_scores(count: int, seed: int) -> tuple[int, int]:
    """(small cells, broken ones) of tables beside which a rounded score and the percentages that may be said are published."""
    rng, small, given_away = np.random.default_rng(seed), 0, 0
    for _ in range(count):
        table = some_table(rng, 250)
        seen, lost = published_with_score(rng, table)
        secret = (table > 0) & (table < 5) & ~lost
        small += int(secret.sum())
        given_away += broken(seen, np.where(lost, 0, table))
    return small, given_away


def published_with_score(rng: np.random.Generator, table: np.ndarray) -> tuple[Published, np.ndarray]:
    """As ``protect`` lets it be published, and the cells that the score gives away by itself."""
    weights, flat = weights_of(rng, table), table.ravel()
    each = np.eye(flat.size)
    small = np.flatnonzero((flat > 0) & (flat < 5))
    cells = Statements.exact(each, flat, flat + 1.0)
    totals = lines(table.shape)
    everything = cells + Statements.exact(totals, flat, [np.inf] * len(totals)) + figures_of(table, weights, 1e6)
    found = protect(flat, everything, each[small], np.full(small.size, 5.0))
    score, shares = scored(table, weights)
    said = found.said[-len(table) :]
    kept = tuple(share if is_said else None for share, is_said in zip(shares, said, strict=True))
    lost = np.zeros(flat.size, dtype=bool)
    lost[small[found.lost]] = True
    hidden = ~found.said[: flat.size].reshape(table.shape)
    return with_gaps(table, hidden, weights, score=score, shares=kept), lost.reshape(table.shape)


@pytest.mark.parametrize("count", [250, pytest.param(10_000, marks=[pytest.mark.fuzz, pytest.mark.timeout(0)])])
def test_an_attacker_by_linear_programming_places_no_small_count_from_the_totals(count: int) -> None:
    small, given_away = attack_totals(count, seed=41)
    print(f"totals: {count} tables, {small} small cells, {given_away} broken")
    assert small > count
    assert given_away == 0


@pytest.mark.parametrize("count", [50, pytest.param(10_000, marks=[pytest.mark.fuzz, pytest.mark.timeout(0)])])
def test_an_attacker_who_knows_the_score_and_the_percentages_places_none_either(count: int) -> None:
    small, given_away = attack_scores(count, seed=42)
    print(f"score: {count} tables, {small} small cells, {given_away} broken")
    assert small > count
    assert given_away == 0


def test_the_attacker_breaks_tables_whose_small_cells_alone_are_hidden() -> None:
    rng = np.random.default_rng(43)
    tables = [some_table(rng) for _ in range(100)]
    hidden = [(table > 0) & (table < 5) for table in tables]
    seen = [with_gaps(table, gaps, np.ones(gaps.shape[1])) for table, gaps in zip(tables, hidden, strict=True)]
    assert sum(broken(one, table) > 0 for one, table in zip(seen, tables, strict=True)) > 50


def test_the_attacker_uses_the_score_where_totals_alone_were_guarded_against() -> None:
    rng = np.random.default_rng(44)
    tables = [some_table(rng) for _ in range(60)]
    beside = 0
    for table in tables:
        weights = weights_of(rng, table)
        score, _ = scored(table, weights)
        beside += broken(with_gaps(table, hidden_cells(table), weights, score=score), table) > 0
    assert beside > 10


def test_a_total_that_is_known_in_any_case_loses_its_secret_and_says_so() -> None:
    found = protect([3], Statements.exact([[1]], [3], [np.inf]), [[1]], [5])
    assert found.lost.tolist() == [True]
    assert found.said.tolist() == [True]


def test_what_nobody_needs_unsaid_is_said() -> None:
    cells = Statements.exact(np.eye(3), [20, 30, 2], [20.0, 30.0, 2.0])
    found = protect([20, 30, 2], cells, [[0, 0, 1]], [5])
    assert found.said.tolist() == [True, True, False]


def test_whole_numbers_alone_can_give_a_count_away_and_are_looked_at() -> None:
    """Over fractions the count may be anything from 0 to 7; 7 of the one and 11 of the other make 43 in whole numbers one way only."""
    odd = Statements.exact([[7, 11]], [3, 2], [1.0])
    found = protect([3, 2], odd, [[1, 0]], [5])
    assert found.said.tolist() == [False]


def test_the_cheaper_of_two_statements_is_left_unsaid() -> None:
    flat = [2, 40]
    total, cell = Statements.exact([[1, 1]], flat, [100.0]), Statements.exact([[0, 1]], flat, [40.0])
    assert protect(flat, total + cell, [[1, 0]], [5]).said.tolist() == [True, False]


def test_statements_and_counts_have_to_fit_one_another() -> None:
    with pytest.raises(Unusable, match="as many lows"):
        Statements.of([[1, 0]], [1, 2], [1, 2], [1, 2])
    one = Statements.exact([[1, 0]], [1, 2], [1.0])
    for counts, secrets in (([1, 2, 3], [[1, 0, 0]]), ([1, 2], [[1, 0, 0]])):
        with pytest.raises(Unusable, match="are needed about"):
            protect(counts, one, secrets, [5])
    for counts in ([0.5, 1], [-1, 2], [[1, 2]]):
        with pytest.raises(Unusable, match="a flat list"):
            protect(counts, one, [[1, 0]], [5])
