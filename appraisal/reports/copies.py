"""Numbered copies of one letter: every recipient's bears a mark (份号) of its own, so that a leaked sheet tells whose it was.

A letter is set once. Its mark, six digits at the foot of every page, is a stream of its own in the file, kept uncompressed, so that
another copy is the same bytes with other digits: nothing is set anew, and nothing else in the file moves.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Any, Final

from appraisal.model.faults import Refused
from appraisal.model.slip_check import SlipCopy
from appraisal.reports import press

FACE: Final = "GwFang"
WORD: Final = "份号"
FIGURES: Final = "0123456789"
# What a page is set with: every figure, so that the file has the outlines of all of them.
PLACEHOLDER: Final = WORD + FIGURES
DIGITS: Final = 6
# Six of the file's own glyph numbers in hexadecimal; after them, as a comment, the numbers of the ten figures.
MARK: Final = re.compile(rb"\[<[0-9a-f]{8}([0-9a-f]{24})>\] TJ\n%([0-9a-f]{40})")


def give_room(_document: Any, pdf: Any) -> None:
    """Let all pages share one mark, that of the first copy. Raises ``press.Misprint`` for a page that was set without the placeholder."""
    import pydyf  # type: ignore[import-untyped]  # only the worker pays for loading the typesetter

    codes = [f"{number:04x}" for number in press.glyph_numbers(FACE, PLACEHOLDER)]
    placeholder = f"[<{''.join(codes)}>] TJ".encode()
    word, figures = "".join(codes[: len(WORD)]), codes[len(WORD) :]
    mark = pydyf.Stream([f"[<{word}{_digits(1, figures)}>] TJ\n%{''.join(figures)}".encode()])
    pdf.add_object(mark)
    streams = {each.reference: each for each in pdf.objects if isinstance(each, pydyf.Stream)}
    for page in [each for each in pdf.objects if isinstance(each, dict) and each.get("Type") == "/Page"]:
        before = streams[page["Contents"]]
        if before.stream.count(placeholder) != 1:
            raise press.Misprint("a page has no single place for the mark of the copy")
        at = before.stream.index(placeholder)
        after = pydyf.Stream(before.stream[at + 1 :], compress=before.compress)
        before.stream = before.stream[:at]
        pdf.add_object(after)
        page["Contents"] = pydyf.Array([before.reference, mark.reference, after.reference])


def numbered(letter: bytes, number: int) -> bytes:
    """The copy of that number, from 1 to 999999. Raises ``Refused`` for a file without a mark, or with more than one."""
    marks = list(MARK.finditer(letter))
    if len(marks) != 1 or not 1 <= number < 10**DIGITS:
        raise Refused("文件里没有份号的位置，不能编份号。")
    figures = re.findall("....", marks[0][2].decode())
    start, end = marks[0].span(1)
    return letter[:start] + _digits(number, figures).encode() + letter[end:]


def copies(letter: bytes, recipients: Sequence[str]) -> tuple[SlipCopy, ...]:
    """A copy for each recipient, numbered from 1 in their order. Raises as ``numbered``."""
    return tuple(
        SlipCopy(number, recipient, hashlib.sha256(numbered(letter, number)).hexdigest())
        for number, recipient in enumerate(recipients, start=1)
    )


def _digits(number: int, figures: Sequence[str]) -> str:
    return "".join(figures[int(digit)] for digit in f"{number:0{DIGITS}d}")
