"""After the issue: sign, answer, return, accept, strike off, close."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from appraisal.followup.moves import next_state, of_department, slip_of, stated
from appraisal.model.calendar import after_working_days
from appraisal.model.faults import Refused
from appraisal.model.finding import FindingState
from appraisal.model.slip import FindingAnswer, SlipState
from appraisal.store import Session, following
from appraisal.store.calendar import calendar

# A returned answer gets at least so many working days, even where the first term is over.
RETURN_DAYS: Final = 5


def sign(db: Session, slip_id: int, department: str, actor: str, now: datetime, signer: str) -> None:
    """The department signs for the slip; ``signer`` is the post that signs. Raises ``Refused`` for another department's slip."""
    slip = of_department(slip_of(db, slip_id), department)
    to = next_state(slip, "sign")
    following.move_slip(db, slip, to, "sign", actor, now, stated(signer, "请填写签收人。"))


def answer(
    db: Session, slip_id: int, department: str, actor: str, now: datetime, answers: Sequence[FindingAnswer]
) -> None:
    """The department answers every finding on its slip, each with cause and measures.

    Raises ``Refused`` for another department's slip, an answer that is missing, given twice or empty, and a finding that is not on it.
    """
    slip = of_department(slip_of(db, slip_id), department)
    to = next_state(slip, "answer")
    findings = {finding.number: finding.id for finding in following.find_findings(db, slip_id=slip_id)}
    if sorted(said.finding for said in answers) != sorted(findings):
        raise Refused("请逐一答复提示单上的每个问题。")
    for said in answers:
        stated(said.cause, "请填写每个问题的原因分析。")
        stated(said.measures, "请填写每个问题的整改措施。")
    following.move_slip(db, slip, to, "answer", actor, now)
    attempt = following.attempts(db, slip_id) + 1
    following.add_answers(db, slip_id, attempt, {findings[said.finding]: said for said in answers})


def send_back(db: Session, slip_id: int, actor: str, now: datetime, reason: str) -> None:
    """The office returns the answer with a reason; the department answers again, within 5 working days at least."""
    slip = slip_of(db, slip_id)
    to = next_state(slip, "return")
    again = after_working_days(now.date(), RETURN_DAYS, calendar(db))
    due = max(again, slip.answer_by or again)
    following.move_slip(db, slip, to, "return", actor, now, stated(reason, "请写明退回的理由。"), answer_by=due)


def accept(db: Session, slip_id: int, actor: str, now: datetime, note: str) -> None:
    """The office accepts the answer after a check; ``note`` says what was checked."""
    slip = slip_of(db, slip_id)
    to = next_state(slip, "accept")
    following.move_slip(db, slip, to, "accept", actor, now, stated(note, "请写明核验了什么。"))


def strike_off(db: Session, number: str, actor: str, now: datetime, note: str) -> None:
    """Strike one finding off the ledger once the answer to its slip was accepted."""
    found = following.find_findings(db, numbers=[number])
    if not found:
        raise Refused("台账上没有这个问题。")
    finding = found[0]
    if finding.state is not FindingState.ON_SLIP or finding.slip_state is not SlipState.ACCEPTED:
        raise Refused("整改反馈核验通过以后才能销号。")
    following.move_finding(
        db, finding, FindingState.CLOSED, "strike_off", actor, now, stated(note, "请写明销号的依据。")
    )


def close(db: Session, slip_id: int, actor: str, now: datetime) -> None:
    """Close a slip whose findings are all struck off."""
    slip = slip_of(db, slip_id)
    to = next_state(slip, "close")
    if any(finding.state is not FindingState.CLOSED for finding in following.find_findings(db, slip_id=slip_id)):
        raise Refused("还有问题没有销号。")
    following.move_slip(db, slip, to, "close", actor, now)
