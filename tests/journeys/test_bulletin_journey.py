"""The public bulletin in a real browser, on a small phone without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from appraisal import rounds
from appraisal.scoring.publication import keep_publication
from tests.journeys.conftest import (
    DESKTOP,
    PHONE,
    OpenPage,
    Site,
    axe_violations,
    new_home,
    serving,
    windows,
    writing,
)
from tests.makers import NOW, make_ballot, make_bulletin_facts, make_running_round, make_scored_round

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with a published round of twenty departments, and one that is open."""
    settings = new_home(tmp_path_factory.mktemp("bulletin"))
    with writing(settings) as db:
        make_scored_round(db, [make_ballot("enterprise", {"D1": "S5", "D2": "S1"})] * 3)
        rounds.publish(db, "2026-1", "zhuban", NOW)
        keep_publication(db, make_bulletin_facts(20).said, NOW)
        opened = make_running_round(db, settings.read_secrets(), codes=5, code="2027-1")
    with serving(settings, opened) as site:
        yield site


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    with windows(browser, site) as open_page:
        yield open_page


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_page: OpenPage, locale: str, screen: dict[str, int]
) -> None:
    watched = open_page(script=True, locale=locale, viewport=screen, bypass_csp=True)
    for address in ("/bulletin", "/bulletin/2026-1"):
        watched.go(address)
        assert (axe_violations(watched.page), watched.overflow()) == ([], 0)


def test_from_the_front_page_to_the_tie_without_javascript(open_page: OpenPage) -> None:
    watched = open_page()
    watched.go("/")
    watched.page.get_by_role("link", name="看已经公布的结果").click()
    watched.page.get_by_role("link", name="示范市2026年民主评议").click()
    expect(watched.page.get_by_text("在统计上分不出先后，不能说谁好谁差")).to_be_visible()
    expect(watched.page.get_by_role("img", name="党群部门：各部门得分与95%区间")).to_be_visible()


def test_the_tables_of_a_small_phone_need_no_scrolling(open_page: OpenPage) -> None:
    watched = open_page(viewport={"width": 320, "height": 640})
    watched.go("/bulletin/2026-1")
    too_wide = "tables => tables.filter(each => each.scrollWidth > each.parentElement.clientWidth + 1).length"
    assert watched.page.locator(".bulletin table").evaluate_all(too_wide) == 0
