"""What is seen of slips and the ledger; colours are worked out from today's date, never kept."""

from collections.abc import Iterable
from datetime import date

from appraisal.followup.moves import slip_of
from appraisal.model.calendar import CONTEST_DAYS, OFFICE_DAYS, Exceptions, after_working_days, colour
from appraisal.model.finding import FindingState
from appraisal.model.slip import Balance, Event, Ledger, LedgerLine, SlipLine, SlipView
from appraisal.model.slip_moves import SLIP_MOVES, WAITS_FOR, Actor, SlipState
from appraisal.store import Session, following, objections
from appraisal.store import slips as slip_rows
from appraisal.store.calendar import calendar
from appraisal.store.evidence import evidence_of
from appraisal.store.following import LedgerFinding
from appraisal.store.slips import KeptSlip


def slips(
    db: Session, today: date, round_code: str | None = None, department: str | None = None
) -> tuple[SlipLine, ...]:
    """Slips in the order of their drafting, those of a round or a department where one is given."""
    exceptions = calendar(db)
    return tuple(_line(kept, today, exceptions) for kept in slip_rows.all_slips(db, round_code, department))


def slip(db: Session, slip_id: int, today: date) -> SlipView:
    """One slip with its findings, answers and events. Raises ``Refused`` for an unknown one."""
    kept = slip_of(db, slip_id)
    exceptions, events = calendar(db), slip_rows.slip_events(db, slip_id)
    found, appealed = following.find_findings(db, slip_id=slip_id), objections.appeal_states(db)
    return SlipView(
        line=_line(kept, today, exceptions),
        sign_by=kept.sign_by,
        answer_by=kept.answer_by,
        asked_until=kept.asked_until,
        may_ask_extension=_may_ask_extension(kept, today),
        may_contest=_may_contest(kept, events, today, exceptions),
        replaces=kept.replaces,
        findings=tuple(_ledger_line(one, today, exceptions, appealed.get(one.number, "")) for one in found),
        answers=following.answers_of(db, slip_id),
        evidence=evidence_of(db, slip_id),
        events=events,
    )


def ledger(db: Session, round_code: str | None, today: date, department: str | None = None) -> Ledger:
    """Every finding, those of a round or a department where one is given, and the balance over just these."""
    exceptions = calendar(db)
    found, appealed = following.find_findings(db, round_code, department), objections.appeal_states(db)
    lines = tuple(_ledger_line(one, today, exceptions, appealed.get(one.number, "")) for one in found)
    return Ledger(lines, Balance.of(one.state for one in found))


def department_due(kept: KeptSlip) -> date | None:
    """The date that the department has to keep next; none while the slip is with the office, or over."""
    return _due(kept.state, kept.sign_by, kept.answer_by)


def may_still_contest(kept: KeptSlip, events: Iterable[Event], today: date, exceptions: Exceptions) -> bool:
    """Whether the time to give a slip back is not over and was not used."""
    if kept.issued_on is None or any(event.action == "contest" for event in events):
        return False
    return today <= after_working_days(kept.issued_on, CONTEST_DAYS, exceptions)


def _may_contest(kept: KeptSlip, events: Iterable[Event], today: date, exceptions: Exceptions) -> bool:
    return (kept.state, "contest") in SLIP_MOVES and may_still_contest(kept, events, today, exceptions)


def _may_ask_extension(kept: KeptSlip, today: date) -> bool:
    in_time = kept.answer_by is not None and today <= kept.answer_by
    return (kept.state, "ask_extension") in SLIP_MOVES and in_time and not kept.extension_asked


def _due(state: SlipState | None, sign_by: date | None, answer_by: date | None) -> date | None:
    dates = {SlipState.ISSUED: sign_by, SlipState.SERVED: answer_by, SlipState.SIGNED: answer_by}
    return dates.get(state) if state else None


def _office_due(kept: KeptSlip, exceptions: Exceptions) -> date | None:
    if kept.number is None or WAITS_FOR.get(kept.state) is not Actor.OFFICE:
        return None
    return after_working_days(kept.moved_on, OFFICE_DAYS, exceptions)


def _line(kept: KeptSlip, today: date, exceptions: Exceptions) -> SlipLine:
    due, office_due = department_due(kept), _office_due(kept, exceptions)
    return SlipLine(
        id=kept.id,
        number=kept.number,
        round_code=kept.round_code,
        department=kept.department,
        state=kept.state,
        drafted_by=kept.drafted_by,
        approved_by=kept.approved_by,
        issued_on=kept.issued_on,
        due=due,
        colour=colour(due, today, exceptions, kept.setbacks),
        office_due=office_due,
        office_late=office_due is not None and today > office_due,
        sha256=kept.sha256,
    )


def _ledger_line(one: LedgerFinding, today: date, exceptions: Exceptions, appeal: str) -> LedgerLine:
    on_slip = _due(one.slip_state, one.sign_by, one.answer_by) if one.state is FindingState.ON_SLIP else None
    due = one.review_on if one.state is FindingState.WATCHED else on_slip
    return LedgerLine(
        number=one.number,
        round_code=one.round_code,
        department=one.department,
        item=one.item,
        option=one.option,
        statement=one.statement,
        demand=one.demand,
        basis=one.basis,
        ballots=one.ballots,
        state=one.state,
        outcome=one.outcome,
        slip_id=one.slip_id,
        slip=one.slip_number,
        due=due,
        colour=colour(due, today, exceptions, one.setbacks if on_slip else 0),
        parent=one.parent,
        cleared_on=one.cleared_on,
        texts=one.texts,
        into=one.into,
        appeal=appeal,
    )
