"""What to do about a questionnaire: everything known of its items side by side, and codes with numbers where one falls short.

The sentence that a person reads is the caller's; here are the code, the figure and the limit that it crossed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats
from appraisal.stats.differential import Differential, differential
from appraisal.stats.factor import Factor, omega_total, one_factor
from appraisal.stats.items import MINIMUM_PAIRS, ItemDiagnostics, item_diagnostics, pairwise_covariance
from appraisal.stats.polychoric import polychoric
from appraisal.stats.runs import answer_table


class ItemCode(StrEnum):
    """What is the matter with an item; the figure beside it is named in brackets."""

    ALIKE = "alike"
    """Nearly all give the same answer (share of the most frequent)."""
    UNKNOWN = "unknown"
    """Many cannot tell (share without a known answer)."""
    FLOOR = "floor"
    """Many at the lowest answer (share)."""
    CEILING = "ceiling"
    """Many at the highest answer (share)."""
    WEAK = "weak"
    """Hardly goes with the others (corrected item-total correlation)."""
    REVERSED = "reversed"
    """Runs against the others (the same, negative): perhaps coded the wrong way round."""
    DRAGS = "drags"
    """The others are more reliable without it (gain in alpha)."""
    REDUNDANT = "redundant"
    """Asks nearly the same as another item (polychoric correlation)."""
    DIFFERS = "differs"
    """Means something else to a stratum (difference in standard deviations)."""


@dataclass(frozen=True, slots=True)
class ItemRule:
    """Limits beyond which an item gets advice; a figure at the limit gets it too, except for ``weak``, ``drags`` and the ends.

    ``alike``: share of one answer; ``unknown``: share; ``end``: floor and ceiling (Terwee et al. 2007, J. Clin. Epidemiol. 60);
    ``weak``: item-total correlation (Streiner, Norman & Cairney 2015, Health Measurement Scales, ch. 5); ``drags``: gain in alpha;
    ``redundant``: polychoric correlation; ``effect``: difference between strata, in standard deviations, with ``q``.
    ``minimum_n``: known answers below which nothing but ``unknown`` is said.
    """

    alike: float = 0.95
    unknown: float = 0.3
    end: float = 0.15
    weak: float = 0.2
    drags: float = 0.01
    redundant: float = 0.9
    effect: float = 0.25
    q: float = 0.05
    minimum_n: int = 30


@dataclass(frozen=True, slots=True)
class Advice:
    """``item``: its column; ``other``: the second item (redundant) or the stratum (differs)."""

    item: int
    code: ItemCode
    figure: float
    limit: float
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Redundant:
    """Two items, ``first`` < ``second``; ``same``: share of the common rows with equal answers."""

    first: int
    second: int
    correlation: float
    same: float


@dataclass(frozen=True, eq=False)
class ItemReport:
    """``factor`` and ``omega`` from ordinary correlations; ``alike`` (k,): share of each item's most frequent answer."""

    diagnostics: ItemDiagnostics
    alike: Floats
    factor: Factor
    omega: float
    polychoric: Floats
    redundant: tuple[Redundant, ...]
    differential: Differential | None
    advice: tuple[Advice, ...]


def item_report(
    answers: ArrayLike,
    *,
    lowest: float = 0.0,
    highest: float = 100.0,
    stratum: ArrayLike | None = None,
    minimum_pairs: int = MINIMUM_PAIRS,
    rule: ItemRule | None = None,
) -> ItemReport:
    """Everything about rating items that were put side by side, with advice.

    Parameters
    ----------
    answers : (rows, k) float
        One row for a ballot's answers about one department; nan for 不了解 or no answer.
    lowest, highest : float
        Ends of the scale.
    stratum : (rows,) int, optional
        Codes from 0; without them nothing is said about differences.
    minimum_pairs : int
        Rows that two items must have in common.
    rule : ItemRule, optional
        Limits.

    Returns
    -------
    ItemReport
        Diagnostics, pairs that ask the same, differences between strata, and what to do about them.

    Raises
    ------
    Unusable
        Not a table; a value outside the scale; strata that do not fit.

    Examples
    --------
    >>> rows = [[0, 0], [100, 100], [50, 75], [75, 50]] * 20
    >>> [(one.item, one.code.value, one.figure) for one in item_report(rows).advice]
    [(0, 'floor', 0.25), (0, 'ceiling', 0.25), (1, 'floor', 0.25), (1, 'ceiling', 0.25)]
    """
    table, limits = answer_table(answers), rule or ItemRule()
    diagnostics = item_diagnostics(table, lowest=lowest, highest=highest, minimum_pairs=minimum_pairs)
    covariance = pairwise_covariance(table, minimum_pairs)
    spread = np.sqrt(np.diag(covariance))
    factor = one_factor(covariance / np.outer(*(np.where(spread > 0, spread, np.nan),) * 2))
    correlation = polychoric(table, minimum_pairs)
    redundant = _redundant(table, correlation, limits.redundant)
    between = None if stratum is None else differential(table, stratum)
    same = _most_frequent(table)
    advice = (*_single(diagnostics, same, limits), *_paired(redundant, limits), *_between(between, limits))
    told = tuple(sorted(advice, key=lambda one: one.item))
    return ItemReport(diagnostics, same, factor, omega_total(factor.loadings), correlation, redundant, between, told)


def redundant_pairs(
    answers: ArrayLike, at_least: float = 0.9, minimum_pairs: int = MINIMUM_PAIRS
) -> tuple[Redundant, ...]:
    """Items that ask nearly the same, the closest first: polychoric correlation of at least ``at_least``.

    Parameters
    ----------
    answers : (rows, k) float
        nan for no answer.
    at_least : float
        Polychoric correlation that is told, in (0, 1].
    minimum_pairs : int
        Rows that two items must have in common.

    Returns
    -------
    tuple of Redundant
        Empty where no two items are so alike.

    Examples
    --------
    >>> redundant_pairs([[0, 0, 2], [1, 1, 0], [2, 2, 1]] * 10, minimum_pairs=30)[0].same
    1.0
    """
    table = answer_table(answers)
    return _redundant(table, polychoric(table, minimum_pairs), at_least)


def _redundant(table: Floats, correlation: Floats, at_least: float) -> tuple[Redundant, ...]:
    pairs = np.argwhere(np.triu(np.nan_to_num(correlation) >= at_least, 1)).tolist()
    found = [Redundant(i, j, float(correlation[i, j]), _same(table[:, i], table[:, j])) for i, j in pairs]
    return tuple(sorted(found, key=lambda pair: -pair.correlation))


def _same(left: Floats, right: Floats) -> float:
    both = ~np.isnan(left + right)
    return float(np.mean(left[both] == right[both]))


def _most_frequent(table: Floats) -> Floats:
    """(k,) share of the most frequent answer; nan without answers."""
    known = [column[~np.isnan(column)] for column in table.T]
    return np.array(
        [np.unique(each, return_counts=True)[1].max() / each.size if each.size else np.nan for each in known],
        dtype=np.float64,
    )


def _single(found: ItemDiagnostics, same: Floats, rule: ItemRule) -> Iterator[Advice]:
    """Advice from an item's own figures; a comparison with nan is never true."""
    for item, n in enumerate(found.n.tolist()):
        if found.unknown[item] >= rule.unknown:
            yield Advice(item, ItemCode.UNKNOWN, float(found.unknown[item]), rule.unknown)
        if n < rule.minimum_n:
            continue
        if same[item] >= rule.alike:
            yield Advice(item, ItemCode.ALIKE, float(same[item]), rule.alike)
        for code, share in ((ItemCode.FLOOR, found.floor[item]), (ItemCode.CEILING, found.ceiling[item])):
            if share > rule.end:
                yield Advice(item, code, float(share), rule.end)
        yield from _coherent(found, item, rule)


def _coherent(found: ItemDiagnostics, item: int, rule: ItemRule) -> Iterator[Advice]:
    """Does the item go with the others?"""
    rest, gain = float(found.rest_correlation[item]), float(found.alpha_if_dropped[item] - found.alpha)
    if rest < 0:
        yield Advice(item, ItemCode.REVERSED, rest, 0.0)
    elif rest < rule.weak:
        yield Advice(item, ItemCode.WEAK, rest, rule.weak)
    if gain > rule.drags:
        yield Advice(item, ItemCode.DRAGS, gain, rule.drags)


def _paired(pairs: tuple[Redundant, ...], rule: ItemRule) -> Iterator[Advice]:
    for pair in pairs:
        yield Advice(pair.first, ItemCode.REDUNDANT, pair.correlation, rule.redundant, pair.second)


def _between(found: Differential | None, rule: ItemRule) -> Iterator[Advice]:
    if found is None:
        return
    for h, item in np.argwhere((np.abs(found.effect) >= rule.effect) & (found.q <= rule.q)).tolist():
        yield Advice(item, ItemCode.DIFFERS, float(found.effect[h, item]), rule.effect, h)
