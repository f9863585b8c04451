"""A respondent on a small phone, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, OpenPage, Site, Watched, axe_violations

pytestmark = [pytest.mark.browser]

RECEIPT = re.compile(r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$")
PATHS = ["/", "/privacy", "/leave", "/left", "/nowhere"]
INSIDE = ["/ballot", "/ballot/choose", "/ballot/choose?find=zzz", "/ballot/overall", "/ballot/review"]


def departments(page: Page) -> list[str]:
    """Addresses of the departments on the contents page."""
    return [str(link.get_attribute("href")) for link in page.locator("a.card[href^='/ballot/d/']").all()]


def come_in(watched: Watched, code: str) -> list[str]:
    watched.go(f"/q/{code}")
    return departments(watched.page)


def fill_in(page: Page, option: str = "S1") -> None:
    """Answer everything on the page: this option wherever it stands, the first mark of every question, and a comment."""
    for radio in page.locator(f"input[type=radio][value={option}]").all():
        radio.check()
    for question in page.locator("fieldset.question:has(input[type=checkbox])").all():
        question.locator("input[type=checkbox]").first.check()
    for text in page.locator("textarea").all():
        text.fill("窗口排队时间长，材料补了三次。")


def submit_button(page: Page) -> Locator:
    return page.get_by_role("button", name="提交评议票")


def test_a_whole_ballot_at_320_pixels_without_javascript(open_page: OpenPage, site: Site) -> None:
    watched = open_page()
    watched.go("/")
    watched.page.get_by_label("评议码").fill(site.new_code().lower())
    watched.page.get_by_role("button", name="进入评议").click()
    watched.page.get_by_role("link", name="开始：").click()
    while "/ballot/review" not in watched.page.url:
        fill_in(watched.page)
        watched.page.get_by_role("button", name="保存，下一页").or_(
            watched.page.get_by_role("button", name="保存，去检查")
        ).click()
    expect(watched.page.get_by_text("没有回答")).to_have_count(0)
    submit_button(watched.page).click()
    expect(watched.page.locator(".receipt")).to_have_text(RECEIPT)


def test_what_was_typed_on_one_phone_is_there_on_another(open_page: OpenPage, site: Site) -> None:
    code, one, other = site.new_code(), open_page(), open_page()
    address = next(path for path in come_in(one, code) if not path.endswith("D4"))
    one.go(address)
    fill_in(one.page, "S2")
    one.page.get_by_role("button", name="保存，回目录").click()
    come_in(other, code)
    other.go(address)
    assert other.page.locator("input[name=item-A1][value=S2]").is_checked()
    expect(other.page.locator("textarea")).to_have_value("窗口排队时间长，材料补了三次。")


def test_a_fault_is_named_on_top_and_leads_to_its_field(open_page: OpenPage, site: Site) -> None:
    watched = open_page()
    watched.go(come_in(watched, site.new_code())[0])
    watched.page.locator("textarea").fill("长" * 501)
    watched.page.get_by_role("button", name="保存，下一页").click()
    watched.page.locator(".error-summary a").click()
    assert watched.page.url.endswith("#item-T1")
    expect(watched.page.locator("textarea")).to_have_value("长" * 501)


def every_page(watched: Watched, code: str) -> Iterator[str]:
    """Walk to every page of a respondent, pages of trouble and the receipt among them; yields where it is."""
    for path in PATHS:
        watched.go(path)
        yield path
    watched.go("/q/AAAA-AAAA-AAAA")
    yield "a refused code"
    addresses = come_in(watched, code)
    for path in [*addresses, *INSIDE]:
        watched.go(path)
        yield path
    watched.go(addresses[0])
    fill_in(watched.page)
    watched.page.locator("textarea").fill("长" * 501)
    watched.page.locator(".actions button[value=next]").click()
    yield "a page with faults"
    watched.page.locator("textarea").fill("长" * 500)
    watched.page.locator(".actions button[value=hub]").click()
    for path in [*addresses, *INSIDE]:
        watched.go(path)
        yield f"{path}, answered"
    watched.page.locator("form[action='/ballot/submit'] button").click()
    yield "the receipt"
    watched.page.locator("form[action='/leave'] button").click()
    yield "the page after leaving"


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_on_any_page(open_page: OpenPage, site: Site, locale: str, screen: dict[str, int]) -> None:
    # The policy of the site lets no foreign script in, axe neither; it is lifted for this look alone.
    watched = open_page(script=True, locale=locale, viewport=screen, bypass_csp=True)
    found = {place: axe_violations(watched.page) for place in every_page(watched, site.new_code())}
    assert len(found) > 20
    assert {place: violations for place, violations in found.items() if violations} == {}


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_page_scrolls_sideways_at_320_pixels(open_page: OpenPage, site: Site, locale: str) -> None:
    watched = open_page(script=True, locale=locale)
    found = {place: watched.overflow() for place in every_page(watched, site.new_code())}
    assert {place: pixels for place, pixels in found.items() if pixels > 0} == {}


SMALL = """els => els.filter(e => e.offsetParent && !e.closest('p, li, .skip, .first, .error-summary'))
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([html]) => html)"""


def test_everything_that_is_pressed_is_large_enough_for_a_thumb(open_page: OpenPage, site: Site) -> None:
    watched = open_page(script=True)
    small: dict[str, list[str]] = {}
    for place in every_page(watched, site.new_code()):
        small[place] = watched.page.eval_on_selector_all("a, button, label.choice, input[type=text], textarea", SMALL)
    assert {place: things for place, things in small.items() if things} == {}


def press_until(page: Page, name: str, key: str = "Tab") -> None:
    """Press a key until what has the focus says this name."""
    for _ in range(200):
        if (
            page.evaluate("document.activeElement.closest('label')?.innerText || document.activeElement.innerText")
            == name
        ):
            return
        page.keyboard.press(key)
    pytest.fail(f"{name} cannot be reached with the keyboard")


def press_enter(page: Page) -> None:
    """Press what has the focus and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_ballot_can_be_cast_with_the_keyboard_alone(open_page: OpenPage, site: Site) -> None:
    watched = open_page(script=True, viewport=DESKTOP)
    page = watched.page
    watched.go("/")
    page.get_by_label("评议码").focus()
    page.keyboard.type(site.new_code())
    press_enter(page)
    address = next(path for path in departments(page) if not path.endswith("D4"))
    watched.go(address)
    page.locator("input[name=item-A1]").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=item-A1][value=S4]")).to_be_checked()
    press_until(page, "未发现上述问题")
    page.keyboard.press("Space")
    press_until(page, "保存，回目录")
    press_enter(page)
    press_until(page, "检查并提交")
    press_enter(page)
    press_until(page, "提交评议票")
    press_enter(page)
    expect(page.locator(".receipt")).to_be_visible()


def test_the_enter_key_in_a_page_saves_and_goes_on(open_page: OpenPage, site: Site) -> None:
    watched = open_page()
    first, second = come_in(watched, site.new_code())[:2]
    watched.go(first)
    watched.page.locator("input[type=checkbox]").first.focus()
    watched.page.keyboard.press("Space")
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_url(f"**{second}")
    watched.go(first)
    assert watched.page.locator("input[type=checkbox]").first.is_checked()


def test_the_focus_can_be_seen(open_page: OpenPage, site: Site) -> None:
    watched = open_page(script=True)
    watched.go(come_in(watched, site.new_code())[0])
    watched.page.keyboard.press("Tab")
    for _ in range(8):
        watched.page.keyboard.press("Tab")
        ring = watched.page.evaluate(
            "(e => [e, e.closest('label')].filter(Boolean).map(x => getComputedStyle(x).outlineWidth))(document.activeElement)"
        )
        assert "3px" in ring


def test_the_back_button_after_the_receipt_shows_no_answers(open_page: OpenPage, site: Site) -> None:
    watched = open_page()
    come_in(watched, site.new_code())
    watched.page.get_by_role("link", name="开始：").click()
    fill_in(watched.page)
    watched.page.get_by_role("button", name="保存，回目录").click()
    watched.page.get_by_role("link", name="检查并提交").click()
    submit_button(watched.page).click()
    expect(watched.page.locator(".receipt")).to_be_visible()
    watched.page.go_back()
    expect(watched.page.get_by_text("窗口排队时间长")).to_have_count(0)
    expect(watched.page.get_by_label("评议码")).to_be_visible()


def test_the_count_under_a_text_follows_the_typing_where_scripts_run(open_page: OpenPage, site: Site) -> None:
    watched = open_page(script=True)
    watched.go(come_in(watched, site.new_code())[0])
    watched.page.locator("textarea").fill("排队太久")
    expect(watched.page.locator(".counter")).to_have_text("4 / 500 字")
    watched.page.locator("textarea").fill("长" * 501)
    expect(watched.page.locator(".counter.over")).to_have_text("501 / 500 字")


def test_the_policy_of_the_site_stops_a_script_that_is_not_ours(open_page: OpenPage, site: Site) -> None:
    watched = open_page(script=True)
    watched.go("/")
    watched.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.hit = 1'}))"
    )
    assert watched.page.evaluate("window.hit === undefined")
    assert [complaint for complaint in watched.complaints if "Content Security Policy" in complaint] != []
    watched.complaints.clear()


def test_the_server_writes_down_nothing_of_a_journey(open_page: OpenPage, site: Site) -> None:
    code, watched = site.new_code(), open_page()
    come_in(watched, code)
    watched.page.get_by_role("link", name="开始：").click()
    fill_in(watched.page)
    watched.page.get_by_role("button", name="保存，回目录").click()
    watched.page.get_by_role("link", name="检查并提交").click()
    nonce = str(watched.page.locator("input[name=nonce]").get_attribute("value"))
    submit_button(watched.page).click()
    receipt = watched.page.locator(".receipt").inner_text()
    written = "".join(path.read_text("utf-8", "replace") for path in site.settings.home.glob("*.log"))
    assert written
    assert [trace for trace in (code, nonce, receipt, "窗口排队", "/ballot/", "Mozilla") if trace in written] == []
