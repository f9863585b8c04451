"""The page that checks slips in a real browser, on a small phone without JavaScript: a real letter, typed, scanned and chosen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from appraisal import followup, store
from appraisal.jobs import issue_slip
from appraisal.model.slip import SlipDocument
from appraisal.model.slip_moves import SlipState
from appraisal.reports.copies import numbered
from tests.journeys.conftest import (
    DESKTOP,
    PHONE,
    OpenPage,
    Site,
    Watched,
    axe_violations,
    new_home,
    serving,
    windows,
    writing,
)
from tests.makers import make_ballot, make_running_round, make_scored_round, make_slip

pytestmark = [pytest.mark.browser]

Issued = tuple[Site, SlipDocument, Path]


@pytest.fixture(scope="module")
def issued(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    """A site with one printed slip, and its second copy as a file."""
    folder = tmp_path_factory.mktemp("slips")
    settings = new_home(folder)
    with writing(settings) as db:
        opened = make_running_round(db, settings.read_secrets(), codes=1)
        code = make_scored_round(db, [make_ballot("citizen", {"D1": "S2"})] * 4, code="2026-9").code
        slip_id = make_slip(db, SlipState.APPROVED, code)
        document = followup.slip_document(db, slip_id)
    engine = store.connect(settings.database)
    issue_slip(settings, engine, slip_id)
    with store.reading(engine) as db:
        (folder / "copy.pdf").write_bytes(numbered(followup.pdf(db, slip_id), 2))
    engine.dispose()
    with serving(settings, opened) as site:
        yield site, document, folder / "copy.pdf"


@pytest.fixture
def site(issued: Issued) -> Site:
    return issued[0]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    with windows(browser, site) as open_page:
        yield open_page


def ask(watched: Watched, number: str, code: str, file: Path | None = None) -> None:
    watched.go("/slips/check")
    watched.page.locator("#number").fill(number)
    watched.page.locator("#code").fill(code)
    if file is not None:
        watched.page.locator("#file").set_input_files(file)
    watched.page.locator("form[action='/slips/check'] button").click()


def every_answer(watched: Watched, issued: Issued) -> Iterator[str]:
    _, document, file = issued
    watched.go("/slips/check")
    yield "the form"
    asked = {
        "genuine": (document.number, document.check_code),
        "unknown": (document.number, "AAAAAAAAAA"),
        "nothing": ("", ""),
        "altered": (document.number, document.check_code, Path(__file__)),
        "copy": ("", "", file),
    }
    for name, each in asked.items():
        ask(watched, *each)
        yield name


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_page: OpenPage, issued: Issued, locale: str, screen: dict[str, int]
) -> None:
    watched = open_page(script=True, locale=locale, viewport=screen, bypass_csp=True)
    found = {place: (axe_violations(watched.page), watched.overflow()) for place in every_answer(watched, issued)}
    assert len(found) == 6
    assert {place: wrong for place, wrong in found.items() if wrong[0] or wrong[1] > 0} == {}


def test_a_real_letter_is_genuine_without_javascript_and_its_copy_is_told_apart(
    open_page: OpenPage, issued: Issued
) -> None:
    _, document, file = issued
    watched = open_page()
    ask(watched, document.number, document.check_code.lower())
    expect(watched.page.get_by_role("status")).to_contain_text(f"{document.number}是主办单位发出的工作提示单")
    ask(watched, "", "", file)
    expect(watched.page.get_by_role("status")).to_contain_text("它是第2份（份号000002），共发出3份")


def test_one_changed_byte_is_called_altered_beside_the_code_and_unknown_without(
    open_page: OpenPage, issued: Issued, tmp_path: Path
) -> None:
    _, document, file = issued
    (tmp_path / "copy.pdf").write_bytes(file.read_bytes()[:-1] + b" ")
    watched = open_page()
    ask(watched, document.number, document.check_code, tmp_path / "copy.pdf")
    expect(watched.page.get_by_role("status")).to_contain_text("您选的文件不是发出的那一个")
    ask(watched, "", "", tmp_path / "copy.pdf")
    expect(watched.page.get_by_role("status")).to_contain_text("登记簿里没有相符的提示单")


def test_the_address_of_the_qr_code_answers(open_page: OpenPage, issued: Issued) -> None:
    watched = open_page()
    watched.go(f"/slips/check?code={issued[1].check_code}")
    expect(watched.page.get_by_role("status")).to_contain_text(f"{issued[1].number}是主办单位发出的工作提示单")
