"""A department says that a slip is none of its business, and the office decides."""

from datetime import datetime

from appraisal.followup.moves import next_state, of_department, release_findings, slip_of, stated
from appraisal.followup.noticing import tell_department
from appraisal.followup.reading import may_still_contest
from appraisal.followup.striking import take_up_again
from appraisal.model.faults import Refused
from appraisal.model.finding import FindingState
from appraisal.store import Session, slips
from appraisal.store.calendar import calendar


def contest(
    db: Session, slip_id: int, department: str, actor: str, now: datetime, reason: str, ground: str, proposal: str = ""
) -> None:
    """Apply to give a slip back as another's duty: with a reason, the legal ground, and who should have it, if known.

    Raises ``Refused`` later than 3 working days after the issue, a second time, or without reason and ground.
    """
    slip = of_department(slip_of(db, slip_id), department)
    to = next_state(slip, "contest")
    if not may_still_contest(slip, slips.slip_events(db, slip_id), now.date(), calendar(db)):
        raise Refused("申请退回的期限已过，或者已经申请过一次。")
    said = [stated(reason, "请写明申请退回的理由。"), f"依据：{stated(ground, '请写明法律法规或职责规定的依据。')}"]
    if proposal.strip():
        said.append(f"建议承办单位：{proposal.strip()}")
    slips.move_slip(db, slip, to, "contest", actor, now, "\n".join(said))


def uphold(db: Session, slip_id: int, actor: str, now: datetime, reason: str) -> None:
    """The slip stays where it is and counts as signed; its terms run on from the issue."""
    slip = slip_of(db, slip_id)
    to = next_state(slip, "uphold")
    slips.move_slip(db, slip, to, "uphold", actor, now, stated(reason, "请写明不同意退回的理由。"))
    tell_department(db, slip_id, "uphold", now)


def reassign(
    db: Session, slip_id: int, actor: str, now: datetime, reason: str, department: str = ""
) -> tuple[str, ...]:
    """Take the slip back: its findings are transferred, and registered anew with ``department`` where one is named; the new numbers."""
    slip = slip_of(db, slip_id)
    to = next_state(slip, "reassign")
    said = stated(reason, "请写明同意退回的理由。")
    slips.move_slip(db, slip, to, "reassign", actor, now, said)
    tell_department(db, slip_id, "reassign", now)
    released = release_findings(db, slip_id, FindingState.TRANSFERRED, "reassign", actor, now, said)
    if not department:
        return ()
    return tuple(take_up_again(db, finding.number, actor, now, said, department) for finding in released)
