"""Coming in while somebody tries out codes, in a real browser: with a script, without one, and the open channel."""

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from appraisal.secrecy.codes import new_code
from tests.faults.harness.respondent import TOKEN
from tests.faults.harness.respondent import Browser as PlainBrowser
from tests.journeys.conftest import OpenPage, Site, axe_violations, new_home, serving, windows, writing
from tests.makers import make_running_round

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def stormed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site at which this machine's address has failed twenty times."""
    settings = new_home(tmp_path_factory.mktemp("proving"))
    with writing(settings) as db:
        opened = make_running_round(db, settings.read_secrets(), codes=10, open_channel=True)
    rng = random.Random("stranger")
    with serving(settings, opened) as site:
        stranger = PlainBrowser(settings.port)
        token = TOKEN.search(stranger.get("/").text)
        assert token is not None
        assert {stranger.post("/enter", csrf_token=token[1], code=new_code(rng)).status for _ in range(20)} == {403}
        yield site


@pytest.fixture
def open_stormed(browser: Browser, stormed: Site) -> Iterator[OpenPage]:
    with windows(browser, stormed) as open_page:
        yield open_page


def test_a_browser_with_a_script_comes_in_by_itself_on_an_unencrypted_page(
    open_stormed: OpenPage, stormed: Site
) -> None:
    watched = open_stormed(script=True)
    watched.go(f"/q/{stormed.new_code()}")
    watched.page.wait_for_url("**/ballot")
    expect(watched.page.locator("a.card").first).to_be_visible()


def test_a_browser_without_a_script_comes_in_by_the_queue(open_stormed: OpenPage, stormed: Site) -> None:
    watched = open_stormed()
    watched.go(f"/q/{stormed.new_code()}")
    watched.page.get_by_role("button", name="排队进入").click()
    expect(watched.page.get_by_role("status")).to_contain_text("您在排队")
    for _ in range(60):
        if watched.page.url.endswith("/ballot"):
            break
        watched.page.wait_for_timeout(1000)
        watched.page.get_by_role("button", name="继续").click()
    expect(watched.page.locator("a.card").first).to_be_visible()


def test_a_word_without_a_code_is_sent_by_itself(open_stormed: OpenPage, stormed: Site) -> None:
    watched = open_stormed(script=True)
    watched.go("/open/2026-1")
    watched.page.get_by_label("关于哪个部门").select_option("D2")
    watched.page.get_by_label("什么问题").fill("排队两小时")
    watched.page.get_by_role("button", name="提交意见").click()
    watched.page.wait_for_url("**/open/2026-1/said")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_axe_finds_nothing_on_the_way_and_nothing_scrolls_sideways(
    open_stormed: OpenPage, stormed: Site, locale: str
) -> None:
    watched = open_stormed(script=True, locale=locale, bypass_csp=True)
    # The sum is kept from being done, so that the page stays to be looked at.
    watched.page.route("**/work.js*", lambda route: route.abort())
    page, found = watched.page, {}

    def look(place: str) -> None:
        found[place] = [*axe_violations(page), *(["sideways"] if watched.overflow() > 0 else [])]

    watched.go(f"/q/{stormed.opened.issued[5].code}")
    look("the sum")
    page.locator("form[action='/queue'] button").click()
    look("the queue")
    watched.go("/refused")
    look("a refused code")
    watched.go("/open/2026-1")
    look("the open channel")
    page.locator("select").select_option("D2")
    page.locator("textarea").fill("排队两小时" * 100)
    page.locator("form button").last.click()
    look("the sum for a word")
    page.locator("button[name=queue]").click()
    look("the queue for a word")
    assert {place: wrong for place, wrong in found.items() if wrong} == {}
    assert len(found) == 6
