"""What is drawn from a code or a nonce, always with a secret of the installation: the database alone yields none of it.

Digest of a code: HMAC-SHA-256 (RFC 2104). Draft id and key: HKDF-SHA-256 (RFC 5869). Every use has a label of its own, so that
no value of one kind can stand for another.
"""

import hashlib
import hmac
from typing import Final

from appraisal.secrecy import codes

ID_BYTES: Final = 16
NONCE_BYTES: Final = 16
KEY_BYTES: Final = 32
RECEIPT_SYMBOLS: Final = 16


def code_key(pepper: bytes, round_code: str) -> bytes:
    """The 32 bytes that digest the codes of one round. Whoever has them, and not the pepper, can make codes and open no draft."""
    return _mac(pepper, b"code key", round_code, "")


def digest(pepper: bytes, round_code: str, code: str) -> bytes:
    """What is kept of a code: 32 bytes that only the holder of code and pepper can make, and that differ from round to round."""
    return digest_under(code_key(pepper, round_code), round_code, code)


def digest_under(key: bytes, round_code: str, code: str) -> bytes:
    """The same, for who has the round's code key alone."""
    return _mac(key, b"access code", round_code, code)


def draft_id(pepper: bytes, round_code: str, code: str) -> bytes:
    """Under which 16 bytes the respondent's draft lies; leads neither to the digest nor to the ballot."""
    return _derived(pepper, b"draft id", round_code, code, ID_BYTES)


def draft_key(pepper: bytes, round_code: str, code: str) -> bytes:
    """The key of 32 bytes that opens the draft; kept nowhere."""
    return _derived(pepper, b"draft key", round_code, code, KEY_BYTES)


def ballot_id(receipt_key: bytes, nonce: bytes) -> bytes:
    """The 16 bytes that a ballot lies under: the same for every repetition of one form, and without a way back to the code."""
    return hmac.digest(receipt_key, b"ballot id\0" + nonce, hashlib.sha256)[:ID_BYTES]


def contact_key(pepper: bytes) -> bytes:
    """The key of 32 bytes that seals where reminders go; the database alone opens none of it."""
    return _hkdf(pepper, b"contact key", b"", KEY_BYTES)


def check_value(secret: bytes, name: str) -> bytes:
    """The 16 bytes by which a database knows the secret of that name again; they open nothing and lead to nothing."""
    return hmac.digest(secret, b"check value\0" + name.encode(), hashlib.sha256)[:ID_BYTES]


def receipt(ballot: bytes) -> str:
    """What the respondent keeps: 15 symbols (75 bits) of the ballot's id and a check symbol. It says "stored", never what.

    >>> receipt(bytes(range(16)))
    '000G-40R4-0M30-E200'
    """
    count = RECEIPT_SYMBOLS - 1
    bits = int.from_bytes(ballot, "big") >> (len(ballot) * 8 - count * codes.BITS_A_SYMBOL)
    return codes.show_code(codes.with_check(codes.symbols_of(bits, count)))


def _mac(key: bytes, label: bytes, round_code: str, code: str) -> bytes:
    return hmac.digest(key, b"\0".join((label, round_code.encode(), code.encode())), hashlib.sha256)


def _derived(pepper: bytes, label: bytes, round_code: str, code: str, length: int) -> bytes:
    return _hkdf(pepper, label + b"\0" + round_code.encode(), code.encode(), length)


def _hkdf(salt: bytes, purpose: bytes, secret: bytes, length: int) -> bytes:
    """HKDF-SHA-256 of at most one block: extract, then T(1) (RFC 5869, 2.2 and 2.3). On the path of every page."""
    extracted = hmac.digest(salt, secret, hashlib.sha256)
    return hmac.digest(extracted, purpose + b"\x01", hashlib.sha256)[:length]
