"""The web application: one factory, from settings to a WSGI callable."""

import hashlib
import hmac
import logging
import traceback
from collections.abc import Callable
from importlib import import_module
from types import TracebackType
from typing import Any, Final

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from appraisal import collect, store
from appraisal.jobs import Queue, make_queue
from appraisal.settings import Settings, SettingsError
from appraisal.store import schema
from appraisal.web import access, assets, errors, guard, headers, language, outage, tokens, words
from appraisal.web.ballot_box import BallotBox
from appraisal.web.place import Place, here, set_place
from appraisal.web.row_numbers import RowNumber
from appraisal.web.sessions import Sessions

# Modules that have pages; each has a blueprint ``bp``.
PAGES: Final = (
    "respondent",
    "proving",
    "open_channel",
    "public_log",
    "bulletin",
    "slip_check",
    "account",
    "office",
    "desk",
    "desk_objections",
    "audit",
)
LARGEST_BODY: Final = 512 * 1024
LOOPBACK: Final = ["127.0.0.1", "localhost", "[::1]"]

log = logging.getLogger("appraisal.web")


class Application(Flask):
    """Flask, but an unforeseen error is logged by where it happened, never by what it held: no address, code, body or value."""

    def handle_exception(self, e: Exception) -> Response:
        """A refusal that an error page's own code raised is a refusal, no unforeseen error."""
        if isinstance(e, HTTPException):
            return self.finalize_request(self.handle_http_exception(e), from_error_handler=True)
        return super().handle_exception(e)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        # No view here is asynchronous, and finding that out a dozen times a request takes longer than the routing.
        return func

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        kind, _, frames = exc_info
        rule = request.url_rule.rule if request.url_rule else "?"
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(frames)]
        log.error("%s at %s %s\n  %s", kind.__name__ if kind else "?", request.method, rule, "\n  ".join(places))


def create_app(settings: Settings, queue: Queue | None = None, end_process: Callable[[], None] | None = None) -> Flask:
    """The application of one installation; ``queue``: another than that of the worker beside it.

    ``end_process`` is called when the disk answers a flush with an error: what the process knows of it is not to be trusted then.

    Raises ``SettingsError`` when the database is not at the newest schema, when the secrets are missing or another database's, or
    when they are the demo's outside the demo; ``UnsafeStore`` when the database engine cannot be trusted with a ballot.
    """
    place = _open(settings, queue)
    app = Application(__name__, static_folder=str(assets.STATIC))
    app.config.update(_config(place))
    app.url_map.converters["int"] = RowNumber
    app.session_interface = Sessions()
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    set_place(app, place)
    guard.keep_door(app, settings.trusted_proxies)
    headers.guard(app)
    language.speak_languages(app)
    assets.serve_assets(app)
    sessions = CSRFProtect(app)
    errors.answer_calmly(app)
    outage.outlast(app, end_process)
    for name in PAGES:
        app.register_blueprint(import_module(f"appraisal.web.{name}").bp)
    tokens.guard(app, sessions)
    words.teach_words(app)
    access.guard(app)
    app.add_url_rule("/healthz", "healthz", _healthz)
    return app


def _open(settings: Settings, queue: Queue | None) -> Place:
    secrets = settings.read_secrets()
    if not settings.has_database:
        raise SettingsError(f"{settings.database_name} is missing: `appraisal db upgrade` makes it")
    engine = store.connect(settings.database_address)
    found, newest = schema.revision(engine), schema.newest_revision()
    if found != newest:
        engine.dispose()
        raise SettingsError(
            f"{settings.database_name} is at schema {found}, this version needs {newest}: run `appraisal db upgrade`"
        )
    with store.reading(engine) as db:
        collect.refuse_foreign_secrets(db, secrets)
    queue = queue or make_queue(settings)
    # The server forks its workers from this process, and an open database must not be taken along: each opens its own.
    engine.dispose()
    queue.huey.storage.close()
    return Place(settings, engine, secrets, queue, BallotBox(engine))


def _config(place: Place) -> dict[str, Any]:
    demo = place.settings.demo
    return {
        "SECRET_KEY": hmac.digest(place.secrets.cookie_key, b"flask session", hashlib.sha256),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # The demo is served without TLS on the loopback address; everything else stands behind TLS.
        "SESSION_COOKIE_SECURE": not demo,
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        "MAX_FORM_PARTS": 2000,
        # A respondent may think about a page for an afternoon: the token lives as long as the session.
        "WTF_CSRF_TIME_LIMIT": None,
        # Our pages send no referrer, so there is none to check; the token and the same-site cookie do the work.
        "WTF_CSRF_SSL_STRICT": False,
        # No page builds an address from the Host header; in the demo a rebound name is refused as well.
        "TRUSTED_HOSTS": LOOPBACK if demo else None,
    }


def _healthz() -> tuple[dict[str, str], int]:
    """Whether the database answers and has the schema that this version needs."""
    ready = schema.revision(here().engine) == schema.newest_revision()
    return {"status": "ok" if ready else "schema"}, 200 if ready else 503
