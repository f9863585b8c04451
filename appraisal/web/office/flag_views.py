"""What the flags page and the form beside it get: one line a department and mark, every rule's reason in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from appraisal.model.flags import FlagLine, FlagResult
from appraisal.model.round import RoundPlan
from appraisal.reports import flag_wording


@dataclass(frozen=True, slots=True)
class ReasonView:
    """What one rule says; ``chance`` is empty where the rule is no test."""

    id: int
    rule: str
    sentence: str
    chance: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A department and what stands out there. ``raised``: the flag to write up, or None; ``finding``: its number once it was."""

    code: str
    department: str
    mark: str
    reasons: tuple[ReasonView, ...]
    raised: int | None
    finding: str


def flag_view(plan: RoundPlan, flag: FlagResult, language: str) -> ReasonView:
    return ReasonView(flag.id, flag.rule, flag_wording.why(plan, flag, language), flag_wording.chance(flag, language))


def line_view(plan: RoundPlan, line: FlagLine, written: Mapping[int, str], language: str) -> LineView:
    first = line.reasons[0]
    raised = None if line.raises is None else line.raises.id
    return LineView(
        line.department,
        next(one.name[language] for one in plan.departments if one.code == line.department),
        flag_wording.subject(plan, first, language),
        tuple(flag_view(plan, one, language) for one in line.reasons),
        raised,
        "" if raised is None else written.get(raised, ""),
    )
