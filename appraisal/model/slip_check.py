"""A slip held against the register: which copy a file is, and what may be said to whoever asks."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Of a SHA-256 in hexadecimal, the least that is taken for it: 48 bits, as many as a check code has, less two.
SHORTEST_HASH: Final = 12
BRACKETS: Final = str.maketrans("[]()【】", "〔〕〔〕〔〕")


class Verdict(StrEnum):
    """What the register says. ``ALTERED``: the slip exists, the file is not it; ``UNKNOWN``: nothing fits, whatever the reason."""

    GENUINE = "genuine"
    RECALLED = "recalled"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SlipCopy:
    """One copy of a letter: its number, from 1, who gets it, and the SHA-256 of its bytes, in hexadecimal."""

    number: int
    recipient: str
    sha256: str


@dataclass(frozen=True, slots=True)
class IssuedSlip:
    """What the register knows of an issued slip; ``replaced_by``: number of the issued slip that corrects it, or ""."""

    id: int
    number: str
    department: str
    recalled: bool
    replaced_by: str
    copies: tuple[SlipCopy, ...]


@dataclass(frozen=True, slots=True)
class SlipCheck:
    """The answer. Without a slip nothing is known; ``copy``: the copy that the file is, where letters were numbered."""

    verdict: Verdict
    slip: IssuedSlip | None = None
    copy: SlipCopy | None = None


def tidy_number(typed: str) -> str:
    """A document number as letters have it, whatever brackets, widths and spaces it was typed with.

    >>> tidy_number(" 示评办提 [２０２６] 12 号"), tidy_number("")
    ('示评办提〔2026〕12号', '')
    """
    # The brackets of document numbers have no narrow form, but those that are typed for them do.
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).translate(BRACKETS)


def tidy_code(typed: str) -> str:
    """A check code or the beginning of a hash, without spaces and hyphens, in capitals.

    >>> tidy_code("7q2k m9xd-ab")
    '7Q2KM9XDAB'
    """
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).upper()


def read_code(code: str) -> str:
    """A tidied check code with the letters that were taken for figures: base 32 knows neither 0 nor 1.

    >>> read_code("DP5300HVF6")
    'DP53OOHVF6'
    """
    return code.replace("0", "O").replace("1", "I")


def is_hash_prefix(code: str) -> bool:
    """Whether a tidied code may be the beginning of a SHA-256.

    >>> is_hash_prefix("0123456789AB"), is_hash_prefix("7Q2KM9XDAB")
    (True, False)
    """
    return re.fullmatch(rf"[0-9A-F]{{{SHORTEST_HASH},64}}", code) is not None
