"""The public log in a real browser, on a small phone without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from appraisal.collect.log import first_batch, full_batch, keep_batch
from appraisal.settings import city_now
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
from tests.makers import make_cast, make_running_round

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def logged(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str, str]]:
    """A site with one batch of 50 ballots, a receipt of it, and one that waits."""
    settings = new_home(tmp_path_factory.mktemp("log"))
    with writing(settings) as db:
        opened = make_running_round(db, settings.read_secrets(), codes=20)
        receipts = [make_cast(db, settings.read_secrets(), opened, number) for number in range(50)]
        for due in (first_batch, full_batch):
            batch = due(db, opened.code, settings.read_log_key(), city_now().date())
            assert batch is not None
            keep_batch(db, batch)
        waiting = make_cast(db, settings.read_secrets(), opened, 50)
    with serving(settings, opened) as site:
        yield site, receipts[0], waiting


@pytest.fixture
def site(logged: tuple[Site, str, str]) -> Site:
    return logged[0]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    with windows(browser, site) as open_page:
        yield open_page


def every_page(watched: Watched, receipts: tuple[str, str]) -> Iterator[str]:
    for path in ("/log", f"/log/{watched.site.opened.code}", "/check"):
        watched.go(path)
        yield path
    for receipt in (*receipts, "7777", "000G-40R4-0M30-E200"):
        watched.go("/check")
        watched.page.locator("#receipt").fill(receipt)
        watched.page.locator("form[action='/check'] button").click()
        yield f"the check of {receipt}"


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_page: OpenPage, logged: tuple[Site, str, str], locale: str, screen: dict[str, int]
) -> None:
    watched = open_page(script=True, locale=locale, viewport=screen, bypass_csp=True)
    found = {place: (axe_violations(watched.page), watched.overflow()) for place in every_page(watched, logged[1:])}
    assert len(found) == 7
    assert {place: wrong for place, wrong in found.items() if wrong[0] or wrong[1] > 0} == {}


def test_a_receipt_is_checked_and_its_proof_downloaded_without_javascript(
    open_page: OpenPage, logged: tuple[Site, str, str]
) -> None:
    watched = open_page()
    watched.go("/check")
    watched.page.get_by_label("回执号").fill(logged[1].lower())
    watched.page.get_by_role("button", name="查一查").click()
    expect(watched.page.get_by_role("status")).to_contain_text("第 2 批")
    with watched.page.expect_download() as download:
        watched.page.get_by_role("button", name="下载证明（JSON）").click()
    assert logged[1] in download.value.path().read_text("utf-8")
