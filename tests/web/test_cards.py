"""The one-page layout: all departments as cards, one form; what is wrong comes back, and nothing is half stored."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from appraisal import rounds, store
from appraisal.model.round import Layout
from appraisal.settings import city_now
from appraisal.store import tables
from tests.makers import NOW, OpenRound, make_open_round, make_opened, make_plan, make_running_round
from tests.web.conftest import place_of
from tests.web.respondent_journey import Respondent, checked, offered

ANSWERS = {
    "D1.item-A3": "S2",
    "D1.item-Z": ["Z01", "Z04"],
    "D2.item-A3": "S5",
    "D1.item-T1": "排队太久",
    "item-O1": "S4",
}


class Reader(Respondent):
    """Somebody who is asked on one page."""

    def open(self) -> "Reader":
        self.get("/ballot")
        return self

    def hidden(self, name: str) -> str:
        found = re.search(f'name="{name}" value="([^"]*)"', self.text)
        assert found is not None
        return found[1]

    def press(self, then: str, **fields: object) -> str:
        """Press a button of the page that is open; the receipt, or ``""``."""
        form = {"nonce": self.hidden("nonce"), "seal": self.hidden("seal"), "then": then}
        self.page = self.client.post("/ballot/cards", data={**form, **fields})
        found = re.search(r'class="receipt"[^>]*>([^<]+)<', self.text)
        return found[1] if found else ""


@pytest.fixture
def opened(app: Flask) -> OpenRound:
    place = place_of(app)
    with store.transaction(place.engine) as db:
        return make_running_round(db, place.secrets, layout=Layout.ONE_PAGE, per_ballot=4)


@pytest.fixture
def reader(app: Flask, opened: OpenRound) -> Reader:
    reader = Reader(app)
    reader.enter(opened.issued[0].code)
    return reader.open()


def rows(app: Flask) -> tuple[int, int, int]:
    """Ballots, sealed comments, drafts."""
    with store.reading(place_of(app).engine) as db:
        kept = (tables.Ballot, tables.SealedComment, tables.Draft)
        ballots, comments, drafts = (db.scalar(select(func.count()).select_from(table)) or 0 for table in kept)
    return ballots, comments, drafts


def test_every_department_of_the_paper_stands_on_the_page_with_nothing_ticked(reader: Reader) -> None:
    assert sorted(re.findall(r'id="card-(\w+)"', reader.text)) == ["D1", "D2", "D3", "D4", "whole"]
    assert " checked" not in reader.text
    assert "<table" not in reader.text
    assert offered(reader.text, "D4.item-A3") == []


def test_what_is_submitted_from_one_page_is_what_is_opened(app: Flask, opened: OpenRound, reader: Reader) -> None:
    assert len(reader.press("submit", **ANSWERS)) == 19
    with store.transaction(place_of(app).engine) as db:
        rounds.close(db, opened.code, "zhuban", NOW)
        assert make_opened(db, opened.code, opened.key.private, random.Random(1)) == 1
        assert db.scalars(select(tables.Rating.option).order_by(tables.Rating.option)).all() == ["S2", "S5"]
        assert db.scalars(select(tables.Mark.option).order_by(tables.Mark.option)).all() == ["Z01", "Z04"]
        assert db.scalars(select(tables.Comment.text)).all() == ["排队太久"]


def test_looking_at_the_page_keeps_nothing(app: Flask, reader: Reader) -> None:
    reader.open()
    assert rows(app) == (0, 0, 0)


def test_the_same_form_again_gets_the_same_receipt_without_its_cookie(app: Flask, reader: Reader) -> None:
    page = reader.page
    first = reader.press("submit", **ANSWERS)
    assert reader.client.get_cookie("ballot") is None
    reader.page = page
    assert reader.press("submit", **ANSWERS) == first != ""
    assert rows(app) == (1, 1, 0)


def test_many_presses_at_once_store_one_ballot(app: Flask, opened: OpenRound, reader: Reader) -> None:
    devices = []
    for _ in range(6):
        devices.append(Reader(app))
        devices[-1].enter(opened.issued[0].code)
        devices[-1].page = reader.page
    with ThreadPoolExecutor(6) as threads:
        receipts = set(threads.map(lambda device: device.press("submit", **ANSWERS), devices))
    assert len(receipts) == 1
    assert rows(app) == (1, 1, 0)


def test_a_second_form_with_the_same_code_is_refused(app: Flask, opened: OpenRound, reader: Reader) -> None:
    other = Reader(app)
    other.enter(opened.issued[0].code)
    other.open()
    assert reader.press("submit", **ANSWERS)
    assert other.press("submit", **ANSWERS) == ""
    assert other.page.status_code == 403
    assert "那一张有效，不用再做什么" in other.text
    assert other.client.get_cookie("ballot") is None
    assert rows(app) == (1, 1, 0)


def test_devices_that_submit_at_the_same_moment_without_saving_leave_one_ballot(app: Flask, opened: OpenRound) -> None:
    devices = [Reader(app) for _ in range(4)]
    for device in devices:
        device.enter(opened.issued[0].code)
        device.open()
    with ThreadPoolExecutor(4) as threads:
        receipts = list(threads.map(lambda device: device.press("submit", **ANSWERS), devices))
    assert len([receipt for receipt in receipts if receipt]) == 1
    assert {device.page.status_code for device in devices} <= {200, 403, 409}
    assert rows(app) == (1, 1, 0)


@pytest.mark.parametrize(
    ("field", "answer", "said"),
    [
        ("D1.item-A1", "S9", "没有这个选项"),
        ("D2.item-Z", ["Z00", "Z01"], "不能再选其他项"),
        ("item-O2", "长" * 501, "文字太长"),
    ],
)
def test_a_tampered_form_comes_back_with_its_answers_and_what_is_wrong(
    app: Flask, reader: Reader, field: str, answer: object, said: str
) -> None:
    assert reader.press("submit", **{**ANSWERS, field: answer}) == ""
    assert reader.page.status_code == 422
    assert said in reader.text
    assert f'href="#{field}"' in reader.text
    assert checked(reader.text, "D1.item-A3") == ["S2"]
    assert "排队太久" in reader.text
    assert rows(app) == (0, 0, 0)
    assert reader.press("submit", **ANSWERS)


@pytest.mark.parametrize("changed", [{"seal": "0" * 32}, {"seal": ""}, {"nonce": "00" * 16}, {"nonce": "no hex"}])
@pytest.mark.parametrize("then", ["submit", "save"])
def test_a_form_whose_seal_does_not_fit_gives_everything_back(
    app: Flask, reader: Reader, changed: dict[str, str], then: str
) -> None:
    assert reader.press(then, **ANSWERS, **changed) == ""
    assert reader.page.status_code == 400
    assert sorted(checked(reader.text, "D1.item-Z")) == ["Z01", "Z04"]
    assert "排队太久" in reader.text
    assert rows(app) == (0, 0, 0)
    assert reader.press("submit", **ANSWERS)


def test_a_form_of_another_code_is_not_taken(app: Flask, opened: OpenRound, reader: Reader) -> None:
    other = Reader(app)
    other.enter(opened.issued[1].code)
    other.page = reader.page
    other.press("submit", **ANSWERS)
    assert other.page.status_code == 400
    assert rows(app) == (0, 0, 0)


def test_what_was_saved_is_there_on_another_device(app: Flask, opened: OpenRound, reader: Reader) -> None:
    assert reader.press("save", **ANSWERS) == ""
    other = Reader(app)
    other.enter(opened.issued[0].code)
    page = other.open().text
    assert checked(page, "D1.item-A3") == ["S2"]
    assert sorted(checked(page, "D1.item-Z")) == ["Z01", "Z04"]
    assert "排队太久" in page
    assert other.press("submit", **ANSWERS)
    assert rows(app) == (1, 1, 0)


def test_saving_keeps_the_order_of_the_marks(reader: Reader) -> None:
    before = offered(reader.text, "D1.item-Z")
    reader.press("save", **ANSWERS)
    assert offered(reader.open().text, "D1.item-Z") == before
    reader.press("save", **ANSWERS)
    assert offered(reader.open().text, "D1.item-Z") == before


def test_saving_says_so_and_that_nothing_is_submitted_yet(app: Flask, reader: Reader) -> None:
    reader.press("save", **ANSWERS)
    assert "还没有提交" in reader.open().text
    assert rows(app) == (0, 0, 1)


def test_the_language_is_changed_without_losing_what_was_typed(reader: Reader) -> None:
    reader.press("en", **ANSWERS)
    reader.get(reader.page.location)
    page = reader.open().text
    assert '<html lang="en"' in page
    assert checked(page, "D1.item-A3") == ["S2"]


def test_markup_in_a_saved_text_stays_text(reader: Reader) -> None:
    reader.press("save", **{"D1.item-T1": "</textarea><script>alert(1)</script>{{7*7}}"})
    assert "<script>alert" not in reader.open().text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in reader.text


def test_an_empty_page_is_told_that_it_is_empty(app: Flask, reader: Reader) -> None:
    reader.press("submit")
    assert reader.page.status_code == 409
    assert "还没有任何一题作答" in reader.text
    assert rows(app) == (0, 0, 0)


def test_marks_stand_in_an_order_of_the_forms_own_that_a_fault_does_not_change(app: Flask, reader: Reader) -> None:
    orders = {tuple(offered(reader.open().text, "D1.item-Z")) for _ in range(6)}
    assert len(orders) > 3
    assert {order[-2:] for order in orders} == {("Z00", "Z99")}
    before = offered(reader.text, "D1.item-Z")
    reader.press("submit", **{"D1.item-A1": "S9"})
    assert offered(reader.text, "D1.item-Z") == before


@pytest.mark.parametrize("address", ["/ballot/d/D1", "/ballot/overall", "/ballot/choose", "/ballot/review"])
def test_pages_of_the_other_layout_lead_to_the_one_page(reader: Reader, address: str) -> None:
    assert reader.get(address).location == "/ballot"


def test_on_the_last_day_a_draft_is_kept_from_the_start(app: Flask) -> None:
    place, today = place_of(app), city_now().date()
    plan = make_plan(layout=Layout.ONE_PAGE, opens_on=today - timedelta(days=3), closes_on=today)
    with store.transaction(place.engine) as db:
        opened = make_open_round(db, place.secrets, plan, now=city_now())
    Reader(app).enter(opened.issued[0].code)
    assert rows(app) == (0, 0, 1)


def test_the_layout_is_frozen_with_the_round() -> None:
    assert make_plan(layout=Layout.ONE_PAGE).frozen_json() != make_plan().frozen_json()
    assert '"layout"' not in make_plan().frozen_json()
