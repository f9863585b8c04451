"""What is seen of slips and the ledger; colours are worked out from today's date, never kept."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from appraisal.followup.moves import slip_of
from appraisal.model.calendar import Exceptions, colour
from appraisal.model.finding import RUNNING, FindingState
from appraisal.model.slip import Balance, Ledger, LedgerLine, SlipLine, SlipState, SlipView
from appraisal.store import Session, following
from appraisal.store.calendar import calendar
from appraisal.store.following import KeptFinding, KeptSlip


def slips(
    db: Session, today: date, round_code: str | None = None, department: str | None = None
) -> tuple[SlipLine, ...]:
    """Slips in the order of their drafting, those of a round or a department where one is given."""
    exceptions = calendar(db)
    return tuple(_line(kept, today, exceptions) for kept in following.all_slips(db, round_code, department))


def slip(db: Session, slip_id: int, today: date) -> SlipView:
    """One slip with its findings, answers and events. Raises ``Refused`` for an unknown one."""
    kept = slip_of(db, slip_id)
    exceptions = calendar(db)
    return SlipView(
        line=_line(kept, today, exceptions),
        sign_by=kept.sign_by,
        answer_by=kept.answer_by,
        findings=tuple(_ledger_line(one, today, exceptions) for one in following.find_findings(db, slip_id=slip_id)),
        answers=following.answers_of(db, slip_id),
        events=following.slip_events(db, slip_id),
    )


def ledger(db: Session, round_code: str | None, today: date, department: str | None = None) -> Ledger:
    """Every finding, those of a round or a department where one is given, and the balance over just these."""
    exceptions = calendar(db)
    found = following.find_findings(db, round_code, department)
    return Ledger(tuple(_ledger_line(one, today, exceptions) for one in found), _balance(one.state for one in found))


def _balance(states: Iterable[FindingState]) -> Balance:
    counted = Counter(states)
    return Balance(
        registered=counted.total(),
        closed=counted[FindingState.CLOSED],
        running=sum(counted[state] for state in RUNNING),
        unfounded=counted[FindingState.UNFOUNDED],
        transferred=counted[FindingState.TRANSFERRED],
    )


def _due(state: SlipState | None, sign_by: date | None, answer_by: date | None) -> date | None:
    """The date that the department has to keep next; none while the slip is with the office, or over."""
    return {SlipState.ISSUED: sign_by, SlipState.SIGNED: answer_by}.get(state) if state else None


def _line(kept: KeptSlip, today: date, exceptions: Exceptions) -> SlipLine:
    due = _due(kept.state, kept.sign_by, kept.answer_by)
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
        colour=colour(due, today, exceptions),
        sha256=kept.sha256,
    )


def _ledger_line(one: KeptFinding, today: date, exceptions: Exceptions) -> LedgerLine:
    due = _due(one.slip_state, one.sign_by, one.answer_by) if one.state is FindingState.ON_SLIP else None
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
        colour=colour(due, today, exceptions),
    )
