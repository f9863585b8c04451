"""The slip as a letter (信函格式): measured in the PDF against GB/T 9704-2012, 10.1."""

import io
from collections.abc import Iterator

import numpy as np
import pdfplumber
import pypdfium2
import pytest
from pdfplumber.page import Page

from appraisal.model.round import SlipForm
from appraisal.model.slip import SlipDocument
from appraisal.reports import slip
from tests.makers import make_slip_document, make_slip_finding
from tests.reports.sheets import MM, line_with, lines_of, rules_of, text_of

CELL = 156 / 28
# Height of a character of 3号, and seven eighths of it.
SIZE_3 = 16 * MM
SEVEN_EIGHTHS = SIZE_3 * 7 / 8
# From the baseline of the 仿宋 face down to the lower edge of its body, in em.
BELOW_BASELINE = 0.12


def letter(**changes: object) -> SlipDocument:
    return make_slip_document(form=SlipForm.LETTER, **changes)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return slip.render(letter(findings=(make_slip_finding(0, statement="国" * 28 * 60),))).pdf


@pytest.fixture(scope="module")
def pages(pdf: bytes) -> Iterator[list[Page]]:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        yield opened.pages


def red_rows(pdf: bytes) -> np.ndarray:
    """Heights in mm, on the first page, at which there is something red."""
    with pypdfium2.PdfDocument(pdf) as sheets:
        shown = sheets[0].render(scale=300 / 72).to_numpy().astype(int)
    return np.nonzero((shown[:, :, 2] - shown[:, :, 1] > 100).any(axis=1))[0] * 25.4 / 300


def test_the_red_name_stands_30_mm_from_the_edge_of_the_page(pdf: bytes) -> None:
    assert red_rows(pdf).min() == pytest.approx(30, abs=0.3)


def test_a_double_rule_stands_4_mm_below_the_name_thick_above_thin(pdf: bytes, pages: list[Page]) -> None:
    thick, thin = rules_of(pages[0])[:2]
    rows = red_rows(pdf)
    assert thick[2] - rows[rows < thick[2] - 1].max() == pytest.approx(4, abs=0.3)
    assert thick[3] - thick[2] > 2 * (thin[3] - thin[2]) > 0
    assert 0.3 < thin[2] - thick[3] < 0.8


def test_another_ends_20_mm_above_the_edge_of_the_page_thin_above_thick(pages: list[Page]) -> None:
    thin, thick = rules_of(pages[0])[2:]
    assert thick[3] == pytest.approx(297 - 20, abs=0.05)
    assert thick[3] - thick[2] > 2 * (thin[3] - thin[2]) > 0
    assert 0.3 < thick[2] - thin[3] < 0.8


def test_both_are_170_mm_long_in_the_middle_of_the_page_and_on_the_first_alone(pages: list[Page]) -> None:
    for left, right, *_ in rules_of(pages[0]):
        assert (left, right) == pytest.approx((20, 190), abs=0.05)
    assert [len(rules_of(page)) for page in pages] == [4] + [0] * (len(pages) - 1)


def test_the_number_stands_at_the_right_under_the_rule_by_seven_eighths_of_its_height(pages: list[Page]) -> None:
    baseline, line = line_with(pages[0], "〔2026〕")
    upper_edge = baseline + BELOW_BASELINE * SIZE_3 - SIZE_3
    assert upper_edge - rules_of(pages[0])[1][3] == pytest.approx(SEVEN_EIGHTHS, abs=0.15)
    assert line[-1]["x1"] * MM == pytest.approx(184, abs=0.1)


def test_the_title_stands_two_lines_below_the_number_and_in_the_middle(pages: list[Page]) -> None:
    above, _ = line_with(pages[0], "〔2026〕")
    baseline, line = line_with(pages[0], "关于市交通运输局")
    # The same offset in a line of one pitch; the larger characters of the title stand a little lower.
    assert baseline - above == pytest.approx(3 * 225 / 22 + 0.38 * (22 - 16) * MM, abs=0.15)
    assert (line[0]["x0"] + line[-1]["x1"]) / 2 * MM == pytest.approx(106, abs=0.3)


def test_the_last_line_keeps_its_distance_from_the_second_rule(pages: list[Page]) -> None:
    *_, last = lines_of(pages[0])
    free = rules_of(pages[0])[2][2] - (last + BELOW_BASELINE * SIZE_3)
    assert SEVEN_EIGHTHS - 0.05 <= free < SEVEN_EIGHTHS + 225 / 22


def test_the_first_page_has_no_number_and_the_others_run_on(pages: list[Page]) -> None:
    assert "—" not in pages[0].extract_text().replace("——", "")
    for number, page in enumerate(pages[1:], start=2):
        at, line = list(lines_of(page).items())[-1]
        assert text_of(line) == f"— {number} —"
        assert at - 0.38 * 14 * MM == pytest.approx(262 + 7, abs=0.5)


def test_the_other_pages_are_those_of_an_ordinary_slip(pages: list[Page]) -> None:
    *body, _number = lines_of(pages[1]).values()
    assert [len(line) for line in body] == [28] * 22
    assert body[0][0]["x0"] * MM == pytest.approx(28, abs=0.05)


def test_the_imprint_tells_who_gets_copies_and_nothing_else(pages: list[Page]) -> None:
    text = pages[-1].extract_text().replace("\n", "")
    assert "抄送：市委办公室，" in text
    assert "印发" not in text
    edges = [edge for edge in pages[-1].rects + pages[-1].lines if edge["x1"] - edge["x0"] > 150 / MM]
    assert not [edge for edge in edges if edge["top"] * MM > 240]
    last = list(lines_of(pages[-1]))[-2]
    assert last == pytest.approx(262 - 24 * MM / 2 + 0.38 * 14 * MM, abs=0.3)


def test_without_copies_a_letter_has_no_imprint() -> None:
    with pdfplumber.open(io.BytesIO(slip.render(letter(copy_to=())).pdf)) as opened:
        assert "抄送" not in opened.pages[-1].extract_text()


@pytest.mark.parametrize("office", ["示评办", "示范市民主评议机关和窗口单位政风行风工作领导小组办公室"])
def test_a_short_and_a_long_name_of_the_office_keep_the_measures(office: str) -> None:
    pdf = slip.render(letter(office=office)).pdf
    rows = red_rows(pdf)
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        upper = rules_of(opened.pages[0])[0][2]
    assert rows.min() == pytest.approx(30, abs=0.45)
    assert upper - rows[rows < upper - 1].max() == pytest.approx(4, abs=0.6)


def test_both_forms_say_the_same() -> None:
    said = []
    for form in SlipForm:
        with pdfplumber.open(io.BytesIO(slip.render(make_slip_document(form=form)).pdf)) as opened:
            body = "".join("".join(map(text_of, lines_of(page).values())) for page in opened.pages)
        said.append(body[body.index("按照2026") : body.index("整改反馈表2026") if "整改反馈表2026" in body else None])
    ordinary, other = ("".join(part.split("抄送")[0] for part in [text]).replace("—", "") for text in said)
    strip = str.maketrans("", "", "0123456789 ")
    assert ordinary.translate(strip) == other.translate(strip)
