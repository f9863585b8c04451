"""What the last round said, where both asked the same question on the same scale."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from appraisal import stats
from appraisal.model.questionnaire import Questionnaire, Role
from appraisal.model.round import RoundPlan
from appraisal.store import Session
from appraisal.store.rounds import find_round
from appraisal.store.scores import Figure, figures_of, newest_run


@dataclass(frozen=True, slots=True)
class Before:
    """Figures of the last round's newest run by department; empty where there is none, or none to compare with."""

    figures: Mapping[int, Mapping[tuple[str, str], Figure]]
    questionnaire: Questionnaire | None = None

    def __bool__(self) -> bool:
        return bool(self.figures)

    def scores(self, ids: Iterable[int]) -> stats.Means:
        """(D,) official scores of these departments, by their ids; no result for one that was not there."""
        return stats.Means(*self._columns("score", ids))

    def mark(self, item: str, option: str, ids: Iterable[int], now: Questionnaire) -> stats.Shares:
        """(D,) shares of one mark; no result where it was not asked in the same words."""
        return stats.Shares(*self._columns(f"mark:{item}:{option}" if self._asked(item, option, now) else "", ids))

    def _asked(self, item: str, option: str, now: Questionnaire) -> bool:
        if self.questionnaire is None:
            return False
        worded = now.item(item).option(option)
        return any(
            each.code == item and one.code == option and one.label == worded.label and one.role is Role.MARK
            for each in self.questionnaire.department_items
            for one in each.options
        )

    def _columns(self, measure: str, ids: Iterable[int]) -> tuple[np.ndarray, ...]:
        rows = [self.figures.get(one, {}).get((measure, "")) for one in ids]
        value, se, df = (np.array([_known(row, part) for row in rows], dtype=np.float64) for part in _PARTS)
        n = np.array([0 if row is None else row.n for row in rows], dtype=np.int64)
        return n, value, se, df, np.ones(value.shape)


_PARTS: tuple[Callable[[Figure], float | None], ...] = (lambda row: row.value, lambda row: row.se, lambda row: row.df)


def _known(row: Figure | None, part: Callable[[Figure], float | None]) -> float:
    found = None if row is None else part(row)
    return np.nan if found is None else found


def read_before(db: Session, plan: RoundPlan) -> Before:
    """The last round as ``previous`` names it, if it was scored and may be compared."""
    before = find_round(db, plan.previous) if plan.previous else None
    if before is None or not comparable(plan, before.plan):
        return Before({})
    run = newest_run(db, before.id)
    return Before({}) if run is None else Before(figures_of(db, run.id), before.plan.questionnaire)


def comparable(now: RoundPlan, before: RoundPlan) -> bool:
    """Whether a difference of the two rounds' scores means anything: same item, same options and values, same way to combine."""
    if now.policy.score_item != before.policy.score_item or now.policy.combine is not before.policy.combine:
        return False
    if dict(now.policy.values) != dict(before.policy.values):
        return False
    return _options(now) == _options(before)


def _options(plan: RoundPlan) -> list[tuple[str, str]]:
    return [(option.code, option.role) for option in plan.questionnaire.item(plan.policy.score_item).options]
