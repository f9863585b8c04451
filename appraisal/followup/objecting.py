"""What a department has to say, and what the office decides: replies, and appeals that somebody else than who judged decides.

Nothing here leads to a respondent, and no term of a slip stops for it. An appeal that is upheld clears the department formally.
"""

from datetime import date, datetime
from typing import Final

from appraisal.followup.appeal_notices import tell_of_appeal, tell_of_decision
from appraisal.followup.moves import finding_of, slip_of, stated
from appraisal.followup.noticing import tell_department
from appraisal.model.calendar import after_working_days
from appraisal.model.faults import Refused
from appraisal.model.finding import FINDING_MOVES, FindingState, Outcome
from appraisal.model.objection import (
    APPEAL_DAYS,
    APPEAL_MOVES,
    DECIDE_DAYS,
    REPLY_MOVES,
    AppealLine,
    AppealState,
    Objections,
    ReplyLine,
)
from appraisal.model.round import RoundState
from appraisal.model.slip_moves import SLIP_MOVES, SlipState
from appraisal.store import Session, findings, following, objections, slips
from appraisal.store.calendar import calendar
from appraisal.store.following import LedgerFinding
from appraisal.store.objections import KeptAppeal, Subject
from appraisal.store.rounds import find_round, note_round
from appraisal.store.trails import round_steps

NOT_YOURS: Final = "没有可以申辩的结果或者问题。"
NOT_NOW: Final = "这件申诉现在不能这样办理，请刷新后再看。"
SAME_PERSON: Final = "查核或者发布的人不能决定对它的申诉，请由另一人复核。"
BEING_PRINTED: Final = "这个问题所在的提示单正在印制，发出以后再决定。"
NOT_RUNNING: Final = "这个问题已经转出或者澄清，不必再申诉。"
EMPTIED: Final = "申诉成立，提示单上已没有问题。"


def reply(db: Session, round_code: str, department: str, actor: str, now: datetime, said: str, number: str = "") -> int:
    """Keep what a department says about a problem on one of its slips, or with no ``number`` about its published results; its id.

    Raises ``Refused`` for what has not gone out to this department, and for an empty text.
    """
    about, _ = _subject(db, round_code, department, number)
    reply_id = objections.add_reply(db, about, stated(said, "请写明申辩的内容。"), actor, now)
    _note(db, about, actor, "reply", now)
    return reply_id


def move_reply(db: Session, reply_id: int, action: str, actor: str, now: datetime) -> None:
    """Let a reply be printed in the department's report, or not any more (``show_reply``, ``hide_reply``)."""
    found = objections.replies(db, reply_id=reply_id)
    move = REPLY_MOVES.get((found[0].line.state, action)) if found else None
    if move is None:
        raise Refused("没有这份申辩，或者已经这样办了。")
    objections.move_reply(db, found[0].line, move.to)
    _note(db, found[0].subject, actor, action, now)


def appeal(
    db: Session, round_code: str, department: str, actor: str, now: datetime, grounds: str, number: str = ""
) -> None:
    """Appeal against what was found of a problem, or with no ``number`` against the results; once, within 10 working days.

    The days run from the issue of the slip or from the publication. Raises ``Refused`` later, a second time, for what has not gone
    out to this department or is no longer held against it, and without grounds.
    """
    about, since = _subject(db, round_code, department, number)
    if number and (finding_of(db, number).state, "rejudge") not in FINDING_MOVES:
        raise Refused(NOT_RUNNING)
    if now.date() > after_working_days(since, APPEAL_DAYS, calendar(db)):
        raise Refused("申诉的期限已过。")
    if not objections.add_appeal(db, about, stated(grounds, "请写明申诉的理由和依据。"), actor, now):
        raise Refused("同一件事只能申诉一次。")
    _note(db, about, actor, "appeal", now)
    tell_of_appeal(db, about, now)


def withdraw_appeal(db: Session, appeal_id: int, department: str, actor: str, now: datetime) -> None:
    """The department takes its appeal back; it cannot be filed again."""
    kept = _appeal(db, appeal_id)
    if kept.subject.department != department:
        raise Refused(NOT_NOW)
    objections.move_appeal(db, kept, _to(kept, "withdraw_appeal"), actor, now)
    _note(db, kept.subject, actor, "withdraw_appeal", now)


def grant_appeal(db: Session, appeal_id: int, actor: str, now: datetime, decision: str) -> None:
    """Uphold an appeal: the problem is judged anew as unfounded, taken off its slip, and the department is cleared of it.

    A slip on which nothing is left is recalled, unless who decides drafted it; then it waits for another person. A draft is thrown
    away. What follows for published results stands in the decision; a published score is not computed anew. Raises ``Refused`` for
    who judged the problem or published the results, without reasons, and while a letter with the problem on it is being printed.
    """
    kept = _decided(db, appeal_id, "grant_appeal", actor, now, decision)
    if kept.subject.finding_id is None:
        return
    finding = finding_of(db, kept.subject.finding)
    if (finding.state, "rejudge") not in FINDING_MOVES:
        raise Refused(NOT_RUNNING)
    # Its document is frozen: the letter would hold against the department what it is cleared of here.
    if finding.slip_state is SlipState.APPROVED:
        raise Refused(BEING_PRINTED)
    values = {"outcome": Outcome.UNFOUNDED, "slip_id": None, "review_on": None, "cleared_on": now.date()}
    following.move_finding(db, finding, FindingState.UNFOUNDED, "rejudge", actor, now, decision.strip(), **values)
    following.note_finding(db, finding.id, now, actor, "clear", decision.strip())
    _take_back_emptied(db, finding, actor, now)


def reject_appeal(db: Session, appeal_id: int, actor: str, now: datetime, decision: str) -> None:
    """Leave things as they are. Raises ``Refused`` for who judged the problem or published the results, and without reasons."""
    _decided(db, appeal_id, "reject_appeal", actor, now, decision)


def appeals(
    db: Session, today: date, round_code: str | None = None, department: str | None = None
) -> tuple[AppealLine, ...]:
    """Appeals, newest first, with the day until when each has to be decided."""
    found, exceptions = objections.appeals(db, round_code, department), calendar(db)
    lines = []
    for kept in reversed(found):
        open_until = after_working_days(kept.filed_at.date(), DECIDE_DAYS, exceptions)
        decide_by = open_until if kept.state is AppealState.FILED else None
        lines.append(_line(kept, decide_by, decide_by is not None and today > decide_by))
    return tuple(lines)


def replies(db: Session, round_code: str | None = None, department: str | None = None) -> tuple[ReplyLine, ...]:
    """Replies, newest first."""
    return tuple(kept.line for kept in reversed(objections.replies(db, round_code, department)))


def objections_to(db: Session, today: date, round_code: str, department: str, number: str = "") -> Objections:
    """What was said about a problem, or with no ``number`` about the results, and until when the department may appeal."""
    own = tuple(one for one in appeals(db, today, round_code, department) if one.finding == number)
    said = tuple(one for one in replies(db, round_code, department) if one.finding == number)
    return Objections(said, own, None if own else _appeal_by(db, today, round_code, department, number))


def may_decide(db: Session, line: AppealLine, actor: str) -> bool:
    """Whether an open appeal is this person's to decide: not of who judged the problem or published the results."""
    return line.state is AppealState.FILED and _judge_of(db, _appeal(db, line.id).subject) != actor


def _appeal_by(db: Session, today: date, round_code: str, department: str, number: str) -> date | None:
    try:
        _, since = _subject(db, round_code, department, number)
    except Refused:
        return None
    last = after_working_days(since, APPEAL_DAYS, calendar(db))
    running = not number or (finding_of(db, number).state, "rejudge") in FINDING_MOVES
    return last if running and today <= last else None


def _subject(db: Session, round_code: str, department: str, number: str) -> tuple[Subject, date]:
    """What is objected to, and since when the department knows it."""
    kept = find_round(db, round_code)
    if kept is None or department not in kept.department_ids:
        raise Refused(NOT_YOURS)
    about = (kept.id, round_code, kept.department_ids[department], department)
    if not number:
        published = [step.at.date() for step in round_steps(db, kept.id) if step.action == "publish"]
        if kept.state is not RoundState.PUBLISHED or not published:
            raise Refused(NOT_YOURS)
        return Subject(*about), published[-1]
    finding = finding_of(db, number)
    slip = None if finding.slip_id is None else slips.find_slip(db, finding.slip_id)
    if (finding.round_code, finding.department) != (round_code, department) or slip is None or slip.issued_on is None:
        raise Refused(NOT_YOURS)
    return Subject(*about, finding.id, number), slip.issued_on


def _appeal(db: Session, appeal_id: int) -> KeptAppeal:
    found = objections.appeals(db, appeal_id=appeal_id)
    if not found:
        raise Refused(NOT_NOW)
    return found[0]


def _to(kept: KeptAppeal, action: str) -> AppealState:
    move = APPEAL_MOVES.get((kept.state, action))
    if move is None:
        raise Refused(NOT_NOW)
    return move.to


def _decided(db: Session, appeal_id: int, action: str, actor: str, now: datetime, decision: str) -> KeptAppeal:
    kept = _appeal(db, appeal_id)
    to, said = _to(kept, action), stated(decision, "请写明复核决定的理由。")
    if _judge_of(db, kept.subject) == actor:
        raise Refused(SAME_PERSON)
    objections.move_appeal(db, kept, to, actor, now, said)
    _note(db, kept.subject, actor, action, now, said)
    tell_of_decision(db, kept.subject, to, now)
    return kept


def _judge_of(db: Session, about: Subject) -> str:
    if about.finding_id is not None:
        return findings.who_judged(db, about.finding_id)
    published = [step.actor for step in round_steps(db, about.round_id) if step.action == "publish"]
    return published[-1] if published else ""


def _take_back_emptied(db: Session, finding: LedgerFinding, actor: str, now: datetime) -> None:
    if finding.slip_id is None or following.find_findings(db, slip_id=finding.slip_id):
        return
    slip = slip_of(db, finding.slip_id)
    if slip.state is SlipState.DRAFTED:
        slips.move_slip(db, slip, SlipState.DISCARDED, "discard", actor, now, EMPTIED)
    elif (slip.state, "recall") in SLIP_MOVES and slip.drafted_by != actor:
        slips.move_slip(db, slip, SlipState.RECALLED, "recall", actor, now, EMPTIED, asked_until=None)
        tell_department(db, slip.id, "recall", now)


def _note(db: Session, about: Subject, actor: str, action: str, now: datetime, said: str = "") -> None:
    if about.finding_id is None:
        note_round(db, about.round_id, actor, action, now, f"{about.department}：{said}" if said else about.department)
    else:
        following.note_finding(db, about.finding_id, now, actor, action, said)


def _line(kept: KeptAppeal, decide_by: date | None, late: bool) -> AppealLine:
    return AppealLine(
        kept.id,
        kept.subject.round_code,
        kept.subject.department,
        kept.subject.finding,
        kept.state,
        kept.filed_at,
        kept.grounds,
        decide_by,
        late,
        kept.decided_at,
        kept.decided_by,
        kept.decision,
    )
