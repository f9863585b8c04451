"""What every move begins with: find the slip, look the move up, refuse what is not in the table."""

from appraisal.model.faults import Refused
from appraisal.model.slip import SLIP_MOVES, SlipState
from appraisal.store import Session, following
from appraisal.store.following import KeptSlip


def slip_of(db: Session, slip_id: int) -> KeptSlip:
    """The slip of that id. Raises ``Refused`` when there is none."""
    found = following.find_slip(db, slip_id)
    if found is None:
        raise Refused("没有这份工作提示单。")
    return found


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
