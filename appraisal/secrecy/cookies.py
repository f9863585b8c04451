"""Cookies that the browser carries and cannot read or change; the server keeps nothing beside them."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

LIFETIME: Final = timedelta(hours=12)


def seal_cookie(key: bytes, content: Mapping[str, str], now: datetime) -> str:
    """The content and the time, sealed under a key of 32 bytes, in the signs that a cookie may have."""
    plain = json.dumps({"at": int(now.timestamp()), "content": dict(content)}, separators=(",", ":"))
    return base64.urlsafe_b64encode(bytes(SecretBox(key).encrypt(plain.encode()))).decode()


@dataclass(frozen=True, slots=True)
class OpenCookie:
    """What a cookie held, and how long ago it was sealed."""

    content: dict[str, str] = field(repr=False)
    age: timedelta


def open_cookie(key: bytes, cookie: str, now: datetime) -> dict[str, str] | None:
    """What was sealed, or ``None`` for a cookie that is forged, damaged, from the future or older than 12 hours.

    >>> noon = datetime(2026, 11, 2, 12)
    >>> open_cookie(bytes(32), seal_cookie(bytes(32), {"code": "X"}, noon), noon)
    {'code': 'X'}
    """
    found = read_cookie(key, cookie, now)
    return None if found is None else found.content


def read_cookie(key: bytes, cookie: str, now: datetime) -> OpenCookie | None:
    """As ``open_cookie``, with its age."""
    try:
        plain = SecretBox(key).decrypt(base64.urlsafe_b64decode(cookie.encode("ascii")))
    except (CryptoError, ValueError):
        return None
    kept = json.loads(plain)
    age = timedelta(seconds=now.timestamp() - kept["at"])
    # A clock set back a little must not throw out a respondent; a cookie from far ahead is none of ours.
    if not -LIFETIME < age < LIFETIME:
        return None
    return OpenCookie({str(name): str(value) for name, value in kept["content"].items()}, age)
