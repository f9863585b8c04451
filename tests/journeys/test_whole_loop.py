"""The whole loop in a real browser, on what the command serves: from a ballot on a phone to the auditor's record."""

import hashlib
import re
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from appraisal.model.calendar import ANSWER_DAYS, SIGN_DAYS, after_working_days
from appraisal.settings import city_now, write_private
from tests.journeys.conftest import DESKTOP, OpenPage, Site, Watched, new_home, serving, windows, writing
from tests.journeys.test_respondent_journey import RECEIPT, come_in, departments, fill_in, submit_button
from tests.makers import PASSWORD, make_account, make_pointed_casts, make_running_round

pytestmark = [pytest.mark.browser]

WORKER_SECONDS = 90
ROUND = "示范市2026年民主评议"
STATEMENT = "多个科室之间来回转办，申请人跑了三次。"
REASON = "措施没有写明由谁在什么时候做完。"
BALANCE = re.compile(r"挂号(\d+) = 销号(\d+) \+ 在办(\d+) \+ 不属实(\d+) \+ 转出(\d+)")


class Story:
    """One round, told chapter by chapter. A chapter first tells those before it, and keeps what the person saw at its end."""

    def __init__(self, site: Site, open_page: OpenPage) -> None:
        self.site, self._open_page = site, open_page
        self._people: dict[str, Watched] = {}

    def person(self, login: str) -> Watched:
        """The window of somebody of the staff, who logs in the first time."""
        if login not in self._people:
            self._people[login] = watched = self._open_page(viewport=DESKTOP)
            watched.go("/login")
            watched.page.get_by_label("账号").fill(login)
            watched.page.get_by_label("密码").fill(PASSWORD)
            press(watched.page, "登录")
        return self._people[login]

    def at(self, login: str, *links: str) -> Page:
        """Somebody's page after the way from the own desk along these links."""
        watched = self.person(login)
        watched.go("/staff")
        for name in links:
            watched.page.get_by_role("link", name=name).first.click()
        return watched.page

    @cached_property
    def receipt(self) -> str:
        """A phone of 320 pixels without scripts; every page of the ballot is answered."""
        watched = self._open_page()
        come_in(watched, self.site.new_code())
        watched.page.get_by_role("link", name="开始：").click()
        while "/ballot/review" not in watched.page.url:
            fill_in(watched.page, "S2")
            watched.page.locator(".actions button[value=next]").click()
        submit_button(watched.page).click()
        return watched.page.locator(".receipt").inner_text()

    @cached_property
    def second_receipt(self) -> str:
        """Another phone; one department is answered and the rest left out."""
        watched = self._open_page()
        come_in(watched, self.site.new_code())
        watched.go(departments(watched.page)[0])
        fill_in(watched.page, "S3")
        press(watched.page, "保存，回目录")
        watched.page.get_by_role("link", name="检查并提交").click()
        submit_button(watched.page).click()
        return watched.page.locator(".receipt").inner_text()

    @cached_property
    def running(self) -> str:
        assert self.receipt != self.second_receipt
        return seen(self.at("zhuban", "评议轮次", ROUND))

    @cached_property
    def closed(self) -> str:
        assert self.running
        return self._move("截止评议")

    @cached_property
    def scored(self) -> str:
        assert self.closed
        return self._move("计分")

    def _move(self, step: str) -> str:
        """Confirm a step, and ask the page again until the worker beside the server is through with it."""
        page, end = self.at("zhuban", "评议轮次", ROUND, step), time.monotonic() + WORKER_SECONDS
        press(page, step)
        while (refresh := page.get_by_role("link", name="刷新")).count():
            assert time.monotonic() < end, f"the worker is not through within {WORKER_SECONDS} s: {seen(page)}"
            time.sleep(0.5)
            refresh.click()
        return seen(page)

    @cached_property
    def flags(self) -> str:
        assert self.scored
        return seen(self.at("zhuban", "评议轮次", ROUND, "预警清单"))

    @cached_property
    def registered(self) -> str:
        """The first flag is written up in the office's own words."""
        assert self.flags
        return self._write_up(STATEMENT)

    @cached_property
    def judged(self) -> str:
        assert self.registered
        return self._judge("属实")

    @cached_property
    def unfounded(self) -> str:
        """The next flag is written up too, and turns out not to be so."""
        assert self.judged
        self._write_up("办理时间长，没有说明原因。")
        return self._judge("不属实")

    def _write_up(self, statement: str) -> str:
        page = self.at("zhuban", "评议轮次", ROUND, "预警清单", "写成问题")
        page.get_by_label("问题表述").fill(statement)
        page.get_by_label("整改要求").fill("明确牵头科室，一次性告知。")
        page.get_by_label("依据").fill("首问负责制度第五条")
        press(page, "挂号")
        return seen(page)

    def _judge(self, outcome: str) -> str:
        page = self.person("zhuban").page
        page.get_by_label(outcome, exact=True).check()
        page.get_by_label("怎样查的，根据什么").fill("调阅办件记录四十件，回访十人。")
        press(page, "记入台账")
        return seen(page)

    @cached_property
    def drafted(self) -> str:
        assert self.unfounded
        page = self.at("zhuban", "评议轮次", ROUND, "预警清单", "问题")
        page.get_by_label(STATEMENT).check()
        press(page, "把打勾的拟成提示单")
        return seen(page)

    @cached_property
    def approved(self) -> str:
        assert self.drafted
        page = self.at("fuhe", "审签提示单")
        press(page, "审签并发出")
        return seen(page)

    @cached_property
    def issued(self) -> str:
        """The worker beside the server prints the letter; the page is asked again until it is there."""
        assert self.approved
        page, end = self.person("fuhe").page, time.monotonic() + WORKER_SECONDS
        while page.get_by_role("link", name="下载正式文件").count() == 0:
            assert time.monotonic() < end, f"no letter within {WORKER_SECONDS} s: {seen(page)}"
            time.sleep(0.5)
            page.reload()
        return seen(page)

    @cached_property
    def waiting(self) -> str:
        assert self.issued
        return seen(self.at("d1"))

    @cached_property
    def letter(self) -> bytes:
        assert self.waiting
        page = self.at("d1", "签收：")
        with page.expect_download() as download:
            page.get_by_role("link", name="下载正式文件").click()
        return Path(download.value.path()).read_bytes()

    @cached_property
    def signed(self) -> str:
        assert self.letter
        page = self.at("d1", "签收：")
        page.get_by_label("签收人").fill("办公室主任")
        press(page, "签收")
        return seen(page)

    @cached_property
    def answered(self) -> str:
        assert self.signed
        return self._answer("加强管理。")

    @cached_property
    def returned(self) -> str:
        """The office sends the answer back once; this is what the department then reads."""
        assert self.answered
        page = self.at("zhuban", "审核整改反馈")
        page.get_by_label("意见").fill(REASON)
        press(page, "退回重办")
        return seen(self.at("d1", "反馈整改情况"))

    @cached_property
    def answered_again(self) -> str:
        assert self.returned
        return self._answer("首问科室十二月底前修订告知单并公布。")

    def _answer(self, measures: str) -> str:
        page = self.at("d1", "反馈整改情况")
        for cause in page.get_by_label("原因").all():
            cause.fill("科室职责交叉。")
        for field in page.get_by_label("措施").all():
            field.fill(measures)
        press(page, "提交反馈")
        return seen(page)

    @cached_property
    def accepted(self) -> str:
        assert self.answered_again
        page = self.at("zhuban", "审核整改反馈")
        page.get_by_label("意见").fill("措施、责任人和时限都已写明。")
        press(page, "通过")
        return seen(page)

    @cached_property
    def verified(self) -> str:
        assert self.accepted
        page = self.at("zhuban", "核验整改情况")
        page.get_by_label("现场核验").check()
        page.get_by_label("意见").fill("新的告知单已上墙。")
        press(page, "核验属实")
        return seen(page)

    @cached_property
    def struck_off(self) -> str:
        assert self.verified
        page = self.at("zhuban", "逐个销号", "销号或长期坚持")
        page.get_by_label("依据").fill("现场看过新的告知单，回访五人。")
        press(page, "销号")
        return seen(page)

    @cached_property
    def ended(self) -> str:
        assert self.struck_off
        page = self.at("zhuban", "逐个销号")
        press(page, "办结")
        return seen(page)

    @cached_property
    def ledger(self) -> str:
        assert self.ended
        return seen(self.at("zhuban", "台账"))

    def audit(self, *links: str) -> str:
        """What the auditor sees in the end."""
        assert self.ended
        return seen(self.at("shenji", *links))


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def seen(page: Page) -> str:
    return page.locator("main").inner_text()


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A round that takes ballots: forty have come, two codes are left; one account of every kind."""
    settings = new_home(tmp_path_factory.mktemp("loop"))
    with writing(settings) as db:
        opened = make_running_round(db, settings.read_secrets(), codes=14, per_ballot=4)
        write_private(settings.tally_key(opened.code), opened.key.private)
        make_pointed_casts(db, settings.read_secrets(), opened, range(2, len(opened.issued)), "等了很久。")
        for login, role in (("zhuban", "organiser"), ("fuhe", "organiser"), ("shenji", "auditor")):
            make_account(db, login, role)
        make_account(db, "d1", "department", "D1")
    with serving(settings, opened) as site:
        yield site


@pytest.fixture(scope="module")
def story(browser: Browser, site: Site) -> Iterator[Story]:
    with windows(browser, site) as open_page:
        yield Story(site, open_page)


def test_a_ballot_cast_on_a_small_phone_without_scripts_gives_a_receipt(story: Story) -> None:
    assert RECEIPT.match(story.receipt)


def test_a_ballot_about_one_department_alone_gives_another_receipt(story: Story) -> None:
    assert RECEIPT.match(story.second_receipt)
    assert story.second_receipt != story.receipt


def test_before_the_close_the_round_has_no_results_to_look_at(story: Story) -> None:
    assert "评议中" in story.running
    assert [page for page in ("结果", "预警清单", "指标") if page in story.running.splitlines()] == []


def test_the_close_counts_every_ballot(story: Story) -> None:
    assert " 开启评议票 " in story.closed
    received = re.findall(r"^(?:企业|市民|两代表一委员)\t.*\t(\d+)\t(\d+)$", story.closed, re.MULTILINE)
    assert [int(issued) for issued, _ in received] == [14, 14, 14]
    assert [int(ballots) for _, ballots in received] == [14, 14, 14]


def test_scoring_is_done_by_one_press_and_its_confirmation(story: Story) -> None:
    assert "已计分" in story.scored


def test_a_flag_says_how_many_of_how_many_and_what_was_to_be_expected(story: Story) -> None:
    assert "发展改革局 · 推诿扯皮" in story.flags
    ballots = re.search(r"评价发展改革局的(\d+)份评议票中，有(\d+)份勾选“推诿扯皮”，占[\d.]+%", story.flags)
    assert ballots
    assert int(ballots[1]) >= 30
    assert int(ballots[2]) > int(ballots[1]) / 2


def test_a_flag_written_up_gets_a_number_and_waits_to_be_looked_into(story: Story) -> None:
    assert f"已挂号：WT-{city_now().year}-0001。" in story.registered
    assert "待查核" in story.registered


def test_a_finding_that_is_so_is_confirmed_on_the_ledger(story: Story) -> None:
    assert "查核结论已记入台账。" in story.judged
    assert "已查实" in story.judged


def test_a_finding_that_is_not_so_can_go_no_further(story: Story) -> None:
    assert "不属实或无法查核" in story.unfounded


def test_who_drafts_a_slip_is_told_that_somebody_else_approves_it(story: Story) -> None:
    assert "拟稿人不能审签自己拟的提示单" in story.drafted
    assert "审签并发出" not in story.drafted


def test_the_second_person_approves_and_the_slip_has_its_number(story: Story) -> None:
    assert "已审签并编号。" in story.approved
    assert f"示评办提〔{city_now().year}〕1号" in story.approved


def test_the_worker_issues_the_slip(story: Story) -> None:
    assert "已发出，待签收" in story.issued


def test_the_department_reads_what_to_do_and_until_when(story: Story) -> None:
    due = after_working_days(city_now().date(), SIGN_DAYS, {})
    assert f"签收：示评办提〔{city_now().year}〕1号" in story.waiting
    assert f"{due}前" in story.waiting


def test_the_letter_is_a_pdf_and_to_the_byte_the_one_in_the_register(story: Story) -> None:
    assert story.letter.startswith(b"%PDF")
    assert hashlib.sha256(story.letter).hexdigest() in story.audit("提示单")


def test_after_signing_the_answer_is_asked_for_with_its_date(story: Story) -> None:
    due = after_working_days(city_now().date(), ANSWER_DAYS, {})
    assert "已签收。请在期限内反馈整改情况。" in story.signed
    assert f"期限{due}" in story.signed


def test_an_answer_to_every_finding_goes_to_the_office(story: Story) -> None:
    assert "反馈已提交，主办单位会审核。" in story.answered
    assert "加强管理。" in story.answered


def test_a_returned_answer_comes_back_with_the_reason(story: Story) -> None:
    assert f"上次的反馈被退回。 {REASON}" in story.returned


def test_the_second_answer_stands_beside_the_first(story: Story) -> None:
    assert "首问科室十二月底前修订告知单并公布。" in story.answered_again
    assert "加强管理。" in story.answered_again


def test_an_accepted_answer_still_waits_to_be_seen_on_the_spot(story: Story) -> None:
    assert "核验属实" in story.accepted
    assert "还有1个问题没有销号" in story.verified


def test_the_finding_is_struck_off_and_the_slip_closed(story: Story) -> None:
    assert f"WT-{city_now().year}-0001已销号。" in story.struck_off
    assert "提示单已办结。" in story.ended


def test_the_ledger_balances_with_one_finding_struck_off(story: Story) -> None:
    balance = BALANCE.search(story.ledger)
    assert balance
    registered, *parts = map(int, balance.groups())
    assert (registered, parts) == (2, [1, 0, 1, 0])
    assert "相符" in story.ledger


@pytest.mark.parametrize("deed", ["登录", "查看评议人写的话", "下载提示单"])
def test_the_auditor_sees_who_came_and_what_was_looked_at(story: Story, deed: str) -> None:
    assert f"\t{deed}\t" in story.audit("操作记录")


def test_the_auditor_sees_the_round_as_it_was_frozen_and_how_it_went(story: Story) -> None:
    page = story.audit(ROUND)
    assert "与现存内容一致" in page
    assert [deed for deed in ("开始评议", "截止评议", "计分") if deed not in page] == []


def test_nobody_but_the_office_reads_what_a_respondent_wrote(story: Story) -> None:
    pages = [story.waiting, story.returned, story.audit(), story.audit("台账"), story.audit("操作记录")]
    assert [page for page in pages if "等了很久" in page] == []
    office = seen(story.at("zhuban", "评议轮次", ROUND, "结果", "发展改革局"))
    assert "等了很久。" in office
