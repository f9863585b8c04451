"""Against the last round: only where both asked the same question on the same scale."""

from collections.abc import Iterator, Mapping

import numpy as np

from appraisal import stats
from appraisal.model.round import RoundPlan
from appraisal.scoring.counted import Counted
from appraisal.scoring.estimates import number
from appraisal.store import Session
from appraisal.store.rounds import find_round
from appraisal.store.scores import Figure, newest_run, scores_of


def change_figures(db: Session, counted: Counted, scores: stats.Means) -> Iterator[Figure]:
    """The difference of every department that has a score in both rounds; q is adjusted over them. Empty when not comparable."""
    before = _scores_before(db, counted)
    if not before:
        return
    codes = tuple(counted.kept.department_ids)
    found = stats.change(scores, _in_order(before, codes))
    columns = (found.difference, found.se, found.df, found.low, found.high, found.q)
    for place, (code, department_id) in enumerate(counted.kept.department_ids.items()):
        difference, se, df, low, high, q = (number(column[place]) for column in columns)
        if difference is None or low is None:
            continue
        n = int(scores.n[place])
        yield Figure(department_id, "change", "", difference, se, df, low, high, n=n, reference=before[code].value, q=q)


def comparable(now: RoundPlan, before: RoundPlan) -> bool:
    """Whether a difference of the two rounds' scores means anything: same item, same options and values, same way to combine."""
    if now.policy.score_item != before.policy.score_item or now.policy.combine is not before.policy.combine:
        return False
    if dict(now.policy.values) != dict(before.policy.values):
        return False
    return _options(now) == _options(before)


def _options(plan: RoundPlan) -> list[tuple[str, str]]:
    return [(option.code, option.role) for option in plan.questionnaire.item(plan.policy.score_item).options]


def _scores_before(db: Session, counted: Counted) -> Mapping[str, Figure]:
    plan = counted.kept.plan
    before = find_round(db, plan.previous) if plan.previous else None
    if before is None or not comparable(plan, before.plan):
        return {}
    run = newest_run(db, before.id)
    return {} if run is None else scores_of(db, run.id)


def _in_order(before: Mapping[str, Figure], codes: tuple[str, ...]) -> stats.Means:
    rows = [before.get(code) for code in codes]
    value, se, df = (
        np.array(
            [np.nan if row is None or part is None else part for row in rows for part in [getattr(row, name, None)]]
        )
        for name in ("value", "se", "df")
    )
    n = np.array([0 if row is None else row.n for row in rows], dtype=np.int64)
    return stats.Means(n, value, se, df, np.ones(value.shape))
