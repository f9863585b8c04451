"""Runs of digits, however they are spaced: phones, identity numbers, bank cards, credit codes, and whatever is as long.

Every pattern is linear: what may repeat never begins with what may follow it, and every stretch has an upper bound.
"""

import re
from collections.abc import Iterator
from typing import Final

from appraisal.masking.checksums import is_credit_code, is_identity, is_luhn, is_old_identity
from appraisal.masking.folding import Found
from appraisal.masking.kinds import Kind

GAP: Final = r"[ \t\-‐‑–—―_.·•・*/()+~,]{0,3}"
# One letter at the end is the check sign X of an identity number.
RUN: Final = re.compile(rf"\d(?:{GAP}\d)*+(?:{GAP}[Xx](?![A-Za-z]))?")
CODE: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z](?:[ \-_.]{0,2}[0-9A-Za-z]){14,24}(?![0-9A-Za-z])")
PASSPORT: Final = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,2} ?\d(?:[ \-]?\d){6,9}(?![0-9A-Za-z])")
PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE: Final = re.compile(
    rf"[{PROVINCES}][ \-]?[A-HJ-NP-Za-hj-np-z][ \-·•・.]?(?=[A-Za-z \-]{{0,12}}\d)"
    rf"[0-9A-Za-z](?:[ \-]?[0-9A-Za-z]){{3,4}}(?:[ \-]?[0-9A-Za-z学警港澳挂])(?![0-9A-Za-z])"
)
CALLED: Final = re.compile(r"(?:电话|手机|座机|号码|热线|拨|打|联系|tel|TEL|Tel|传真|分机)[^\d\x00]{0,6}$")
COUNTED: Final = re.compile(r" ?(?:[元万亿块吨米㎡平人次件户个家年%倍份亩张kKmM]|美元|多[元万块])")
SHORTEST: Final = 7
YEARS: Final = re.compile(r"(?:19|20)\d\d")


def number_spans(text: str) -> Iterator[Found]:
    """Long runs in folded text whose Chinese digits are digits already."""
    for match in RUN.finditer(text):
        start, end = match.span()
        kind = _kind(match.group(), text[max(0, start - 10) : start], text[end : end + 3])
        if kind:
            yield start, end + _trailing(text, end), kind


def code_spans(text: str) -> Iterator[Found]:
    """Credit codes and whatever else of digits and letters is as long as one."""
    for match in CODE.finditer(text):
        bare = re.sub(r"[ \-_.]", "", match.group()).upper()
        letters = sum(sign.isalpha() for sign in bare)
        if is_identity(bare):
            yield *match.span(), Kind.IDENTITY
        elif is_credit_code(bare) or (letters and sum(sign.isdigit() for sign in bare) >= 10):
            yield *match.span(), Kind.CREDIT_CODE if len(bare) == 18 else Kind.NUMBER


def plate_spans(text: str) -> Iterator[Found]:
    """Number plates, of six and of seven signs after the province."""
    for match in PLATE.finditer(text):
        if sum(sign.isdigit() for sign in match.group()) >= 2:
            yield *match.span(), Kind.PLATE


def passport_spans(text: str) -> Iterator[Found]:
    """Passports, travel permits, and other papers of one or two letters and seven to ten digits."""
    for match in PASSPORT.finditer(text):
        yield *match.span(), Kind.PASSPORT


def _kind(run: str, before: str, after: str) -> Kind | None:
    digits = re.sub(r"[^\dXx]", "", run)
    if len(digits) < SHORTEST:
        return None
    if len(digits) < 11 and _is_quantity(run, digits, before, after):
        return None
    return _sure_kind(digits) or _likely_kind(digits)


def _sure_kind(digits: str) -> Kind | None:
    """What a rule or a check sign says."""
    if is_identity(digits) or is_old_identity(digits):
        return Kind.IDENTITY
    if re.fullmatch(r"(?:0{0,2}86)?1[3-9]\d{9}", digits) or re.fullmatch(r"(?:0|400|800)\d{7,14}", digits):
        return Kind.PHONE
    if is_credit_code(digits):
        return Kind.CREDIT_CODE
    if is_luhn(digits):
        return Kind.BANK_CARD
    return None


def _likely_kind(digits: str) -> Kind:
    """A number that is mistyped tells who it is all the same."""
    if len(digits) in (7, 8):
        return Kind.PHONE
    if len(digits) in (15, 18):
        return Kind.IDENTITY
    return Kind.NUMBER


def _is_quantity(run: str, digits: str, before: str, after: str) -> bool:
    """Whether a short run counts something, or is a list of years or of small numbers."""
    if CALLED.search(before):
        return False
    if COUNTED.match(after):
        return True
    pieces = re.findall(r"\d+", run)
    if all(YEARS.fullmatch(piece) for piece in pieces):
        return True
    return len(pieces) > 1 and min(map(len, pieces)) < 2 and len(pieces) < len(digits) - 1


def _trailing(text: str, end: int) -> int:
    """The extension of a switchboard: 转 and up to five digits."""
    match = re.compile(r" ?(?:转|分机|ext\.?)号? ?\d{1,5}+(?![ \-]?\d)", re.IGNORECASE).match(text, end)
    return match.end() - end if match else 0
