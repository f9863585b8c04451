"""Which marks stick to which departments: the exact test over one family, then what the policy says of effect and size."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from appraisal import stats
from appraisal.model.flags import Rule
from appraisal.model.questionnaire import Role
from appraisal.scoring.counted import Counted
from appraisal.scoring.estimates import Marked
from appraisal.store.scores import NewFlag


def against_pooled(counted: Counted, marked: Marked) -> stats.Flags:
    """Every department × mark by plain counts against what its mix of respondents ticks on average, in one family.

    (D, M) in the order of ``marked``, comment-only departments too; "nothing found" and "no contact" are no problems and are not
    tested. Counts, not weighted shares: a small stratum with a large preset weight would raise flags by chance.
    """
    ticked = np.zeros((*counted.rated.shape, len(marked.marks)), dtype=np.int64)
    for place, mark in enumerate(marked.marks):
        if _is_problem(counted, mark):
            ticked[:, :, place] = counted.marks[mark]
    policy = counted.policy
    rule = stats.FlagRule(policy.flag_q, policy.flag_ratio, policy.flag_points, policy.flag_minimum_n)
    found = stats.flag_counts(ticked, counted.rated, rule)
    problem = [_is_problem(counted, mark) for mark in marked.marks]
    return replace(found, expected=np.where(problem, found.expected, np.nan))


def raised(counted: Counted, marked: Marked, found: stats.Flags) -> Iterator[NewFlag]:
    """The flags to keep: those that also rest on the least number of ballots."""
    for d, m in np.argwhere(found.flagged):
        if int(marked.counts[m][d]) >= counted.policy.minimum_ballots:
            yield flag_of(counted, marked, found, d, m)


def flag_of(counted: Counted, marked: Marked, found: stats.Flags, d: int, m: int) -> NewFlag:
    """Department number ``d`` × mark number ``m`` with the exact test's numbers."""
    item, option = marked.marks[m]
    return NewFlag(
        department_id=tuple(counted.kept.department_ids.values())[d],
        item=item,
        option=option,
        rule=Rule.EXCESS,
        n=int(found.n[d, m]),
        count=int(marked.counts[m][d]),
        share=float(found.share[d, m]),
        expected=float(found.expected[d, m]),
        ratio=float(found.ratio[d, m]),
        p=float(found.p[d, m]),
        q_bh=float(found.q_bh[d, m]),
        q_by=float(found.q_by[d, m]),
    )


def _is_problem(counted: Counted, mark: tuple[str, str]) -> bool:
    item, option = mark
    return counted.kept.plan.questionnaire.item(item).option(option).role is Role.MARK
