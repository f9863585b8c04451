"""Which marks stick to which departments: the exact test over one family, then what the policy says of effect and size."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from appraisal import stats
from appraisal.model.questionnaire import Role
from appraisal.scoring.counted import Counted
from appraisal.scoring.estimates import Marked
from appraisal.store.scores import NewFlag

RULE: Final = "excess"


def against_pooled(counted: Counted, marked: Marked) -> stats.Flags:
    """Every department × mark against the pooled share; the family is all departments × all real marks, comment-only ones too.

    (D, M) in the order of ``marked``; "nothing found" and "no contact" are no problems and are not tested.
    """
    share = np.stack([np.where(real, each.value, np.nan) for real, each in _each(counted, marked)], axis=1)
    se = np.stack([each.se for each in marked.shares], axis=1)
    n = np.stack([each.n for each in marked.shares], axis=1)
    policy = counted.policy
    rule = stats.FlagRule(policy.flag_q, policy.flag_ratio, policy.flag_points, policy.flag_minimum_n)
    return stats.flag_marks(share, se**2, n, rule)


def raised(counted: Counted, marked: Marked, found: stats.Flags) -> Iterator[NewFlag]:
    """The flags to keep: those that also rest on the least number of ballots."""
    ids = tuple(counted.kept.department_ids.values())
    for d, m in np.argwhere(found.flagged):
        ballots = int(marked.counts[m][d])
        if ballots < counted.policy.minimum_ballots:
            continue
        item, option = marked.marks[m]
        numbers = (
            found.share[d, m],
            found.expected[m],
            found.ratio[d, m],
            found.p[d, m],
            found.q_bh[d, m],
            found.q_by[d, m],
        )
        yield NewFlag(ids[d], item, option, RULE, int(found.n[d, m]), ballots, *(float(number) for number in numbers))


def _each(counted: Counted, marked: Marked) -> Iterator[tuple[NDArray[np.bool_] | bool, stats.Shares]]:
    questionnaire = counted.kept.plan.questionnaire
    for (item, option), shares in zip(marked.marks, marked.shares, strict=True):
        yield questionnaire.item(item).option(option).role is Role.MARK, shares
