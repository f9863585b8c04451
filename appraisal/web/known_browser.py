"""Whether a browser has logged in to an account before: a mark in a cookie that says so, and whose failures a refused log-in counts among.

Anybody can fail ten times at somebody else's account. A browser that was let in once is therefore counted by itself, and all
strangers together: whoever keeps failing shuts out strangers, never the browser in which the right person works.
"""

import hashlib
import hmac
import secrets as chance
from datetime import timedelta
from typing import Final

from werkzeug.wrappers import Response

from appraisal.store.people import tidy_login

COOKIE: Final = "known_browser"
LIFETIME: Final = timedelta(days=180)
ID_BYTES: Final = 16
STRANGER: Final = ""


def make_mark(key: bytes, login: str) -> str:
    """A new mark for a browser that was let in to the account.

    >>> mark = make_mark(bytes(32), "zhuban")
    >>> browser_of(bytes(32), "zhuban", mark) != STRANGER, browser_of(bytes(32), "fuhe", mark) == STRANGER
    (True, True)
    """
    browser = chance.token_hex(ID_BYTES)
    return f"{browser}.{_signed(key, login, browser)}"


def browser_of(key: bytes, login: str, mark: str) -> str:
    """The browser that the mark names; ``STRANGER`` for no mark, a forged one, and one for another account."""
    browser, _, signature = mark.partition(".")
    good = hmac.compare_digest(_signed(key, login, browser).encode(), signature.encode())
    return browser if good else STRANGER


def failures_object(key: bytes, login: str, browser: str) -> str:
    """What refused log-ins are counted under. It names neither the login, which may be a mistyped password, nor the browser."""
    named = f"{tidy_login(login)}\0{browser}".encode()
    return "login:" + hashlib.blake2b(named, key=key).hexdigest()[:24]


def set_mark(response: Response, mark: str, *, secure: bool) -> None:
    """Give the browser its mark; only the log-in page gets it back."""
    response.set_cookie(COOKIE, mark, max_age=LIFETIME, httponly=True, samesite="Lax", secure=secure, path="/login")


def _signed(key: bytes, login: str, browser: str) -> str:
    return hmac.new(key, f"known browser\0{tidy_login(login)}\0{browser}".encode(), hashlib.sha256).hexdigest()
