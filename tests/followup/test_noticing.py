"""Notices about slips: once each, with today's level and the right dates, and with nothing in them that belongs elsewhere."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from appraisal import followup
from appraisal.model.slip_moves import SlipState
from appraisal.store import Session, outbox, people
from tests.makers import ISSUED, act_on_slip, make_account, make_slip

STOPPED = timedelta(days=3)


@pytest.fixture
def reached(db: Session, round_code: str) -> str:
    """D1 reads mail in English, D2 in Chinese, an organiser too; others of D1 and a shut account get none."""
    accounts = {
        "d1": ("department", "D1", "d1@example.cn", "en"),
        "d2": ("department", "D2", "d2@example.cn", "zh"),
        "zhuban": ("organiser", None, "zhuban@example.cn", "zh"),
        "fuhe": ("organiser", None, None, "zh"),
        "d1-old": ("department", "D1", "old@example.cn", "zh"),
    }
    for login, (role, department, email, language) in accounts.items():
        account_id = make_account(db, login, role, department)
        people.change_address(db, account_id, email, language)
    old = people.find_account(db, "d1-old")
    assert old is not None
    people.deactivate(db, old[0].id)
    return round_code


def said(db: Session) -> list[tuple[str, str, str]]:
    """Recipient, subject and body of everything in the outbox, oldest first."""
    wanted = "SELECT recipient, subject, body FROM outbox ORDER BY put_at, key"
    return [(row.recipient, row.subject, row.body) for row in db.execute(text(wanted))]


def number_of(db: Session, slip_id: int) -> str:
    return followup.slip(db, slip_id, ISSUED.date()).line.number or ""


def test_a_department_is_told_of_its_slip_in_its_language(db: Session, reached: str) -> None:
    make_slip(db, SlipState.ISSUED, reached, "D1")
    ((recipient, subject, body),) = said(db)
    assert recipient == "d1@example.cn"
    assert re.fullmatch(r"Work-prompt slip .+: issued, please log in and sign for it", subject)
    assert re.findall(r"\w+ by: (\S+)", body) == ["2026-11-05", "2026-11-24"]


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (("sign", "answer", "return"), "被退回"),
        (("sign", "ask_extension", "extend"), "同意延期"),
        (("sign", "ask_extension", "keep_term"), "不同意延期"),
        (("contest", "uphold"), "不同意退回"),
        (("recall",), "已撤回"),
    ],
)
def test_a_department_is_told_what_was_decided(db: Session, reached: str, way: tuple[str, ...], words: str) -> None:
    slip_id = make_slip(db, SlipState.ISSUED, reached, "D2")
    for action in way:
        act_on_slip(db, slip_id, action, "D2")
    subjects = [subject for recipient, subject, _ in said(db) if recipient == "d2@example.cn"]
    assert len(subjects) == 2
    assert any(words in subject for subject in subjects)


def test_a_department_whose_objection_was_right_is_told_so(db: Session, reached: str) -> None:
    slip_id = make_slip(db, SlipState.CONTESTED, reached, "D1")
    act_on_slip(db, slip_id, "reassign", "D1")
    assert [subject.rpartition(": ")[2] for _, subject, _ in said(db)][-1] == "taken back, no longer yours to deal with"


def test_an_answer_that_is_returned_twice_on_one_day_is_told_twice(db: Session, reached: str) -> None:
    slip_id = make_slip(db, SlipState.ANSWERED, reached, "D2")
    for action in ("return", "answer", "return"):
        act_on_slip(db, slip_id, action, "D2")
    assert sum("被退回" in subject for _, subject, _ in said(db)) == 2


def test_after_three_days_of_downtime_one_notice_of_todays_level_with_the_right_date(db: Session, reached: str) -> None:
    slip_id = make_slip(db, SlipState.SIGNED, reached, "D2")
    due = followup.slip(db, slip_id, ISSUED.date()).answer_by
    assert due is not None
    started = datetime.combine(due, ISSUED.time()) + STOPPED
    for minutes in range(3):
        followup.chase_slips(db, started + timedelta(minutes=minutes))
    about = [(subject, body) for _, subject, body in said(db) if number_of(db, slip_id) in subject]
    ((_, _), (subject, body)) = about
    assert subject.endswith("已逾期，现予督办")
    assert f"期限：{due.isoformat()}" in body


def test_a_department_is_told_once_that_an_unsigned_slip_counts_as_served(db: Session, reached: str) -> None:
    make_slip(db, SlipState.ISSUED, reached, "D2")
    for _ in range(2):
        followup.chase_slips(db, ISSUED + STOPPED)
    ((recipient, body),) = [(to, body) for to, subject, body in said(db) if "视同送达" in subject]
    assert (recipient, "2026-11-24" in body) == ("d2@example.cn", True)


def test_each_level_is_told_once_however_often_the_clock_looks(db: Session, reached: str) -> None:
    slip_id = make_slip(db, SlipState.SIGNED, reached, "D2")
    due = followup.slip(db, slip_id, ISSUED.date()).answer_by
    assert due is not None
    for day in range(-10, 25):
        for hour in (9, 15):
            followup.chase_slips(db, datetime(due.year, due.month, due.day, hour) + timedelta(days=day))
    words = [subject.rpartition("：")[2] for _, subject, _ in said(db) if number_of(db, slip_id) in subject]
    assert sorted(words) == sorted(["已发出，请登录签收", "期限将到", "已逾期，现予督办", "逾期较久，将移交处理"])


def test_organisers_get_one_list_a_day_of_what_is_late(db: Session, reached: str) -> None:
    make_slip(db, SlipState.SIGNED, reached, "D2")
    late = datetime(2026, 12, 30, 8, 0)
    assert not followup.organisers_untold(db, late - timedelta(minutes=1))
    assert followup.organisers_untold(db, late)
    assert [followup.tell_organisers(db, late + timedelta(hours=n)) for n in range(3)] == [1, 0, 0]
    assert not followup.organisers_untold(db, late + timedelta(hours=4))
    assert followup.tell_organisers(db, late + timedelta(days=1)) == 1
    lists = [body for to, _, body in said(db) if to == "zhuban@example.cn"]
    assert len(lists) == 2
    assert "D2" in lists[0]


def test_no_list_is_sent_when_nothing_is_late(db: Session, reached: str) -> None:
    make_slip(db, SlipState.ISSUED, reached, "D2")
    assert not followup.organisers_untold(db, ISSUED.replace(hour=9))
    assert followup.tell_organisers(db, ISSUED.replace(hour=9)) == 0


def test_no_notice_holds_what_the_office_or_a_respondent_wrote_or_how_many_ballots(db: Session, reached: str) -> None:
    db.execute(text("UPDATE finding SET ballots = 77, statement = 'CANARY7F3A'"))
    slip_id = make_slip(db, SlipState.ANSWERED, reached, "D2")
    followup.send_back(db, slip_id, "zhuban", ISSUED, "CANARY7F3A")
    followup.chase_slips(db, datetime(2026, 12, 30, 9))
    followup.tell_organisers(db, datetime(2026, 12, 30, 9))
    written = "\n".join(f"{subject}\n{body}" for _, subject, body in said(db))
    assert "CANARY7F3A" not in written
    assert "77" not in written


@pytest.mark.parametrize("wrong", ["", "nobody", "a@b@example.cn", "a@example.cn\nBcc: b@example.cn", "13800000000"])
def test_a_wrong_address_of_an_account_is_refused(db: Session, round_code: str, wrong: str) -> None:
    account_id = make_account(db, "d1", "department", "D1")
    with pytest.raises(ValueError, match="no mail address"):
        people.change_address(db, account_id, wrong, "zh")
    assert people.reachable(db, "department", "D1") == ()
    assert outbox.shown(db) == ()
