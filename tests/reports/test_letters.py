"""Letters: one page a code, a QR code that leads to the ballot, the same code to type, in both languages."""

import io
import random
import shutil
import subprocess
from pathlib import Path

import pdfplumber
import pypdf
import pytest
import segno

from appraisal.model.ballot import IssuedCode
from appraisal.model.faults import Refused
from appraisal.model.round import Office
from appraisal.model.wording import Wording
from appraisal.reports import letters, press
from appraisal.secrecy.codes import new_code, show_code
from tests.makers import make_plan

ADDRESS = "https://pingyi.shifan.example"
CODES = [IssuedCode(new_code(random.Random(n)), stratum, 1) for n, stratum in enumerate(("enterprise", "citizen"))]


@pytest.fixture(scope="module")
def printed() -> bytes:
    return letters.render(CODES, make_plan(), ADDRESS)


def pages(pdf: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [page.extract_text() for page in document.pages]


def test_each_code_has_a_page_of_its_own_with_the_code_in_fours(printed: bytes) -> None:
    for page, issued, other in zip(pages(printed), CODES, reversed(CODES), strict=True):
        assert show_code(issued.code) in page
        assert show_code(other.code) not in page
        assert ADDRESS in page


def test_a_letter_is_in_both_languages_and_says_what_is_not_protected(printed: bytes) -> None:
    page = pages(printed)[0].replace("\n", "")
    for said in (
        "示范市2026年民主评议",
        "2026年11月30日截止",
        "30 November 2026",
        "不受保护",
        "what is not",
        "企业",
        "督办组",
    ):
        assert said in page


def test_the_qr_code_is_that_of_the_link() -> None:
    link = letters.link_of(ADDRESS, CODES[0].code)
    drawing = letters.draw_qr(link)
    dark = [[False] * drawing.size for _ in range(drawing.size)]
    for bar in drawing.path.removeprefix("M").split("M"):
        place, _, rest = bar.partition("h")
        x, y = map(int, place.split())
        for step in range(int(rest.partition("v")[0])):
            dark[y][x + step] = True
    wanted = [[bool(module) for module in row] for row in segno.make_qr(link, error="m").matrix_iter(border=4)]
    assert dark == wanted


def test_the_printed_qr_code_reads_as_the_link(printed: bytes, tmp_path: Path) -> None:
    if not (shutil.which("pdftoppm") and shutil.which("zbarimg")):
        pytest.skip("needs pdftoppm (poppler-utils) and zbarimg (zbar-tools)")
    (tmp_path / "letters.pdf").write_bytes(printed)
    subprocess.run(["pdftoppm", "-r", "110", "-png", tmp_path / "letters.pdf", tmp_path / "page"], check=True)
    for image, issued in zip(sorted(tmp_path.glob("page*.png")), CODES, strict=True):
        read = subprocess.run(["zbarimg", "-q", "--raw", image], check=True, capture_output=True, text=True)
        assert read.stdout.strip() == letters.link_of(ADDRESS, issued.code)


def test_only_our_own_fonts_are_in_the_document(printed: bytes) -> None:
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in pypdf.PdfReader(io.BytesIO(printed)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts <= set(press.FONTS)
    assert "GwFang" in fonts


def test_a_long_title_and_office_still_fit_on_the_page() -> None:
    office = Office(
        Wording(
            "示范市机关效能和营商环境建设民主评议工作领导小组办公室",
            "Office of the Leading Group for Appraisal of Shifan City",
        ),
        "示评办提",
        "示范市示范区示范路一号市民中心二号楼三层 0000-12345678，工作日 9:00–12:00、14:00–17:30",
    )
    title = Wording(
        "示范市二〇二六年度机关效能、营商环境和窗口服务综合民主评议",
        "Appraisal of Efficiency, Business Climate and Counter Services 2026",
    )
    pdf = letters.render(
        CODES, make_plan(title=title, office=office), "https://www.pingyi.shifan-city-appraisal.example:8443"
    )
    assert len(pages(pdf)) == len(CODES)


def test_a_document_can_fetch_nothing_but_fonts(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    html = f"""<link rel=attachment href="file://{secret}"><link rel=stylesheet href="http://127.0.0.1:9/x.css">
    <img src="file://{secret}"><object data="file://{secret}"></object><p style="background: url(font:../letters)">a</p>"""
    css = f'@import url("file://{secret}"); html {{ background: url("file://{secret}?x") }}'
    with pytest.raises(press.Misprint) as refused:
        press.print_pdf(html, css)
    for address in (f"file://{secret}", f"file://{secret}?x", "http://127.0.0.1:9/x.css", "font:../letters"):
        assert f"may not fetch {address}" in str(refused.value)
    assert "canary" not in str(refused.value)


def test_a_letter_with_a_character_that_no_font_has_is_not_printed() -> None:
    with pytest.raises(Refused, match="𰻞"):
        letters.render(CODES[:1], make_plan(title=Wording("示范市𰻞评议")), ADDRESS)


def test_texts_of_the_plan_are_not_read_as_html() -> None:
    pdf = letters.render(CODES[:1], make_plan(title=Wording("<b>评议</b>&amp;")), ADDRESS)
    assert "<b>评议</b>&amp;" in pages(pdf)[0]


def test_no_code_is_no_letter() -> None:
    with pytest.raises(ValueError, match="no code"):
        letters.render([], make_plan(), ADDRESS)


def test_thousands_of_letters_are_several_files() -> None:
    lots = letters.files(CODES * 600)
    assert [len(lot) for lot in lots] == [500, 500, 200]
    assert [one for lot in lots for one in lot] == CODES * 600
