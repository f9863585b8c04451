"""After the issue, where all goes well: sign, answer, return, accept, verify, close."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from appraisal.followup.moves import next_state, of_department, slip_of, stated
from appraisal.followup.noticing import tell_department
from appraisal.model.calendar import after_working_days
from appraisal.model.evidence import MOST, Upload, checked_kind, shown_name
from appraisal.model.faults import Refused
from appraisal.model.finding import FindingState
from appraisal.model.helped import VERDICTS
from appraisal.model.slip import FindingAnswer
from appraisal.model.slip_moves import CHECKS, Check
from appraisal.store import Session, following, slips
from appraisal.store.calendar import calendar
from appraisal.store.evidence import add_evidence
from appraisal.store.rechecks import rechecks_of

# A returned answer gets at least so many working days, even where the first term is over.
RETURN_DAYS: Final = 5
NO_FILES: Final[Mapping[str, Sequence[Upload]]] = MappingProxyType({})


def sign(db: Session, slip_id: int, department: str, actor: str, now: datetime, signer: str) -> None:
    """The department signs for the slip; ``signer`` is the post that signs. Raises ``Refused`` for another department's slip."""
    slip = of_department(slip_of(db, slip_id), department)
    to = next_state(slip, "sign")
    slips.move_slip(db, slip, to, "sign", actor, now, stated(signer, "请填写签收人。"))


def answer(
    db: Session,
    slip_id: int,
    department: str,
    actor: str,
    now: datetime,
    answers: Sequence[FindingAnswer],
    files: Mapping[str, Sequence[Upload]] = NO_FILES,
) -> None:
    """The department answers every finding on its slip, each with cause and measures; ``files`` by finding number.

    Raises ``Refused`` for another department's slip, one whose problems were all cleared, an answer that is missing, given twice,
    empty or dated in the future, a finding that is not on it, and a file that is too large, of a kind that is not taken, or one
    too many.
    """
    slip = of_department(slip_of(db, slip_id), department)
    to = next_state(slip, "answer")
    findings = {finding.number: finding.id for finding in following.find_findings(db, slip_id=slip_id)}
    if not findings:
        raise Refused("提示单上已没有问题，不必反馈，等主办单位撤回。")
    if sorted(said.finding for said in answers) != sorted(findings):
        raise Refused("请逐一答复提示单上的每个问题。")
    for said in answers:
        _refuse_unfit(said, now.date())
    kinds = {number: _checked(files.get(number, ())) for number in findings}
    slips.move_slip(db, slip, to, "answer", actor, now, asked_until=None)
    attempt = following.attempts(db, slip_id) + 1
    following.add_answers(db, slip_id, attempt, {findings[said.finding]: said for said in answers})
    for number, checked in kinds.items():
        for upload, kind in checked:
            add_evidence(db, findings[number], attempt, shown_name(upload.name), kind, upload.content)


def send_back(db: Session, slip_id: int, actor: str, now: datetime, reason: str) -> None:
    """The office returns the answer with a reason; the department answers again, within 5 working days at least."""
    slip = slip_of(db, slip_id)
    to = next_state(slip, "return")
    again = after_working_days(now.date(), RETURN_DAYS, calendar(db))
    due = max(again, slip.answer_by or again)
    slips.move_slip(db, slip, to, "return", actor, now, stated(reason, "请写明退回的理由。"), answer_by=due)
    tell_department(db, slip_id, "return", now)


def accept(db: Session, slip_id: int, actor: str, now: datetime, note: str) -> None:
    """The office accepts the answer after a check; ``note`` says what was checked."""
    slip = slip_of(db, slip_id)
    to = next_state(slip, "accept")
    slips.move_slip(db, slip, to, "accept", actor, now, stated(note, "请写明核验了什么。"))


def verify(db: Session, slip_id: int, actor: str, now: datetime, how: Check, note: str) -> None:
    """The office has checked what the answer says: ``how``, and what it found. Findings may now be struck off one by one.

    A check by a small survey rests on mini-samples of the slip's findings; their codes and verdicts go into the slip's history.
    Raises ``Refused`` where none has a verdict.
    """
    slip = slip_of(db, slip_id)
    to = next_state(slip, "verify")
    rests_on = _surveys(db, slip_id) if how is Check.MINI_SURVEY else ""
    said = stated(note, "请写明核验了什么。")
    slips.move_slip(db, slip, to, "verify", actor, now, f"{CHECKS[how]}{rests_on}：{said}")


def close(db: Session, slip_id: int, actor: str, now: datetime) -> None:
    """Close a slip whose findings are all struck off or kept under watch."""
    slip = slip_of(db, slip_id)
    to = next_state(slip, "close")
    done = {FindingState.CLOSED, FindingState.WATCHED}
    if any(finding.state not in done for finding in following.find_findings(db, slip_id=slip_id)):
        raise Refused("还有问题没有销号。")
    slips.move_slip(db, slip, to, "close", actor, now)


def _surveys(db: Session, slip_id: int) -> str:
    """The concluded mini-samples of a slip's findings, in brackets."""
    numbers = [finding.number for finding in following.find_findings(db, slip_id=slip_id)]
    found = [(one.round_code, one.verdict) for number in numbers for one in rechecks_of(db, number)]
    said = [f"{code}{VERDICTS[verdict]}" for code, verdict in found if verdict is not None]
    if not said:
        raise Refused("没有可用的复测结果：先完成这份提示单上问题的小样本复测，并把结论记入台账。")
    return f"（{'、'.join(said)}）"


def _refuse_unfit(said: FindingAnswer, today: date) -> None:
    stated(said.cause, "请填写每个问题的原因分析。")
    stated(said.measures, "请填写每个问题的整改措施。")
    if said.done_on is not None and said.done_on > today:
        raise Refused("完成日期不能晚于今天；计划的日期请写在措施里。")


def _checked(uploads: Sequence[Upload]) -> list[tuple[Upload, str]]:
    if len(uploads) > MOST:
        raise Refused("每个问题最多附%(most)s个文件。", most=MOST)
    return [(upload, checked_kind(upload)) for upload in uploads]
