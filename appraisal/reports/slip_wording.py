"""What a work-prompt slip says: its paragraphs in the order of the page, every text as Chinese print sets it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from appraisal.model.calendar import SIGN_DAYS
from appraisal.model.slip import SlipDocument, SlipFinding
from appraisal.reports.composition import full_width
from appraisal.reports.figures import band

LANGUAGE: Final = "zh"
NUMERALS: Final = "一二三四五六七八九十"
ATTACHED: Final = ("问题清单", "签收回执", "整改反馈表")
PROTECTION: Final = (
    "评议实行匿名。任何单位和个人不得打探、追查评议人，不得要求有关人员说明评议情况，不得以任何方式施压或者打击报复；"
    "违反的，依规依纪依法追究责任。"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body, or with an empty ``text`` a heading of the first level; ``lead`` is its heading of the second."""

    lead: str
    text: str = ""


def as_printed(document: SlipDocument) -> SlipDocument:
    """The document with the marks and spaces of Chinese print in every text that somebody typed."""
    return replace(
        document,
        office=full_width(document.office),
        number=full_width(document.number),
        department=full_width(document.department),
        title=full_width(document.title),
        round_title=full_width(document.round_title),
        collected=full_width(document.collected),
        contact=full_width(document.contact),
        copy_to=tuple(map(full_width, document.copy_to)),
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


def typed(document: SlipDocument) -> Iterator[tuple[str, str]]:
    """Every printed text that comes from outside, after the name of its place."""
    yield "被评议部门名称", document.department
    yield "发文机关名称", document.office
    yield "发文字号", document.number
    yield "标题", document.title
    yield "原发文字号", document.replaces
    yield "网址", document.website
    yield "评议轮次名称", document.round_title
    yield "评议时间", document.collected
    yield "联系方式", document.contact
    yield "校验码", document.check_code
    for name in document.copy_to:
        yield "抄送", name
    for finding in document.findings:
        yield "问题编号", finding.number
        yield f"问题{finding.number}的类别", finding.label
        yield f"问题{finding.number}的表述", finding.statement
        yield f"问题{finding.number}的查核结果", finding.outcome
        yield f"问题{finding.number}的依据", finding.basis
        yield f"问题{finding.number}的整改要求", finding.demand


def body(document: SlipDocument) -> Iterator[Paragraph]:
    """The body between the addressee and the list of attachments."""
    yield Paragraph(
        "",
        f"按照{document.round_title}工作安排，{document.collected}，我办组织对你单位开展了民主评议。"
        f"现将反映较为集中、经查核需要整改的{len(document.findings)}个问题提示如下，请认真研究，抓好整改。",
    )
    if document.replaces:
        yield Paragraph("", f"本提示单更正并替代{document.replaces}，原提示单不再办理。")
    yield Paragraph("一、评议反映的问题")
    for place, finding in enumerate(document.findings, start=1):
        yield Paragraph(f"（{numeral(place)}）{finding.label}。", _said(finding))
    yield Paragraph("二、办理要求")
    for place, (name, text) in enumerate(_demands(document), start=1):
        yield Paragraph(f"（{numeral(place)}）{name}。", text)


def _said(finding: SlipFinding) -> str:
    said = f"{sentence(finding.statement)}反映量级为{band(finding.ballots, LANGUAGE)}，查核结果为{finding.outcome}。"
    named = (("依据", finding.basis), ("整改要求", finding.demand))
    return said + "".join(f"{name}：{sentence(text)}" for name, text in named if text)


def _demands(document: SlipDocument) -> tuple[tuple[str, str], ...]:
    sign_by, answer_by = long_date(document.sign_by), long_date(document.answer_by)
    sign = f"请在{SIGN_DAYS}个工作日内，不迟于{sign_by}，在评议平台签收，或者将签收回执（附件2）盖章报送我办。"
    answer = (
        f"请逐项查明原因、落实整改，不迟于{answer_by}在评议平台填报整改情况，"
        "或者将整改反馈表（附件3）盖章报送我办。每个问题经我办核验后销号。"
    )
    object_to = (
        "对提示的问题有异议的，请在反馈期限内书面向我办提出，不得自行联系评议人。"
        f"联系方式：{sentence(document.contact)}"
    )
    return ("按时签收", sign), ("按时反馈", answer), ("保护评议人", PROTECTION), ("异议与联系", object_to)


def bands_said(document: SlipDocument) -> str:
    """The chart in words."""
    named = enumerate(document.findings, start=1)
    return "；".join(f"{place}.{each.label}，{band(each.ballots, LANGUAGE)}" for place, each in named)


def check_page(document: SlipDocument) -> str:
    """Address of the page that checks slips; the document has to know where the platform is served."""
    return f"{document.website}/slips/check"


def how_to_check(document: SlipDocument) -> str:
    """How whoever holds the slip finds out whether the office issued it, and what the mark at the foot of the pages is."""
    if document.website:
        how = f"扫描二维码，或者登录{check_page(document)}，"
    else:
        how = "二维码载有发文字号和校验码。请在评议平台的“核对提示单”页面"
    return (
        f"{how}填写发文字号和校验码{document.check_code}，或者上传所收PDF文件，即可核对本提示单是否为我办发出；"
        "不相符的，请勿采信并联系我办。各页下端的份号表明本份发给哪个单位。"
    )


def long_date(day: date) -> str:
    """A date as letters write it, without leading zeros.

    >>> long_date(date(2026, 3, 5))
    '2026年3月5日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def numeral(number: int) -> str:
    """A number from 1 to 999 in Chinese.

    >>> numeral(3), numeral(10), numeral(12), numeral(21), numeral(100), numeral(108), numeral(210)
    ('三', '十', '十二', '二十一', '一百', '一百零八', '二百一十')
    """
    hundreds, rest = divmod(number, 100)
    if hundreds:
        between = "零" if 0 < rest < 10 else "一" if 10 <= rest < 20 else ""
        return f"{NUMERALS[hundreds - 1]}百{between}{numeral(rest)}"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens - 1]}十"
    return head + (NUMERALS[ones - 1] if ones else "")


def sentence(text: str) -> str:
    """The text with a full stop at its end, unless it ends with one already.

    >>> sentence("限期整改"), sentence("限期整改。"), sentence("限期整改;")
    ('限期整改。', '限期整改。', '限期整改。')
    """
    return text if text.endswith(("。", "！", "？", "……")) else f"{text.rstrip('；，、;,.')}。"
