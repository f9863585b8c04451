"""What is kept about one department, put together for its report."""

from collections.abc import Iterator, Mapping
from typing import Final

from appraisal.model.department_report import DepartmentFacts, PastFinding, RoundScore
from appraisal.model.faults import Refused
from appraisal.model.helped import Helped
from appraisal.model.objection import ReplyState
from appraisal.model.questionnaire import Questionnaire
from appraisal.model.results import MarkResult, RoundResults
from appraisal.model.round import RoundPlan, RoundState
from appraisal.model.slip_moves import SlipState
from appraisal.model.wording import Wording
from appraisal.scoring.before import comparable
from appraisal.scoring.helped import helped
from appraisal.scoring.quotations import quotations
from appraisal.scoring.reading import results, scored
from appraisal.store import Session
from appraisal.store.following import LedgerFinding, find_findings
from appraisal.store.objections import KeptReply, replies
from appraisal.store.rounds import find_round
from appraisal.store.scores import newest_run

# A row of rounds longer than this tells more of the questionnaire's history than of the department.
MOST_ROUNDS: Final = 6
FROM_COMMENTS: Final = Wording("意见建议", "Comments")
NOT_OUT: Final = frozenset({SlipState.DRAFTED, SlipState.DISCARDED, SlipState.APPROVED})


def department_facts(db: Session, round_code: str, department: str) -> DepartmentFacts:
    """The facts of a department's report. Raises ``Refused`` before the round is scored and for an unknown department."""
    kept, run = scored(db, round_code)
    if department not in kept.department_ids:
        raise Refused("%(round)s没有编号为%(department)s的被评议部门。", round=round_code, department=department)
    found = results(db, round_code)
    (own,) = (each for each in found.departments if each.code == department)
    rounds = list(_rounds_before(db, kept.plan))
    last = rounds[0] if rounds else None
    scores = [_score(each, department) for each in (found, *(results for _, results in rounds))]
    return DepartmentFacts(
        plan=kept.plan,
        results=found,
        department=department,
        published=kept.state is RoundState.PUBLISHED,
        computed_on=run.at.date(),
        history=tuple(score for score in reversed(scores) if score is not None),
        previous=_title_before(db, kept.plan),
        before={} if last is None else _marks(kept.plan.questionnaire, *last, department),
        past=_past(db, kept.plan, department),
        quotations=quotations(db, kept, department, own.score.n),
        replies=tuple(
            kept_reply.line.said for kept_reply in replies(db, round_code, department) if _is_shown(kept_reply)
        ),
    )


def _rounds_before(db: Session, plan: RoundPlan) -> Iterator[tuple[RoundPlan, RoundResults]]:
    """The rounds before, newest first, as far back as they can be compared with this one."""
    code = plan.previous
    for _ in range(MOST_ROUNDS - 1):
        before = find_round(db, code) if code else None
        if before is None or not comparable(plan, before.plan) or newest_run(db, before.id) is None:
            return
        yield before.plan, results(db, code)
        code = before.plan.previous


def _title_before(db: Session, plan: RoundPlan) -> Wording | None:
    before = find_round(db, plan.previous) if plan.previous else None
    return None if before is None else before.plan.title


def _score(found: RoundResults, department: str) -> RoundScore | None:
    own = next((each for each in found.departments if each.code == department), None)
    return None if own is None or own.score.value is None else RoundScore(found.code, found.title, own.score)


def _marks(
    now: Questionnaire, before: RoundPlan, found: RoundResults, department: str
) -> Mapping[tuple[str, str], MarkResult]:
    """The marks of the last round that this one asks in the same words."""
    own = next((each for each in found.departments if each.code == department), None)
    same = _labels(now).items() & _labels(before.questionnaire).items()
    places = {place for place, _ in same}
    return {(m.item, m.option): m for m in (own.marks if own else ()) if (m.item, m.option) in places}


def _labels(questionnaire: Questionnaire) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (item.code, option.code): (option.label.zh, option.label.en)
        for item in questionnaire.department_items
        for option in item.options
    }


def _past(db: Session, plan: RoundPlan, department: str) -> tuple[PastFinding, ...]:
    """Of the last round first, then of this one."""
    rounds = (found for found in (find_round(db, code) for code in (plan.previous, plan.code) if code) if found)
    compared = _compared(db, plan)
    return tuple(
        _past_finding(kept.plan, one, compared.get(one.number))
        for kept in rounds
        for one in find_findings(db, kept.plan.code, department)
        if _went_out(one)
    )


def _compared(db: Session, plan: RoundPlan) -> Mapping[str, Helped]:
    """Finding number → how it compares with this round; none where another round follows the last one."""
    found = helped(db, plan.previous) if plan.previous else ()
    return {one.number: one for one in found if one.against == plan.code}


def _went_out(one: LedgerFinding) -> bool:
    return one.slip_number is not None and one.slip_state is not None and one.slip_state not in NOT_OUT


def _is_shown(reply: KeptReply) -> bool:
    """Whether it is about these results and the office lets it be printed."""
    return not reply.line.finding and reply.line.state is ReplyState.SHOWN


def _past_finding(plan: RoundPlan, one: LedgerFinding, compared: Helped | None) -> PastFinding:
    label = plan.questionnaire.item(one.item).option(one.option).label if one.option else FROM_COMMENTS
    return PastFinding(
        round_code=plan.code,
        number=one.number,
        item=one.item,
        option=one.option,
        label=label,
        statement=one.statement,
        outcome=one.outcome,
        state=one.state,
        slip=one.slip_number or "",
        helped=compared,
    )
