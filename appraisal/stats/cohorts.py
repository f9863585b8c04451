"""Ballots that say the same of everything: how many, and how many people of that kind and mood would say it by chance."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Ints, Unusable, codes
from appraisal.stats.families import benjamini_hochberg
from appraisal.stats.runs import answer_table

BANDS = 5
MINIMUM_ANSWERS = 8


@dataclass(frozen=True, eq=False)
class StraightLining:
    """How many ballots of each stratum give one answer throughout, (H,) each.

    ``ballots``: with enough answers; ``alike``: of these, all answers the same; ``expected``: how many of them chance gives;
    ``p``: P(as many or more), nan for a stratum without such ballots.
    """

    ballots: Ints
    alike: Ints
    expected: Floats
    p: Floats


@dataclass(frozen=True, eq=False)
class Cohort:
    """Ballots of one stratum that left the same questions open and gave the same answers to all others.

    ``members``: their rows, rising; ``answers``: known answers of each; ``expected``: how many **other** ballots one of them would
    meet by chance; ``p``: P(as many others or more); ``q``: over all different ballots (Benjamini & Hochberg).
    """

    members: tuple[int, ...]
    answers: int
    expected: float
    p: float
    q: float


def strata_of(table: Floats, stratum: ArrayLike) -> Ints:
    """(n,) checked codes, one for each ballot."""
    own = codes("stratum", stratum)
    if len(own) != len(table):
        raise Unusable(f"stratum has {len(own)} entries for {len(table)} ballots")
    return own


def level_bands(answers: ArrayLike, stratum: ArrayLike, parts: int = BANDS) -> Ints:
    """(n,) codes of stratum × how favourable the person is on the whole: what may be exchanged without losing that.

    In each stratum ballots are cut by their mean answer into ``parts`` of about equal size; those that give the highest or the
    lowest answer throughout are bands of their own, and so are ballots without an answer. A mild person's many equal answers
    are then compared with other mild people's.

    Parameters
    ----------
    answers : (n, k) float
        Larger is more favourable; nan for no answer.
    stratum : (n,) int
        Codes from 0.
    parts : int
        Bands of a stratum, besides those of the ends.

    Returns
    -------
    (n,) int
        Codes from 0.

    Examples
    --------
    >>> level_bands([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 0], parts=1).tolist()
    [1, 0, 0, 2]
    """
    table = answer_table(answers)
    own = strata_of(table, stratum)
    known = np.count_nonzero(~np.isnan(table), axis=1)
    level = np.round(np.nansum(table, axis=1) / np.where(known > 0, known, np.nan), 9)
    band = np.full(len(table), parts + 2)
    for h in np.unique(own):
        here = np.flatnonzero((own == h) & (known > 0))
        cuts = np.quantile(level[here], np.arange(1, parts) / parts) if here.size else np.empty(0)
        band[here] = np.searchsorted(cuts, level[here], side="left")
    if known.any():
        band[level == np.nanmin(table)] = parts
        band[level == np.nanmax(table)] = parts + 1
    return np.asarray(np.unique(own * (parts + 3) + band, return_inverse=True)[1].astype(np.int64))


def answer_chances(table: Floats, block: Ints, value: float) -> Floats:
    """(B, k) share of an answer among the known ones of a block; 0 where nobody answered."""
    blocks = int(block.max()) + 1 if block.size else 0
    belongs = (block == np.arange(blocks)[:, None]).astype(np.float64)
    said, known = belongs @ (table == value), belongs @ ~np.isnan(table)
    return np.asarray(said / np.maximum(known, 1))


def straight_lining(
    answers: ArrayLike, stratum: ArrayLike, minimum_answers: int = MINIMUM_ANSWERS, parts: int = BANDS
) -> StraightLining:
    """Are there more ballots with one answer throughout than people of that level give by chance?

    Parameters
    ----------
    answers : (n, k) float
        nan for no answer.
    stratum : (n,) int
        Codes from 0.
    minimum_answers : int
        Ballots with fewer known answers are left out.
    parts : int
        As for ``level_bands``.

    Returns
    -------
    StraightLining
        A ballot of the best (or the worst) answer throughout is in a band where nothing else occurs, is fully expected and so
        raises no signal: being content with everybody is common and no evidence.

    Notes
    -----
    The chance that ballot i is all alike is Σ_v Π_j P_j(v), over its known questions, with P_j the shares in its band; the number
    of such ballots is then Poisson binomial, and p its exact upper tail.

    Examples
    --------
    >>> found = straight_lining([[1, 1, 1, 1]] * 3 + [[0, 2, 0, 2], [2, 0, 2, 0], [0, 2, 2, 0]], [0] * 6, 4, 1)
    >>> found.alike.tolist(), found.expected.round(3).tolist(), found.p.round(4).tolist()
    ([3], [0.412], [0.0055])
    """
    table = answer_table(answers)
    own = strata_of(table, stratum)
    block = level_bands(table, own, parts)
    known = ~np.isnan(table)
    enough = known.sum(axis=1) >= minimum_answers
    same, chance = np.zeros(len(table), dtype=bool), np.zeros(len(table))
    for value in np.unique(table[known]):
        same |= enough & ((table == value) | ~known).all(axis=1)
        chance += np.where(known, answer_chances(table, block, value)[block], 1.0).prod(axis=1)
    strata = range(int(own.max()) + 1 if own.size else 0)
    of = [enough & (own == h) for h in strata]
    alike = np.array([np.count_nonzero(same & rows) for rows in of], dtype=np.int64)
    return StraightLining(
        np.array([np.count_nonzero(rows) for rows in of], dtype=np.int64),
        alike,
        np.array([chance[rows].sum() for rows in of], dtype=np.float64),
        np.array([_at_least(count, chance[rows]) for count, rows in zip(alike, of, strict=True)], dtype=np.float64),
    )


def _at_least(count: int, chances: Floats) -> float:
    """P(X ≥ count) for the number of successes in independent trials of unequal chances; nan without trials."""
    if not chances.size:
        return float("nan")
    sure = chances > 1 - 1e-12
    below = np.zeros(max(int(count) - int(sure.sum()), 0) + 1)
    below[0] = 1.0
    for chance in chances[~sure]:
        below[1:] = below[1:] * (1 - chance) + below[:-1] * chance
        below[0] *= 1 - chance
    return float(min(max(1 - below[:-1].sum(), 0.0), 1.0))


def cohorts(
    answers: ArrayLike, stratum: ArrayLike, minimum_size: int = 3, minimum_answers: int = MINIMUM_ANSWERS
) -> tuple[Cohort, ...]:
    """Groups of identical ballots within a stratum, the most surprising first.

    Parameters
    ----------
    answers : (n, k) float
        nan for no answer; ballots must leave the same questions open to be identical.
    stratum : (n,) int
        Codes from 0.
    minimum_size, minimum_answers : int
        Smaller groups, and ballots with fewer known answers, are not told.

    Returns
    -------
    tuple of Cohort
        Empty where no group is large enough.

    Notes
    -----
    With m ballots of the same level band (``level_bands``) that answered the same questions, others equal to a given one are taken
    as Poisson with mean (m - 1) Π_j P_j(v_j), P_j the shares of the answers in the band. The group itself raises these shares,
    which makes p larger (conservative). Colleagues who agreed on their answers look the same as forged ballots.

    Examples
    --------
    >>> rows = [[0, 1, 2, 0]] * 3 + [[1, 0, 0, 2], [2, 1, 0, 0], [0, 0, 2, 1]]
    >>> [(one.members, round(one.expected, 3)) for one in cohorts(rows, [0] * 6, 3, 4)]
    [((0, 1, 2), 0.988)]
    """
    table = answer_table(answers)
    own = strata_of(table, stratum)
    known = ~np.isnan(table)
    rows = np.flatnonzero(known.sum(axis=1) >= minimum_answers)
    if not rows.size:
        return ()
    block = level_bands(table, own)
    others = _same_questions(known, block)[rows] - 1
    chance = np.ones(len(table))
    for value in np.unique(table[rows][known[rows]]):
        chance *= np.where(table == value, answer_chances(table, block, value)[block], 1.0).prod(axis=1)
    expected = others * chance[rows]
    group = _groups(np.column_stack([own, np.where(known, table, np.nanmin(table) - 1)])[rows])
    first, size = np.unique(group, return_index=True)[1], np.bincount(group)
    p = np.where(size > 1, scipy.special.gammainc(np.maximum(size - 1, 1), expected[first]), 1.0)
    q = benjamini_hochberg(p)
    told = [g for g in np.lexsort((-size, p)) if size[g] >= max(minimum_size, 2)]
    return tuple(
        Cohort(
            tuple(rows[group == g].tolist()),
            int(known[rows[first[g]]].sum()),
            float(expected[first[g]]),
            float(p[g]),
            float(q[g]),
        )
        for g in told
    )


def _groups(rows: ArrayLike) -> Ints:
    """(n,) the same code for equal rows."""
    return np.asarray(np.unique(rows, axis=0, return_inverse=True)[1].astype(np.int64)).ravel()


def _same_questions(known: ArrayLike, block: Ints) -> Ints:
    """(n,) ballots of the same block that answered exactly the same questions, itself among them."""
    group = _groups(np.column_stack([block, known]))
    return np.asarray(np.bincount(group)[group])
