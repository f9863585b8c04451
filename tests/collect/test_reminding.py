"""S12: reminders go to all unused codes at once, twice at most, and never because of what somebody did."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from appraisal import collect, store
from appraisal.collect.contacts import RosterRow, forget_contacts, has_contacts_to_forget, keep_roster, read_roster
from appraisal.collect.reminding import draw_batch, keep_batch, reminders
from appraisal.model.faults import Faulty, Refused
from appraisal.model.reminder import ReminderText, read_wording
from appraisal.secrecy.codes import show_code
from appraisal.sending import deliver, opener, ways_out
from appraisal.settings import Secrets, Settings
from appraisal.store import Engine, Session, contacts, outbox
from tests.makers import NOW, TODAY, OpenRound, make_cast, make_contacts, make_open_round, make_plan
from tests.sending.mail_servers import Postbox, served

TEXT = ReminderText("评议提醒", "请看信函。\nPlease see the letter.")


@pytest.fixture
def opened(db: Session, secrets: Secrets) -> OpenRound:
    """30 codes with contacts; another round with contacts that must never be reached."""
    make_contacts(db, secrets, make_open_round(db, secrets, make_plan(code="noise"), seed=9))
    opened = make_open_round(db, secrets)
    make_contacts(db, secrets, opened)
    return opened


def remind(db: Session, secrets: Secrets, code: str, today: date = TODAY) -> int:
    now = NOW + (today - TODAY)
    return keep_batch(db, draw_batch(db, code, TEXT, secrets, random.Random(1), today), "zhuban", now)


def sent_to(settings: Settings, engine: Engine, box: Postbox) -> list[str]:
    with served(box) as server:
        deliver(engine, ways_out(settings, server), opener(settings), NOW)
    return sorted(box.recipients)


def test_the_mail_log_is_the_list_of_unused_codes_at_batch_time(
    settings: Settings, engine: Engine, secrets: Secrets
) -> None:
    with store.transaction(engine) as db:
        opened = make_open_round(db, secrets)
        addresses = make_contacts(db, secrets, opened)
        for number in range(5):
            make_cast(db, secrets, opened, number)
        assert remind(db, secrets, opened.code) == 20
        # Somebody who answers after the batch gets the reminder all the same: what is sent tells of the batch alone.
        make_cast(db, secrets, opened, 5)
    assert sent_to(settings, engine, Postbox()) == sorted(addresses[5:])


def test_a_sent_reminder_leaves_no_line_behind(settings: Settings, engine: Engine, secrets: Secrets) -> None:
    with store.transaction(engine) as db:
        opened = make_open_round(db, secrets)
        make_contacts(db, secrets, opened)
        remind(db, secrets, opened.code)
    sent_to(settings, engine, Postbox())
    with store.reading(engine) as db:
        assert db.scalar(text("SELECT count(*) FROM outbox")) == 0
    store.truncate_log(engine)
    assert b"@example.cn" not in settings.database.read_bytes()


def test_a_bounce_is_joined_to_nothing(settings: Settings, engine: Engine, secrets: Secrets) -> None:
    with store.transaction(engine) as db:
        opened = make_open_round(db, secrets)
        make_contacts(db, secrets, opened)
        remind(db, secrets, opened.code)
    sent_to(settings, engine, Postbox(to_recipient="550 nobody"))
    with store.reading(engine) as db:
        assert db.scalar(text("SELECT count(*) FROM outbox")) == 0
        assert db.scalar(text("SELECT count(*) FROM contact")) == 30


def test_nothing_at_rest_shows_an_address_or_leads_from_a_message_to_a_code(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    remind(db, secrets, opened.code)
    sealed = db.execute(text("SELECT sealed, length(sealed) FROM contact")).all()
    rows = db.execute(text("SELECT key, recipient, sealed_recipient, subject, body FROM outbox")).all()
    assert {length for _, length in sealed} == {256 + 40}
    assert {row.sealed_recipient for row in rows}.isdisjoint({one for one, _ in sealed})
    assert {row.recipient for row in rows} == {""}
    assert len({(row.subject, row.body) for row in rows}) == 1
    digests = [digest.hex() for (digest,) in db.execute(text("SELECT digest FROM invitation"))]
    assert not any(digest[:8] in row.key for digest in digests for row in rows)


def test_a_round_reminds_twice_at_most_and_not_within_three_days(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    remind(db, secrets, opened.code)
    for day in (0, 2):
        with pytest.raises(Refused, match="至少相隔3天"):
            remind(db, secrets, opened.code, TODAY + timedelta(days=day))
    remind(db, secrets, opened.code, TODAY + timedelta(days=3))
    with pytest.raises(Refused, match="最多提醒2次"):
        remind(db, secrets, opened.code, TODAY + timedelta(days=20))
    assert outbox.waiting_reminders(db) == 60


def test_two_who_send_the_same_batch_at_once_send_it_once(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    first, second = (draw_batch(db, opened.code, TEXT, secrets, random.Random(n), TODAY) for n in (1, 2))
    keep_batch(db, first, "zhuban", NOW)
    with pytest.raises(Refused, match="已经有人发出"):
        keep_batch(db, second, "fuhe", NOW)
    assert outbox.waiting_reminders(db) == 30


def test_fewer_than_twenty_are_not_reminded(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    for number in range(11):
        make_cast(db, secrets, opened, number)
    assert reminders(db, opened.code, TODAY).unused == 0
    with pytest.raises(Refused, match="不到20人"):
        remind(db, secrets, opened.code)


@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2026, 12, 1)])
def test_nobody_is_reminded_before_or_after_the_round(
    db: Session, secrets: Secrets, opened: OpenRound, day: date
) -> None:
    with pytest.raises(Refused, match="评议期间"):
        remind(db, secrets, opened.code, day)


def test_a_cast_ballot_puts_nothing_into_the_outbox(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    make_cast(db, secrets, opened, 1)
    assert db.scalar(text("SELECT count(*) FROM outbox")) == 0


def test_a_revoked_code_is_not_reminded(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    kept = contacts.unused_contacts(db, 2)
    db.execute(
        text("UPDATE invitation SET revoked = TRUE WHERE digest = (SELECT min(digest) FROM contact WHERE round_id = 2)")
    )
    assert contacts.unused_contacts(db, 2) == kept[1:]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("请您给予满意评价", "引导"),
        ("您的评议码是 7K2M-9XQ4-TB6D", "评议码"),
        ("https://pingyi.example.cn/q/7K2M9XQ4TB6D", "评议码"),
        ("感谢您参与评议", "不能感谢"),
        ("Thank you for answering", "不能感谢"),
        ("请务必填写，否则通报", "施压"),
        ("第一行\x07", "控制字符"),
        ("", "再写正文"),
    ],
)
def test_a_text_that_steers_presses_thanks_or_carries_a_code_is_refused(body: str, said: str) -> None:
    with pytest.raises(Faulty, match=said):
        read_wording(f"提醒\n\n{body}", "wording.txt")


def test_every_fault_of_a_list_is_named_and_nothing_is_kept(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    one, two = (show_code(each.code) for each in opened.issued[:2])
    rows = [
        RosterRow(2, one, "nobody"),
        RosterRow(3, "0000-0000-0000", "a@example.cn"),
        RosterRow(4, one, "b@example.cn"),
        RosterRow(5, two, "A@example.cn"),
        RosterRow(6, show_code(opened.issued[2].code), "r2@example.cn"),
    ]
    with pytest.raises(Faulty) as caught:
        read_roster(db, opened.code, rows, "roster.csv", secrets)
    assert [(fault.row, fault.field) for fault in caught.value.faults] == [
        (2, "contact"),
        (3, "code"),
        (4, "code"),
        (5, "contact"),
        (6, "contact"),
    ]
    assert not any(one in str(fault) for fault in caught.value.faults)


def test_whether_a_code_was_used_is_not_told_when_its_contact_is_brought_in(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    make_cast(db, secrets, opened, 1)
    row = RosterRow(2, opened.issued[1].code, "new@example.cn")
    assert keep_roster(db, read_roster(db, opened.code, [row], "roster.csv", secrets)) == 1


def test_contacts_are_forgotten_thirty_days_after_the_last_day(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    last = make_plan().closes_on
    assert not has_contacts_to_forget(db, last + timedelta(days=30))
    assert has_contacts_to_forget(db, last + timedelta(days=31))
    forget_contacts(db, last + timedelta(days=31))
    assert db.scalar(text("SELECT count(*) FROM contact")) == 0
    assert collect.enter(db, opened.issued[0].code, secrets, opened.day).stratum == "enterprise"
