"""In a real browser: a comment read by two people, a problem that rests on a flag, a mark and comments, its slip, an appeal, a decision."""

import random
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from appraisal import rounds, scoring
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.wording import Wording
from appraisal.store import Session
from tests.journeys.conftest import DESKTOP, Site, Watched, new_home, serving, windows, writing
from tests.journeys.test_whole_loop import WORKER_SECONDS, press, seen
from tests.makers import NOW, PASSWORD, make_account, make_closed_round, make_running_round

pytestmark = [pytest.mark.browser]

ROUND = "示范市2026年民主评议"
SAID = ("窗口排队要等一上午", "电话打了几天都没人接听", "前后两次要的材料不一样")
STATEMENT = "窗口排队时间长，没有说明原因。"
GROUNDS = "叫号记录表明平均等候十二分钟。"
DECISION = "调阅叫号记录，平均等候十二分钟，未超过承诺时限。"


def fill(db: Session) -> str:
    """A scored round in which most ballots tick Z01 about D1, and three write something."""
    rng, ballots = random.Random(7), []
    for number in range(60):
        rated = {code: Sheet({"A3": rng.choice(("S4", "S3", "S2"))}, {"Z": ("Z00",)}) for code in ("D1", "D2", "D3")}
        ticked = {"Z": ("Z01",) if number % 4 else ("Z00",)}
        texts = {"T1": SAID[number]} if number < len(SAID) else {}
        rated["D1"] = Sheet(rated["D1"].ratings, ticked, texts)
        ballots.append(ImportedBallot(("enterprise", "citizen")[number % 2], Answers(rated, Sheet())))
    code = make_closed_round(db, ballots)
    scoring.score_round(db, code, "zhuban", NOW)
    rounds.publish(db, code, "zhuban", NOW)
    return code


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    settings = new_home(tmp_path_factory.mktemp("objection"))
    with writing(settings) as db:
        fill(db)
        running = make_running_round(db, settings.read_secrets(), codes=1, code="2026-2", title=Wording("下一轮评议"))
        for login, role, department in (
            ("zhuban", "organiser", None),
            ("fuhe", "organiser", None),
            ("d1", "department", "D1"),
        ):
            make_account(db, login, role, department)
    with serving(settings, running) as site:
        yield site


def enter(watched: Watched, login: str) -> Page:
    watched.go("/login")
    watched.page.get_by_label("账号").fill(login)
    watched.page.get_by_label("密码").fill(PASSWORD)
    press(watched.page, "登录")
    return watched.page


def go(page: Page, *links: str) -> Page:
    """Along these links from the own desk."""
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/staff")
    for name in links:
        page.get_by_role("link", name=name).first.click()
    return page


def read_every_text(page: Page, button: str) -> None:
    """Press the button of every text that offers it, from the overview on."""
    go(page, "评议轮次", ROUND, "审阅意见")
    page.locator("main table a").first.click()
    for _ in SAID:
        press(page, button)
        if page.get_by_role("link", name="下一条").count():
            page.get_by_role("link", name="下一条").click()


def test_from_a_comment_to_a_decided_appeal(browser: Browser, site: Site) -> None:
    with windows(browser, site) as open_page:
        office, second, department = (
            enter(open_page(viewport=viewport), login)
            for viewport, login in ((DESKTOP, "zhuban"), (DESKTOP, "fuhe"), ({"width": 320, "height": 640}, "d1"))
        )
        read_every_text(office, "放行")
        read_every_text(second, "复核同意")
        count = write_up(office)
        assert "至少45份各自独立的评议票反映" in count
        assert "互不重复的意见3条" in count
        send(office, second)
        appeal(department)
        assert "不能决定对它的申诉" in seen(go(office, "复核部门的申诉"))
        decide(second)
        told = seen(go(department))
        assert "申诉成立" in told
        assert "澄清正名" in told
        clearing = seen(go(department, "WT-"))
        assert [said for said in SAID if said in clearing + told] == []
        assert "在办0 + 不属实1" in seen(go(office, "台账"))


def write_up(page: Page) -> str:
    """Tick the flag, the mark and the comments; what they come to. Then register and judge."""
    go(page, "评议轮次", ROUND, "预警清单", "写成问题")
    page.get_by_role("group", name="勾选的问题").get_by_role("checkbox").first.check()
    for said in SAID:
        page.get_by_label(said).check()
    press(page, "数一数")
    counted = page.get_by_role("status").inner_text()
    page.get_by_label("问题表述").fill(STATEMENT)
    page.get_by_label("整改要求").fill("增开窗口，公布等候时间。")
    press(page, "挂号")
    page.get_by_label("属实", exact=True).check()
    page.get_by_label("怎样查的，根据什么").fill("现场查看。")
    press(page, "记入台账")
    return counted


def send(office: Page, second: Page) -> None:
    go(office, "评议轮次", ROUND, "预警清单", "问题").get_by_label(STATEMENT).check()
    press(office, "把打勾的拟成提示单")
    press(go(second, "审签提示单"), "审签并发出")
    end = time.monotonic() + WORKER_SECONDS
    while second.get_by_role("link", name="下载正式文件").count() == 0:
        assert time.monotonic() < end, f"no letter within {WORKER_SECONDS} s: {seen(second)}"
        time.sleep(0.5)
        second.reload()


def appeal(page: Page) -> None:
    go(page, "签收：", "申辩或申诉")
    page.get_by_label("要说明的情况").fill("本单位已在十一月增开两个窗口。")
    press(page, "提交申辩")
    page.get_by_label("申诉的理由和依据").fill(GROUNDS)
    press(page, "提交申诉")
    assert "等待复核" in seen(page)


def decide(page: Page) -> None:
    go(page, "复核部门的申诉")
    assert GROUNDS in seen(page)
    page.get_by_label("复核决定的理由").fill(DECISION)
    press(page, "申诉成立")
    assert "申诉成立" in seen(page)
