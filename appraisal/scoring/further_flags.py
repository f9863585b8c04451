"""What four further rules find: ratios that stay high when shrunk, shares outside the funnel, worsening, gaps between strata.

They look at the same marks as ``flags`` from other sides, and at scores. None begins a finding by itself
(docs/decisions/0010): each is a reason to look. Every rule needs ``flag_minimum_n`` ratings, in a gap of both strata, and at
least ``LEAST_BALLOTS`` ballots, so that no reason points at a handful of people.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from appraisal import stats
from appraisal.model.flags import Rule
from appraisal.scoring import flags
from appraisal.scoring.before import Before
from appraisal.scoring.counted import Counted
from appraisal.scoring.estimates import Marked
from appraisal.store.scores import NewFlag

LEAST_BALLOTS: Final = 5
LEAST_EB05: Final = 2.0
FAR_OUT: Final = 0.001  # one-sided, beyond the 99.8 % limits
WORSE_SCORE: Final = 5.0
GAP: Final = 10.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Found:
    """What ``flags`` found, and who is to be looked at: ``least`` ballots of a mark, ``ids`` of the departments."""

    counted: Counted
    marks: Marked
    tested: stats.Flags

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(self.counted.kept.department_ids.values())

    @property
    def count(self) -> NDArray[np.int64]:
        """(D, M) ballots that ticked."""
        return (
            np.stack(self.marks.counts, axis=1) if self.marks.counts else np.zeros((len(self.ids), 0), dtype=np.int64)
        )

    @property
    def enough(self) -> NDArray[np.bool_]:
        """(D, M) problems that were tested and rest on enough ballots."""
        least = max(LEAST_BALLOTS, self.counted.policy.minimum_ballots)
        return np.asarray(self.tested.tested & ~np.isnan(self.tested.expected) & (self.count >= least))

    def flag(self, rule: Rule, d: int, m: int, **changes: object) -> NewFlag:
        """The exact test's numbers of a department × mark, with what the rule puts in their place."""
        return replace(flags.flag_of(self.counted, self.marks, self.tested, d, m), rule=rule, **changes)  # type: ignore[arg-type]


def hints(found: Found, scores: stats.Means, before: Before) -> Iterator[NewFlag]:
    """Everything that the four rules find."""
    yield from shrunk_ratios(found)
    yield from outside_funnel(found)
    if before:
        yield from worsened_marks(found, before)
        yield from worsened_scores(found, scores, before)
    yield from gaps(found)


def shrunk_ratios(found: Found) -> Iterator[NewFlag]:
    """``eb05``: the ratio is at least twofold even when few ballots are allowed for (DuMouchel 1999)."""
    tested = found.tested
    expected = np.where(tested.tested, tested.expected * tested.n, np.nan)
    shrunk = stats.shrink_counts(np.where(np.isnan(expected), 0, found.count), expected)
    for d, m in np.argwhere(found.enough & (shrunk.eb05 >= LEAST_EB05)):
        yield found.flag(Rule.EB05, d, m, ratio=float(shrunk.ebgm[d, m]), bound=float(shrunk.eb05[d, m]))


def outside_funnel(found: Found) -> Iterator[NewFlag]:
    """``funnel``: above the 99.8 % limits that allow for departments differing anyway (Spiegelhalter 2005), mark by mark."""
    ranked, n = found.counted.ranked, found.tested.n
    rated = np.where(ranked[:, None], n, 0)
    ticked = np.where(ranked[:, None], found.count, 0)
    funnels = [stats.funnel(ticked[:, m], rated[:, m]) for m in range(ticked.shape[1])]
    if not funnels:
        return
    p = np.where(found.enough, np.stack([each.p for each in funnels], axis=1), np.nan)
    q_bh, q_by = stats.benjamini_hochberg(p), stats.benjamini_yekutieli(p)
    for d, m in np.argwhere(p < FAR_OUT):
        target, limit = funnels[m].target, float(funnels[m].limits(1 - 2 * FAR_OUT)[1][d])
        ratio = float(found.tested.share[d, m]) / target
        chances = {"p": float(p[d, m]), "q_bh": float(q_bh[d, m]), "q_by": float(q_by[d, m])}
        yield found.flag(Rule.FUNNEL, d, m, expected=target, ratio=ratio, bound=limit, **chances)


def worsened_marks(found: Found, before: Before) -> Iterator[NewFlag]:
    """``worse``: a problem ticked more often than in the last round, by more than chance and at least five points."""
    now = [stats.Shares(*_of(each, found.enough[:, m])) for m, each in enumerate(found.marks.shares)]
    was = [before.mark(*mark, found.ids, found.counted.kept.plan.questionnaire) for mark in found.marks.marks]
    if not now:
        return
    this, last = (
        stats.Shares(*(np.stack(c, axis=1) for c in zip(*map(_fields, each), strict=True))) for each in (now, was)
    )
    change = stats.change(this, last)
    rule = stats.ChangeRule(found.counted.policy.flag_q, 0.05, found.counted.policy.flag_minimum_n)
    q_by = stats.benjamini_yekutieli(change.p)
    for d, m in np.argwhere(stats.risen(change, np.minimum(this.n, last.n), rule)):
        earlier = float(last.value[d, m])
        numbers = (change.p[d, m], change.q[d, m], q_by[d, m], change.low[d, m])
        p, q_bh, by, low = (float(each) for each in numbers)
        ratio = _ratio(float(this.value[d, m]), earlier)
        yield found.flag(Rule.WORSE, d, m, expected=earlier, ratio=ratio, p=p, q_bh=q_bh, q_by=by, bound=low)


def worsened_scores(found: Found, scores: stats.Means, before: Before) -> Iterator[NewFlag]:
    """``worse``: the score fell by more than chance and at least five points."""
    last = before.scores(found.ids)
    change = stats.change(scores, last)
    policy = found.counted.policy
    rule = stats.ChangeRule(policy.flag_q, WORSE_SCORE, policy.flag_minimum_n)
    q_by = stats.benjamini_yekutieli(change.p)
    for (d,) in np.argwhere(stats.fallen(change, np.minimum(scores.n, last.n), rule)):
        n, now, then = int(scores.n[d]), float(scores.value[d]), float(last.value[d])
        chances = (float(change.p[d]), float(change.q[d]), float(q_by[d]))
        yield NewFlag(
            found.ids[d], "", "", Rule.WORSE, n, n, now, then, _ratio(now, then), *chances, bound=float(change.high[d])
        )


def gaps(found: Found) -> Iterator[NewFlag]:
    """``gap``: two strata disagree about a department ten points more than they usually do; its widest gap alone."""
    counted = found.counted
    apart = stats.stratum_means(counted.cells(counted.policy.values))
    ranked = replace(apart, value=np.where(counted.ranked, apart.value, np.nan))
    policy = counted.policy
    gap = stats.stratum_gaps(ranked, stats.GapRule(policy.flag_q, GAP, max(policy.flag_minimum_n, LEAST_BALLOTS)))
    q_by, codes = stats.benjamini_yekutieli(gap.p), [stratum.code for stratum in counted.kept.plan.strata]
    for d in np.flatnonzero(gap.flagged.any(axis=0)):
        excess = np.where(gap.flagged[:, d], np.abs(gap.difference[:, d] - gap.usual), -np.inf)
        pair = int(np.argmax(excess))
        first, second = (int(each) for each in gap.pairs[pair])
        n = int(apart.n[first, d] + apart.n[second, d])
        one, other = float(apart.value[first, d]), float(apart.value[second, d])
        chances = (float(gap.p[pair, d]), float(gap.q[pair, d]), float(q_by[pair, d]))
        numbers = (n, n, one, other, _ratio(one, other), *chances)
        yield NewFlag(found.ids[d], "", "", Rule.GAP, *numbers, codes[first], codes[second], float(gap.usual[pair]))


def _ratio(now: float, then: float) -> float:
    """0 where there is nothing to divide by."""
    return now / then if then else 0.0


def _fields(shares: stats.Shares) -> tuple[Floats, ...]:
    return shares.n.astype(np.float64), shares.value, shares.se, shares.df, shares.covered


def _of(shares: stats.Shares, keep: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Floats, Floats, Floats, Floats]:
    """The shares that are to be compared; the others have no result."""
    value, se, df = (np.where(keep, part, np.nan) for part in (shares.value, shares.se, shares.df))
    return shares.n, value, se, df, shares.covered
