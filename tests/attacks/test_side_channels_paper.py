"""Side channels of what leaves the server on purpose: exports, letters, slips, pages, and the browser that shows them."""

import csv
import io
import re
from pathlib import Path

import pypdf
import pytest
from flask import Flask

from appraisal import store
from appraisal.reports import letters, slip
from tests.attacks.adversary import disguises, hits
from tests.attacks.conftest import CANARY, City
from tests.makers import OpenRound, make_plan, make_slip_document
from tests.reports.test_letters import ADDRESS, CODES
from tests.web.conftest import app, opened, place_of
from tests.web.respondent_journey import FULL, Respondent
from tests.web.staffed import CANARY as COMMENT
from tests.web.staffed import Visitor, crawl, fill_city

__all__ = ["app", "opened"]
TEMPLATES = Path(store.__file__).parents[1] / "web" / "templates"
RESPONDENT = sorted((TEMPLATES / "respondent").glob("*.html"))
# What an export of a round may tell of a department, and nothing of anybody who answered.
MEASURES = ("score", "design_score", "satisfied", "dissatisfied", "awareness")
PLACES = {"place_first", "place_last", "place_joint_first", "place_joint_last", "tier", "places", "band"}
PEERS = {"peers_difference", "peers_low", "peers_high", "peers_q", "negative", "negative_position"}
ALLOWED = {"department", "name", "group", "standing", "weight_covered", *PLACES, *PEERS} | {
    f"{measure}{part}" for measure in MEASURES for part in ("", "_se", "_low", "_high", "_n")
}
FIXED_ENTRIES = {"/Producer", "/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/CreationDate", "/ModDate"}


def test_the_words_of_a_respondent_reach_no_department(app: Flask) -> None:
    """S16: a comment is read in the office alone; whoever writes one is asked to leave out what shows who they are."""
    with store.transaction(place_of(app).engine) as db:
        fill_city(db)
    assert any(COMMENT in page for page in crawl(Visitor(app, "organiser"), "/office/").values())
    for role, start in (("d1", "/desk/"), ("d2", "/desk/"), ("auditor", "/audit/")):
        pages = crawl(Visitor(app, role), start)
        assert pages
        assert not [address for address, page in pages.items() if COMMENT in page]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_export_has_the_columns_that_it_may_have_and_no_line_for_a_ballot(city: City) -> None:
    """S17."""
    exported = city.told[2]
    table = list(csv.reader(io.StringIO(exported)))
    assert set(table[0]) <= ALLOWED
    assert [row[0] for row in table[1:]] == sorted(row[0] for row in table[1:])
    assert len(table) - 1 == 4
    assert hits({"export": exported.encode()}, [*city.receipts, *(key.hex() for key in city.ids)]) == []


def test_a_letter_and_a_slip_say_nothing_of_who_made_them_or_where() -> None:
    """S18."""
    for pdf in (letters.render(CODES, make_plan(), ADDRESS), slip.render(make_slip_document()).pdf):
        told = pypdf.PdfReader(io.BytesIO(pdf)).metadata or {}
        assert set(told) <= FIXED_ENTRIES
        assert re.sub(r"[\d. ]", "", str(told.get("/Producer", "WeasyPrint"))) == "WeasyPrint"
        assert not re.search(rb"/(?:home|Users|tmp|opt)/|cli:|zhuban|fuhe", pdf)


def test_the_same_slip_is_the_same_file_whenever_it_is_printed() -> None:
    """S18: neither the day of printing nor the machine is in it."""
    first, second = (slip.render(make_slip_document()) for _ in range(2))
    assert first.sha256 == second.sha256


def test_every_form_keeps_the_browser_from_remembering_what_was_typed() -> None:
    """S23, the forms."""
    asking = 0
    for path in RESPONDENT:
        for form in re.findall(r"<form\b[^>]*>", path.read_text("utf-8")):
            typed = re.search(r"<(?:textarea|input type=\"text\"|input [^>]*type=\"text\")", path.read_text("utf-8"))
            assert 'autocomplete="off"' in form or not typed, f"{path.name}: {form}"
            asking += 1
    assert asking >= 5


def test_the_browser_keeps_no_page_and_wipes_what_it_has_at_the_end(app: Flask, opened: OpenRound) -> None:
    """S23, the pages."""
    comer = Respondent(app)
    comer.enter(opened.issued[0].code)
    for address in ("/ballot", f"/ballot/d/{comer.departments()[0]}", "/ballot/overall", "/ballot/choose"):
        assert comer.get(address).headers["Cache-Control"] == "no-store, private"
    comer.answer(comer.departments()[0], **FULL)
    assert comer.submit(comer.nonce())
    assert comer.page.headers["Cache-Control"] == "no-store, private"
    left = comer.post("/leave")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert comer.client.get_cookie("ballot") is None
    assert comer.get("/ballot").status_code == 303


def test_no_page_asks_another_host_for_anything(app: Flask, opened: OpenRound) -> None:
    """S24: the browser's own record of requests is looked at in the journeys; here every page and its policy are."""
    comer = Respondent(app)
    comer.enter(opened.issued[0].code)
    for address in ("/", "/privacy", "/ballot", f"/ballot/d/{comer.departments()[0]}", "/ballot/review", "/left"):
        page = comer.get(address)
        assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", page.text), address
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "http" not in policy


@pytest.mark.parametrize(("language", "said"), [("zh", "请用自己的手机和网络"), ("en", "your own phone and network")])
def test_respondents_are_told_to_use_their_own_phone_and_network(app: Flask, language: str, said: str) -> None:
    """S25."""
    assert said in Respondent(app, language).get("/privacy").text


def test_the_search_for_a_word_finds_it_in_every_disguise() -> None:
    """Else every search that found nothing would have shown nothing."""
    for form in disguises(CANARY):
        assert hits({"file": b"before " + form + b" behind"}, [CANARY]) == ["file: " + CANARY] * len(
            [one for one in disguises(CANARY) if one in form]
        )
    for offset in range(3):
        import base64

        assert hits({"file": base64.b64encode(b"x" * offset + CANARY.encode() + b"and more")}, [CANARY])
