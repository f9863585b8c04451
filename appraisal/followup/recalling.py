"""A slip that should not have been: a draft thrown away, an issued one recalled, and the one that corrects it."""

from datetime import datetime

from appraisal.followup.moves import next_state, release_findings, slip_of, stated
from appraisal.followup.noticing import tell_department
from appraisal.model.faults import Refused
from appraisal.model.finding import FindingState
from appraisal.model.slip_moves import SlipState
from appraisal.store import Session, following, slips


def discard(db: Session, slip_id: int, actor: str, now: datetime, reason: str) -> None:
    """Throw a draft away; its findings may be bundled anew."""
    slip = slip_of(db, slip_id)
    to = next_state(slip, "discard")
    said = stated(reason, "请写明不用这份草稿的理由。")
    slips.move_slip(db, slip, to, "discard", actor, now, said)
    release_findings(db, slip_id, FindingState.CONFIRMED, "unbundle", actor, now, said)


def recall(db: Session, slip_id: int, actor: str, now: datetime, reason: str) -> None:
    """Recall an issued slip: its number and its file stay in the register, its findings may be bundled anew.

    Raises ``Refused`` for the drafter himself (four eyes) and without a reason.
    """
    slip = slip_of(db, slip_id)
    to = next_state(slip, "recall")
    if slip.drafted_by == actor:
        raise Refused("拟单人不能撤回自己的提示单，请由另一人撤回。")
    said = stated(reason, "请写明撤回的理由。")
    slips.move_slip(db, slip, to, "recall", actor, now, said, asked_until=None)
    tell_department(db, slip_id, "recall", now)
    release_findings(db, slip_id, FindingState.CONFIRMED, "unbundle", actor, now, said)


def correct(db: Session, slip_id: int, actor: str, now: datetime) -> int:
    """Draft the slip that takes the place of a recalled one, with the findings that were on it; its id.

    The new letter names the number it replaces. Raises ``Refused`` when the slip is not recalled or its findings went elsewhere.
    """
    slip = slip_of(db, slip_id)
    if slip.state is not SlipState.RECALLED or slip.document is None:
        raise Refused("只有已撤回的提示单可以更正。")
    numbers = [finding["number"] for finding in slip.document["findings"]]
    found = following.find_findings(db, slip.round_code, slip.department, numbers=numbers)
    free = [finding for finding in found if finding.state is FindingState.CONFIRMED]
    if not free:
        raise Refused("原提示单上的问题已经另行列入提示单。")
    new = slips.add_slip(db, free[0].round_id, free[0].department_id, actor, now, replaces_id=slip_id)
    for finding in free:
        following.move_finding(db, finding, FindingState.ON_SLIP, "bundle", actor, now, slip_id=new)
    return new
