"""A tally key in three shares of which any two give it back, as text that a person can print, keep and type.

Shamir, "How to share a secret", 1979, over GF(2^8) with the polynomial x^8 + x^4 + x^3 + x + 1: each byte s of the key lies on a
line s + r·x with a slope r drawn for it alone; share number x holds the values at x. One share alone fits every key equally well.

A share as text has five lines of 15 symbols and a check symbol each (``codes.with_check``): a byte with form and number, the 32
bytes of the share, the first 8 bytes of the key's fingerprint, and 5 bytes of SHA-256 over all of it and the round's code.
"""

import hashlib
import secrets as chance
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from appraisal.secrecy import codes
from appraisal.secrecy.sealed import public_half

SHARES: Final = 3
NEEDED: Final = 2
LINES: Final = 5
LINE_SYMBOLS: Final = 16
_KEY_BYTES: Final = 32
_FINGERPRINT_BYTES: Final = 8
_CHECK_BYTES: Final = 5
_FORM: Final = 0x10
_BODY_BYTES: Final = 1 + _KEY_BYTES + _FINGERPRINT_BYTES + _CHECK_BYTES
_BITS: Final = LINES * (LINE_SYMBOLS - 1) * codes.BITS_A_SYMBOL
_SPARE_BITS: Final = _BITS - 8 * _BODY_BYTES


class ShareFault(ValueError):
    """It is no share of this round; ``line`` counts from 1 and is 0 where the whole is meant."""

    def __init__(self, line: int = 0) -> None:
        super().__init__(f"line {line}" if line else "the whole")
        self.line = line


@dataclass(frozen=True, slots=True)
class Share:
    """One of three: ``number`` from 1 to 3, the first bytes of the key's fingerprint, 32 bytes that are not shown when printed."""

    number: int
    fingerprint: bytes
    content: bytes = field(repr=False)


def fingerprint(public: bytes) -> bytes:
    """What names a tally key in writing: the first 8 bytes of the SHA-256 of its public half."""
    return hashlib.sha256(b"tally key\0" + public).digest()[:_FINGERPRINT_BYTES]


def show_fingerprint(public: bytes) -> str:
    """In groups of four, as it is printed.

    >>> show_fingerprint(bytes(32))
    'e3ad-cf7e-f437-0592'
    """
    return _grouped(fingerprint(public).hex())


def split(private: bytes, draw: Callable[[int], bytes] = chance.token_bytes) -> tuple[Share, ...]:
    """Three shares of a tally key's private half (32 bytes). ``draw``: so many bytes of chance, the system's outside tests."""
    slopes, named = draw(_KEY_BYTES), fingerprint(public_half(private))
    return tuple(
        Share(number, named, bytes(s ^ _times(r, number) for s, r in zip(private, slopes, strict=True)))
        for number in range(1, SHARES + 1)
    )


def combine(shares: Sequence[Share]) -> bytes:
    """The private half from two shares or three. Raises ``ShareFault`` when they are too few, or not of one key.

    >>> combine(split(bytes(range(32)))[1:]) == bytes(range(32))
    True
    """
    numbered = {share.number: share for share in shares}
    if len(numbered) < NEEDED or len(numbered) != len(shares):
        raise ShareFault
    keys = {_line_at_zero(first, second) for first, second in combinations(numbered.values(), 2)}
    private = keys.pop()
    # Three points that lie on no line, or a key that the shares do not name: one of them is of another splitting.
    if keys or {share.fingerprint for share in shares} != {fingerprint(public_half(private))}:
        raise ShareFault
    return private


def write_share(share: Share, round_code: str) -> str:
    """The five lines, numbered, in groups of four symbols."""
    body = bytes([_FORM | share.number]) + share.content + share.fingerprint
    bits = int.from_bytes(body + _check(body, round_code), "big") << _SPARE_BITS
    symbols = codes.symbols_of(bits, LINES * (LINE_SYMBOLS - 1))
    width = LINE_SYMBOLS - 1
    lines = [codes.with_check(symbols[start : start + width]) for start in range(0, len(symbols), width)]
    return "\n".join(f"{number})  {codes.show_code(line)}" for number, line in enumerate(lines, start=1))


def read_line(text: str) -> str:
    """One line of a share as 16 symbols, read as tolerantly as a code, with its number in front or without. Raises ``ShareFault``."""
    before, bracket, after = text.partition(")")
    try:
        return codes.read_receipt(after if bracket and before.strip().isdecimal() else text, LINE_SYMBOLS)
    except codes.CodeFault:
        raise ShareFault from None


def read_share(text: str, round_code: str) -> Share:
    """The share on a sheet: its five numbered lines, whatever else stands there. Raises ``ShareFault``, naming the line."""
    numbered = [line for line in text.splitlines() if line.strip()[:2] in _STARTS]
    if len(numbered) != LINES:
        raise ShareFault
    lines = []
    for number, line in enumerate(numbered, start=1):
        try:
            lines.append(read_line(line))
        except ShareFault:
            raise ShareFault(number) from None
    return share_of(lines, round_code)


def share_of(lines: Sequence[str], round_code: str) -> Share:
    """The share that five lines of 16 symbols make. Raises ``ShareFault``: lines exchanged, or another round's share."""
    bits = 0
    for symbol in "".join(line[:-1] for line in lines):
        bits = bits << codes.BITS_A_SYMBOL | codes.ALPHABET.index(symbol)
    if len(lines) != LINES or bits & ((1 << _SPARE_BITS) - 1):
        raise ShareFault
    whole = (bits >> _SPARE_BITS).to_bytes(_BODY_BYTES, "big")
    body, number = whole[:-_CHECK_BYTES], whole[0] ^ _FORM
    if whole[-_CHECK_BYTES:] != _check(body, round_code) or not 1 <= number <= SHARES:
        raise ShareFault
    return Share(number, body[1 + _KEY_BYTES :], body[1 : 1 + _KEY_BYTES])


_STARTS: Final = frozenset(f"{number})" for number in range(1, LINES + 1))


def _check(body: bytes, round_code: str) -> bytes:
    return hashlib.sha256(b"tally share\0" + round_code.encode() + b"\0" + body).digest()[:_CHECK_BYTES]


def _grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _line_at_zero(first: Share, second: Share) -> bytes:
    # Through (a, y) and (b, z): s = (b·y + a·z) / (a + b); adding is XOR. Only the numbers, which are public, are divided.
    inverse = _inverse(first.number ^ second.number)
    a, b = _times(first.number, inverse), _times(second.number, inverse)
    return bytes(_times(y, b) ^ _times(z, a) for y, z in zip(first.content, second.content, strict=True))


def _times(secret: int, number: int) -> int:
    """The product in GF(2^8): eight steps whatever the values are, no table and no branch on the secret."""
    product = 0
    for bit in range(8):
        product ^= secret & -(number >> bit & 1)
        secret = (secret << 1) ^ (0x11B & -(secret >> 7))
    return product


def _inverse(number: int) -> int:
    # number^254, the group of the field's non-zero elements having 255 of them.
    power = 1
    for _ in range(254):
        power = _times(power, number)
    return power
