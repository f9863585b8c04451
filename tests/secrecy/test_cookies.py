"""Cookies: the browser carries them, cannot read or change them, and they end."""

import random
from datetime import datetime, timedelta

import pytest

from appraisal.secrecy.cookies import open_cookie, seal_cookie

KEY = b"c" * 32
NOW = datetime(2026, 11, 2, 9, 30)


def test_a_cookie_comes_back_as_it_was() -> None:
    assert open_cookie(KEY, seal_cookie(KEY, {"code": "评议"}, NOW), NOW) == {"code": "评议"}


def test_a_cookie_cannot_be_read_in_the_browser() -> None:
    cookie = seal_cookie(KEY, {"code": "YAKMS9EDD1RT"}, NOW)
    assert "YAKM" not in cookie
    assert cookie.isascii()
    assert seal_cookie(KEY, {"code": "YAKMS9EDD1RT"}, NOW) != cookie


@pytest.mark.parametrize(("hours", "good"), [(0, True), (11.99, True), (12.01, False), (-0.5, True), (-13, False)])
def test_a_cookie_ends_after_twelve_hours(hours: float, good: bool) -> None:
    opened = open_cookie(KEY, seal_cookie(KEY, {"a": "b"}, NOW), NOW + timedelta(hours=hours))
    assert (opened == {"a": "b"}) is good


def test_a_cookie_of_another_key_is_none() -> None:
    assert open_cookie(b"d" * 32, seal_cookie(KEY, {"a": "b"}, NOW), NOW) is None


def test_a_changed_cookie_is_none() -> None:
    cookie = seal_cookie(KEY, {"a": "b"}, NOW)
    for place in random.Random(1).sample(range(len(cookie) - 2), 30):
        other = "A" if cookie[place] != "A" else "B"
        assert open_cookie(KEY, cookie[:place] + other + cookie[place + 1 :], NOW) is None


@pytest.mark.parametrize("junk", ["", "x", "é", "=" * 50, "A" * 5000, "评议码"])
def test_junk_is_no_cookie(junk: str) -> None:
    assert open_cookie(KEY, junk, NOW) is None
