"""Passwords of staff as Argon2id strings, and a check that costs the same whether the account exists or not.

Argon2id with 64 MiB, three passes, four lanes (RFC 9106, second recommended choice). The length is looked at before
anything is hashed, so that a megabyte of password costs nothing.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST_PASSWORD: Final = 128
SHORTEST_PASSWORD: Final = 10
_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password is right; ``fresh_hash`` replaces the kept one when that was made with other parameters."""

    right: bool
    fresh_hash: str | None = None


def hash_password(password: str) -> str:
    """The string to keep. Raises ``ValueError`` for a password shorter than 10 or longer than 128 characters."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ValueError(f"a password has from {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return _HASHER.hash(password)


def check_password(kept_hash: str | None, password: str) -> Verdict:
    """Compare a password with the kept string; ``None`` (no such account) is compared with nobody's, at the same cost.

    >>> check_password(None, "x" * 129)
    Verdict(right=False, fresh_hash=None)
    """
    if len(password) > LONGEST_PASSWORD:
        return Verdict(right=False)
    try:
        _HASHER.verify(kept_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return Verdict(right=False)
    if kept_hash is None:
        return Verdict(right=False)
    return Verdict(True, _HASHER.hash(password) if _HASHER.check_needs_rehash(kept_hash) else None)


@cache
def _nobody() -> str:
    return _HASHER.hash("a password that no account has")
