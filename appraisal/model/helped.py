"""Did it help? A struck-off problem beside the same mark asked again: verdicts, the figures behind them, and mini-samples."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ldexp
from typing import Final

from appraisal.model.questionnaire import Option, Role
from appraisal.model.round import RoundPlan, RoundState


class Verdict(StrEnum):
    """What a comparison allows to be said. ``not_shown`` is no proof of the opposite; the last four compare nothing."""

    IMPROVED = "improved"
    NOT_SHOWN = "not_shown"
    WORSE = "worse"
    TOO_FEW = "too_few"
    NOT_ASKED = "not_asked"
    COMMENTS = "comments"
    WAITING = "waiting"


VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.IMPROVED: "有改善",
    Verdict.NOT_SHOWN: "还看不出改善",
    Verdict.WORSE: "变差",
    Verdict.TOO_FEW: "依据太少，不能判断",
    Verdict.NOT_ASKED: "后来没有按原题再问",
    Verdict.COMMENTS: "来自意见建议，没有可比的占比",
    Verdict.WAITING: "等下一轮结果",
}
COMPARED: Final = frozenset({Verdict.IMPROVED, Verdict.NOT_SHOWN, Verdict.WORSE})


@dataclass(frozen=True, slots=True)
class Ticked:
    """One mark at one department in one round: ``count`` of ``n`` ballots of the strata that were asked both times.

    ``share``: in [0, 1], over these strata weighted alike in both rounds, so not always count by n.
    """

    count: int
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class Compared:
    """The figures of a comparison: ``difference`` now minus before, its interval ``low`` to ``high`` at ``level``, ``p``, and ``q`` over
    all problems compared in that round (p itself for a mini-sample). ``chosen_from``: ticks from which it was taken up."""

    before: Ticked
    now: Ticked
    difference: float
    low: float
    high: float
    p: float
    q: float
    chosen_from: int
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Helped:
    """One problem of the ledger with its verdict; ``against``: the round it was compared with, "" where there is none yet."""

    number: str
    round_code: str
    department: str
    item: str
    option: str
    verdict: Verdict
    against: str = ""
    figures: Compared | None = None


@dataclass(frozen=True, slots=True)
class Recheck:
    """A mini-sample: the round that asks one problem of one department again. ``attempt`` counts from 1.

    ``aim``: the share that is to be shown, in [0, 1]; ``answers``: how many it takes; ``verdict``: None until it was recorded.
    """

    round_code: str
    finding: str
    attempt: int
    aim: float
    answers: int
    state: RoundState
    opens_on: date
    closes_on: date
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class StratumNeed:
    """What a mini-sample needs of one stratum: answers that know the department, and codes to give out for them."""

    stratum: str
    answers: int
    codes: int


@dataclass(frozen=True, slots=True)
class RecheckNeed:
    """How large a mini-sample has to be. ``answers`` None: nobody can ask so many that it could be shown.

    ``before``: the share in these strata when the problem was raised; ``level``: confidence of this attempt's interval.
    """

    before: Ticked
    aim: float
    power: float
    level: float
    answers: int | None
    strata: tuple[StratumNeed, ...]


def level_of(attempt: int) -> float:
    """Confidence of the interval of the nth mini-sample of one problem: each may err half as often as the one before.

    Asked again and again, some sample would show what is not there; so together they err in less than 2 × 5 %.

    >>> level_of(1), level_of(2), level_of(3)
    (0.95, 0.975, 0.9875)
    """
    return 1.0 - ldexp(0.05, 1 - attempt)


def asked_alike(now: RoundPlan, before: RoundPlan, department: str, item: str, option: str) -> bool:
    """Whether two rounds asked one mark at one department in the same words, of people chosen by the same filter question."""
    same_filter = (now.policy.score_item, _answers(now)) == (before.policy.score_item, _answers(before))
    mark = _mark(before, item, option)
    ranked = _ranked(now, department)
    if mark is None or ranked is None or not same_filter:
        return False
    return ranked is _ranked(before, department) and _mark(now, item, option) == mark


def _answers(plan: RoundPlan) -> tuple[tuple[str, Role], ...]:
    options = plan.questionnaire.item(plan.policy.score_item).options
    return tuple((option.code, option.role) for option in options)


def _mark(plan: RoundPlan, item: str, option: str) -> tuple[object, Option] | None:
    for each in plan.questionnaire.department_items:
        for one in each.options:
            if (each.code, one.code, one.role) == (item, option, Role.MARK):
                return each.wording, one
    return None


def _ranked(plan: RoundPlan, department: str) -> bool | None:
    return next((each.ranked for each in plan.departments if each.code == department), None)
