"""Printable letters that bring each respondent an access code: one page of A5 a code, in Chinese and English."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import segno
from babel.dates import format_date

from appraisal.model.ballot import IssuedCode
from appraisal.model.faults import Refused
from appraisal.model.round import RoundPlan
from appraisal.model.wording import Wording
from appraisal.reports import press
from appraisal.secrecy.codes import show_code

QUIET_ZONE: Final = 4
# Setting takes about 1 MB a page until the file is written, so thousands of letters are several files.
LETTERS_A_FILE: Final = 500


@dataclass(frozen=True, slots=True)
class QrDrawing:
    """A QR code as the path of an SVG: ``size`` modules each way, the quiet zone of 4 included."""

    size: int
    path: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """What differs from letter to letter."""

    shown_code: str = field(repr=False)
    link: str = field(repr=False)
    qr: QrDrawing
    stratum: Wording


def render(codes: Sequence[IssuedCode], plan: RoundPlan, address: str) -> bytes:
    """The letters as one PDF, a page a code, in the order given. ``address``: where the site is served, without a slash at its end.

    Raises ``KeyError`` for a stratum that the plan does not have, ``ValueError`` when there is no code to print, ``Refused``
    when a character of the plan is in none of the fonts.
    """
    if not codes:
        raise ValueError("no code to print")
    _refuse_missing_characters(plan)
    names = {stratum.code: stratum.name for stratum in plan.strata}
    letters = [_letter(code, names[code.stratum], address) for code in codes]
    page = press.templates().get_template("letters.html")
    html = page.render(
        letters=letters, plan=plan, address=address, until=_long_date(plan.closes_on), begins=_long_date(plan.opens_on)
    )
    css = press.templates().get_template("letters.css").render()
    return press.print_pdf(html, css)


def files(codes: Sequence[IssuedCode]) -> list[Sequence[IssuedCode]]:
    """The codes in lots of at most 500, one lot for each file."""
    return [codes[start : start + LETTERS_A_FILE] for start in range(0, len(codes), LETTERS_A_FILE)]


def link_of(address: str, code: str) -> str:
    """What the QR code says.

    >>> link_of("https://pingyi.example", "YAKMS9EDD1RT")
    'https://pingyi.example/q/YAKMS9EDD1RT'
    """
    return f"{address}/q/{code}"


def draw_qr(content: str) -> QrDrawing:
    """A QR code (ISO/IEC 18004, at least error correction M) as one path of horizontal bars."""
    rows = [tuple(row) for row in segno.make_qr(content, error="m").matrix_iter(border=QUIET_ZONE)]
    bars = [bar for y, row in enumerate(rows) for bar in _bars(y, row)]
    return QrDrawing(len(rows), "".join(bars))


def _refuse_missing_characters(plan: RoundPlan) -> None:
    office, strata = plan.office, (stratum.name for stratum in plan.strata)
    printed = [office.contact] + [text for name in (plan.title, office.name, *strata) for text in (name.zh, name.en)]
    known = set.intersection(*(set(press.letters(face)) for face in press.FONTS))
    missing = {char for char in "".join(printed) if ord(char) not in known and not char.isspace()}
    if missing:
        raise Refused(
            "信函不能印制，字库里没有下列字：%(missing)s。请改写评议轮次或主办单位的文字后再印。",
            missing="、".join(sorted(missing)),
        )


def _letter(code: IssuedCode, stratum: Wording, address: str) -> Letter:
    link = link_of(address, code.code)
    return Letter(show_code(code.code), link, draw_qr(link), stratum)


def _bars(y: int, row: Sequence[int]) -> list[str]:
    bars, start = [], None
    for x, dark in enumerate((*row, 0)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            bars.append(f"M{start} {y}h{x - start}v1h{start - x}z")
            start = None
    return bars


def _long_date(day: date) -> Wording:
    return Wording(format_date(day, "long", locale="zh_Hans_CN"), format_date(day, "d MMMM y", locale="en"))
