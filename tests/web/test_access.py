"""Log-in, sessions and what they must not give away."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from werkzeug.test import TestResponse

from appraisal import store
from appraisal.secrecy import passwords
from appraisal.settings import Secrets, Settings, city_now
from appraisal.store import people, tables
from appraisal.store.engine import reading
from appraisal.store.people import StaffAccount
from appraisal.store.trails import deeds
from appraisal.web import access, create_app, known_browser
from tests.makers import PASSWORD, make_account

FOREIGN = [
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "///evil.example",
    "////evil.example",
    "/office//evil.example",
    "/office/\\evil.example",
    "/office/%0d%0aLocation:%20https://evil.example",
    "/office/\r\nLocation: https://evil.example",
    "/office/\t/evil.example",
    "/office/@evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " https://evil.example",
    "/%2f/evil.example",
    "/office/%2f%2fevil.example",
    "/officeevil",
    "/ballot",
    "http:/evil.example",
    "/.evil.example",
    "?x=//evil.example",
    "/office/\u202eevil",
    "/login",
    "/logout",
]


@pytest.fixture
def app(settings: Settings, engine: Engine) -> Flask:
    with store.transaction(engine) as db:
        make_account(db, "zhuban", "organiser")
        make_account(db, "shenji", "auditor")
    return create_app(settings)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page has no form token"
    return found[1]


def log_in(client: FlaskClient, login: str = "zhuban", password: str = PASSWORD, **more: str) -> TestResponse:
    token = token_of(client.get("/login").text)
    return client.post("/login", data={"csrf_token": token, "login": login, "password": password, **more})


def cookie(client: FlaskClient) -> str | None:
    kept = client.get_cookie("staff")
    return kept.value if kept else None


def sessions(engine: Engine) -> int:
    with reading(engine) as db:
        return len(db.scalars(select(tables.StaffSession)).all())


def test_a_right_password_leads_to_the_own_desk(client: FlaskClient) -> None:
    answer = log_in(client)
    assert (answer.status_code, answer.location) == (303, "/office/")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    (line,) = [each for each in log_in(client).headers.getlist("Set-Cookie") if each.startswith("staff=")]
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
    assert "Secure" not in line


def test_the_cookie_is_secure_behind_tls(client: FlaskClient) -> None:
    base = "https://localhost"
    token = token_of(client.get("/login", base_url=base).text)
    posted = {"csrf_token": token, "login": "zhuban", "password": PASSWORD}
    answer = client.post("/login", data=posted, base_url=base)
    (line,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("staff=")]
    assert "Secure" in line


def test_outside_the_demo_the_cookie_is_secure_whatever_the_proxy_says(settings: Settings) -> None:
    (settings.keys / "secrets.json").unlink()
    settings.keep_secrets(Secrets.fresh(demo=False))
    real = create_app(replace(settings, demo=False))
    with real.test_request_context():
        account = StaffAccount(1, "zhuban", "主办", "organiser", None, None, active=True)
        lines = access.give_cookie(Response(), access.Entered("token", account)).headers.getlist("Set-Cookie")
    assert len(lines) == 2
    assert all("Secure" in line and "HttpOnly" in line for line in lines)


def test_only_the_digest_of_the_token_is_kept(client: FlaskClient, engine: Engine, settings: Settings) -> None:
    log_in(client)
    token = cookie(client)
    assert token is not None
    assert len(token) >= 43
    kept = b"".join(path.read_bytes() for path in settings.home.glob("appraisal.db*"))
    assert token.encode() not in kept
    assert sessions(engine) == 1


def test_a_planted_session_is_not_taken_over_at_log_in(client: FlaskClient) -> None:
    client.set_cookie("staff", "planted")
    log_in(client)
    assert cookie(client) not in (None, "planted")


def test_logging_in_again_ends_the_session_before(client: FlaskClient, engine: Engine) -> None:
    log_in(client)
    first = cookie(client)
    log_in(client)
    assert cookie(client) != first
    assert sessions(engine) == 1


def test_the_form_token_from_before_the_log_in_is_worth_nothing_after_it(client: FlaskClient) -> None:
    before = token_of(client.get("/login").text)
    log_in(client)
    assert client.post("/logout", data={"csrf_token": before}).status_code == 400


def test_logging_out_ends_the_session_in_the_database(app: Flask, client: FlaskClient, engine: Engine) -> None:
    log_in(client)
    token = cookie(client)
    assert client.post("/logout", data={"csrf_token": token_of(client.get("/login").text)}).status_code == 303
    assert sessions(engine) == 0
    assert cookie(client) is None
    client.set_cookie("staff", str(token))
    assert client.get("/staff").location.startswith("/login")


def test_logging_out_everywhere_ends_every_session_of_the_account(app: Flask, engine: Engine) -> None:
    one, other, third = app.test_client(), app.test_client(), app.test_client()
    log_in(one), log_in(other), log_in(third, "shenji")
    one.post("/logout/everywhere", data={"csrf_token": token_of(one.get("/login").text)})
    assert other.get("/staff").location.startswith("/login")
    assert third.get("/staff").location == "/audit/"
    assert sessions(engine) == 1


@pytest.mark.parametrize(
    ("column", "age", "alive"),
    [("seen_at", 29, True), ("seen_at", 31, False), ("started_at", 479, True), ("started_at", 481, False)],
)
def test_a_session_ends_after_half_an_hour_idle_or_eight_hours(
    client: FlaskClient, engine: Engine, column: str, age: int, alive: bool
) -> None:
    log_in(client)
    with store.transaction(engine) as db:
        db.execute(update(tables.StaffSession).values({column: city_now() - timedelta(minutes=age)}))
    assert (client.get("/staff").location == "/office/") is alive


def test_use_keeps_a_session_awake(client: FlaskClient, engine: Engine) -> None:
    log_in(client)
    with store.transaction(engine) as db:
        db.execute(update(tables.StaffSession).values(seen_at=city_now() - timedelta(minutes=20)))
    client.get("/staff")
    with reading(engine) as db:
        assert city_now() - db.scalars(select(tables.StaffSession.seen_at)).one() < timedelta(minutes=1)


def test_a_shut_account_is_out_at_once(client: FlaskClient, engine: Engine) -> None:
    log_in(client)
    with store.transaction(engine) as db:
        db.execute(update(tables.Account).values(active=False))
    assert client.get("/staff").location.startswith("/login")


def test_deactivating_an_account_ends_its_sessions(client: FlaskClient, engine: Engine) -> None:
    log_in(client)
    with store.transaction(engine) as db:
        people.deactivate(db, people.find_account(db, "zhuban")[0].id)  # type: ignore[index]
    assert sessions(engine) == 0
    assert log_in(client).status_code == 401


def test_a_wrong_password_and_an_unknown_login_read_the_same(client: FlaskClient) -> None:
    wrong, unknown = log_in(client, password="not the password"), log_in(client, "nobody")
    blank = [re.sub(r'value="[^"]*"', "", answer.text) for answer in (wrong, unknown)]
    assert wrong.status_code == unknown.status_code == 401
    assert blank[0] == blank[1]


def test_an_unknown_login_is_hashed_against_all_the_same(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Watching:
        def verify(self, kept: str, password: str) -> None:
            verified.append(kept)
            raise passwords.VerificationError

    nobody = passwords._nobody()
    monkeypatch.setattr(passwords, "_HASHER", Watching())
    with app.test_request_context():
        assert access.log_in("nobody", PASSWORD, city_now()) is None
    assert verified == [nobody]
    assert nobody.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_after_ten_failures_even_the_right_password_has_to_wait(client: FlaskClient, engine: Engine) -> None:
    for _ in range(10):
        assert log_in(client, password="x").status_code == 401
    assert log_in(client).status_code == 401
    with store.transaction(engine) as db:
        db.execute(update(tables.AuditEvent).values(at=city_now() - timedelta(minutes=11)))
    assert log_in(client).status_code == 303


def test_a_stranger_who_keeps_failing_does_not_shut_out_the_browser_that_was_let_in(app: Flask) -> None:
    known, stranger = app.test_client(), app.test_client()
    assert log_in(known).status_code == 303
    for _ in range(11):
        log_in(stranger, password="x")
    assert log_in(stranger).status_code == 401
    assert log_in(known).status_code == 303


def test_a_known_browser_has_ten_tries_as_well(client: FlaskClient) -> None:
    log_in(client)
    for _ in range(10):
        assert log_in(client, password="x").status_code == 401
    assert log_in(client).status_code == 401


@pytest.mark.parametrize("mark", ["", "x", "x.y", ".", "界.界", "0" * 32 + "." + "0" * 64])
def test_a_forged_mark_is_a_strangers(app: Flask, mark: str) -> None:
    client = app.test_client()
    for turn in range(10):
        client.set_cookie(known_browser.COOKIE, f"{mark}{turn}" if mark else "", path="/login")
        log_in(client, password="x")
    assert log_in(app.test_client()).status_code == 401


def test_a_mark_for_one_account_is_worth_nothing_at_another(app: Flask, client: FlaskClient) -> None:
    key = app.extensions["appraisal"].secrets.cookie_key
    mark = known_browser.make_mark(key, "shenji")
    assert known_browser.browser_of(key, "ShenJi ", mark)
    assert known_browser.browser_of(key, "zhuban", mark) == known_browser.STRANGER


def test_failures_of_one_account_do_not_shut_out_another(client: FlaskClient) -> None:
    for _ in range(11):
        log_in(client, password="x")
    assert log_in(client, "shenji").status_code == 303


def test_a_mistyped_login_is_not_written_down_in_clear(client: FlaskClient, engine: Engine) -> None:
    log_in(client, "my secret passphrase")
    with reading(engine) as db:
        lines = deeds(db, None, 100)
    assert lines
    assert "secret" not in repr(lines)


def test_a_megabyte_of_password_is_never_hashed() -> None:
    assert not passwords.check_password("not even a hash", "x" * 1_000_000).right
    with pytest.raises(ValueError, match="128"):
        passwords.hash_password("x" * 129)


def test_an_old_hash_is_replaced_at_log_in(client: FlaskClient, engine: Engine) -> None:
    log_in(client)
    with reading(engine) as db:
        kept = db.scalars(select(tables.Account.password_hash).where(tables.Account.login == "zhuban")).one()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.check_password(kept, PASSWORD) == passwords.Verdict(True)


@pytest.mark.parametrize("wanted", FOREIGN)
def test_nobody_is_sent_to_another_place_after_log_in(client: FlaskClient, wanted: str) -> None:
    assert access.safe_next(wanted) is None
    assert log_in(client, next=wanted).location == "/office/"


def test_who_was_on_the_way_to_a_page_arrives_there(client: FlaskClient) -> None:
    assert log_in(client, next="/office/ledger?state=closed").location == "/office/ledger?state=closed"


def test_log_ins_are_on_record(client: FlaskClient, engine: Engine) -> None:
    log_in(client)
    with reading(engine) as db:
        (line,) = deeds(db, None, 10)
    assert (line.actor, line.action, line.object) == ("zhuban", "login", "zhuban")


@pytest.mark.parametrize(
    ("role", "department", "password", "said"),
    [
        ("admin", None, PASSWORD, "no role"),
        ("department", None, PASSWORD, "belongs to a department"),
        ("organiser", "D1", PASSWORD, "belongs to a department"),
        ("department", "D9", PASSWORD, "no department 'D9'"),
        ("organiser", None, "short", "10 to 128"),
        ("organiser", None, "x" * 129, "10 to 128"),
    ],
)
def test_an_account_that_could_do_harm_is_not_made(
    engine: Engine, role: str, department: str | None, password: str, said: str
) -> None:
    with store.transaction(engine) as db:
        with pytest.raises(ValueError, match=said):
            access.create_account(db, "new", "新账号", role, department, password)
        assert people.all_accounts(db) == ()


def test_a_login_is_the_same_in_any_case(client: FlaskClient) -> None:
    assert log_in(client, " ZhuBan ").status_code == 303
