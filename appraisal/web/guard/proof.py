"""Proof of work, and its slower twin for browsers without a script: a place in a queue. Each lets in one try."""

import hashlib
import hmac
import json
import secrets as chance
from dataclasses import dataclass
from typing import Final

from altcha import Challenge, Payload, create_challenge, verify_solution
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from appraisal.store.shared_memory import NAME

# So many hashes are tried for one proof: about half a second on an office computer, some seconds on an old phone.
LEAST_WORK: Final = 100_000
MOST_WORK: Final = 300_000
GOOD_FOR: Final = 300
LONGEST: Final = 4000
TICKET_BYTES: Final = 16
DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place in the queue: which, when it is reached, and until when it is good, in seconds of the steady clock."""

    name: bytes
    reached: float
    until: float


def new_challenge(key: bytes, wall: float) -> str:
    """A challenge as JSON for the page: a number between 100,000 and 300,000 is to be found by trying (SHA-256)."""
    counter = LEAST_WORK + chance.randbelow(MOST_WORK - LEAST_WORK)
    made: Challenge = create_challenge(
        "SHA-256", 1, counter=counter, expires_at=int(wall) + GOOD_FOR, hmac_secret=_key(key, b"challenge")
    )
    return json.dumps(made.to_dict(), separators=(",", ":"))


def proven(key: bytes, payload: str) -> bytes | None:
    """The 16 bytes that a right and timely solution is remembered by, ``None`` for anything else."""
    if not 0 < len(payload) <= LONGEST:
        return None
    try:
        read = Payload.from_base64(payload)
        result = verify_solution(read, _key(key, b"challenge"))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    # The object itself is true whatever it says.
    if not result.verified:
        return None
    return hashlib.sha256(str(read.challenge.signature).lower().encode()).digest()[:NAME]


def seal_ticket(key: bytes, reached: float, until: float) -> str:
    """A fresh ticket, as the signs that a form may carry."""
    said = json.dumps([chance.token_hex(TICKET_BYTES), reached, until])
    return bytes(SecretBox(_key(key, b"ticket")).encrypt(said.encode())).hex()


def read_ticket(key: bytes, sealed: str) -> Ticket | None:
    """The ticket, ``None`` for one that was not sealed here since the start."""
    try:
        name, reached, until = json.loads(SecretBox(_key(key, b"ticket")).decrypt(bytes.fromhex(sealed)))
    except (CryptoError, ValueError, TypeError):
        return None
    return Ticket(bytes.fromhex(name), reached, until)


def day_of(wall: float) -> int:
    """The number of the day in Greenwich, by which keys change.

    >>> day_of(86400 * 3 + 5.0)
    3
    """
    return int(wall // DAY)


def _key(key: bytes, label: bytes) -> bytes:
    return hmac.digest(key, label, hashlib.sha256)
