"""The ledger: colours from today's date, and a balance that always adds up."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from appraisal import followup, scoring
from appraisal.model.calendar import Chase, Colour, after_working_days, colour, is_working, working_days_until
from appraisal.model.faults import Refused
from appraisal.model.finding import Outcome
from appraisal.model.slip import Balance, Event
from appraisal.model.slip_moves import SLIP_MOVES, SlipState
from appraisal.store import Session
from appraisal.store.tables import CalendarDay
from tests.makers import ISSUED, NOW, act_on_slip, make_finding, make_slip

TODAY = NOW.date()
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
# A deed and how many days the clock jumps before it.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            sorted({*(action for _, action in SLIP_MOVES), "strike_off", "watch", "merge", "grant_appeal"})
        ),
        st.integers(0, 9),
    ),
    max_size=14,
)


@pytest.mark.parametrize(
    ("state", "today", "expected"),
    [
        (SlipState.DRAFTED, date(2026, 12, 31), Colour.GREY),
        (SlipState.ISSUED, date(2026, 11, 4), Colour.BLUE),
        (SlipState.ISSUED, date(2026, 11, 6), Colour.RED),
        (SlipState.SIGNED, date(2026, 11, 18), Colour.GREEN),
        (SlipState.SIGNED, date(2026, 11, 19), Colour.BLUE),
        (SlipState.SERVED, date(2026, 11, 9), Colour.YELLOW),
        (SlipState.SIGNED, date(2026, 11, 25), Colour.RED),
        (SlipState.ANSWERED, date(2026, 12, 31), Colour.GREY),
    ],
)
def test_a_line_has_the_colour_of_its_next_date(
    db: Session, round_code: str, state: SlipState, today: date, expected: Colour
) -> None:
    make_slip(db, state, round_code)
    assert {line.colour for line in followup.ledger(db, round_code, today).lines} == {expected}


def test_a_holiday_gives_a_day_more(db: Session, round_code: str) -> None:
    db.execute(insert(CalendarDay).values(day=date(2026, 11, 4), working=False, note="放假"))
    slip = followup.slip(db, make_slip(db, SlipState.ISSUED, round_code), NOW.date())
    assert slip.sign_by == date(2026, 11, 6)


def test_every_outcome_is_in_its_column_of_the_balance(db: Session, round_code: str) -> None:
    for outcome in (None, *Outcome):
        make_finding(db, round_code, outcome=outcome)
    make_slip(db, SlipState.CLOSED, round_code)
    assert followup.ledger(db, round_code, NOW.date()).balance == Balance(
        8, closed=2, running=3, unfounded=2, transferred=1
    )


def test_a_department_sees_its_own_lines_alone(db: Session, round_code: str) -> None:
    make_finding(db, round_code, "D1")
    assert {line.department for line in followup.ledger(db, None, NOW.date(), "D2").lines} == {"D2"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_is_done_in_whatever_order_the_tables_hold_and_the_balance_adds_up(
    db: Session, round_code: str, steps: list[tuple[str, int]]
) -> None:
    slip_id, now = make_slip(db, SlipState.DRAFTED, round_code), ISSUED
    for action, days in steps:
        now += timedelta(days=days)
        with suppress(Refused):
            _do(db, slip_id, action, now)
        followup.chase_slips(db, now)
    assert (
        _end_of_the_path(followup.slip(db, slip_id, now.date()).events) is followup.slip(db, slip_id, TODAY).line.state
    )
    found = followup.ledger(db, None, now.date())
    assert found.balance.adds_up
    assert found.balance.registered == len(found.lines)


@given(DAYS, st.integers(0, 60), st.dictionaries(DAYS, st.booleans(), max_size=20))
def test_the_end_of_a_term_is_so_many_working_days_away(start: date, days: int, exceptions: dict[date, bool]) -> None:
    due = after_working_days(start, days, exceptions)
    assert working_days_until(start, due, exceptions) == days
    assert days == 0 or is_working(due, exceptions)


@given(DAYS, DAYS)
def test_red_is_past_the_date_and_never_on_it(today: date, due: date) -> None:
    assert (colour(due, today, {}) is Colour.RED) == (today > due)
    assert colour(due, due + timedelta(days=1), {}) is Colour.RED


def _do(db: Session, slip_id: int, action: str, now: datetime) -> None:
    if action == "merge":
        into, gone = (make_finding(db, "2026-1", outcome=None) for _ in range(2))
        scoring.merge_findings(db, gone, into, "一回事", "zhuban", now)
        return
    if action == "grant_appeal":
        _clear_on_appeal(db, slip_id, now)
        return
    if action != "watch":
        act_on_slip(db, slip_id, action, now=now)
        return
    for line in followup.slip(db, slip_id, now.date()).findings:
        followup.watch(db, line.number, "zhuban", now, "要长期抓")


def _clear_on_appeal(db: Session, slip_id: int, now: datetime) -> None:
    for line in followup.slip(db, slip_id, now.date()).findings[:1]:
        followup.appeal(db, line.round_code, line.department, "d1", now, "查无此事", line.number)
        waiting = followup.appeals(db, now.date(), line.round_code)[0]
        followup.grant_appeal(db, waiting.id, "fuhe", now, "调阅记录，不属实")


def _end_of_the_path(events: tuple[Event, ...]) -> SlipState:
    """Where the events lead through the table; a step that it does not have is a KeyError."""
    state = SlipState.DRAFTED
    for event in events[1:]:
        if event.action not in tuple(Chase):
            state = SLIP_MOVES[state, event.action].to
    return state
