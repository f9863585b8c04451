"""A short paper on one page, on a small phone, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from appraisal.model.round import Layout
from appraisal.store import Session
from tests.journeys.conftest import OpenPage, Site, Watched, axe_violations, writing
from tests.makers import OpenRound, make_running_round

pytestmark = [pytest.mark.browser]

RECEIPT = re.compile(r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$")


@pytest.fixture(scope="module")
def short(site: Site) -> OpenRound:
    """A round with all of the ballot on one page, beside the site's own."""
    db: Session
    with writing(site.settings) as db:
        return make_running_round(
            db, site.settings.read_secrets(), codes=4, code="SHORT-1", layout=Layout.ONE_PAGE, per_ballot=4
        )


def come_in(watched: Watched, code: str) -> Page:
    watched.go(f"/q/{code}")
    return watched.page


def test_a_ballot_on_one_page_at_320_pixels_without_javascript(open_page: OpenPage, short: OpenRound) -> None:
    watched = open_page()
    page = come_in(watched, short.issued[0].code)
    assert page.locator("section.paper-card").count() == 5
    assert page.locator("input:checked").count() == 0
    page.locator("input[name='D1.item-A3'][value=S2]").check()
    page.locator("textarea").last.fill("窗口排队时间长。")
    page.get_by_role("button", name="先保存，以后再提交").click()
    expect(page.locator("input[name='D1.item-A3'][value=S2]")).to_be_checked()
    assert watched.overflow() <= 0
    page.get_by_role("button", name="提交评议票").click()
    expect(page.locator(".receipt")).to_have_text(RECEIPT)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_axe_finds_nothing_on_the_page_of_cards(open_page: OpenPage, short: OpenRound, locale: str) -> None:
    watched = open_page(script=True, locale=locale, bypass_csp=True)
    page = come_in(watched, short.issued[1].code)
    assert axe_violations(page) == []
    assert watched.overflow() <= 0
    page.locator("textarea").last.fill("长" * 501)
    page.locator("button[name=then][value=submit]").click()
    assert axe_violations(page) == []
    assert watched.overflow() <= 0
    page.locator(".error-summary a").first.click()
    assert page.url.endswith("#item-O2")


def test_the_enter_key_saves_and_submits_nothing(open_page: OpenPage, short: OpenRound) -> None:
    page = come_in(open_page(), short.issued[2].code)
    page.locator("input[type=checkbox]").first.focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("还没有提交")).to_be_visible()
    assert page.locator("input[type=checkbox]").first.is_checked()
