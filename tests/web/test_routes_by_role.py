"""Every staff route × who asks × whose object it is gives exactly what the policy says."""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from werkzeug.routing import Rule

from appraisal import store
from appraisal.settings import Secrets, Settings
from appraisal.store import tables
from appraisal.store.engine import reading
from appraisal.web import create_app
from appraisal.web.access import PolicyGap, check_policy, guard
from appraisal.web.policy import POLICY, STAFF_BLUEPRINTS
from appraisal.web.tokens import SEALED_FORMS
from tests.web.staffed import CANARY, PAYLOAD, ROLES, Objects, Visitor, crawl, fill_city

ROLE_OF = {
    "organiser": "organiser",
    "second": "organiser",
    "d1": "department",
    "d2": "department",
    "auditor": "auditor",
}
# A published round belongs to every department that was in it.
OF_THE_ROUND = ("desk.results", "desk.report", "objections.results", "objections.object_to_results")
UNTOUCHED = {"audit_event", "staff_session"}
# What an empty form, or a deed that does not fit the state, may be answered with.
CALM = {303, 409, 422}
RESULT_PAGES = (
    "results",
    "flags",
    "items",
    "items/A1",
    "items/O1",
    "departments/D1",
    "departments/D1/words",
    "quality",
    "sensitivity",
    "review",
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[tuple[Flask, Objects]]:
    settings = Settings(home=tmp_path_factory.mktemp("city") / "var", demo=True)
    settings.home.mkdir()
    shutil.copy(migrated, settings.database)
    settings.keep_secrets(Secrets.fresh(demo=True))
    app = create_app(settings)
    with store.transaction(engine_of(app)) as db:
        objects = fill_city(db)
    yield app, objects
    engine_of(app).dispose()


def engine_of(app: Flask) -> Engine:
    engine: Engine = app.extensions["appraisal"].engine
    return engine


def staff_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in STAFF_BLUEPRINTS]


def named(rule: Rule, objects: Objects) -> dict[str, dict[str, object]]:
    """Whose object → what the address names. Only what a route names is used of it."""
    there = {
        "round_code": "2026-1",
        "department": "D1",
        "flag_id": objects.flag,
        "number": objects.finding,
        "slip_id": objects.own_slip,
        "copy": 1,
        "item": "O1",
        "questionnaire": "default",
        "move": "publish",
        "action": {
            "office.move_finding": "strike_off",
            "office.decide": "hold",
            "office.decide_codes": "agree",
            "office.move_comment": "read",
            "office.decide_appeal": "reject_appeal",
            "office.move_reply": "show_reply",
            "objections.object_to_results": "reply",
            "objections.object_to_finding": "reply",
        }.get(rule.endpoint, "return"),
        "signal": objects.signal,
        "cohort": objects.cohort,
        "request_id": objects.code_request,
        "comment": objects.comment,
        "appeal_id": objects.appeal,
        "reply_id": objects.reply,
    }
    if rule.endpoint.startswith("objections."):
        there |= {"number": objects.cleared}
    if "file_id" in rule.arguments:
        there |= {"slip_id": objects.answered_slip, "file_id": objects.evidence}
    missing = {
        "round_code": "none",
        "item": "none",
        "department": "D9",
        "flag_id": 999,
        "number": "WT-2026-9999",
        "slip_id": 999,
        "copy": 999,
        "file_id": 999,
        "signal": "none",
        "cohort": 999,
        "request_id": 999,
        "comment": "00" * 16,
        "appeal_id": 999,
        "reply_id": 999,
    }
    cases = {"own": there, "missing": {**there, **missing, "questionnaire": "none"}}
    if rule.endpoint.startswith("desk.") and "slip_id" in rule.arguments and "file_id" not in rule.arguments:
        cases["foreign"] = {**there, "slip_id": objects.foreign_slip}
        cases["draft"] = {**there, "slip_id": objects.own_draft}
    return cases


def expected(endpoint: str, role: str, whose: str) -> int | None:
    """The status of a refusal, ``None`` where the policy lets the request through."""
    rule = POLICY[endpoint]
    if rule.public:
        return None
    if role == "anonymous":
        return 303
    if ROLE_OF[role] not in rule.roles:
        return 403
    seen_by_other = role == "d2" and endpoint.startswith(("desk.", "objections."))
    found = {"own": not seen_by_other, "foreign": seen_by_other}.get(whose, False)
    return None if rule.object is None or found or (endpoint in OF_THE_ROUND and whose == "own") else 404


def cases(app: Flask, objects: Objects, method: str) -> Iterator[tuple[str, str, str, str]]:
    """endpoint, role, whose, address for every route that takes the method."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
    for rule in staff_rules(app):
        if method not in (rule.methods or ()):
            continue
        for whose, values in named(rule, objects).items():
            address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method)
            for role in ROLES:
                yield rule.endpoint, role, whose, address


def questionnaire_code(app: Flask) -> str:
    with reading(engine_of(app)) as db:
        return str(db.scalars(select(tables.QuestionnaireVersion.code)).first())


def test_every_page_is_shown_to_whom_the_policy_says_and_to_nobody_else(city: tuple[Flask, Objects]) -> None:
    app, objects = city
    visitors = {role: Visitor(app, role) for role in ROLES}
    wrong = {}
    for endpoint, role, whose, address in cases(app, objects, "GET"):
        address = address.replace("/questionnaires/default", f"/questionnaires/{questionnaire_code(app)}")
        due = expected(endpoint, role, whose)
        status = visitors[role].get(address).status_code
        if status != (due or _allowed_get(endpoint)):
            wrong[endpoint, role, whose] = (address, status, due)
    assert wrong == {}


def _allowed_get(endpoint: str) -> int:
    # The front door leads to the own desk; a published round has no move left to confirm.
    return {"account.home": 303, "office.confirm": 404}.get(endpoint, 200)


def test_every_deed_is_done_for_whom_the_policy_says_and_for_nobody_else(city: tuple[Flask, Objects]) -> None:
    app, objects = city
    wrong = {}
    for endpoint, role, whose, address in cases(app, objects, "POST"):
        address = address.replace("/questionnaires/default", f"/questionnaires/{questionnaire_code(app)}")
        due = expected(endpoint, role, whose)
        status = Visitor(app, role).post(address).status_code
        allowed = {due} if due else CALM | ({401} if endpoint == "account.enter" else set())
        if status not in allowed:
            wrong[endpoint, role, whose] = (address, status, due)
    assert wrong == {}


def test_a_foreign_and_a_missing_slip_read_the_same(city: tuple[Flask, Objects]) -> None:
    app, objects = city
    visitor = Visitor(app, "d1")
    pages = [visitor.get(f"/desk/slips/{number}").text for number in (objects.foreign_slip, 999)]
    foreign, missing = (re.sub(r"slips(/|%2F)\d+", "slips", page) for page in pages)
    assert foreign == missing


def test_every_route_has_its_entry_and_every_entry_its_route(city: tuple[Flask, Objects]) -> None:
    assert {rule.endpoint for rule in staff_rules(city[0])} == set(POLICY)


def test_a_route_without_an_entry_stops_the_application() -> None:
    app = Flask("unguarded")
    app.add_url_rule("/office/new", "office.new", lambda: "open to all")
    with pytest.raises(PolicyGap, match=r"office\.new"):
        guard(app)


def test_other_blueprints_need_no_entry() -> None:
    check_policy(["respondent.front", "static"])


def tables_of(app: Flask) -> Mapping[str, list[object]]:
    """Every row of every table, but of what looking itself leaves behind."""
    with reading(engine_of(app)) as db:
        kept = [table for table in tables.Base.metadata.sorted_tables if table.name not in UNTOUCHED]
        return {table.name: sorted(map(repr, db.execute(select(table)))) for table in kept}


def test_looking_changes_nothing(city: tuple[Flask, Objects]) -> None:
    app, objects = city
    before = tables_of(app)
    visitors = {role: Visitor(app, role) for role in ROLES}
    for _, role, _, address in cases(app, objects, "GET"):
        visitors[role].get(address)
    assert tables_of(app) == before


def test_no_form_is_taken_without_its_token(city: tuple[Flask, Objects]) -> None:
    app, _ = city
    before, client = tables_of(app), Visitor(app, "organiser").client
    adapter = app.url_map.bind("localhost")
    samples = {
        "round_code": "2026-3",
        "move": "open",
        "flag_id": 1,
        "slip_id": 1,
        "language": "en",
        "cohort": 1,
        "request_id": 1,
        "appeal_id": 1,
        "reply_id": 1,
    }
    actions = {
        "office.decide_codes": "agree",
        "office.decide": "hold",
        "office.move_slip": "accept",
        "office.move_finding": "clear",
        "office.move_comment": "read",
        "office.decide_appeal": "reject_appeal",
        "office.move_reply": "show_reply",
        "objections.object_to_results": "reply",
        "objections.object_to_finding": "reply",
    }
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            known = {**samples, "action": actions.get(rule.endpoint, "")}
            address = adapter.build(rule.endpoint, {name: known.get(name, "D1") for name in rule.arguments}, "POST")
            # A sealed form asks for the code that it is bound to before anything else.
            refused = 403 if rule.endpoint in SEALED_FORMS else 400
            assert client.post(address).status_code == refused, rule.endpoint
    assert tables_of(app) == before


@pytest.mark.parametrize("page", RESULT_PAGES)
@pytest.mark.parametrize("role", ROLES)
def test_before_the_close_nobody_sees_a_result(city: tuple[Flask, Objects], role: str, page: str) -> None:
    app, _ = city
    answer = Visitor(app, role).get(f"/office/rounds/2026-2/{page}")
    due = {"anonymous": 303, "organiser": 409, "second": 409}.get(role, 403)
    assert answer.status_code == due
    assert not re.search(r"\d\d\.\d", answer.text)


@pytest.mark.parametrize("role", ["d1", "d2"])
def test_a_department_gets_no_result_of_an_open_round(city: tuple[Flask, Objects], role: str) -> None:
    assert Visitor(city[0], role).get("/desk/results/2026-2").status_code == 404


def test_what_a_respondent_wrote_is_the_offices_alone(city: tuple[Flask, Objects]) -> None:
    app, _ = city
    office = crawl(Visitor(app, "organiser"), "/office/")
    others = crawl(Visitor(app, "d1"), "/desk/") | crawl(Visitor(app, "auditor"), "/audit/")
    assert any(CANARY in page for page in office.values())
    assert len(others) > 8
    assert [address for address, page in others.items() if CANARY in page] == []


def test_nobodys_text_becomes_a_script(city: tuple[Flask, Objects]) -> None:
    app, _ = city
    starts = {"organiser": "/office/", "d1": "/desk/", "auditor": "/audit/"}
    pages = {k: v for role, start in starts.items() for k, v in crawl(Visitor(app, role), start).items()}
    assert [address for address, page in pages.items() if PAYLOAD in page or "<script>alert" in page] == []
    shown = [address for address, page in pages.items() if "&lt;script&gt;alert" in page]
    assert len(shown) > 8


def test_looks_at_comments_are_on_record(city: tuple[Flask, Objects]) -> None:
    app, _ = city
    Visitor(app, "second").get("/office/rounds/2026-1/departments/D1")
    with reading(engine_of(app)) as db:
        seen = db.scalars(select(tables.AuditEvent.object).where(tables.AuditEvent.action == "comments.look")).all()
    assert "2026-1/D1" in seen


def test_no_page_shows_what_a_respondent_wrote_without_a_look_on_record(city: tuple[Flask, Objects]) -> None:
    app, objects = city
    visitor, shown = Visitor(app, "organiser"), []
    for endpoint, role, whose, address in cases(app, objects, "GET"):
        if role != "organiser" or whose != "own":
            continue
        before = looks(app)
        if CANARY.encode() in visitor.get(address).data:
            shown.append(endpoint)
            assert looks(app) > before, endpoint
    assert {"office.department", "office.review_comment", "office.finding_form", "office.flag_form"} <= set(shown)


def looks(app: Flask) -> int:
    with reading(engine_of(app)) as db:
        seen = select(func.count()).where(tables.AuditEvent.action.like("%.look"), tables.AuditEvent.actor == "zhuban")
        return db.scalar(seen) or 0
