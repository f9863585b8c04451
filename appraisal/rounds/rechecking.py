"""A mini-sample is a small round of its own: one department, one question, fresh codes, its own tally key and public log."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from appraisal.model.faults import Refused
from appraisal.model.finding import FindingState
from appraisal.model.helped import Recheck
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.model.round import Custody, Group, Layout, RoundPlan
from appraisal.model.wording import Wording
from appraisal.rounds.running import create, kept_round
from appraisal.rounds.short_paper import short_paper
from appraisal.store import Session
from appraisal.store.following import LedgerFinding, find_findings, note_finding
from appraisal.store.rechecks import add_recheck, rechecks_of
from appraisal.store.rounds import KeptRound

LEAST_CODES: Final = 30
LONGEST_DAYS: Final = 60
# From the answer on there is something to look at; before, there is nothing new.
ASKED_AFTER: Final = frozenset({FindingState.ON_SLIP, FindingState.WATCHED, FindingState.CLOSED})

NO_FINDING: Final = "台账上没有这个问题。"
NO_MARK: Final = "这个问题来自意见建议，没有可以再问一次的选项。"
NOT_YET: Final = "整改中、长期坚持或已销号的问题才能复测。"
UNDER_WAY: Final = "复测%(round)s还没有结果，不能同时再做一次。"
TOO_FEW_CODES: Final = "主体类别%(stratum)s只有%(codes)s个评议码：每类至少30个，否则可能认出答卷人。"
BAD_DAYS: Final = "复测最短1天，最长60天，从今天或以后开始。"


@dataclass(frozen=True, slots=True)
class NewRecheck:
    """A mini-sample as it was planned: ``codes`` by stratum, ``answers`` wanted in all, ``aim`` the share to be shown, in [0, 1]."""

    finding: str
    codes: Mapping[str, int]
    opens_on: date
    closes_on: date
    aim: float
    answers: int


def plan_recheck(db: Session, new: NewRecheck, actor: str, now: datetime) -> str:
    """Set up the round of a mini-sample as a draft; its code. Its days, codes and questions are fixed when it is opened.

    Raises ``Refused`` for a problem that has no mark or is not far enough, while another mini-sample of it has no result, and
    for codes and days that do not do.
    """
    finding = _finding(db, new.finding)
    before = kept_round(db, finding.round_code)
    earlier = rechecks_of(db, new.finding)
    _refuse_unfit(finding, earlier)
    _refuse_small(before, new, now.date())
    attempt = len(earlier) + 1
    plan = _plan(before.plan, finding, new, attempt)
    round_id = create(db, plan, actor, now)
    add_recheck(db, round_id, finding.id, attempt, new.aim, new.answers)
    note_finding(db, finding.id, now, actor, "recheck", plan.code)
    return plan.code


def _refuse_unfit(finding: LedgerFinding, earlier: tuple[Recheck, ...]) -> None:
    if not finding.option:
        raise Refused(NO_MARK)
    if finding.state not in ASKED_AFTER:
        raise Refused(NOT_YET)
    for one in earlier:
        if one.verdict is None:
            raise Refused(UNDER_WAY, round=one.round_code)


def _refuse_small(before: KeptRound, new: NewRecheck, today: date) -> None:
    if not new.codes or not set(new.codes) <= set(before.stratum_ids):
        raise Refused("请选择这一轮的主体类别。")
    for stratum, codes in new.codes.items():
        if codes < LEAST_CODES:
            raise Refused(TOO_FEW_CODES, stratum=stratum, codes=codes)
    if new.opens_on < today or not 0 < (new.closes_on - new.opens_on).days <= LONGEST_DAYS:
        raise Refused(BAD_DAYS)


def _plan(before: RoundPlan, finding: LedgerFinding, new: NewRecheck, attempt: int) -> RoundPlan:
    department = next(each for each in before.departments if each.code == finding.department)
    group = next(each for each in before.groups if each.code == department.group)
    digits = finding.number.removeprefix("WT-")
    again = f"-{attempt}" if attempt > 1 else ""
    source = short_paper("FC" + digits.replace("-", ""), before.questionnaire, before.policy.score_item, finding.item)
    return replace(
        before,
        code=f"FC-{digits}{again}",
        # Neutral: neither the problem nor that anything was put right is told to those who are asked.
        title=Wording(f"{department.name.zh}服务情况评议", f"Appraisal of {department.name['en']}"),
        kind="专项",
        opens_on=new.opens_on,
        closes_on=new.closes_on,
        questionnaire=read_questionnaire(source, "questionnaire.toml"),
        questionnaire_source=source,
        departments=(department,),
        strata=tuple(replace(each, codes=new.codes[each.code]) for each in before.strata if each.code in new.codes),
        groups=(_group(group, new.codes),),
        policy=replace(before.policy, minimum_strata=1, signals=None),
        previous=before.code,
        per_ballot=1,
        tally_key=Custody.FILE,
        layout=Layout.ONE_PAGE,
        open_channel=False,
    )


def _group(group: Group, strata: Mapping[str, int]) -> Group:
    """The group with the weights of these strata; alike where none of them weighs anything."""
    weights = {code: group.weights.get(code, 0.0) for code in strata}
    return replace(group, weights=weights if any(weights.values()) else dict.fromkeys(strata, 1.0))


def _finding(db: Session, number: str) -> LedgerFinding:
    found = find_findings(db, numbers=[number])
    if not found:
        raise Refused(NO_FINDING)
    return found[0]
