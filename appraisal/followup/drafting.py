"""From findings to an issued letter: bundle, approve by a second person, number, freeze, issue."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from appraisal.followup.moves import next_state, slip_of
from appraisal.followup.noticing import tell_department
from appraisal.model.calendar import ANSWER_DAYS, SIGN_DAYS, after_working_days
from appraisal.model.faults import Refused
from appraisal.model.finding import OUTCOMES, FindingState, Outcome
from appraisal.model.round import RoundPlan
from appraisal.model.slip import SlipDocument, SlipFinding
from appraisal.reports.copies import copies
from appraisal.reports.slip import refuse_missing_letters
from appraisal.store import Session, following, slips
from appraisal.store.calendar import calendar
from appraisal.store.following import LedgerFinding
from appraisal.store.rounds import find_round, find_round_by_id
from appraisal.store.serials import next_number
from appraisal.store.slip_copies import add_copies
from appraisal.store.slips import KeptSlip

CHECK_SYMBOLS: Final = 10
# What a finding is called that rests on comments alone.
COMMENTS: Final = "意见反映"
FROM_COMMENTS: Final = "意见建议反映的问题"


def bundle(db: Session, round_code: str, department: str, numbers: Sequence[str], actor: str, now: datetime) -> int:
    """Put confirmed findings of one department onto a new draft slip; its id.

    Raises ``Refused`` when the round or department is unknown, no finding is named, or one is unknown, of another department,
    not confirmed, or on a slip already.
    """
    kept = find_round(db, round_code)
    if kept is None or department not in kept.department_ids:
        raise Refused("本轮没有这个部门。")
    found = following.find_findings(db, round_code, department, numbers=numbers)
    if not found or len(found) != len(set(numbers)):
        raise Refused("请选择这个部门已查核的问题。")
    if any(finding.state is not FindingState.CONFIRMED for finding in found):
        raise Refused("只有查核属实、还没有列入提示单的问题可以列入。")
    slip_id = slips.add_slip(db, kept.id, kept.department_ids[department], actor, now)
    for finding in found:
        following.move_finding(db, finding, FindingState.ON_SLIP, "bundle", actor, now, slip_id=slip_id)
    return slip_id


def approve(db: Session, slip_id: int, actor: str, now: datetime) -> str:
    """Approve a draft that somebody else wrote; the number it gets. Terms run in working days from today.

    The document is frozen here, with its check code, the first 10 base-32 symbols of the SHA-256 of its own text. Raises
    ``Refused`` for the drafter himself (four eyes), for a slip that is no draft, for one whose problems were all cleared
    meanwhile, and for a text that the fonts cannot print.
    """
    slip = slip_of(db, slip_id)
    to = next_state(slip, "approve")
    if slip.drafted_by == actor:
        raise Refused("拟单人不能审签自己的提示单，请由另一人审签。")
    if not following.find_findings(db, slip_id=slip_id):
        raise Refused("这份草稿上已没有问题，请作废。")
    plan = find_round_by_id(db, slip.round_id).plan
    mark = plan.office.number_mark
    number = f"{mark}〔{now.year}〕{next_number(db, f'slip:{mark}', now.year)}号"
    document = _document(db, slip, plan, number, now)
    # Better said to a person who can still mend it than to the worker that prints.
    refuse_missing_letters(document)
    slips.move_slip(
        db,
        slip,
        to,
        "approve",
        actor,
        now,
        number=number,
        approved_by=actor,
        sign_by=document.sign_by,
        answer_by=document.answer_by,
        document=document.to_json(),
        check_code=document.check_code,
    )
    return number


def slip_document(db: Session, slip_id: int) -> SlipDocument:
    """What is printed: the frozen document, or for a draft a preview with no number. Raises ``Refused`` for an unknown slip."""
    slip = slip_of(db, slip_id)
    if slip.document is not None:
        return SlipDocument.from_json(slip.document)
    plan = find_round_by_id(db, slip.round_id).plan
    drafted = slips.slip_events(db, slip_id)[0].at
    return _document(db, slip, plan, "", drafted)


def issue(db: Session, slip_id: int, pdf: bytes, sha256: str, now: datetime) -> None:
    """Lay the rendered letter into the department's account and enter its copies.

    Raises ``Refused`` when it is issued already or not approved, or when the file has no place for the mark of a copy.
    """
    slip = slip_of(db, slip_id)
    to = next_state(slip, "issue")
    if hashlib.sha256(pdf).hexdigest() != sha256:
        raise Refused("文件与校验值不一致，没有发出。")
    made = copies(pdf, slip_document(db, slip_id).recipients)
    slips.move_slip(db, slip, to, "issue", "appraisal", now, sha256, issued_on=now.date(), pdf=pdf, sha256=sha256)
    add_copies(db, slip_id, made)
    tell_department(db, slip_id, "issue", now)


def pdf(db: Session, slip_id: int) -> bytes:
    """The bytes that were issued, always the same. Raises ``Refused`` before the issue."""
    kept = slips.slip_pdf(db, slip_id)
    if kept is None:
        raise Refused("这份工作提示单还没有发出。")
    return kept


def _document(db: Session, slip: KeptSlip, plan: RoundPlan, number: str, now: datetime) -> SlipDocument:
    exceptions = calendar(db)
    document = SlipDocument(
        office=plan.office.name.zh,
        number=number,
        department=slip.department_name,
        department_code=slip.department,
        title=f"关于{slip.department_name}民主评议反映问题的工作提示单",
        round_title=plan.title.zh,
        collected=f"{plan.opens_on:%Y年}{plan.opens_on.month}月{plan.opens_on.day}日至{plan.closes_on.month}月{plan.closes_on.day}日",
        findings=tuple(_printed(finding, plan) for finding in following.find_findings(db, slip_id=slip.id)),
        issued_on=now.date(),
        sign_by=after_working_days(now.date(), SIGN_DAYS, exceptions),
        answer_by=after_working_days(now.date(), ANSWER_DAYS, exceptions),
        contact=plan.office.contact,
        copy_to=plan.office.copy_to,
        check_code="",
        replaces=slip.replaces or "",
        form=plan.office.slip_form,
        website=plan.office.website,
    )
    return replace(document, check_code=_check_code(document))


def _printed(finding: LedgerFinding, plan: RoundPlan) -> SlipFinding:
    return SlipFinding(
        number=finding.number,
        label=_label(finding, plan),
        statement=finding.statement,
        outcome=OUTCOMES[Outcome(finding.outcome)],
        ballots=finding.ballots,
        basis=finding.basis,
        demand=finding.demand,
    )


def _label(finding: LedgerFinding, plan: RoundPlan) -> str:
    if not finding.item:
        return FROM_COMMENTS
    return plan.questionnaire.item(finding.item).option(finding.option).label.zh


def _check_code(document: SlipDocument) -> str:
    text = json.dumps(document.to_json(), ensure_ascii=False, sort_keys=True)
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:CHECK_SYMBOLS]
