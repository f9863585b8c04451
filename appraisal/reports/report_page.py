"""What every report has in common: its drawings for paper, its letters checked before it is set, its dates and numbers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Final

from babel.dates import format_date

from appraisal.i18n import text
from appraisal.model.faults import Refused
from appraisal.reports import figures, press
from appraisal.reports.charts.drawing import in_face
from appraisal.reports.slip_wording import numeral

# Archival and tagged, as slips are: docs/decisions/0005-slip-typesetting.md.
VARIANT: Final = "pdf/a-3a"
CHART_FACE: Final = "GwHei"

TYPE_WIDTH: Final = 163.0
# Of a drawing at its natural size: its small letters are then 7.5 points high.
MM_A_UNIT: Final = 0.24


@dataclass(frozen=True, slots=True)
class Picture:
    """What a drawing says in words, and how wide it is set, in mm."""

    words: str
    width: str


def print_report(
    name: str,
    subject: str,
    parts: Mapping[str, object],
    drawn: Mapping[str, str],
    language: str,
    widths: Mapping[str, float] | None = None,
) -> bytes:
    """The templates ``name``.html and .css as PDF/A-3a, with ``parts`` and the drawings, which it finds described in ``alts``.

    ``subject``: what the report is on; ``widths``: of drawings that may be wider than the type area of an upright page, in mm.
    Raises ``Refused``, before anything is set, when the fonts lack a character; ``press.Misprint`` when WeasyPrint warns.
    """
    pictures = {key: for_paper(in_face(svg, CHART_FACE)) for key, svg in drawn.items()}
    alts = {key: picture(svg, (widths or {}).get(key, TYPE_WIDTH)) for key, svg in pictures.items()}
    page = for_paper(typeset(press.templates().get_template(f"{name}.html").render({**parts, "alts": alts}), language))
    refuse_missing_letters(subject, page, *pictures.values())
    css = press.templates().get_template(f"{name}.css").render()
    return press.print_pdf(page, css, {key: svg.encode() for key, svg in pictures.items()}, VARIANT)


def for_paper(written: str) -> str:
    """The faces have no minus sign of their own; their en dash is as long and as high."""
    return written.replace(figures.MINUS, figures.TO)


def typeset(page: str, language: str) -> str:
    """The page with every negative number kept on its line, and English words between quotation marks of English.

    The marks of Chinese are as wide as a character. Chinese words keep them.

    >>> typeset('<p title="“no”">“Queues” −0.5 “排队”</p>', "en").replace("white-space:nowrap", "…")
    '<p title="“no”">"Queues" <span style="…">−0.5</span> “排队”</p>'
    """
    parts = re.split(r"(<[^>]*>)", page)
    for at in range(0, len(parts), 2):
        if language == "en":
            parts[at] = re.sub(r"“([\x00-\u2000\u2010-\u2027]*?)”", r'"\1"', parts[at])
        parts[at] = re.sub(rf"{figures.MINUS}\d[\d.,]*", r'<span style="white-space:nowrap">\g<0></span>', parts[at])
    return "".join(parts)


def refuse_missing_letters(subject: str, *written: str) -> None:
    """Raise ``Refused``, which names what is missing, unless every face has every character of these texts."""
    said = "".join(unescape(re.sub(r"<[^>]*>", "", each)) for each in written)
    missing = sorted({char for char in said if not press.has_letter(char) and not char.isspace()})
    if missing:
        raise Refused(
            "%(department)s的报告不能印制，字库里没有这些字：%(missing)s。请改写后再印。",
            department=subject,
            missing="、".join(f"{char if char.isprintable() else ''}(U+{ord(char):04X})" for char in missing),
        )


def picture(svg: str, widest: float = TYPE_WIDTH) -> Picture:
    """What a drawing says, and how wide it is set: at its natural size, or as wide as there is room."""
    words = ". ".join(unescape(each) for each in re.findall(r"<(?:title|desc)[^>]*>([^<]*)</", svg))
    return Picture(words, f"{min(widest, natural_width(svg) * MM_A_UNIT):.1f}")


def natural_width(svg: str) -> float:
    """In units of the drawing."""
    return float(re.findall(r' width="([\d.]+)"', svg)[0])


def natural_height(svg: str) -> float:
    """In units of the drawing."""
    return float(re.findall(r' height="([\d.]+)"', svg)[0])


def said_in(language: str) -> Callable[..., str]:
    """``_`` of a template in a language. As on the pages: a message has its parts filled in, so a per cent sign is written twice."""
    return lambda message, **parts: text(language, message) % parts


def numbered(place: int, language: str) -> str:
    """The number before a heading.

    >>> numbered(3, "zh"), numbered(3, "en")
    ('三、', '3. ')
    """
    return f"{numeral(place)}、" if language == "zh" else f"{place}. "


def long_date(day: date, language: str) -> str:
    """A date in words.

    >>> long_date(date(2026, 11, 2), "en")
    '2 November 2026'
    """
    if language == "en":
        return format_date(day, "d MMMM y", locale="en")
    return format_date(day, "long", locale="zh_Hans_CN")
