"""Runs of the same answer in one ballot, against what the person's own answers give in random order."""

from functools import lru_cache
from math import comb, factorial, prod

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Ints, Unusable


def answer_table(answers: ArrayLike) -> Floats:
    """(n, k) float answers; refuses what is not a table, and infinite values by their place."""
    table = np.asarray(answers, dtype=np.float64)
    if table.ndim != 2:
        raise Unusable(
            f"answers have shape {table.shape}: a row for each ballot, a column for each question, is needed"
        )
    endless = np.argwhere(np.isinf(table))
    if endless.size:
        raise Unusable(f"answers[{endless[0][0]}, {endless[0][1]}] is infinite")
    return table


def longest_run(answers: ArrayLike) -> Ints:
    """(n,) length of the longest run of the same answer; unknown answers are passed over, 0 where all are.

    Columns in the order in which the person saw them (Johnson 2005, J. Res. Pers. 39; R's ``careless::longstring``).

    Parameters
    ----------
    answers : (n, k) float
        A row for each ballot, columns in the order shown; nan for 不了解 or not asked.

    Returns
    -------
    (n,) int
        From 0 to k.

    Examples
    --------
    >>> longest_run([[5, 5, 5, 1], [5, 1, float("nan"), 1]]).tolist()
    [3, 2]
    """
    table = answer_table(answers)
    longest, running = np.zeros(len(table), dtype=np.int64), np.zeros(len(table), dtype=np.int64)
    last = np.full(len(table), np.nan)
    for column in table.T:
        known = ~np.isnan(column)
        running = np.where(known, np.where(column == last, running + 1, 1), running)
        last = np.where(known, column, last)
        longest = np.maximum(longest, running)
    return longest


def expected_run(answers: ArrayLike) -> Floats:
    """(n,) expected longest run of the person's own answers in random order, exact; nan without answers.

    A person who says the same of nearly everything has long runs anyhow: only a run beyond this one says something.

    Parameters
    ----------
    answers : (n, k) float
        A row for each ballot, columns in the order shown; nan for 不了解 or not asked.

    Returns
    -------
    (n,) float
        From 1 to the number of answers.

    Examples
    --------
    >>> expected_run([[5, 5, 1, 1], [5, 5, 5, 5]]).round(4).tolist()
    [1.6667, 4.0]
    """
    return np.array([_expected(counts) for counts in _own_counts(answer_table(answers))], dtype=np.float64)


def run_p(answers: ArrayLike) -> Floats:
    """(n,) exact P(longest run ≥ the person's own | own answers in random order); nan without answers, 1 if all are alike.

    Parameters
    ----------
    answers : (n, k) float
        A row for each ballot, columns in the order shown; nan for 不了解 or not asked.

    Returns
    -------
    (n,) float
        In (0, 1].

    Notes
    -----
    Arrangements of c_1, c_2, … equal answers with no run over r are counted by cutting each c_v into blocks of 1 to r and
    arranging the blocks without equal neighbours (Gessel's generalised Laguerre polynomials; Flajolet & Sedgewick 2009,
    Analytic Combinatorics, III.7), in whole numbers. O(n) distinct sets of counts, each a few thousand steps.

    Examples
    --------
    >>> run_p([[5, 5, 1, 1], [5, 1, 5, 1], [5, 5, 5, 5]]).round(4).tolist()
    [0.6667, 1.0, 1.0]
    """
    table = answer_table(answers)
    own = zip(_own_counts(table), longest_run(table).tolist(), strict=True)
    return np.array([1 - _at_most(counts, run - 1) if counts else np.nan for counts, run in own], dtype=np.float64)


def _own_counts(table: Floats) -> list[tuple[int, ...]]:
    """For each row how often each answer occurs, in falling order, without zeros."""
    values = np.unique(table[~np.isnan(table)])
    counts = np.stack([np.count_nonzero(table == value, axis=1) for value in values], axis=1) if values.size else None
    if counts is None:
        return [()] * len(table)
    return [tuple(count for count in row if count) for row in np.sort(counts, axis=1)[:, ::-1].tolist()]


@lru_cache(maxsize=100_000)
def _expected(counts: tuple[int, ...]) -> float:
    return sum(1 - _at_most(counts, run) for run in range(counts[0])) if counts else float("nan")


@lru_cache(maxsize=400_000)
def _at_most(counts: tuple[int, ...], longest: int) -> float:
    """P(no run is longer) over the arrangements of the counts."""
    if longest < 1:
        return 0.0
    product = [1]
    for count in counts:
        product = _multiplied(product, _blocks(count, longest))
    arrangements = factorial(sum(counts)) // prod(factorial(count) for count in counts)
    return sum(product) / arrangements


@lru_cache(maxsize=10_000)
def _blocks(count: int, longest: int) -> list[int]:
    """Coefficients of t^j / j!: equal answers cut into blocks of at most ``longest``, no two blocks side by side."""
    cuts = [_compositions(count, parts, longest) for parts in range(1, count + 1)]
    signed = (
        sum((-1) ** (i - j) * comb(i - 1, j - 1) * cuts[i - 1] for i in range(j, count + 1))
        for j in range(1, count + 1)
    )
    return [0, *signed]


def _compositions(count: int, parts: int, longest: int) -> int:
    """Ways to write ``count`` as an ordered sum of ``parts`` numbers from 1 to ``longest``."""
    most = (count - parts) // longest
    return sum((-1) ** m * comb(parts, m) * comb(count - longest * m - 1, parts - 1) for m in range(most + 1))


def _multiplied(left: list[int], right: list[int]) -> list[int]:
    """Product of two series in t^j / j!."""
    product = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            product[i + j] += comb(i + j, i) * a * b
    return product
