"""Access codes and receipts: Crockford base32 symbols with one check symbol, read as people write them.

A code is 11 random symbols (55 bits) and a check symbol, shown as ``XXXX-XXXX-XXXX``. The check symbol is a weighted sum over
GF(32), field polynomial x^5 + x^2 + 1: position i has the weight x^i, so that no two positions weigh the same and every single
wrong symbol and every exchange of two different symbols changes the sum (Crockford, "Base 32", 2019, for the alphabet;
Peterson and Weldon, "Error-Correcting Codes", 1972, for such sums).
"""

import random
import unicodedata
from collections.abc import Sequence
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_SYMBOLS: Final = 11
BITS_A_SYMBOL: Final = 5
CODE_LENGTH: Final = RANDOM_SYMBOLS + 1

_VALUE: Final = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"I": 1, "L": 1, "O": 0}
_FIELD_POLYNOMIAL: Final = 0b100101
_LONGEST_TYPED: Final = 64
# Signs that stand for a dash and are not of the Unicode class Pd: minus, Japanese long mark, middle dots, tilde, underscore, dot.
_DASHES: Final = frozenset("−ー·・•~_.,")


class CodeFault(ValueError):
    """What was typed is no code: a wrong length, a sign outside the alphabet, or a check symbol that does not fit."""


def new_code(rng: random.Random) -> str:
    """A fresh code of 12 symbols without dashes. ``rng`` must be a ``random.SystemRandom`` where codes are for real.

    >>> show_code(new_code(random.Random(7)))
    'YAKM-S9ED-D1RT'
    """
    bits = rng.getrandbits(RANDOM_SYMBOLS * BITS_A_SYMBOL)
    return with_check(symbols_of(bits, RANDOM_SYMBOLS))


def read_code(text: str) -> str:
    """The code that somebody typed, as 12 symbols. Raises ``CodeFault``.

    Lower case, full-width letters, ``I`` and ``L`` for 1, ``O`` for 0, spaces, dashes and invisible signs are all read.

    >>> read_code("yakm s9 ed—dlrt")
    'YAKMS9EDD1RT'
    """
    return _read(text, CODE_LENGTH)


def is_code(text: str) -> bool:
    """Whether somebody typed what may be a code.

    >>> is_code("yakm s9ed dlrt"), is_code("yakm s9ed dlrs")
    (True, False)
    """
    try:
        read_code(text)
    except CodeFault:
        return False
    return True


def read_receipt(text: str, length: int) -> str:
    """A receipt of ``length`` symbols, its check symbol among them, read as tolerantly as a code. Raises ``CodeFault``."""
    return _read(text, length)


def show_code(code: str) -> str:
    """In groups of four, as it is printed.

    >>> show_code("YAKMS9EDD1RT")
    'YAKM-S9ED-D1RT'
    """
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def with_check(symbols: str) -> str:
    """The symbols and their check symbol behind them. At most 30 symbols, so that no weight comes twice."""
    return symbols + ALPHABET[_weighted_sum([_VALUE[symbol] for symbol in symbols])]


def symbols_of(bits: int, length: int) -> str:
    """A non-negative number as ``length`` symbols, most significant first; higher bits are left out.

    >>> symbols_of(33, 3)
    '011'
    """
    shifts = range((length - 1) * BITS_A_SYMBOL, -1, -BITS_A_SYMBOL)
    return "".join(ALPHABET[bits >> shift & 31] for shift in shifts)


def _read(text: str, length: int) -> str:
    if len(text) > _LONGEST_TYPED:
        raise CodeFault("too long")
    signs = [sign for sign in unicodedata.normalize("NFKC", text).upper() if not _is_filling(sign)]
    if len(signs) != length:
        raise CodeFault(f"{length} symbols are needed")
    if any(sign not in _VALUE for sign in signs):
        raise CodeFault("a sign that no code has")
    symbols = "".join(ALPHABET[_VALUE[sign]] for sign in signs)
    if with_check(symbols[:-1]) != symbols:
        raise CodeFault("the check symbol does not fit")
    return symbols


def _is_filling(sign: str) -> bool:
    # Pd dashes, Z* spaces, Cc line ends and tabs, Cf signs of no width.
    category = unicodedata.category(sign)
    return category in ("Pd", "Cc", "Cf") or category[0] == "Z" or sign in _DASHES


def _weighted_sum(values: Sequence[int]) -> int:
    # Horner's rule from the left: the first symbol ends with the highest power of x, the check symbol itself weighs x^0 = 1.
    total = 0
    for value in values:
        total = _times_x(total ^ value)
    return total


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & 32 else doubled
