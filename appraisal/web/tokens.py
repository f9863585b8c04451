"""Tokens against forged requests on the pages for everybody, without a session: signed double submit, and a seal on the nonce.

A page's token is the MAC of a random cookie that another site can neither read nor set; the cookie holds nothing else. The form
of the one-page layout has a token of its own, bound to the code and to the round as it was frozen: nobody who lacks the code can
make one, and a form of another round or another version is known for what it is.
"""

import hmac
import secrets as chance
from hashlib import sha256
from typing import Any, Final

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response

from appraisal.web.place import here

COOKIE: Final = "form"
COOKIE_BYTES: Final = 16
TOKEN_SYMBOLS: Final = 32
# Blueprints whose pages need no log-in; every other one keeps the token of its session.
# The form of ``SEALED_FORMS`` carries a seal instead, which its view checks so that it can give back what was typed.
OPEN_TO_ALL: Final = frozenset({"respondent", "guard", "open_channel", "public_log", "slip_check"})
SEALED_FORMS: Final = frozenset({"respondent.cards"})


def guard(app: Flask, sessions: CSRFProtect) -> None:
    """Ask for these tokens on the pages for everybody, in the place of those of a session. Call it after they are registered."""
    for name in OPEN_TO_ALL:
        sessions.exempt(app.blueprints[name])
    app.before_request(check_token)
    app.context_processor(give_token)
    app.after_request(keep_mark)


def form_seal(code: str, frozen: str | None, nonce: bytes) -> str:
    """What binds a one-page form to its code, its round and its nonce."""
    return _mac(b"ballot form", code.encode(), (frozen or "").encode(), nonce.hex().encode())


def good_seal(seal: str, code: str, frozen: str | None, nonce: bytes) -> bool:
    return hmac.compare_digest(seal.encode(), form_seal(code, frozen, nonce).encode())


def token() -> str:
    """The token of this browser's forms; draws the cookie when there is none yet."""
    mark: str = g.get("form_mark") or request.cookies.get(COOKIE, "")
    if not _is_mark(mark):
        mark = chance.token_hex(COOKIE_BYTES)
        g.new_form_mark = True
    g.form_mark = mark
    return _mac(b"form token", mark.encode())


def check_token() -> None:
    """Refuse a POST without the token of this browser. Raises ``CSRFError``."""
    if request.method != "POST" or request.blueprint not in OPEN_TO_ALL or request.endpoint in SEALED_FORMS:
        return
    mark, came = request.cookies.get(COOKIE, ""), request.form.get("csrf_token", "")
    expected = _mac(b"form token", mark.encode())
    if not _is_mark(mark) or not hmac.compare_digest(came.encode(), expected.encode()):
        raise CSRFError


def give_token() -> dict[str, Any]:
    """A page for everybody gets its tokens from here, any other one from its session."""
    return {"csrf_token": token} if request.blueprint in OPEN_TO_ALL else {}


def keep_mark(response: Response) -> Response:
    """Give the browser the mark that was drawn for it."""
    if g.get("new_form_mark"):
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(COOKIE, g.form_mark, httponly=True, samesite="Lax", secure=secure)
    return response


def _is_mark(mark: str) -> bool:
    return len(mark) == 2 * COOKIE_BYTES and mark.isalnum() and mark.isascii()


def _mac(*parts: bytes) -> str:
    return hmac.digest(here().secrets.cookie_key, b"\0".join(parts), sha256).hex()[:TOKEN_SYMBOLS]
