"""A work-prompt slip (工作提示单) as an official letter after GB/T 9704-2012: PDF, archival, the same bytes for the same document."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import segno

from appraisal.model.calendar import SIGN_DAYS
from appraisal.model.faults import Refused
from appraisal.model.slip import SlipDocument, SlipFinding
from appraisal.reports import press, slip_measures
from appraisal.reports.composition import Line, Measure, Run, compose, full_width, lozenge, width
from appraisal.reports.figures import band

VARIANT: Final = "pdf/a-3a"
LANGUAGE: Final = "zh"
FANG, KAI, HEI, BIAO = press.FONTS
ATTACHED: Final = ("问题清单", "签收回执", "整改反馈表")
NUMERALS: Final = "一二三四五六七八九十"
WHOLE_WORDS: Final = ("关于", "民主评议", "反映问题", "工作提示单")
LOWEST_ANSWER: Final = 20.0
HIGHEST_ANSWER: Final = 45.0
ANSWERS_HEIGHT: Final = 88.0
UNNUMBERED: Final = "（拟稿，未编号）"
SOLID: Final = slip_measures.CELL - slip_measures.SIZE_3
INDENTED: Final = Measure(slip_measures.MEASURE, slip_measures.SIZE_3, SOLID, slip_measures.INDENT * slip_measures.CELL)
PROTECTION: Final = (
    "评议实行匿名。任何单位和个人不得打探、追查评议人，不得要求有关人员说明评议情况，不得以任何方式施压或者打击报复；"
    "违反的，依规依纪依法追究责任。"
)


@dataclass(frozen=True, slots=True)
class RenderedSlip:
    """The letter and its SHA-256, in hexadecimal."""

    pdf: bytes = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the body: ``heading`` or ``text``, in lines."""

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
    """The slip as PDF/A, about 30 kB a page, the same bytes every time.

    Raises ``Refused``, before anything is set, when a character of the document is in none of the fonts.
    """
    document = as_printed(document)
    refuse_missing_letters(document)
    page = press.templates().get_template("slip.html").render(_parts(document))
    css = press.templates().get_template("slip.css").render(m=slip_measures)
    pdf = press.print_pdf(page, css, {"check": _check_picture(document)}, VARIANT)
    return RenderedSlip(pdf, hashlib.sha256(pdf).hexdigest())


def as_printed(document: SlipDocument) -> SlipDocument:
    """The document with the marks of Chinese print in every text that a person typed."""
    return replace(
        document,
        title=full_width(document.title),
        round_title=full_width(document.round_title),
        collected=full_width(document.collected),
        contact=full_width(document.contact),
        findings=tuple(_finding_as_printed(finding) for finding in document.findings),
    )


def _finding_as_printed(finding: SlipFinding) -> SlipFinding:
    return replace(
        finding,
        label=full_width(finding.label),
        statement=full_width(finding.statement),
        basis=full_width(finding.basis),
        demand=full_width(finding.demand),
    )


def check_text(document: SlipDocument) -> str:
    """What the QR code says. The hash of the file cannot be in the file: it stands beside the slip on the platform."""
    return f"{document.number} {document.check_code}".strip()


def refuse_missing_letters(document: SlipDocument) -> None:
    """Raises ``Refused`` naming the department and every character that would be printed as nothing, each where it stands."""
    known = (
        press.letters(FANG).keys() & press.letters(KAI).keys() & press.letters(HEI).keys() & press.letters(BIAO).keys()
    )
    missing = {
        f"{where}中的“{char}”(U+{ord(char):04X})": None
        for where, text in _printed(document)
        for char in text
        if ord(char) not in known and not char.isspace()
    }
    if missing:
        raise Refused(
            "%(department)s的工作提示单不能印制，字库里没有下列字：%(missing)s。请改写后再印。",
            department=document.department,
            missing="、".join(missing),
        )


def long_date(day: date) -> str:
    """A date as letters write it, without leading zeros.

    >>> long_date(date(2026, 3, 5))
    '2026年3月5日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def _printed(document: SlipDocument) -> Iterator[tuple[str, str]]:
    """Every text that comes from outside, with the name of its place."""
    yield "被评议部门名称", document.department
    yield "发文机关名称", document.office
    yield "发文字号", document.number
    yield "标题", document.title
    yield "评议轮次名称", document.round_title
    yield "评议时间", document.collected
    yield "联系方式", document.contact
    yield "校验码", document.check_code
    for name in document.copy_to:
        yield "抄送", name
    for finding in document.findings:
        at = f"问题{finding.number}"
        yield f"{at}的编号", finding.number
        yield f"{at}的类别", finding.label
        yield f"{at}的表述", finding.statement
        yield f"{at}的查核结果", finding.outcome
        yield f"{at}的依据", finding.basis
        yield f"{at}的整改要求", finding.demand


def _parts(document: SlipDocument) -> dict[str, object]:
    return {
        "slip": document,
        "number": document.number or UNNUMBERED,
        "office": red_name(document.office),
        "title": lozenge(document.title, slip_measures.TITLE_CELLS, (document.department, *WHOLE_WORDS)),
        "addressee": _plain(f"{document.department}：", FANG, 0),
        "blocks": tuple(_body(document)),
        "attached": ATTACHED,
        "signature": signature(document),
        "issued": long_date(document.issued_on),
        "answer_by": long_date(document.answer_by),
        "rows": tuple(Row(finding, band(finding.ballots, LANGUAGE)) for finding in document.findings),
        "copies": "，".join(document.copy_to),
        "answer_height": answer_height(len(document.findings)),
        "check": check_text(document),
        "m": slip_measures,
    }


def answer_height(findings: int) -> float:
    """How high, in mm, the space for the answer to one problem is: together they fill the sheet, but none is too low to write in."""
    return max(LOWEST_ANSWER, min(HIGHEST_ANSWER, ANSWERS_HEIGHT / max(findings, 1)))


def red_name(office: str) -> RedName:
    """The name as tall as it can be: narrowed first, then smaller, until it is as wide as the head allows."""
    cells = max(width(office, BIAO), 1.0)
    room = slip_measures.OFFICE_WIDTH * slip_measures.POINTS_PER_MM
    size = min(slip_measures.OFFICE_SIZE, room / (cells * slip_measures.OFFICE_NARROWEST))
    return RedName(office, size, min(1.0, room / (cells * size)))


def signature(document: SlipDocument) -> Signature:
    """The date begins two characters after the name does; the longer of both ends two before the right edge."""
    name, day = width(document.office, FANG), width(long_date(document.issued_on), FANG)
    after = slip_measures.DATE_AFTER_SIGNED
    left = max(0.0, slip_measures.CELLS - slip_measures.SIGNED_FROM_RIGHT - max(name, day + after))
    return Signature(left * slip_measures.CELL, (left + after) * slip_measures.CELL)


def _body(document: SlipDocument) -> Iterator[Block]:
    yield _text(
        f"按照{document.round_title}工作安排，{document.collected}，我办组织对你单位开展了民主评议。"
        f"现将反映较为集中、经查核需要整改的{len(document.findings)}个问题提示如下，请认真研究，抓好整改。"
    )
    yield _heading("一、评议反映的问题")
    for place, finding in enumerate(document.findings, start=1):
        yield _text(_said(finding), f"（{numeral(place)}）{finding.label}。")
    yield _heading("二、办理要求")
    for place, (name, text) in enumerate(_demands(document), start=1):
        yield _text(text, f"（{numeral(place)}）{name}。")


def _said(finding: SlipFinding) -> str:
    said = f"{_sentence(finding.statement)}反映量级为{band(finding.ballots, LANGUAGE)}，查核结果为{finding.outcome}。"
    named = (("依据", finding.basis), ("整改要求", finding.demand))
    return said + "".join(f"{name}：{_sentence(text)}" for name, text in named if text)


def _demands(document: SlipDocument) -> Iterator[tuple[str, str]]:
    sign_by, answer_by = long_date(document.sign_by), long_date(document.answer_by)
    yield (
        "按时签收",
        (f"请在{SIGN_DAYS}个工作日内，不迟于{sign_by}，在评议平台签收，或者将签收回执（附件2）盖章报送我办。"),
    )
    yield (
        "按时反馈",
        (
            f"请逐项查明原因、落实整改，不迟于{answer_by}在评议平台填报整改情况，"
            "或者将整改反馈表（附件3）盖章报送我办。每个问题经我办核验后销号。"
        ),
    )
    yield "保护评议人", PROTECTION
    yield (
        "异议与联系",
        (
            "对提示的问题有异议的，请在反馈期限内书面向我办提出，不得自行联系评议人。"
            f"联系方式：{_sentence(document.contact)}"
        ),
    )


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese.

    >>> numeral(3), numeral(10), numeral(12), numeral(21)
    ('三', '十', '十二', '二十一')
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens - 1]}十"
    return head + (NUMERALS[ones - 1] if ones else "")


def _sentence(text: str) -> str:
    """The text with a full stop at its end, unless it ends with one already.

    >>> _sentence("限期整改"), _sentence("限期整改。")
    ('限期整改。', '限期整改。')
    """
    text = " ".join(text.split())
    return text if text.endswith(("。", "！", "？", "……")) else f"{text.rstrip('；，、;,.')}。"


def _heading(text: str) -> Block:
    return Block("heading", compose((Run(text, HEI),), INDENTED))


def _text(text: str, lead: str = "") -> Block:
    return Block("text", compose((Run(lead, KAI), Run(text, FANG)), INDENTED))


def _plain(text: str, face: str, indent: float) -> tuple[Line, ...]:
    return compose((Run(text, face),), Measure(slip_measures.MEASURE, slip_measures.SIZE_3, SOLID, indent))


def _check_picture(document: SlipDocument) -> bytes:
    out = io.BytesIO()
    segno.make_qr(check_text(document), error="m").save(
        out, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None
    )
    return out.getvalue()
