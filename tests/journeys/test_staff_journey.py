"""Organiser, second person, department and auditor in a real browser, without JavaScript; every page seen by axe."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from appraisal.secrecy.sealed import new_tally_key
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage, Site, Watched, axe_violations, new_home, serving, writing
from tests.makers import PASSWORD, OpenRound
from tests.web.staffed import fill_city

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ROUND = "/office/rounds/2026-1"
PAGES = {
    "zhuban": (
        "/office/",
        "/office/rounds",
        ROUND,
        f"{ROUND}/results",
        f"{ROUND}/departments/D2",
        f"{ROUND}/departments/D2/finding",
        f"{ROUND}/flags",
        f"{ROUND}/findings",
        f"{ROUND}/items",
        "/office/rounds/2026-3/open",
        f"{ROUND}/flags/1/finding",
        "/office/findings/WT-2026-0001",
        "/office/slips",
        "/office/slips/2",
        "/office/ledger",
        "/office/questionnaires",
        "/office/nowhere",
    ),
    "d2": ("/desk/", "/desk/slips/2", "/desk/ledger", "/desk/results/2026-1"),
    "shenji": ("/audit/", "/audit/rounds/2026-1", "/audit/ledger", "/audit/slips", "/audit/events"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = new_home(tmp_path_factory.mktemp("staffed"))
    with writing(settings) as db:
        fill_city(db)
    with serving(settings, OpenRound("2026-2", new_tally_key(), ())) as site:
        yield site


def log_in(watched: Watched, login: str, then: str = "") -> None:
    watched.go(then or "/login")
    watched.page.get_by_label("账号").fill(login)
    watched.page.get_by_label("密码").fill(PASSWORD)
    watched.page.get_by_role("button", name="登录").click()


def press(watched: Watched, name: str) -> None:
    watched.page.get_by_role("main").get_by_role("button", name=name).click()


@pytest.mark.slow
@pytest.mark.parametrize("login", PAGES)
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_staff_page_is_accessible_and_fits(open_page: OpenPage, login: str, screen: dict[str, int]) -> None:
    watched = open_page(script=True, viewport=screen, bypass_csp=True)
    log_in(watched, login)
    wrong = {}
    for path in PAGES[login]:
        watched.go(path)
        found = (axe_violations(watched.page), watched.overflow())
        if found != ([], 0):
            wrong[path] = found
    assert wrong == {}


def test_the_log_in_page_is_accessible_also_when_it_refuses(open_page: OpenPage) -> None:
    watched = open_page(script=True, bypass_csp=True)
    log_in(watched, "nobody")
    expect(watched.page.get_by_role("alert")).to_contain_text("没有登录成功")
    assert axe_violations(watched.page) == []
    assert watched.overflow() == 0


def test_a_flag_becomes_a_slip_that_the_department_signs_and_answers(open_page: OpenPage) -> None:
    office, second, desk = open_page(viewport=DESKTOP), open_page(viewport=DESKTOP), open_page()
    slip = _draft(office)
    log_in(second, "fuhe", slip)
    press(second, "审签并发出")
    _wait_for_letter(second)
    log_in(desk, "d1", slip.replace("/office/", "/desk/"))
    _sign_and_answer(desk)
    office.go(slip)
    office.page.get_by_label("审核意见").fill("已核对材料")
    press(office, "通过")
    expect(office.page.get_by_text("反馈已通过，待核验销号")).to_be_visible()


def _draft(office: Watched) -> str:
    """Write up the flag, judge it, bundle it; the path of the draft."""
    log_in(office, "zhuban", f"{ROUND}/flags")
    office.page.get_by_role("link", name="写成问题").first.click()
    office.page.get_by_label("问题表述").fill("同一事项让群众来回跑。")
    office.page.get_by_label("整改要求").fill("一次告知，首问负责。")
    press(office, "挂号")
    office.page.get_by_label("属实", exact=True).check()
    office.page.get_by_label("怎样查的").fill("调阅了办件记录。")
    press(office, "记入台账")
    office.go(f"{ROUND}/findings")
    office.page.get_by_label("同一事项让群众来回跑。").check()
    press(office, "拟成提示单")
    return office.page.url.removeprefix(office.site.address)


def _wait_for_letter(watched: Watched) -> None:
    """The worker beside the server makes the letter; the page shows it when it is there."""
    letter = watched.page.get_by_role("link", name="下载正式文件")
    for _ in range(60):
        if letter.count():
            return
        time.sleep(0.5)
        watched.page.reload()
    pytest.fail("no letter within 30 s: is the queue worked?")


def _sign_and_answer(desk: Watched) -> None:
    desk.page.get_by_label("签收人").fill("办公室 科长")
    press(desk, "签收")
    desk.page.get_by_label("原因").fill("内部流程没有理顺。")
    desk.page.get_by_label("措施").fill("明确首问责任人。")
    press(desk, "提交反馈")
    expect(desk.page.get_by_text("已反馈，待审核")).to_be_visible()
