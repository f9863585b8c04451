"""From the code to the receipt, by the real pages on a real database."""

import dataclasses
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from appraisal import rounds, store
from appraisal.settings import Secrets
from appraisal.store import tables
from tests.makers import NOW, OpenRound, default_questionnaire, make_open_round, make_opened, make_plan, make_policy
from tests.web.conftest import place_of
from tests.web.respondent_journey import FULL, Respondent, checked, offered


@pytest.fixture
def respondent(app: Flask, opened: OpenRound) -> Respondent:
    """Somebody who is in."""
    respondent = Respondent(app)
    respondent.enter(opened.issued[0].code)
    return respondent


def ranked(respondent: Respondent) -> list[str]:
    return [code for code in respondent.departments() if code != "D4"]


@pytest.mark.parametrize(("language", "thanks"), [("zh", "已收到，谢谢"), ("en", "has been received")])
def test_a_respondent_walks_from_the_code_to_the_receipt(
    app: Flask, opened: OpenRound, language: str, thanks: str
) -> None:
    respondent = Respondent(app, language)
    assert respondent.enter(opened.issued[0].code).location == "/ballot"
    for department in respondent.departments():
        assert respondent.answer(department, **FULL).status_code == 303
    assert respondent.post("/ballot/overall", **{"item-O1": "S3", "item-O2": "好"}).location == "/ballot/review"
    receipt = respondent.submit(respondent.nonce())
    assert len(receipt) == 19
    assert thanks in respondent.text


@pytest.mark.parametrize(("language", "said"), [("zh", "摘录几条意见"), ("en", "may be quoted")])
def test_who_writes_is_told_when_the_round_allows_quoting_and_only_then(
    app: Flask, secrets: Secrets, opened: OpenRound, language: str, said: str
) -> None:
    quoting = dataclasses.replace(make_plan(), code="2026-Q", policy=make_policy(quotations=True))
    with store.transaction(place_of(app).engine) as db:
        other = make_open_round(db, secrets, quoting, seed=2)
    for each, told in ((other, True), (opened, False)):
        respondent = Respondent(app, language)
        respondent.enter(each.issued[0].code)
        assert (said in respondent.get(f"/ballot/d/{respondent.departments()[0]}").text) is told


def test_what_was_answered_is_what_is_opened(app: Flask, opened: OpenRound, respondent: Respondent) -> None:
    respondent.answer(ranked(respondent)[0], **FULL)
    respondent.submit(respondent.nonce())
    with store.transaction(place_of(app).engine) as db:
        rounds.close(db, opened.code, "zhuban", NOW)
        assert make_opened(db, opened.code, opened.key.private, random.Random(1)) == 1
        options = db.scalars(select(tables.Rating.option).order_by(tables.Rating.item)).all()
        comments = db.scalars(select(tables.Comment.text)).all()
    assert options == ["S2", "S1", "S0"]
    assert comments == ["排队太久"]


def test_the_next_page_follows_the_list(respondent: Respondent) -> None:
    first, second, *_ = respondent.departments()
    assert respondent.answer(first, then="next").location == f"/ballot/d/{second}"
    assert respondent.answer(first, then="hub").location == "/ballot"


def test_the_contents_say_how_far_the_ballot_is(respondent: Respondent) -> None:
    first, second = ranked(respondent)[:2]
    respondent.answer(first, **FULL)
    respondent.answer(second, **{"item-A1": "S5"})
    page = respondent.get("/ballot").text
    assert "3 个部门，已答 1 个" in page
    assert page.count("答了一部分") == 1


def test_another_device_with_the_same_code_goes_on(app: Flask, opened: OpenRound, respondent: Respondent) -> None:
    department = ranked(respondent)[0]
    respondent.answer(department, **FULL)
    other = Respondent(app)
    other.get(f"/q/{opened.issued[0].code}")
    page = other.get(f"/ballot/d/{department}").text
    assert checked(page, "item-A2") == ["S1"]
    assert sorted(checked(page, "item-Z")) == ["Z01", "Z04"]
    assert "排队太久" in page
    assert other.nonce() == respondent.nonce()


def test_a_double_submit_gets_the_same_receipt_even_without_the_cookie(respondent: Respondent) -> None:
    respondent.answer(ranked(respondent)[0], **FULL)
    nonce = respondent.nonce()
    first = respondent.submit(nonce)
    assert first
    assert respondent.client.get_cookie("ballot") is None
    assert respondent.submit(nonce) == first


def test_two_devices_that_submit_meet_in_one_ballot(app: Flask, opened: OpenRound, respondent: Respondent) -> None:
    respondent.answer(ranked(respondent)[0], **FULL)
    other = Respondent(app)
    other.enter(opened.issued[0].code)
    nonce, again = respondent.nonce(), other.nonce()
    assert respondent.submit(nonce) == other.submit(again) != ""


def test_nothing_is_preselected(respondent: Respondent) -> None:
    for department in respondent.departments():
        assert " checked" not in respondent.get(f"/ballot/d/{department}").text
    assert " checked" not in respondent.get("/ballot/overall").text


def every_option() -> list[tuple[str, str, str]]:
    questionnaire = default_questionnaire()
    of_departments = [
        ("d", item.code, option.code) for item in questionnaire.department_items for option in item.options
    ]
    return of_departments + [
        ("o", item.code, option.code) for item in questionnaire.ballot_items for option in item.options
    ]


def test_every_option_of_every_item_can_be_submitted(respondent: Respondent) -> None:
    department = ranked(respondent)[0]
    addresses = {"d": f"/ballot/d/{department}", "o": "/ballot/overall"}
    assert len(every_option()) > 40
    for where, item, option in every_option():
        assert respondent.post(addresses[where], **{f"item-{item}": option}).status_code == 303
        assert checked(respondent.get(addresses[where]).text, f"item-{item}") == [option]


def test_marks_stand_in_an_order_of_the_respondents_own_that_stays(app: Flask, opened: OpenRound) -> None:
    orders = set()
    for issued in opened.issued[:6]:
        respondent = Respondent(app)
        respondent.enter(issued.code)
        pages = [respondent.get(f"/ballot/d/{code}").text for code in respondent.departments()]
        own = {tuple(offered(page, "item-Z")) for page in [*pages, *pages]}
        assert len(own) == 1
        orders |= own
    assert len(orders) > 3
    assert {order[-2:] for order in orders} == {("Z00", "Z99")}


def test_a_scale_keeps_its_order(respondent: Respondent) -> None:
    page = respondent.get(f"/ballot/d/{ranked(respondent)[0]}").text
    assert offered(page, "item-A1") == ["S5", "S4", "S3", "S2", "S1", "S0"]


def test_a_page_can_be_cleared(respondent: Respondent) -> None:
    department = ranked(respondent)[0]
    respondent.answer(department, **FULL)
    respondent.answer(department, **FULL, then="clear")
    page = respondent.get(f"/ballot/d/{department}").text
    assert " checked" not in page
    assert "排队太久" not in page


def test_a_comment_only_department_is_not_rated(app: Flask, opened: OpenRound, respondent: Respondent) -> None:
    respondent.post("/ballot/choose", shown=["D1", "D2", "D3", "D4"], chosen=["D4"])
    assert respondent.departments() == ["D4"]
    page = respondent.get("/ballot/d/D4").text
    assert "只征求意见" in page
    assert offered(page, "item-A1") == []
    assert offered(page, "item-Z") != []


def test_departments_can_be_dropped_and_added(respondent: Respondent) -> None:
    first, *others = respondent.departments()
    assert respondent.answer(first, then="drop").location == "/ballot"
    assert respondent.departments() == others
    respondent.post("/ballot/choose", shown=[first], chosen=[first])
    assert respondent.departments() == [*others, first]


def test_finding_keeps_the_ticks_and_lists_what_matches_in_either_language(respondent: Respondent) -> None:
    listed = respondent.departments()
    found = respondent.post("/ballot/choose", shown=listed, chosen=listed[:1], then="find", find="transit")
    page = respondent.get(found.location).text
    assert offered(page, "chosen") == ["D3"]
    assert respondent.departments() == listed[:1]


def test_a_dropped_department_is_not_handed_in(app: Flask, opened: OpenRound, respondent: Respondent) -> None:
    first, second, *_ = ranked(respondent)
    respondent.answer(first, **FULL)
    respondent.answer(second, **FULL)
    respondent.answer(first, **FULL, then="drop")
    review = respondent.get("/ballot/review").text
    assert f"/ballot/d/{second}" in review
    assert f"/ballot/d/{first}" not in review


def test_a_blank_ballot_is_not_handed_in(respondent: Respondent) -> None:
    assert "还不能提交" in respondent.get("/ballot/review").text
    respondent.answer(ranked(respondent)[0], **FULL)
    nonce = respondent.nonce()
    respondent.answer(ranked(respondent)[0], then="clear")
    assert respondent.submit(nonce) == ""
    assert respondent.page.status_code == 409
    assert "至少回答一题" in respondent.text


def test_the_language_is_changed_without_losing_the_page(respondent: Respondent) -> None:
    department = ranked(respondent)[0]
    change = respondent.answer(department, **FULL, then="en")
    back = respondent.get(change.location)
    page = respondent.get(back.location).text
    assert '<html lang="en"' in page
    assert checked(page, "item-A1") == ["S2"]


def test_the_receipt_can_be_read_in_the_other_language(respondent: Respondent) -> None:
    respondent.answer(ranked(respondent)[0], **FULL)
    nonce = respondent.nonce()
    receipt = respondent.submit(nonce)
    respondent.post("/ballot/submit", nonce=nonce, language="en")
    assert receipt in respondent.text
    assert '<html lang="en"' in respondent.text


def test_leaving_takes_the_code_out_of_the_browser_and_keeps_the_draft(
    app: Flask, opened: OpenRound, respondent: Respondent
) -> None:
    respondent.answer(ranked(respondent)[0], **FULL)
    respondent.post("/leave")
    assert respondent.client.get_cookie("ballot") is None
    assert respondent.get("/ballot").location == "/"
    respondent.enter(opened.issued[0].code)
    assert "已答 1 个" in respondent.get("/ballot").text


def test_many_submits_at_once_store_one_ballot(app: Flask, opened: OpenRound, respondent: Respondent) -> None:
    respondent.answer(ranked(respondent)[0], **FULL)
    nonce = respondent.nonce()
    devices = []
    for _ in range(6):
        devices.append(Respondent(app))
        devices[-1].enter(opened.issued[0].code)
    with ThreadPoolExecutor(6) as threads:
        receipts = set(threads.map(lambda device: device.submit(nonce), devices))
    assert len(receipts) == 1
    assert "" not in receipts
    with store.transaction(place_of(app).engine) as db:
        assert db.scalar(select(func.count()).select_from(tables.Ballot)) == 1
        assert db.scalar(select(func.count()).select_from(tables.Draft)) == 0
