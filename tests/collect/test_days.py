"""Ballots are taken from a round's first day to its last; what was begun in time may be finished on the day after."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, event, text

from appraisal import collect, rounds, store
from appraisal.model.ballot import Answers, DraftBallot
from appraisal.model.faults import Refused
from appraisal.secrecy.codes import new_code
from appraisal.settings import Secrets
from appraisal.store import Session
from tests.makers import NOW, OpenRound, make_answers, make_cast, make_entry, make_open_round, make_plan

FIRST, LAST = make_plan().opens_on, make_plan().closes_on
DAY = timedelta(days=1)
RNG = random.Random(13)
NONCE = b"n" * 16


def begin(db: Session, secrets: Secrets, opened: OpenRound, number: int = 0) -> collect.Entry:
    """Come in on the first day; the draft is kept."""
    entry = make_entry(db, secrets, opened, number)
    blank = collect.read_draft(db, entry, secrets, lambda _: NONCE)
    collect.keep_draft(db, entry, blank, secrets, FIRST)
    return entry


def submit(db: Session, secrets: Secrets, entry: collect.Entry, today: date) -> str:
    answers = make_answers(entry.round.plan.questionnaire, entry.paper, 1, "等了很久")
    return collect.cast(db, entry, answers, NONCE, secrets, RNG, today)


def kept(db: Session) -> tuple[int, int, int]:
    """Codes spent, ballots, sealed comments."""
    asked = ("invitation WHERE spent", "ballot", "sealed_comment")
    spent, ballots, comments = (db.scalar(text(f"SELECT count(*) FROM {rest}")) or 0 for rest in asked)
    return spent, ballots, comments


def reason(db: Session, secrets: Secrets, code: str, today: date) -> str:
    with pytest.raises(Refused) as refused:
        collect.enter(db, code, secrets, today)
    return refused.value.reason


@pytest.mark.parametrize("today", [FIRST, LAST])
def test_a_code_lets_in_on_the_first_and_on_the_last_day(
    db: Session, secrets: Secrets, opened: OpenRound, today: date
) -> None:
    entry = collect.enter(db, opened.issued[0].code, secrets, today)
    submit(db, secrets, entry, today)
    assert kept(db)[:2] == (1, 1)


@pytest.mark.parametrize("today", [FIRST - DAY, LAST + DAY, LAST + 30 * DAY])
def test_s22_on_any_other_day_a_good_code_is_refused_like_an_unknown_one(
    db: Session, secrets: Secrets, opened: OpenRound, today: date
) -> None:
    begin(db, secrets, opened)
    unknown = reason(db, secrets, new_code(random.Random(99)), today)
    assert {reason(db, secrets, issued.code, today) for issued in opened.issued[:3]} == {unknown}


def asked(engine: Engine, secrets: Secrets, code: str, today: date) -> list[str]:
    """The statements that an attempt to enter sends to the database."""
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    with store.transaction(engine) as db:
        event.listen(engine, "before_cursor_execute", note)
        reason(db, secrets, code, today)
        event.remove(engine, "before_cursor_execute", note)
    return said


@pytest.mark.parametrize("today", [FIRST - DAY, LAST + DAY])
def test_s22_on_any_other_day_a_good_code_costs_no_more_look_ups_than_an_unknown_one(
    engine: Engine, secrets: Secrets, opened: OpenRound, today: date
) -> None:
    unknown = asked(engine, secrets, new_code(random.Random(99)), today)
    assert asked(engine, secrets, opened.issued[0].code, today) == unknown
    assert len(unknown) == 3


def test_a_ballot_that_was_begun_is_taken_on_the_day_after_the_last_one(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    begin(db, secrets, opened)
    entry = collect.resume(db, opened.issued[0].code, secrets, LAST + DAY)
    receipt = submit(db, secrets, entry, LAST + DAY)
    assert kept(db)[:2] == (1, 1)
    assert submit(db, secrets, entry, LAST + DAY) == receipt


def test_a_draft_is_still_kept_on_the_day_after_the_last_one(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = begin(db, secrets, opened)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper)
    collect.keep_draft(db, entry, DraftBallot(answers, entry.paper, NONCE), secrets, LAST + DAY)
    assert collect.read_draft(db, entry, secrets, RNG.randbytes).answers == answers


def test_two_days_after_the_last_one_nothing_is_taken(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry, late = begin(db, secrets, opened), LAST + 2 * DAY
    with pytest.raises(Refused, match="现在不能使用"):
        collect.resume(db, opened.issued[0].code, secrets, late)
    with pytest.raises(Refused, match="现在不能使用"):
        collect.keep_draft(db, entry, DraftBallot(Answers(), entry.paper, NONCE), secrets, late)
    with pytest.raises(Refused, match="不接收"):
        submit(db, secrets, entry, late)
    assert kept(db) == (0, 0, 0)


@pytest.mark.parametrize("today", [FIRST - DAY, LAST + DAY])
def test_without_a_draft_nothing_is_taken_outside_the_days(
    db: Session, secrets: Secrets, opened: OpenRound, today: date
) -> None:
    begin(db, secrets, opened, 1)
    entry = make_entry(db, secrets, opened, 0)
    with pytest.raises(Refused, match="现在不能使用"):
        collect.resume(db, opened.issued[0].code, secrets, today)
    with pytest.raises(Refused, match="现在不能使用"):
        collect.keep_draft(db, entry, DraftBallot(Answers(), entry.paper, NONCE), secrets, today)
    with pytest.raises(Refused, match="不接收"):
        submit(db, secrets, entry, today)
    assert kept(db) == (0, 0, 0)


def test_a_round_that_was_closed_gives_no_day_after(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = begin(db, secrets, opened)
    rounds.close(db, opened.code, "zhuban", NOW)
    with pytest.raises(Refused, match="不接收"):
        submit(db, secrets, entry, LAST + DAY)
    with pytest.raises(Refused, match="现在不能使用"):
        collect.resume(db, opened.issued[0].code, secrets, LAST + DAY)
    assert kept(db) == (0, 0, 0)


def test_a_repetition_gets_its_receipt_on_any_later_day(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = begin(db, secrets, opened)
    receipt = submit(db, secrets, entry, LAST)
    assert submit(db, secrets, entry, LAST + 30 * DAY) == receipt
    assert kept(db)[:2] == (1, 1)


def test_the_days_of_one_open_round_say_nothing_of_another(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    plan = make_plan(code="2027", opens_on=LAST + DAY, closes_on=LAST + 20 * DAY)
    later = make_open_round(db, secrets, plan, seed=2)
    assert collect.enter(db, later.issued[0].code, secrets, LAST + DAY).round.plan.code == "2027"
    reason(db, secrets, opened.issued[0].code, LAST + DAY)
    reason(db, secrets, later.issued[0].code, LAST)
    make_cast(db, secrets, opened)
    assert kept(db)[:2] == (1, 1)
