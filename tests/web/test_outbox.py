"""The outbox and the reminders as the office sees them."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from appraisal import store
from appraisal.model.message import Channel, Message, MessageKind
from appraisal.settings import city_now
from appraisal.store import outbox
from appraisal.store.trails import round_steps
from tests.makers import OpenRound, make_account, make_contacts
from tests.web.conftest import place_of
from tests.web.staffed import Visitor

FIT = {"subject": "评议提醒", "body": "请看信函。\nPlease see the letter."}


@pytest.fixture
def office(app: Flask, opened: OpenRound) -> Visitor:
    place = place_of(app)
    with store.transaction(place.engine) as db:
        make_account(db, "zhuban", "organiser")
        make_contacts(db, place.secrets, opened)
    return Visitor(app, "organiser")


def put_failed(app: Flask) -> None:
    now = city_now()
    with store.transaction(place_of(app).engine) as db:
        said = ("zhuban@example.cn", "提示单1号", "正文")
        outbox.put(db, "a", Message(MessageKind.NOTICE, Channel.EMAIL, *said, now.date()), now - timedelta(1))
        (kept,) = outbox.due(db, Channel.EMAIL, now, 1)
        outbox.note_failure(db, kept, "550", final=True)


def test_the_outbox_masks_addresses_and_tries_again_what_failed(app: Flask, office: Visitor) -> None:
    put_failed(app)
    page = office.get("/office/outbox").text
    assert "z***@example.cn" in page
    assert "zhuban@example.cn" not in page
    assert "550" in page
    assert office.post("/office/outbox/retry").status_code == 303
    assert "550" not in office.get("/office/outbox").text


def test_the_page_of_reminders_counts_in_steps_of_twenty(office: Visitor) -> None:
    page = office.get("/office/rounds/2026-1/reminders").text
    assert re.findall(r"<dd>(\d+)人以上", page) == ["20", "20"]


def test_a_reminder_is_previewed_before_it_can_be_sent(app: Flask, office: Visitor) -> None:
    assert "发出提醒" not in office.get("/office/rounds/2026-1/reminders").text
    page = office.post("/office/rounds/2026-1/reminders/preview", **FIT).text
    assert "发出提醒" in page
    assert "<p>Please see the letter.</p>" in page
    with store.reading(place_of(app).engine) as db:
        assert outbox.waiting_reminders(db) == 0


def test_sending_puts_one_reminder_for_each_into_the_outbox_and_says_no_count(app: Flask, office: Visitor) -> None:
    assert office.post("/office/rounds/2026-1/reminders/send", **FIT).status_code == 303
    with store.reading(place_of(app).engine) as db:
        assert outbox.waiting_reminders(db) == 30
        last = round_steps(db, 1)[-1]
    assert (last.action, last.actor, last.note) == ("remind_unused", "zhuban", "1")
    assert "20条以上" in office.get("/office/outbox").text
    assert "两次提醒至少相隔3天" in office.get("/office/rounds/2026-1/reminders").text


def test_a_steering_text_is_refused_at_its_field(app: Flask, office: Visitor) -> None:
    for deed in ("preview", "send"):
        answer = office.post(f"/office/rounds/2026-1/reminders/{deed}", subject="提醒", body="请您给予满意评价")
        assert answer.status_code == 422
        assert "会引导评议人怎样评价" in answer.text
    with store.reading(place_of(app).engine) as db:
        assert outbox.waiting_reminders(db) == 0
