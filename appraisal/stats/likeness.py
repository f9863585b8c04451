"""Near-duplicates: how much of a ballot the closest other ballot repeats, against what chance does in a stratum like this."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.cohorts import BANDS, MINIMUM_ANSWERS, level_bands, strata_of
from appraisal.stats.design import Floats, Ints
from appraisal.stats.families import benjamini_hochberg
from appraisal.stats.runs import answer_table

CHUNK = 4_000_000


@dataclass(frozen=True, eq=False)
class Likeness:
    """(n,) each, one entry a ballot.

    Attributes
    ----------
    partner : int
        Row of the closest other ballot of the stratum; -1 where none has enough questions in common.
    common : int
        Questions that both answered.
    match : float
        Share of these with the same answer, in [0, 1].
    expected : float
        Mean of the largest match when answers are exchanged by chance.
    p, q : float
        How often a ballot of the same band matches as much by chance, and its value of Benjamini and Hochberg.
    """

    partner: Ints
    common: Ints
    match: Floats
    expected: Floats
    p: Floats
    q: Floats


def likeness(
    answers: ArrayLike,
    stratum: ArrayLike,
    rng: np.random.Generator,
    *,
    draws: int = 20,
    minimum_common: int = MINIMUM_ANSWERS,
    parts: int = BANDS,
) -> Likeness:
    """Closest other ballot of the same stratum, with a p value from exchanged answers.

    Parameters
    ----------
    answers : (n, k) float
        nan for no answer.
    stratum : (n,) int
        Codes from 0.
    rng : numpy.random.Generator
        Its seed belongs into the report.
    draws : int
        Times that the answers are exchanged.
    minimum_common : int
        Questions that two ballots must both have answered.
    parts : int
        As for ``level_bands``.

    Returns
    -------
    Likeness
        nan without a partner.

    Notes
    -----
    Largest share of equal answers over all pairs (Kuriakose & Robbins 2016, Stat. J. IAOS 32). A fixed bound such as 85 % accuses
    honest people where there are many questions and little disagreement (Simmons, Mercer, Schwarzer & Kennedy 2016, same issue).
    Therefore each question's answers are exchanged at random between ballots of the same stratum and level band that answered
    it; p compares with the largest matches of all ballots of the band in all draws, (1 + as large) / (1 + all). What people of a
    band have in common beyond their level, such as a common grievance, is not exchanged away: a signal, no verdict.
    O(draws Σ_h n_h² k v) with v kinds of answers: 10,000 ballots in one stratum take seconds a draw.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> rows = rng.integers(0, 5, size=(40, 12)).astype(float)
    >>> rows[7] = rows[3]
    >>> found = likeness(rows, [0] * 40, rng)
    >>> int(found.partner[7]), float(found.match[7]), bool(found.p[7] < 0.01 < found.p[8])
    (3, 1.0, True)
    """
    table = answer_table(answers)
    own = strata_of(table, stratum)
    block = level_bands(table, own, parts)
    partner, common, match = _closest(table, own, minimum_common)
    chance = [_closest(exchanged(table, block, rng), own, minimum_common)[2] for _ in range(draws)]
    null = np.stack(chance, axis=1) if draws else np.empty((len(table), 0))
    drawn = (~np.isnan(null)).sum(axis=1)
    expected = np.nansum(null, axis=1) / np.where(drawn > 0, drawn, np.nan)
    p = against_chance(match, null, block)
    return Likeness(partner, common, match, expected, p, benjamini_hochberg(p))


def exchanged(table: Floats, block: Ints, rng: np.random.Generator) -> Floats:
    """The same answers to each question in each block, dealt out anew among those who answered it.

    Parameters
    ----------
    table : (n, k) float
        Answers; nan stays where it is.
    block : (n,) int
        Ballots of the same block may exchange answers.
    rng : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    (n, k) float
        A new table.

    Examples
    --------
    >>> dealt = exchanged(np.array([[1.0, 5], [2, np.nan], [9, 7]]), np.array([0, 0, 1]), np.random.default_rng(0))
    >>> sorted(dealt[:2, 0].tolist()), dealt[:, 1].tolist()
    ([1.0, 2.0], [5.0, nan, 7.0])
    """
    row, column = np.nonzero(~np.isnan(table))
    cell = block[row] * table.shape[1] + column
    places, dealt = np.argsort(cell, kind="stable"), np.lexsort((rng.random(cell.size), cell))
    found = table.copy()
    found[row[places], column[places]] = table[row[dealt], column[dealt]]
    return found


def _closest(table: Floats, own: Ints, minimum_common: int) -> tuple[Ints, Ints, Floats]:
    """Partner, common questions and match of each ballot."""
    partner, common = np.full(len(table), -1), np.zeros(len(table), dtype=np.int64)
    match = np.full(len(table), np.nan)
    values = np.unique(table[~np.isnan(table)])
    for h in np.unique(own):
        here = np.flatnonzero(own == h)
        known = (~np.isnan(table[here])).astype(np.float32)
        said = np.concatenate([known[:, :0], *((table[here] == value) for value in values)], axis=1, dtype=np.float32)
        step = max(CHUNK // here.size, 1)
        for start in range(0, here.size, step):
            rows = np.arange(start, min(start + step, here.size))
            both, best, share = _nearest(known, said, rows, minimum_common)
            usable = share >= 0
            partner[here[rows]] = np.where(usable, here[best], -1)
            common[here[rows]], match[here[rows]] = np.where(usable, both, 0), np.where(usable, share, np.nan)
    return partner, common, match


def _nearest(known: ArrayLike, said: ArrayLike, rows: Ints, minimum_common: int) -> tuple[Ints, Ints, Floats]:
    """Common questions, place and match of the closest of all ballots to ``rows``; match -1 where none is comparable."""
    knowns, answers = np.asarray(known), np.asarray(said)
    both = knowns[rows] @ knowns.T
    share = np.where(both >= max(minimum_common, 1), (answers[rows] @ answers.T) / np.maximum(both, 1), -1.0)
    share[np.arange(rows.size), rows] = -1.0
    best = share.argmax(axis=1)
    found = (np.arange(rows.size), best)
    return both[found].astype(np.int64), best, share[found].astype(np.float64)


def against_chance(match: ArrayLike, null: Floats, block: ArrayLike) -> Floats:
    """(n,) how often chance matches as much, among all draws of the band; nan where a ballot has no match.

    Parameters
    ----------
    match : (n,) float
        Largest match of each ballot; nan without one to compare with.
    null : (n, draws) float
        The same after exchanging answers.
    block : (n,) int
        Bands whose draws are pooled.

    Returns
    -------
    (n,) float
        In [0, 1].

    Notes
    -----
    p = (1 + as large) / (1 + all), the draws of the whole band together.

    Examples
    --------
    >>> against_chance([0.9, 0.2], np.array([[0.1, 0.3], [0.5, 0.2]]), np.array([0, 0])).tolist()
    [0.2, 0.8]
    """
    own, bands = np.asarray(match, dtype=np.float64), np.asarray(block)
    p = np.full(len(own), np.nan)
    for b in np.unique(bands):
        here = np.flatnonzero((bands == b) & ~np.isnan(own))
        chance = np.sort(null[bands == b], axis=None)
        chance = chance[~np.isnan(chance)]
        as_large = chance.size - np.searchsorted(chance, own[here] - 1e-6, side="left")
        p[here] = (1 + as_large) / (1 + chance.size)
    return p
