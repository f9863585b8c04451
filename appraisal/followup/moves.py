"""What every move begins with: find the slip, look the move up, refuse what is not in the table."""

from datetime import datetime

from appraisal.model.faults import Refused
from appraisal.model.finding import FindingState
from appraisal.model.slip_moves import SLIP_MOVES, SlipState
from appraisal.store import Session, following, slips
from appraisal.store.following import LedgerFinding
from appraisal.store.slips import KeptSlip


def slip_of(db: Session, slip_id: int) -> KeptSlip:
    """The slip of that id. Raises ``Refused`` when there is none."""
    found = slips.find_slip(db, slip_id)
    if found is None:
        raise Refused("没有这份工作提示单。")
    return found


def finding_of(db: Session, number: str) -> LedgerFinding:
    """The finding of that number. Raises ``Refused`` when there is none."""
    found = following.find_findings(db, numbers=[number])
    if not found:
        raise Refused("台账上没有这个问题。")
    return found[0]


def next_state(slip: KeptSlip, action: str) -> SlipState:
    """Where the action leads from the slip's state. Raises ``Refused`` when it leads nowhere from there."""
    move = SLIP_MOVES.get((slip.state, action))
    if move is None:
        raise Refused("这份工作提示单现在不能这样办理，请刷新后再看。")
    return move.to


def of_department(slip: KeptSlip, department: str) -> KeptSlip:
    """The slip, if it went to that department. Raises ``Refused`` with the same words as for one that does not exist."""
    if slip.department != department:
        raise Refused("没有这份工作提示单。")
    return slip


def stated(text: str, reason: str) -> str:
    """``text`` without blanks around it. Raises ``Refused`` with ``reason`` when nothing is left."""
    if not text.strip():
        raise Refused(reason)
    return text.strip()


def release_findings(
    db: Session, slip_id: int, to: FindingState, action: str, actor: str, now: datetime, note: str
) -> tuple[LedgerFinding, ...]:
    """Take every finding that is still open off a slip that has come to nothing; these findings, as they were."""
    found = [each for each in following.find_findings(db, slip_id=slip_id) if each.state is FindingState.ON_SLIP]
    for finding in found:
        following.move_finding(db, finding, to, action, actor, now, note, slip_id=None)
    return tuple(found)
