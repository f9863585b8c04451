"""The end of a problem on the ledger, and what may come after it: strike off, keep under watch, clear, take up again."""

from calendar import monthrange
from datetime import date, datetime
from typing import Final

from appraisal.followup.moves import finding_of, stated
from appraisal.model.faults import Refused
from appraisal.model.finding import RUNNING, FindingState, Outcome
from appraisal.model.slip_moves import SlipState
from appraisal.store import Session, findings, following
from appraisal.store.following import LedgerFinding
from appraisal.store.rounds import find_round
from appraisal.store.serials import next_number

NUMBER_KIND: Final = "finding"
# What is under watch is looked at again in half a year.
WATCH_MONTHS: Final = 6


def strike_off(db: Session, number: str, actor: str, now: datetime, note: str) -> None:
    """Strike a finding off the ledger: once the answer to its slip was verified, or after a watch.

    Raises ``Refused`` before, and without what it rests on.
    """
    finding = finding_of(db, number)
    if finding.state is not FindingState.WATCHED:
        _refuse_unverified(finding)
    said = stated(note, "请写明销号的依据。")
    following.move_finding(db, finding, FindingState.CLOSED, "strike_off", actor, now, said, review_on=None)


def watch(db: Session, number: str, actor: str, now: datetime, note: str) -> date:
    """Keep a finding of a verified slip under watch (长期坚持): it stays on the ledger; when it is looked at again, in half a year."""
    finding = finding_of(db, number)
    _refuse_unverified(finding)
    review_on = half_a_year_after(now.date())
    said = stated(note, "请写明为什么要长期坚持。")
    following.move_finding(db, finding, FindingState.WATCHED, "watch", actor, now, said, review_on=review_on)
    return review_on


def clear(db: Session, number: str, actor: str, now: datetime, note: str) -> None:
    """Clear the name of a department formally (澄清正名) of a problem that was found untrue; its desk shows it. Once."""
    finding = finding_of(db, number)
    if finding.state is not FindingState.UNFOUNDED or finding.outcome != Outcome.UNFOUNDED:
        raise Refused("只有查核不属实的问题可以澄清正名。")
    if finding.cleared_on is not None:
        raise Refused("这个问题已经澄清正名。")
    said = stated(note, "请写明澄清的内容。")
    following.move_finding(db, finding, finding.state, "clear", actor, now, said, cleared_on=now.date())


def take_up_again(db: Session, number: str, actor: str, now: datetime, reason: str, department: str = "") -> str:
    """Register a problem anew under a number of its own, with the old one as its parent; the new number.

    For one that came back after it was struck off (反弹) or could not be verified, and, with ``department``, for one that is
    another department's business. It is looked into like any other. Raises ``Refused`` for any other state, and while a number
    that it was given with that department is still running.
    """
    finding = finding_of(db, number)
    _refuse_living(finding)
    kept = find_round(db, finding.round_code)
    assert kept is not None  # a finding belongs to a round
    to = department or finding.department
    if to not in kept.department_ids or (finding.state is FindingState.TRANSFERRED and to == finding.department):
        raise Refused("请选择本轮另一个被评议部门。")
    said = stated(reason, "请写明重新挂号的理由。")
    new = f"WT-{now.year}-{next_number(db, NUMBER_KIND, now.year):04d}"
    # Asked after the number was drawn: whoever draws one at the same moment waits here until the first is through.
    _refuse_running_again(db, number, to)
    row = findings.FindingRow(
        round_id=kept.id,
        department_id=kept.department_ids[to],
        item=finding.item,
        option=finding.option,
        statement=finding.statement,
        demand=finding.demand,
        basis=finding.basis,
        ballots=finding.ballots,
        texts=finding.texts,
        parent_id=finding.id,
    )
    findings.add_finding(db, new, row, actor, now)
    following.note_finding(db, finding.id, now, actor, "take_up_again", f"{new}：{said}")
    return new


def half_a_year_after(day: date) -> date:
    """The same day six months on, or the last day of that month where it has none.

    >>> half_a_year_after(date(2026, 8, 31))
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + WATCH_MONTHS, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _refuse_unverified(finding: LedgerFinding) -> None:
    if finding.state is not FindingState.ON_SLIP or finding.slip_state is not SlipState.VERIFIED:
        raise Refused("整改情况核验以后才能销号。")


def _refuse_running_again(db: Session, number: str, department: str) -> None:
    own = following.find_findings(db, department=department)
    again = next((one.number for one in own if one.parent == number and one.state in RUNNING), None)
    if again is not None:
        raise Refused("这个问题已经重新挂号：%(again)s，还在办理。", again=again)


def _refuse_living(finding: LedgerFinding) -> None:
    unverifiable = finding.state is FindingState.UNFOUNDED and finding.outcome == Outcome.UNVERIFIABLE
    if finding.state not in (FindingState.CLOSED, FindingState.TRANSFERRED) and not unverifiable:
        raise Refused("只有已销号、已转出或无法查核的问题可以重新挂号。")
