"""What a slip says, and what it never says."""

import doctest
import hashlib
import io
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pdfplumber
import pypdf
import pypdfium2
import pytest
import segno

from appraisal.i18n import text as said_in
from appraisal.model.faults import Refused
from appraisal.model.slip import SlipDocument
from appraisal.reports import charts, press, slip, slip_wording
from tests.makers import make_slip_document, make_slip_finding

HOSTILE = (
    "</p><script>alert(1)</script> & &amp; {{7*7}} {% raw %} <img src=file:///etc/hostname> url(http://127.0.0.1:9/x)"
)


@pytest.fixture(scope="module")
def document() -> SlipDocument:
    return make_slip_document()


@pytest.fixture(scope="module")
def pdf(document: SlipDocument) -> bytes:
    return slip.render(document).pdf


def text_of(pdf: bytes) -> str:
    """Everything that can be read, without page numbers and white space."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        pages = [re.sub(r"— \d+ —|份号\d{6}", "", page.extract_text()) for page in opened.pages]
    return re.sub(r"\s", "", "".join(pages))


def packed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_statement_basis_demand_and_outcome_is_printed(document: SlipDocument, pdf: bytes) -> None:
    text = text_of(pdf)
    for finding in document.findings:
        assert f"{finding.label}。{finding.statement}" in text
        assert f"查核结果为{finding.outcome}。依据：{finding.basis}。整改要求：{finding.demand}。" in text
        assert finding.number.replace("-", "") in text.replace("-", "")


def test_the_clause_that_protects_respondents_is_printed_whole(pdf: bytes) -> None:
    assert "不得打探、追查评议人" in slip_wording.PROTECTION
    assert slip_wording.PROTECTION in text_of(pdf)


def test_it_says_from_whom_to_whom_by_when_how_and_whom_to_ask(document: SlipDocument, pdf: bytes) -> None:
    text = text_of(pdf)
    for said in (document.office, document.number, document.title, document.contact, document.round_title):
        assert said in text
    assert "市交通运输局：按照2026年度万人民主评议机关工作安排，2026年10月12日至11月10日" in text
    assert "请在2个工作日内，不迟于2026年11月25日，在评议平台签收" in text
    assert "不迟于2026年12月14日在评议平台填报整改情况" in text
    assert "抄送：市委办公室，市人大常委会办公室，" in text


def test_the_body_is_what_was_worded_and_nothing_else(document: SlipDocument, pdf: bytes) -> None:
    worded = "".join(paragraph.lead + paragraph.text for paragraph in slip_wording.body(document))
    assert packed(worded) in text_of(pdf)


def test_the_hash_is_that_of_the_file(document: SlipDocument) -> None:
    rendered = slip.render(document)
    assert rendered.sha256 == hashlib.sha256(rendered.pdf).hexdigest()


def test_another_run_makes_the_same_bytes(pdf: bytes) -> None:
    asked = (
        "from tests.makers import make_slip_document; from appraisal.reports.slip import render;"
        "print(render(make_slip_document()).sha256)"
    )
    place = {**os.environ, "PYTHONHASHSEED": "17", "TZ": "Asia/Tokyo", "LANG": "C"}
    top = Path(slip.__file__).parents[2]
    again = subprocess.run(
        [sys.executable, "-c", asked], cwd=top, env=place, capture_output=True, text=True, check=True
    )
    assert again.stdout.strip() == hashlib.sha256(pdf).hexdigest()
    assert again.stderr == ""


def test_it_is_archival_tagged_and_says_what_it_is(document: SlipDocument, pdf: bytes) -> None:
    read = pypdf.PdfReader(io.BytesIO(pdf))
    xmp = read.root_object["/Metadata"].get_data().decode()
    assert re.findall(r"pdfaid:(?:part|conformance)[^0-9A-Z]*([0-9A-Z])", xmp)[:2] == ["3", "A"]
    assert read.root_object["/MarkInfo"]["/Marked"]
    assert read.root_object["/Lang"] == "zh-CN"
    assert "/OutputIntents" in read.root_object
    assert (read.metadata.title, read.metadata.author) == (document.title, document.office)
    assert read.metadata.creation_date.date() == document.issued_on


def test_only_our_own_fonts_are_used_and_all_are_embedded(pdf: bytes) -> None:
    fonts = {}
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            (inner,) = font.get_object()["/DescendantFonts"]
            fonts[inner.get_object()["/BaseFont"]] = inner.get_object()["/FontDescriptor"].get_object()
    assert {name.partition("+")[2] for name in fonts} == set(press.FONTS)
    with pypdfium2.PdfDocument(pdf) as sheets:
        assert not any("\ufffd" in page.get_textpage().get_text_range() for page in sheets)
    assert all("/FontFile2" in descriptor for descriptor in fonts.values())


@pytest.mark.parametrize(("count", "pages", "kilobytes"), [(1, 5, 195), (3, 6, 225), (12, 9, 300)])
def test_a_slip_is_small_enough_to_send(count: int, pages: int, kilobytes: int) -> None:
    printed = slip.render(make_slip_document(count)).pdf
    assert len(pypdf.PdfReader(io.BytesIO(printed)).pages) <= pages
    assert len(printed) <= kilobytes * 1000


def test_a_count_under_five_leaves_no_trace_in_the_file() -> None:
    made = {slip.render(make_slip_document(findings=(make_slip_finding(ballots=n),))).sha256 for n in (1, 2, 3, 4)}
    assert len(made) == 1


@pytest.mark.parametrize(("low", "high"), [(5, 9), (10, 29), (30, 99)])
def test_counts_of_one_band_print_the_same_slip(low: int, high: int) -> None:
    first, last, beyond = (
        slip.render(make_slip_document(findings=(make_slip_finding(ballots=n),))) for n in (low, high, high + 1)
    )
    assert first.pdf == last.pdf != beyond.pdf
    assert f"反映量级为{low}–{high}人次，" in text_of(first.pdf)


@pytest.mark.parametrize(
    ("website", "content"),
    [
        ("", "示评办提〔2026〕12号 7Q2KM9XDAB12"),
        ("https://a.example", "https://a.example/slips/check?code=7Q2KM9XDAB12"),
    ],
)
def test_the_code_on_the_receipt_holds_number_and_check_code_or_leads_there(website: str, content: str) -> None:
    pdf = slip.render(make_slip_document(website=website)).pdf
    expected = np.array([[*row] for row in segno.make_qr(content, error="m", encoding="utf-8").matrix])
    module = 27 / 25.4 * 300 / len(expected)
    with pypdfium2.PdfDocument(pdf) as sheets:
        shown = sheets[len(sheets) - 2].render(scale=300 / 72, grayscale=True).to_numpy() < 128
    left = 28 / 25.4 * 300
    # Below the table the first dark row of a corner's seven modules is the upper edge of the code.
    table_ends = 197 / 25.4 * 300
    top = next(
        y for y in range(int(table_ends), len(shown)) if shown[y, int(left + module) : int(left + 6 * module)].all()
    )
    middles = (np.arange(len(expected)) + 0.5) * module
    read = shown[np.ix_((top + middles).astype(int), (left + middles).astype(int))]
    assert (read == expected.astype(bool)).all()


def test_the_sentence_says_how_to_compare(pdf: bytes, document: SlipDocument) -> None:
    assert f"核对提示单”页面填写发文字号和校验码{document.check_code}，或者上传所收PDF文件" in text_of(pdf)
    online = slip.render(make_slip_document(website="https://pingyi.shifan.example")).pdf
    assert "登录https://pingyi.shifan.example/slips/check，填写" in text_of(online)


def test_a_missing_character_is_named_with_its_place_before_anything_is_set() -> None:
    rare = make_slip_document(department="市𰻞𠮷局", findings=(make_slip_finding(statement="见🅰项\x00"),))
    with pytest.raises(Refused) as refused:
        slip.render(rare)
    said = str(refused.value)
    assert "市𰻞𠮷局的工作提示单" in said
    for named in (
        "被评议部门名称中的“𰻞”(U+30EDE)",
        "“𠮷”(U+20BB7)",
        "问题WT-2026-0012的表述中的“🅰”(U+1F170)",
        "“”(U+0000)",
    ):
        assert named in said


def test_rare_characters_come_from_our_own_fall_back_and_fill_their_cells() -> None:
    rare = "镕喆堃㛃昇燊玥旻翀赟䶮𬭎𫍯嶴☑☐✔㎡"
    document = make_slip_document(
        department=f"市{rare[:3]}局",
        title=f"关于市{rare[:3]}局的工作提示单",
        findings=(make_slip_finding(label=f"姓名{rare[:4]}", statement=f"地名{rare}办理慢"),),
    )
    with pdfplumber.open(io.BytesIO(slip.render(document).pdf)) as opened:
        chars = [char for page in opened.pages for char in page.chars]
    families = {char["text"]: char["fontname"].partition("+")[2] for char in chars}
    assert {families[char] for char in rare[4:]} == {"GwRareLight"}
    assert {char["fontname"].partition("+")[2] for char in chars} <= set(press.FILES)
    assert {"GwRareBold"} == {
        char["fontname"].partition("+")[2] for char in chars if char["text"] == "镕" and char["size"] > 20
    }
    assert {round(char["width"] / char["size"], 2) for char in chars if char["text"] in rare} <= {1.0, 0.99}


def test_the_refusal_has_an_english_text() -> None:
    with pytest.raises(Refused) as refused:
        slip.render(make_slip_document(office="𰻞办"))
    assert said_in("en", refused.value.reason, **refused.value.parts).startswith("The slip of 市交通运输局 cannot")


def test_hostile_text_is_printed_as_text_and_fetches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_way_out(*_: object) -> None:
        raise AssertionError("a slip opened a connection")

    monkeypatch.setattr(socket.socket, "connect", no_way_out)
    finding = make_slip_finding(label=HOSTILE, statement=HOSTILE, basis=HOSTILE, demand=HOSTILE)
    hostile = make_slip_document(
        findings=(finding,), office=HOSTILE, title=HOSTILE, contact=HOSTILE, copy_to=(HOSTILE,)
    )
    text = text_of(slip.render(hostile).pdf)
    assert text.count(packed("</p><script>alert(1)</script> & &amp; {{7*7}}")) >= 8
    assert "49" not in text


def test_words_without_end_stay_on_the_page() -> None:
    endless = "x" * 700
    finding = make_slip_finding(label=endless, statement=endless, basis=endless, demand=endless)
    printed = slip.render(make_slip_document(findings=(finding,), title=endless[:300], department=endless[:120])).pdf
    with pdfplumber.open(io.BytesIO(printed)) as opened:
        right = max(char["x1"] for page in opened.pages for char in page.chars)
    assert right * 25.4 / 72 < 190


def test_the_press_prints_nothing_that_it_has_been_warned_of() -> None:
    with pytest.raises(press.Misprint, match="nonsense"):
        press.print_pdf("<p>国", "p { nonsense: 1 }")
    with pytest.raises(press.Misprint, match="may not fetch"):
        press.print_pdf("<img src='file:///etc/hostname' alt=x>", "p { margin: 0 }")


def test_a_draft_without_a_number_is_marked_as_a_draft() -> None:
    text = text_of(slip.render(make_slip_document(number="")).pdf)
    assert text.count("（拟稿，未编号）") == 2


def test_marks_of_the_keyboard_are_printed_full_width() -> None:
    printed = slip.render(
        make_slip_document(findings=(make_slip_finding(statement="进展慢,未告知进度(含网办件)"),))
    ).pdf
    assert "进展慢，未告知进度（含网办件）。" in text_of(printed)


def test_a_long_list_of_problems_repeats_the_head_of_its_table() -> None:
    with pdfplumber.open(io.BytesIO(slip.render(make_slip_document(24)).pdf)) as opened:
        heads = [page for page in opened.pages if "查核结果 依据 整改要求" in page.extract_text()]
    assert len(heads) > 1


def test_many_addressees_of_copies_leave_the_imprint_on_the_page_of_the_last_form() -> None:
    names = tuple(f"市直第{number}纪检监察组" for number in range(1, 13))
    printed = slip.render(make_slip_document(copy_to=names)).pdf
    with pdfplumber.open(io.BytesIO(printed)) as opened:
        last = opened.pages[-1].extract_text()
    assert "整改反馈表" in last
    assert names[-1] in last.replace("\n", "")


def test_the_examples_hold() -> None:
    assert doctest.testmod(slip).failed == doctest.testmod(press).failed == 0


def test_the_chart_shows_the_band_and_says_it_in_words(document: SlipDocument, pdf: bytes) -> None:
    names = charts.band_names("zh")
    assert names == ("不足5人次", "5–9人次", "10–29人次", "30–99人次", "100–299人次", "300–999人次", "1000人次以上")
    for place, count in enumerate((3, 9, 10, 99, 100, 300, 5000)):
        svg = charts.bands([("1.推诿", count)], "zh")
        (dark,) = [float(x) for x in re.findall(r'<rect x="([\d.]+)"[^>]*fill="#6f818b"', svg)]
        assert dark == pytest.approx(146 + 68 * place)
    assert "图各问题的反映量级（深色为所在区间）" in text_of(pdf)
    assert "1.窗口推诿扯皮，30–99人次；2." in slip_wording.bands_said(document)


def test_the_chart_is_left_out_where_a_sheet_cannot_hold_it() -> None:
    assert "深色为所在区间" in text_of(slip.render(make_slip_document(20)).pdf)
    assert "深色为所在区间" not in text_of(slip.render(make_slip_document(21)).pdf)
