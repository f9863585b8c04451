"""A work-prompt slip (工作提示单) as an official letter after GB/T 9704-2012: PDF, archival, the same bytes for the same document."""

import hashlib
import io
import math
import re
from dataclasses import dataclass, field
from typing import Final

import segno

from appraisal.model.faults import Refused
from appraisal.model.round import SlipForm
from appraisal.model.slip import SlipDocument, SlipFinding
from appraisal.reports import copies, press, slip_measures, slip_wording
from appraisal.reports.charts import bands
from appraisal.reports.charts.drawing import in_face
from appraisal.reports.composition import Line, Measure, Run, compose, lozenge, width
from appraisal.reports.figures import band
from appraisal.reports.slip_wording import Paragraph, long_date

# Archival and tagged: docs/decisions/0005-slip-typesetting.md.
VARIANT: Final = "pdf/a-3a"
FANG, KAI, HEI, BIAO = press.FONTS
WHOLE_WORDS: Final = ("关于", "民主评议", "反映问题", "工作提示单")
UNNUMBERED: Final = "（拟稿，未编号）"
OFFICE_WIDTHS: Final = {
    SlipForm.ORDINARY: slip_measures.OFFICE_WIDTH,
    SlipForm.LETTER: slip_measures.LETTER_OFFICE_WIDTH,
}
COLUMN: Final = Measure(slip_measures.MEASURE, slip_measures.SIZE_3, slip_measures.CELL - slip_measures.SIZE_3)
INDENTED: Final = Measure(COLUMN.width, COLUMN.size, COLUMN.spacing, slip_measures.INDENT * slip_measures.CELL)
# Millimetres of the third attachment's sheet that its head, the rest of its form and the imprint's other line do not need.
ANSWERS_HEIGHT: Final = 105.0
# Problems in the chart of the first attachment: more do not fit a sheet. And the room for a name in it.
MOST_DRAWN: Final = 20
LABEL_CELLS: Final = 15.0
LOWEST_ANSWER: Final = 20.0
HIGHEST_ANSWER: Final = 45.0


@dataclass(frozen=True, slots=True)
class RenderedSlip:
    """The letter and its SHA-256, in hexadecimal."""

    pdf: bytes = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the body, ``heading`` or ``text``, in lines."""

    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class RedName:
    """The red name of the office: height of its characters in points and how far they are narrowed to fit."""

    text: str
    size: float
    narrowed: float


@dataclass(frozen=True, slots=True)
class Row:
    """One problem in the table of the first attachment."""

    finding: SlipFinding
    band: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Where the office's name and the date begin, in points from the left edge of the type area."""

    name_left: float
    date_left: float


def render(document: SlipDocument) -> RenderedSlip:
    """The slip as PDF/A-3a: body, three attachments, imprint; about 185 kB with one problem, 15 kB more for each further one.

    Raises ``Refused``, before anything is set, when the fonts lack a character of the document; ``press.Misprint`` when
    WeasyPrint warns.
    """
    document = slip_wording.as_printed(document)
    refuse_missing_letters(document)
    page = page_of(document)
    pictures = {"check": _check_picture(document), "bands": _bands_picture(document)}
    pdf = press.print_pdf(page, style_of(document), pictures, VARIANT, copies.give_room)
    return RenderedSlip(pdf, hashlib.sha256(pdf).hexdigest())


def style_of(document: SlipDocument) -> str:
    """The style sheet of the slip's form."""
    sheet = press.templates().get_template("slip.css")
    return sheet.render(m=slip_measures, form=document.form, placeholder=copies.PLACEHOLDER)


def page_of(document: SlipDocument) -> str:
    """The slip as HTML, every line broken, ready for the press."""
    return press.templates().get_template("slip.html").render(_parts(document))


def check_text(document: SlipDocument) -> str:
    """What the QR code says: the page that checks the slip, or its number and check code. The file's own hash cannot be in the file."""
    if document.website:
        return f"{slip_wording.check_page(document)}?code={document.check_code}"
    return f"{document.number} {document.check_code}".strip()


def refuse_missing_letters(document: SlipDocument) -> None:
    """Raises ``Refused`` naming the department and every character that would be printed as nothing, each where it stands."""
    missing = {
        f"{where}中的“{char if char.isprintable() else ''}”(U+{ord(char):04X})": None
        for where, text in slip_wording.typed(document)
        for char in text
        if not press.has_letter(char) and not char.isspace()
    }
    if missing:
        raise Refused(
            "%(department)s的工作提示单不能印制，字库里没有这些字：%(missing)s。请改写后再印。",
            department=document.department,
            missing="、".join(missing),
        )


def _parts(document: SlipDocument) -> dict[str, object]:
    told = "，".join(document.copy_to)
    return {
        "slip": document,
        "number": document.number or UNNUMBERED,
        "office": red_name(document.office, OFFICE_WIDTHS[document.form]),
        "title": lozenge(document.title, slip_measures.TITLE_CELLS, _whole_words(document)),
        "addressee": compose((Run(f"{document.department}：", FANG),), COLUMN),
        "blocks": tuple(_block(paragraph) for paragraph in slip_wording.body(document)),
        "attached": slip_wording.ATTACHED,
        "signature": signature(document),
        "issued": long_date(document.issued_on),
        "answer_by": long_date(document.answer_by),
        "rows": tuple(Row(finding, band(finding.ballots, slip_wording.LANGUAGE)) for finding in document.findings),
        "answer_height": answer_height(len(document.findings), copy_lines(told)),
        "copies": told,
        "check": check_text(document),
        "bands": slip_wording.bands_said(document) if len(document.findings) <= MOST_DRAWN else "",
        "check_said": slip_wording.how_to_check(document),
        "m": slip_measures,
    }


def _whole_words(document: SlipDocument) -> tuple[str, ...]:
    """What a title may not tear: the name of the department, or its parts where it is too long for a line."""
    return (document.department, *re.findall(r"[^（）、]+", document.department), *WHOLE_WORDS)


def _block(paragraph: Paragraph) -> Block:
    if not paragraph.text:
        return Block("heading", compose((Run(paragraph.lead, HEI),), INDENTED))
    return Block("text", compose((Run(paragraph.lead, KAI), Run(paragraph.text, FANG)), INDENTED))


def red_name(office: str, millimetres: float) -> RedName:
    """The name as tall as it can be: narrowed first, then smaller, until it is as wide as the head allows."""
    cells = max(width(office, BIAO), 1.0)
    room = millimetres * slip_measures.POINTS_PER_MM
    size = min(slip_measures.OFFICE_SIZE, room / (cells * slip_measures.OFFICE_NARROWEST))
    return RedName(office, size, min(1.0, room / (cells * size)))


def signature(document: SlipDocument) -> Signature:
    """The date begins two characters after the name does; the longer of both ends two before the right edge."""
    name, day = width(document.office, FANG), width(long_date(document.issued_on), FANG)
    after = slip_measures.DATE_AFTER_SIGNED
    left = max(0.0, slip_measures.CELLS - slip_measures.SIGNED_FROM_RIGHT - max(name, day + after))
    return Signature(left * slip_measures.CELL, (left + after) * slip_measures.CELL)


def answer_height(findings: int, copies: int) -> float:
    """How high, in mm, the space for the answer to one problem is: together they fill the sheet above an imprint with ``copies``
    lines of addressees, but none is too low to write in.

    >>> answer_height(1, 2), answer_height(4, 2) > answer_height(4, 5), answer_height(30, 2)
    (45.0, True, 20.0)
    """
    room = ANSWERS_HEIGHT - copies * slip_measures.IMPRINT_PITCH / slip_measures.POINTS_PER_MM
    return max(LOWEST_ANSWER, min(HIGHEST_ANSWER, room / max(findings, 1)))


def copy_lines(told: str) -> int:
    """How many lines of 4号 the addressees of copies take, set after 抄送： and one character in from both sides."""
    cells = slip_measures.MEASURE / slip_measures.SIZE_4 - 2 * slip_measures.IMPRINT_INDENT - len("抄送：")
    # A line may be a character short, because a mark may not begin the next.
    return math.ceil(width(told, FANG) / (cells - 1))


def _bands_picture(document: SlipDocument) -> bytes:
    """The counts as bars, up to the band that each lies in."""
    named = [(f"{n}.{_short(each.label)}", each.ballots) for n, each in enumerate(document.findings, start=1)]
    # In a face and characters that the body has already: a chart of problems costs a kilobyte or two, not twenty.
    return in_face(bands(named, slip_wording.LANGUAGE), FANG).encode()


def _short(label: str) -> str:
    """The label, or as much of it as two lines beside a bar can hold."""
    kept = label
    while width(kept, FANG) > LABEL_CELLS:
        kept = kept[:-1]
    return kept if kept == label else f"{kept}…"


def _check_picture(document: SlipDocument) -> bytes:
    out = io.BytesIO()
    drawn = segno.make_qr(check_text(document), error="m", encoding="utf-8")
    # The quiet zone of four modules is the white of the page: the template keeps it clear.
    drawn.save(out, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None)
    return out.getvalue()
