"""Who is asking, and may they: log-ins of staff, and the one guard before every staff page.

A log-in is a random 256-bit token in a cookie; the database keeps its digest alone. What a role may ask for stands in
``web.policy``, one entry a route. An endpoint of a staff blueprint without an entry stops the application from starting.
"""

import hashlib
import secrets as chance
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from appraisal import store
from appraisal.secrecy.passwords import check_password
from appraisal.settings import city_now
from appraisal.store import Session, people
from appraisal.store.engine import reading
from appraisal.store.people import StaffAccount, create_account
from appraisal.web import known_browser
from appraisal.web.place import here
from appraisal.web.policy import POLICY, STAFF_BLUEPRINTS, Rule

__all__ = [
    "COOKIE",
    "PolicyGap",
    "create_account",
    "guard",
    "log_in",
    "log_out",
    "safe_next",
    "staff",
    "start_session",
    "who_asks",
]

COOKIE: Final = "staff"
TOKEN_BYTES: Final = 32
IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=8)
TOUCH_EVERY: Final = timedelta(minutes=1)
WINDOW: Final = timedelta(minutes=10)
FAILURES_ALLOWED: Final = 10


class PolicyGap(Exception):
    """A staff endpoint without an entry in the policy: nothing is served."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What a right password gives: the token for the cookie and the account."""

    token: str
    account: StaffAccount


def guard(app: Flask) -> None:
    """Put the guard before every request of the staff blueprints. Call it after they are registered. Raises ``PolicyGap``."""
    check_policy(rule.endpoint for rule in app.url_map.iter_rules())
    app.before_request(_admit)
    app.context_processor(lambda: {"staff": g.get("staff")})


def check_policy(endpoints: Iterable[str]) -> None:
    """Raises ``PolicyGap`` when a staff endpoint has no entry in the policy."""
    open_doors = {name for name in endpoints if name.partition(".")[0] in STAFF_BLUEPRINTS} - set(POLICY)
    if open_doors:
        raise PolicyGap(f"no entry in web.policy: {', '.join(sorted(open_doors))}")


def staff() -> StaffAccount:
    """The account that is asking; only behind the guard."""
    account: StaffAccount = g.staff
    return account


def start_session(db: Session, account_id: int, now: datetime) -> str:
    """A new log-in; returns the token, of which only the digest is kept."""
    token = chance.token_urlsafe(TOKEN_BYTES)
    people.keep_session(db, _digest(token), account_id, now)
    return token


def log_in(login: str, password: str, now: datetime) -> Entered | None:
    """Check a password; ``None`` tells nothing about why. The old log-in of this browser ends, a new one begins.

    Failures are counted for a browser that was let in before by itself, for all other browsers together.

    The hash is computed outside the write transaction: ballots must not wait for it.
    """
    key = here().secrets.cookie_key
    browser = known_browser.browser_of(key, login, request.cookies.get(known_browser.COOKIE, ""))
    failures_mark = known_browser.failures_object(key, login, browser)
    with reading(here().engine) as db:
        found = people.find_account(db, login)
        failures = people.count_records(db, "login.refused", failures_mark, now - WINDOW)
    verdict = check_password(found[1] if found else None, password)
    with store.transaction(here().engine) as db:
        if failures >= FAILURES_ALLOWED or found is None or not verdict.right or not found[0].active:
            people.record(db, "-", "login.refused", failures_mark, now)
            return None
        account = found[0]
        if verdict.fresh_hash:
            people.replace_hash(db, account.id, verdict.fresh_hash)
        people.sweep_sessions(db, now - ABSOLUTE, now - IDLE)
        _end_this(db)
        people.record(db, account.login, "login", account.login, now)
        return Entered(start_session(db, account.id, now), account)


def give_cookie(response: AnyResponse, entered: Entered) -> AnyResponse:
    """Set the log-in's cookie and the browser's mark. What it kept from before the log-in, the form token too, is dropped."""
    session.clear()
    secure = _only_tls()
    known_browser.set_mark(
        response, known_browser.make_mark(here().secrets.cookie_key, entered.account.login), secure=secure
    )
    response.set_cookie(COOKIE, entered.token, httponly=True, samesite="Lax", secure=secure, path="/")
    return response


def log_out(now: datetime) -> AnyResponse:
    """End this log-in and go to the log-in page."""
    with store.transaction(here().engine) as db:
        _end_this(db)
        people.record(db, staff().login, "logout", staff().login, now)
    return _gone()


def log_out_everywhere(now: datetime) -> AnyResponse:
    """End every log-in of this account, on whatever device."""
    with store.transaction(here().engine) as db:
        people.end_sessions(db, staff().id)
        people.record(db, staff().login, "logout.everywhere", staff().login, now)
    return _gone()


def _gone() -> AnyResponse:
    session.clear()
    response = redirect(url_for("account.login"), 303)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax", secure=_only_tls())
    return response


def safe_next(wanted: str | None) -> str | None:
    """A path of this site to go on to, or ``None`` for everything that might lead elsewhere.

    >>> safe_next("/office/"), safe_next("//evil.example/"), safe_next("/\\\\evil.example")
    ('/office/', None, None)
    """
    if not wanted or not wanted.isascii() or not wanted.isprintable() or len(wanted) > 300:
        return None
    plain = wanted.startswith(("/office/", "/desk/", "/audit/")) and not set(wanted) & set("\\ @:%")
    return wanted if plain and "//" not in wanted else None


def _admit() -> AnyResponse | None:
    if request.blueprint not in STAFF_BLUEPRINTS or request.endpoint is None:
        return None
    g.staff = who_asks()
    rule = POLICY.get(request.endpoint)
    if rule is None:
        abort(404)
    if rule.public:
        return None
    if g.staff is None:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("account.login", next=safe_next(wanted)), 303)
    if g.staff.role not in rule.roles:
        abort(403)
    _check_object(rule)
    return None


def _check_object(rule: Rule) -> None:
    """A foreign object and a missing one are the same to whoever asks: 404."""
    if rule.object is None:
        return
    with reading(here().engine) as db:
        if not rule.object(db, staff(), request.view_args or {}):
            abort(404)


def who_asks() -> StaffAccount | None:
    """The account whose log-in the browser brought, asked of the database once a request; ``None`` for nobody, or one that is over."""
    if "asking" not in g:
        g.asking = _who()
    account: StaffAccount | None = g.asking
    return account


def _who() -> StaffAccount | None:
    token = request.cookies.get(COOKIE, "")
    if not token:
        return None
    now = city_now()
    with reading(here().engine) as db:
        kept = people.find_session(db, _digest(token))
    if kept is None or not kept.account.active:
        return None
    if now - kept.started_at > ABSOLUTE or now - kept.seen_at > IDLE:
        return None
    if now - kept.seen_at > TOUCH_EVERY:
        with store.transaction(here().engine) as db:
            people.touch_session(db, _digest(token), now)
    return kept.account


def _only_tls() -> bool:
    """Everything but the demo stands behind TLS, also where the proxy in front of it does not say so."""
    return bool(current_app.config["SESSION_COOKIE_SECURE"]) or request.is_secure


def _end_this(db: Session) -> None:
    token = request.cookies.get(COOKIE, "")
    if token:
        people.end_session(db, _digest(token))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
