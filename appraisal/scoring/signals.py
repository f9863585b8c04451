"""Opened ballots as arrays → signals: which ballots look unusual together, under limits that were registered beforehand.

Nothing here knows when a ballot came in or in what order: that is not kept of any ballot. What is left are the answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal import stats
from appraisal.model.signal import SignalKind, SignalRules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class BallotTable:
    """n ballots × D departments.

    ``stratum``, ``paper`` (n,): codes from 0; ``step`` (n, D): answer to the score item, 0 the worst to K - 1 the best, nan for
    不了解 or none; ``low``, ``high`` (n, D): every rating that the ballot gives the department is the worst, or the best, one;
    ``asked`` (n,): departments on the ballot's paper.
    """

    stratum: Ints
    paper: Ints
    step: Floats
    low: Bools
    high: Bools
    asked: Ints
    steps: int

    @property
    def known(self) -> Ints:
        return np.asarray(np.count_nonzero(~np.isnan(self.step), axis=1))


@dataclass(frozen=True, slots=True)
class BatchSum:
    """``count`` of a batch's ``ballots`` gave a department (by place) the worst or best answer; the round leads to ``expected``."""

    department: int
    worst: bool
    count: int
    ballots: int
    expected: float


@dataclass(frozen=True, slots=True)
class BatchSums:
    """The sums that were kept of the public log's batches, out of so many ``cells`` (batches × departments × ends)."""

    sums: tuple[BatchSum, ...] = ()
    cells: int = 0


@dataclass(frozen=True, eq=False)
class Found:
    """A signal under its limits. ``stratum``: its code, -1 for all; ``department``: -1 where none is meant; ``worst``: None where
    no direction is meant; ``seen`` of ``among`` ballots, ``expected``; ``q`` or p; ``members``: rows of the table."""

    kind: SignalKind
    stratum: int
    department: int
    worst: bool | None
    seen: int
    among: int
    expected: float
    q: float
    members: Ints


def find_signals(
    table: BallotTable, rules: SignalRules, rng: np.random.Generator, batches: BatchSums | None = None
) -> tuple[Found, ...]:
    """Every signal that goes beyond the registered limits. ``rng`` deals answers out anew for nearly identical ballots."""
    return (
        *burst(table, rules, batches or BatchSums()),
        *lone(table, rules),
        *extreme(table, rules),
        *identical(table, rules),
        *alike(table, rules, rng),
        *contented(table, rules),
        *straight(table, rules),
    )


def burst(table: BallotTable, rules: SignalRules, batches: BatchSums) -> Iterator[Found]:
    """Departments on which batches of the public log heap one end of the scale.

    A batch's number is tested as Poisson against what the whole round gives a batch of its size; q of Benjamini & Hochberg over all
    cells, those that were not kept counted as unremarkable. Which ballots were in the batch nobody knows any more: the cohort
    is every ballot of the round that gives the department nothing but that end, against the person's own habit.
    """
    if not batches.sums:
        return
    p = stats.poisson_tail([one.count for one in batches.sums], [one.expected for one in batches.sums])
    q = stats.benjamini_hochberg(np.concatenate([p, np.ones(max(batches.cells - p.size, 0))]))[: p.size]
    cells: dict[tuple[int, bool], list[tuple[BatchSum, float]]] = {}
    for one, value in zip(batches.sums, q.tolist(), strict=True):
        if value <= rules.q:
            cells.setdefault((one.department, one.worst), []).append((one, value))
    for (department, worst), found in cells.items():
        seen, among = sum(one.count for one, _ in found), sum(one.ballots for one, _ in found)
        expected = sum(one.expected for one, _ in found)
        if seen - expected >= rules.minimum_ballots:
            members = np.flatnonzero(against_own(table, worst)[:, department])
            least = min(value for _, value in found)
            yield Found(SignalKind.BURST, -1, department, worst, seen, among, expected, least, members)


def lone(table: BallotTable, rules: SignalRules) -> Iterator[Found]:
    """Ballots that say the worst (or best) of one department and nothing of the others on their paper.

    Expected: what the other departments have on average; tested as a Poisson number.
    """
    single = (table.known == 1) & (table.asked > 1)
    for worst, at in ((True, table.low), (False, table.high)):
        hits = single[:, None] & at & ~np.isnan(table.step)
        seen = hits.sum(axis=0)
        others = (seen.sum() - seen) / max(seen.size - 1, 1)
        q = stats.benjamini_hochberg(stats.poisson_tail(seen, others + 0.5))
        for d in np.flatnonzero((q <= rules.q) & (seen - others >= rules.minimum_ballots)).tolist():
            rated = int(np.count_nonzero(~np.isnan(table.step[:, d])))
            members = np.flatnonzero(hits[:, d])
            yield Found(SignalKind.LONE, -1, d, worst, int(seen[d]), rated, float(others[d]), float(q[d]), members)


def extreme(table: BallotTable, rules: SignalRules) -> Iterator[Found]:
    """Departments to which more people give nothing but the worst (or best) against their own habit than the other answers lead
    one to expect, in a stratum or in all. Of a department's two ends only the more surprising one is told, and all strata together
    only where no single stratum stands out.
    """
    strata = (*range(int(table.stratum.max(initial=-1)) + 1), -1)
    heaped = {worst: against_own(table, worst) for worst in (True, False)}
    cells = [(worst, h, _extreme_cells(table, h, worst, heaped[worst])) for worst in (True, False) for h in strata]
    p = np.stack([found.p for _, _, found in cells])
    q = stats.benjamini_hochberg(p.ravel()).reshape(p.shape)
    end = np.nan_to_num(p, nan=1.0).reshape(2, len(strata), -1).min(axis=1).argmin(axis=0)
    told: set[tuple[bool, int]] = set()
    for (worst, h, found), own in zip(cells, q, strict=True):
        wanted = (
            (own <= rules.q) & (found.seen - found.expected >= rules.minimum_ballots) & (end == (0 if worst else 1))
        )
        for d in np.flatnonzero(wanted).tolist():
            if (worst, d) in told and h < 0:
                continue
            told.add((worst, d))
            rows = (table.stratum == h) | (h < 0)
            members = np.flatnonzero(rows & heaped[worst][:, d])
            among = int(np.count_nonzero(rows & ~np.isnan(table.step[:, d])))
            numbers = (int(found.seen[d]), among, float(found.expected[d]), float(own[d]))
            yield Found(SignalKind.EXTREME, h, d, worst, *numbers, members)


def _extreme_cells(table: BallotTable, stratum: int, worst: bool, heaped: Bools) -> stats.ExtremeExcess:
    rows = np.ones(len(table.stratum), dtype=bool) if stratum < 0 else table.stratum == stratum
    counts = np.stack([np.count_nonzero(table.step[rows] == k, axis=0) for k in range(table.steps)], axis=1)
    ordered = counts if worst else counts[:, ::-1]
    return stats.extreme_excess(np.column_stack([heaped[rows].sum(axis=0), ordered[:, 1:]]))


def against_own(table: BallotTable, worst: bool) -> Bools:
    """(n, D) the department gets nothing but the extreme, fewer than half of the person's other departments do."""
    at, end = (table.low, 0) if worst else (table.high, table.steps - 1)
    here = table.step == end
    others = table.known[:, None] - ~np.isnan(table.step)
    return np.asarray(here & at & ((here.sum(axis=1, keepdims=True) - here) * 2 < np.maximum(others, 1)))


def identical(table: BallotTable, rules: SignalRules) -> Iterator[Found]:
    """Groups of ballots of one stratum with the same answers to the same departments."""
    for one in stats.cohorts(table.step, table.stratum, rules.minimum_ballots, rules.minimum_answers):
        if one.q <= rules.q:
            members = np.array(one.members, dtype=np.int64)
            h = int(table.stratum[members[0]])
            among = int(np.count_nonzero(table.stratum == h))
            yield Found(SignalKind.IDENTICAL, h, -1, None, members.size, among, one.expected + 1, one.q, members)


def alike(table: BallotTable, rules: SignalRules, rng: np.random.Generator, draws: int = 10) -> Iterator[Found]:
    """Ballots of one stratum that nearly repeat another ballot of the same paper, far beyond what chance repeats."""
    match = _closest(table.step, table, rules.minimum_answers)
    block = stats.level_bands(table.step, table.stratum)
    chance = [_closest(stats.exchanged(table.step, block, rng), table, rules.minimum_answers) for _ in range(draws)]
    level = stats.level_bands(table.step, np.zeros_like(table.stratum))
    p = stats.against_chance(match, np.stack(chance, axis=1), level)
    q = stats.benjamini_hochberg(p)
    close = (q <= rules.match_q) & (match >= rules.match)
    for h in np.unique(table.stratum).tolist():
        here = table.stratum == h
        members = np.flatnonzero(close & here)
        expected = float(np.nansum(np.where(here & close, q, 0.0)))
        if members.size - expected >= rules.minimum_ballots:
            numbers = (members.size, int(np.count_nonzero(here)), expected, float(q[members].max()))
            yield Found(SignalKind.ALIKE, h, -1, None, *numbers, members)


def _closest(step: Floats, table: BallotTable, minimum: int) -> Floats:
    """(n,) share of equal answers of the closest other ballot of the stratum and paper; nan without one to compare."""
    match = np.full(len(step), np.nan)
    group = table.paper * (int(table.stratum.max(initial=0)) + 1) + table.stratum
    order = np.argsort(group, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        own = step[rows]
        own = own[:, ~np.isnan(own).all(axis=0)]
        known = (~np.isnan(own)).astype(np.float32)
        equal = sum(
            (same @ same.T for same in ((own == k).astype(np.float32) for k in range(table.steps))), start=np.float32(0)
        )
        both = known @ known.T
        share = np.where(both >= minimum, equal / np.maximum(both, 1), -1.0)
        np.fill_diagonal(share, -1.0)
        best = share.max(axis=1, initial=-1.0)
        match[rows] = np.where(best >= 0, best, np.nan)
    return match


def contented(table: BallotTable, rules: SignalRules) -> Iterator[Found]:
    """More ballots of a stratum with the best answer throughout than those that are nearly so lead one to expect."""
    best = np.count_nonzero(table.step == table.steps - 1, axis=1)
    enough = table.known >= rules.minimum_answers
    for h in np.unique(table.stratum).tolist():
        rows = enough & (table.stratum == h)
        found = stats.contented(best[rows], table.known[rows], rules.allowance)
        beyond = found.seen - found.expected - rules.allowance * found.ballots
        if found.p <= rules.q and beyond >= rules.minimum_ballots:
            members = np.flatnonzero(rows & (best == table.known))
            numbers = (found.seen, found.ballots, found.expected, found.p)
            yield Found(SignalKind.CONTENTED, h, -1, False, *numbers, members)


def straight(table: BallotTable, rules: SignalRules) -> Iterator[Found]:
    """More ballots of a stratum with one answer throughout, not the best, than people of their level give by chance."""
    found = stats.straight_lining(table.step, table.stratum, rules.minimum_answers)
    enough = table.known >= rules.minimum_answers
    first = np.nanmax(np.where(np.isnan(table.step), -1.0, table.step), axis=1)
    same = enough & ((table.step == first[:, None]) | np.isnan(table.step)).all(axis=1) & (first < table.steps - 1)
    for h, ballots in enumerate(found.ballots.tolist()):
        seen = int(np.count_nonzero(same & (table.stratum == h)))
        best = int(found.alike[h]) - seen
        expected = max(float(found.expected[h]) - best, 0.0)
        beyond = seen - expected - rules.allowance * ballots
        if found.p[h] <= rules.q and beyond >= rules.minimum_ballots:
            members = np.flatnonzero(same & (table.stratum == h))
            yield Found(SignalKind.STRAIGHT, h, -1, None, seen, ballots, expected, float(found.p[h]), members)
