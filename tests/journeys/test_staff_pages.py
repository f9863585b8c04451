"""Every page of the staff in a real browser: axe, a screen of 320 pixels, the keyboard, and nothing from elsewhere."""

import random
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from appraisal import followup, rounds, scoring
from appraisal.masking import Kind, Roster
from appraisal.model.faults import Refused
from appraisal.model.finding import Outcome
from appraisal.model.print_job import TRIES
from appraisal.model.slip_moves import SlipState
from appraisal.reports.printer import TOO_LARGE_SAID
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.web import create_app
from appraisal.web.access import start_session
from appraisal.web.policy import POLICY
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage, Site, Watched, axe_violations, new_home, serving, writing
from tests.journeys.test_respondent_journey import press_enter, press_until
from tests.makers import (
    NOW,
    PASSWORD,
    OpenRound,
    default_source,
    make_account,
    make_finding,
    make_lone_key,
    make_open_round,
    make_opened,
    make_plan,
    make_pointed_casts,
    make_round,
    make_running_round,
    make_slip,
    make_stuffed_round,
)

pytestmark = [pytest.mark.browser]

ROUND = "/office/rounds/2026-1"
# Closed, with ballots that stand out: nothing of it is decided yet.
STUFFED = "2025-9"
LANGUAGES = ("zh-CN", "en")
LOGINS = {"office": "zhuban", "desk": "d1", "objections": "d1", "audit": "shenji", "account": "zhuban"}
# What is taken home as a file is no page.
FILES = {
    "office.slip_pdf",
    "office.slip_copy",
    "office.round_report",
    "office.questionnaire_file",
    "office.evidence",
    "office.department_report",
    "office.ledger_book",
    "audit.ledger_book",
    "desk.slip_pdf",
    "desk.evidence",
    "desk.report",
}


@dataclass(frozen=True)
class City:
    """A served city with a published, a running and a draft round, and what addresses of it name."""

    site: Site
    flag: int
    slips: Mapping[SlipState, int]
    findings: Sequence[str]
    spare: str
    sessions: Mapping[str, str]
    signal: str
    cohort: int
    comment: str
    cleared: str
    closed: str


@pytest.fixture(scope="module")
def city(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    settings = new_home(tmp_path_factory.mktemp("staff"))
    with writing(settings) as db:
        opened = make_open_round(db, settings.read_secrets(), make_plan(per_ballot=4), codes=20)
        make_pointed_casts(db, settings.read_secrets(), opened, range(60), "窗口排队时间长。")
        flag, slips, findings = follow_up(db, opened)
        comment = scoring.comments(db, opened.code, "D1")[0].id
        scoring.remask(db, opened.code, comment, "窗口", Kind.OTHER, (), Roster())
        spare = make_finding(db, opened.code, "D2", None)
        cleared = object_to_slip(db, opened.code)
        closed = followup.slip(db, slips[SlipState.CLOSED], NOW.date()).findings[0].number
        unprinted = make_slip(db, SlipState.APPROVED, opened.code, "D2", findings=1)
        for _ in range(TRIES):
            followup.note_misprint(db, unprinted, Refused(TOO_LARGE_SAID, megabytes=1024), NOW)
        stuffed = make_stuffed_round(db, code=STUFFED)
        signal = make_lone_key(db, stuffed)
        cohort = scoring.propose(db, stuffed, signal, "fuhe", NOW, "核对了发放记录。")
        running = make_running_round(db, settings.read_secrets(), codes=1, code="2026-2", previous="2026-1")
        today = city_now().date()
        make_round(db, code="2026-3", opens_on=today, closes_on=today)
        sessions = {
            "zhuban": make_session(db, "zhuban", "organiser"),
            "d1": make_session(db, "d1", "department", "D1"),
            "shenji": make_session(db, "shenji", "auditor"),
        }
    with serving(settings, running) as site:
        yield City(site, flag, slips, findings, spare, sessions, signal, cohort, comment, cleared, closed)


@pytest.fixture(scope="module")
def site(city: City) -> Site:
    return city.site


def follow_up(db: Session, opened: OpenRound) -> tuple[int, Mapping[SlipState, int], Sequence[str]]:
    """Close, score and publish; a slip in every state that rests, a finding in every state. The flag, the slips, the findings."""
    rounds.close(db, opened.code, "fuhe", NOW)
    make_opened(db, opened.code, opened.key.private, random.Random(1))
    scoring.score_round(db, opened.code, "fuhe", NOW)
    judged = [make_finding(db, opened.code, "D1", outcome) for outcome in (None, *Outcome)]
    slips = {state: make_slip(db, state, opened.code, "D1") for state in SlipState if state is not SlipState.APPROVED}
    rounds.publish(db, opened.code, "fuhe", NOW)
    flags = scoring.results(db, opened.code).flags
    verified = followup.slip(db, slips[SlipState.VERIFIED], NOW.date()).findings
    return flags[0].id, slips, (*judged, verified[0].number)


def object_to_slip(db: Session, code: str) -> str:
    """A reply and an appeal of D1 that wait, and the problem that it was cleared of on appeal."""
    slip = followup.slip(db, make_slip(db, SlipState.ISSUED, code, "D1"), NOW.date())
    waiting, cleared = (line.number for line in slip.findings)
    followup.appeal(db, code, "D1", "d1", NOW, "当日已办结。", waiting)
    followup.reply(db, code, "D1", "d1", NOW, "当日已办结。", waiting)
    followup.appeal(db, code, "D1", "d1", NOW, "查无此事。", cleared)
    followup.grant_appeal(db, 2, "fuhe", NOW, "调阅记录，不属实。")
    followup.appeal(db, code, "D1", "d1", NOW, "评议票的隔离有误。")
    return cleared


def make_session(db: Session, login: str, role: str, department: str | None = None) -> str:
    return start_session(db, make_account(db, login, role, department), city_now())


def enter(watched: Watched, city: City, login: str) -> None:
    """Come in with a log-in that is there already: the cost of a password is paid in another test."""
    context = watched.page.context
    context.add_cookies([{"name": "staff", "value": city.sessions[login], "url": city.site.address}])


def pages_of(city: City) -> dict[str, list[tuple[str, str]]]:
    """Login → (endpoint, path) for every page that the policy lists, with everything that an address can name."""
    app = create_app(city.site.settings)
    adapter = app.url_map.bind("localhost")
    found: dict[str, list[tuple[str, str]]] = {login: [] for login in city.sessions}
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in POLICY or rule.endpoint in FILES or "GET" not in (rule.methods or ()):
            continue
        login = LOGINS[rule.endpoint.partition(".")[0]]
        paths = {adapter.build(rule.endpoint, values) for values in named(city, rule.endpoint, rule.arguments)}
        found[login] += [(rule.endpoint, path) for path in sorted(paths)]
    app.extensions["appraisal"].engine.dispose()
    return found


def named(city: City, endpoint: str, arguments: Set[str]) -> list[dict[str, object]]:
    """What the arguments of a route stand for, one after the other."""
    plain = {
        "round_code": "2026-1",
        "department": "D1",
        "flag_id": city.flag,
        "questionnaire": "CITY",
        "comment": city.comment,
    }
    whole = {argument: value for argument, value in plain.items() if argument in arguments}
    if "move" in arguments:
        return [{"round_code": "2026-2", "move": "close"}, {"round_code": "2026-3", "move": "open"}]
    if "slip_id" in arguments:
        hidden = {SlipState.DRAFTED, SlipState.DISCARDED} if endpoint.startswith("desk.") else set()
        return [{"slip_id": slip_id} for state, slip_id in city.slips.items() if state not in hidden]
    if "item" in arguments:
        return [{"round_code": "2026-1", "item": code} for code in ("A3", "Z", "T1", "O1")]
    if endpoint in ("office.quality", "office.signal", "office.cohort", "office.sensitivity"):
        about = {"round_code": STUFFED, "signal": city.signal, "cohort": city.cohort}
        return [{argument: value for argument, value in about.items() if argument in arguments}]
    if {"number", "appeal_id"} & arguments:
        return objected(city, endpoint)
    if endpoint == "office.codes":
        return [{"round_code": code} for code in ("2026-1", "2026-2")]
    if endpoint in ("office.round", "audit.round"):
        return [{"round_code": code} for code in ("2026-1", "2026-2", "2026-3")]
    return [whole]


def objected(city: City, endpoint: str) -> list[dict[str, object]]:
    """Findings and appeals that a route may name."""
    if endpoint == "objections.clearing":
        return [{"number": city.cleared}]
    if endpoint == "objections.finding":
        return [{"round_code": "2026-1", "number": number} for number in (city.cleared, city.findings[-1])]
    if endpoint == "office.recheck_form":
        return [{"number": city.closed}]
    if endpoint == "office.appeal":
        return [{"appeal_id": appeal_id} for appeal_id in (1, 2, 3)]
    return [{"number": number} for number in city.findings]


def submit_unfit(page: Page, address: str) -> None:
    """Send the form that leads there as it stands, past the browser's own check."""
    form = page.locator(
        f"form[action$='{address}'], form:has([formaction$='{address}']), main form:not([action])"
    ).first
    form.evaluate("form => { form.noValidate = true }")
    with page.expect_navigation():
        form.locator("button[type=submit]:not([formnovalidate])").first.click()


def faulty_pages(watched: Watched, city: City, login: str) -> Iterator[str]:
    """Pages that a form leads to which is not filled in, or not well."""
    slips, registered, verified = city.slips, city.findings[0], city.findings[-1]
    unfit = {
        "zhuban": {
            f"{ROUND}/departments/D1/finding": "/finding",
            f"/office/findings/{registered}": "/judge",
            f"/office/findings/{verified}": "/strike_off",
            "/office/appeals/3": "/grant_appeal",
            f"/office/slips/{slips[SlipState.ANSWERED]}": "/accept",
            f"/office/slips/{slips[SlipState.ACCEPTED]}": "/verify",
            f"/office/slips/{slips[SlipState.EXTENDING]}": "/extend",
            f"/office/slips/{slips[SlipState.CONTESTED]}": "/reassign",
            f"{ROUND}/findings": "/bundle",
            "/office/questionnaires/CITY": "/compare",
            "/office/rounds/2026-2/codes": "/codes",
            f"/office/rounds/{STUFFED}/quarantine/{city.cohort}": "/decline",
        },
        "d1": {
            f"/desk/slips/{slips[SlipState.ISSUED]}": "/sign",
            f"/desk/slips/{slips[SlipState.SIGNED]}": "/answer",
        },
        "shenji": {},
    }
    for path, address in unfit[login].items():
        watched.go(path)
        submit_unfit(watched.page, address)
        expect(watched.page.locator(".field-error, .note.bad").first).to_be_visible()
        yield f"{path}, sent empty"


def changed_questionnaire(watched: Watched, source: str) -> None:
    """Upload a questionnaire: the page of what is new in it, or of what is wrong with it."""
    watched.go("/office/questionnaires/CITY")
    file: FilePayload = {"name": "q.toml", "mimeType": "application/toml", "buffer": source.encode()}
    watched.page.get_by_label("改过的问卷文件").or_(watched.page.locator("#file")).set_input_files(file)
    watched.page.locator("form[action$='/compare'] button").click()


def every_page(watched: Watched, city: City) -> Iterator[str]:
    """Walk to every page of the staff, pages of trouble among them; yields where it is."""
    watched.go("/login")
    yield "the door"
    for login, pages in pages_of(city).items():
        enter(watched, city, login)
        for _, path in pages:
            answer = watched.page.goto(city.site.address + path)
            assert answer is not None
            assert answer.ok, path
            yield f"{login} {path}"
        yield from faulty_pages(watched, city, login)
        watched.go("/office/nowhere" if login == "zhuban" else "/office/")
        yield f"{login}, where nothing is or nothing may be seen"
        if login == "zhuban":
            changed_questionnaire(watched, default_source().replace("办事效率", "办事快慢"))
            yield "a changed questionnaire"
            changed_questionnaire(watched, default_source().replace('code = "Z02"', 'code = "Z01"'))
            yield "a questionnaire with faults"


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


def test_every_page_of_the_policy_is_walked_to(city: City) -> None:
    app = create_app(city.site.settings)
    shown = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    app.extensions["appraisal"].engine.dispose()
    walked = {endpoint for pages in pages_of(city).values() for endpoint, _ in pages}
    assert walked == (shown & set(POLICY)) - FILES
    assert len(walked) > 25


CONTROLS = (
    "a.button, a.card, button, label.choice, select, input:not([type=hidden], [type=radio], [type=checkbox]), summary"
)
SMALL = """els => els.filter(e => e.offsetParent)
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([html]) => html)"""


def wrong_on(watched: Watched) -> dict[str, object]:
    """What is wrong with the page on a small screen, and what axe finds on a large one besides."""
    unfold(watched.page)
    watched.page.set_viewport_size(PHONE)
    looks: dict[str, object] = {
        "pixels too wide": watched.overflow(),
        "too small for a thumb": watched.page.eval_on_selector_all(CONTROLS, SMALL),
        "axe at 320": axe_violations(watched.page),
    }
    watched.page.set_viewport_size(DESKTOP)
    looks["axe at 1280"] = axe_violations(watched.page)
    return {look: wrong for look, wrong in looks.items() if wrong not in (0, [])}


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_page_is_accessible_and_fits_a_small_screen(open_page: OpenPage, city: City, locale: str) -> None:
    # The policy of the site lets no foreign script in, axe neither; it is lifted for this look alone.
    watched = open_page(script=True, locale=locale, viewport=DESKTOP, bypass_csp=True)
    found = {place: wrong_on(watched) for place in every_page(watched, city)}
    assert len(found) > 50
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_no_page_asks_another_host_or_breaks_the_policy_of_the_site(open_page: OpenPage, city: City) -> None:
    watched = open_page(script=True)
    complained = {place: list(watched.complaints) for place in every_page(watched, city) if watched.complaints}
    assert complained == {}


ACTIONS = [
    ("zhuban", "/office/", "把查实的问题拟成提示单"),
    ("zhuban", "/office/rounds/2026-2", "截止评议"),
    ("zhuban", "/office/rounds/2026-2/close", "截止评议"),
    ("zhuban", f"{ROUND}/results", "发展改革局"),
    ("zhuban", f"{ROUND}/departments/D1", "写成问题"),
    ("zhuban", f"{ROUND}/departments/D1/finding", "挂号"),
    ("zhuban", f"{ROUND}/flags", "写成问题"),
    ("zhuban", f"{ROUND}/findings", "把打勾的拟成提示单"),
    ("zhuban", "/office/findings/{registered}", "记入台账"),
    ("zhuban", "/office/findings/{verified}", "销号"),
    ("zhuban", "/office/slips/{answered}", "退回重办"),
    ("zhuban", "/office/slips/{issued}", "下载正式文件（PDF）"),
    ("zhuban", "/office/questionnaires/CITY", "检查"),
    ("zhuban", "/office/ledger", "筛选"),
    ("d1", "/desk/", "反馈整改情况"),
    ("d1", "/desk/slips/{issued}", "签收"),
    ("d1", "/desk/slips/{signed}", "提交反馈"),
    ("shenji", "/audit/", "示范市2026年民主评议"),
]


@pytest.mark.parametrize(("login", "path", "name"), ACTIONS)
def test_the_tab_key_reaches_what_a_page_is_for(
    open_page: OpenPage, city: City, login: str, path: str, name: str
) -> None:
    watched = open_page(script=True)
    enter(watched, city, login)
    numbers = {str(state): slip_id for state, slip_id in city.slips.items()}
    watched.go(path.format_map({**numbers, "registered": city.findings[0], "verified": city.findings[-1]}))
    focused = "document.activeElement.innerText.trim().startsWith"
    for _ in range(80):
        watched.page.keyboard.press("Tab")
        if watched.page.evaluate(f"{focused}('{name}') && document.activeElement.closest('main') !== null"):
            return
    pytest.fail(f"{name} cannot be reached with the keyboard on {path}")


def test_a_finding_is_judged_with_the_keyboard_alone(open_page: OpenPage, city: City) -> None:
    watched = open_page(script=True, viewport=DESKTOP)
    page = watched.page
    watched.go(f"/office/findings/{city.spare}")
    page.get_by_label("账号").focus()
    page.keyboard.type("zhuban")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    press_enter(page)
    press_until(page, "属实")
    page.keyboard.press("Space")
    press_until(page, "")
    page.keyboard.type("调阅了办件记录。")
    press_until(page, "记入台账")
    press_enter(page)
    expect(page.get_by_role("main")).to_contain_text("查核结论已记入台账。")


@pytest.mark.parametrize("login", ["zhuban", "d1", "shenji"])
def test_the_first_press_of_the_tab_key_offers_the_way_past_the_menu(
    open_page: OpenPage, city: City, login: str
) -> None:
    watched = open_page(script=True)
    enter(watched, city, login)
    watched.go("/staff")
    watched.page.keyboard.press("Tab")
    watched.page.keyboard.press("Enter")
    assert watched.page.evaluate("document.activeElement.id") == "main"
