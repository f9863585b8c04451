"""Which language a page speaks, and how the visitor changes it."""

from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from appraisal import i18n

COOKIE: Final = "language"
YEAR: Final = 365 * 24 * 3600
LONGEST_ACCEPTED: Final = 500

bp = Blueprint("language", __name__)


def _(message: str, **parts: object) -> str:
    """A Chinese text in the language of the page, its ``%(name)s`` parts filled in."""
    return i18n.text(spoken(), message, **parts)


def spoken() -> str:
    """The language of the page; Chinese where a request failed before one was chosen."""
    language: str = g.get("language", i18n.DEFAULT)
    return language


def choose_language() -> None:
    """The visitor's choice, or what the browser asks for, or Chinese."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen not in i18n.LANGUAGES:
        chosen = _best_of(request.headers.get("Accept-Language", ""))
    g.language = chosen


@lru_cache(maxsize=256)
def _best_of(accepted: str) -> str:
    """Read once for each way that browsers ask; the longest are cut, so that nobody fills the memory with them."""
    wanted = parse_accept_header(accepted[:LONGEST_ACCEPTED], LanguageAccept)
    return wanted.best_match(list(i18n.LANGUAGES), i18n.DEFAULT) or i18n.DEFAULT


def remember_language(response: Response, language: str) -> Response:
    response.set_cookie(
        COOKIE,
        language,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response


@bp.get("/language/<any(zh, en):language>")
def speak(language: str) -> Response:
    """Keep the choice and go back to a page of ours."""
    return remember_language(redirect(_own_page(request.args.get("back", "")), 303), language)


def page_to_return_to() -> str:
    """The path of this page where it can be asked for again with GET, else the front page."""
    path = request.path + ("?" + request.query_string.decode("ascii", "ignore") if request.query_string else "")
    return _own_page(path)


def _own_page(path: str) -> str:
    """The address of the page meant by ``path``, built anew from our own routes: nothing of another host can come through."""
    parts = urlsplit(path)
    try:
        endpoint, values = current_app.url_map.bind("").match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return url_for("respondent.front")
    if "code" in values or endpoint in {"static", "language.speak"}:
        return url_for("respondent.front")
    address = url_for(endpoint, **values)
    return f"{address}?{parts.query}" if parts.query and "\n" not in parts.query else address


def speak_languages(app: Flask) -> None:
    """Make ``_`` and the language known to every request and template."""
    app.before_request(choose_language)
    app.register_blueprint(bp)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.context_processor(_page_language)


def _page_language() -> dict[str, object]:
    language = spoken()
    return {
        "language": language,
        "language_tag": i18n.TAGS[language],
        "languages": i18n.LANGUAGES,
        "here_again": page_to_return_to,
    }


def _gettext(message: str) -> str:
    return i18n.text(spoken(), message)


def _ngettext(one: str, many: str, number: int) -> str:
    return _gettext(one if number == 1 else many)
