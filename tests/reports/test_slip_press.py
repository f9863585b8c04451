"""The slip as a sheet of paper: measured in the PDF against GB/T 9704-2012."""

import io
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pdfplumber
import pypdfium2
import pytest
from pdfplumber.page import Page

from appraisal.reports import slip
from tests.makers import make_slip_document, make_slip_finding
from tests.reports.sheets import MM, line_with, lines_of, text_of

LONG = make_slip_finding(0, statement="国" * 28 * 60)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """A problem told in 28 × 60 characters: the second and third page are nothing but text."""
    return slip.render(make_slip_document(findings=(LONG,))).pdf


@pytest.fixture(scope="module")
def pages(pdf: bytes) -> Iterator[list[Page]]:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        yield opened.pages


def test_the_page_is_a4(pages: list[Page]) -> None:
    assert {(round(page.width * MM), round(page.height * MM)) for page in pages} == {(210, 297)}


def test_a_full_page_has_twenty_two_lines_of_twenty_eight_characters(pages: list[Page]) -> None:
    for page in pages[1:3]:
        *body, _number = lines_of(page).values()
        assert [len(line) for line in body] == [28] * 22


def test_the_type_area_begins_28_mm_from_the_left_and_37_mm_from_above(pages: list[Page]) -> None:
    body = [char for char in pages[1].chars if char["text"] == "国"]
    assert min(char["x0"] for char in body) * MM == pytest.approx(28, abs=0.05)
    assert max(char["x1"] for char in body) * MM == pytest.approx(184, abs=0.3)
    first, *_, last, _number = lines_of(pages[1])
    assert first == pytest.approx(44.3, abs=0.2)
    assert last == pytest.approx(259.0, abs=0.2)


def test_lines_are_a_twenty_second_of_225_mm_apart(pages: list[Page]) -> None:
    *body, _number = lines_of(pages[1])
    assert [below - above for above, below in pairwise(body)] == pytest.approx([225 / 22] * 21, abs=0.06)


def test_lines_with_rare_characters_keep_their_place_on_the_grid() -> None:
    told = make_slip_finding(0, statement=("国" * 13 + "镕䶮") * 40)
    with pdfplumber.open(io.BytesIO(slip.render(make_slip_document(findings=(told,))).pdf)) as opened:
        body = [at for at, line in lines_of(opened.pages[1]).items() if "国" in text_of(line)]
    assert len(body) > 15
    assert [below - above for above, below in pairwise(body)] == pytest.approx([225 / 22] * (len(body) - 1), abs=0.06)


def test_sizes_and_faces_are_those_of_the_standard(pages: list[Page]) -> None:
    def kind(text: str) -> tuple[float, str]:
        char = line_with(pages[0], text)[1][0]
        return round(char["size"], 1), char["fontname"].partition("+")[2]

    assert kind("工作提示单") == (22.0, "GwBiao")
    assert kind("示评办提") == (16.0, "GwFang")
    assert kind("一、评议反映") == (16.0, "GwHei")
    assert kind("（一）窗口") == (16.0, "GwKai")
    assert kind("— 1 —") == (14.0, "GwFang")


def test_the_red_rule_is_as_wide_as_the_type_area_and_four_mm_below_the_number(pages: list[Page]) -> None:
    (rule,) = pages[0].rects
    assert (rule["x0"] * MM, rule["x1"] * MM) == pytest.approx((28, 184), abs=0.05)
    assert 0.35 <= rule["height"] * MM <= 0.55
    assert rule["non_stroking_color"][0] > 0.85 > 0.2 > max(rule["non_stroking_color"][1:])
    baseline, _line = line_with(pages[0], "〔2026〕")
    assert rule["top"] * MM - (baseline + 0.12 * 16 * MM) == pytest.approx(4, abs=0.3)


def test_the_red_name_stands_35_mm_below_the_top_of_the_type_area(pdf: bytes) -> None:
    with pypdfium2.PdfDocument(pdf) as sheets:
        shown = sheets[0].render(scale=300 / 72).to_numpy().astype(int)
    # Blue, green, red: what is clearly more red than green is of the name or the rule.
    down, across = np.nonzero(shown[: 300 * 95 * 10 // 254, :, 2] - shown[: 300 * 95 * 10 // 254, :, 1] > 100)
    scale = 25.4 / 300
    assert down.min() * scale == pytest.approx(37 + 35, abs=0.3)
    assert (across.min() + across.max()) / 2 * scale == pytest.approx(106, abs=0.5)
    assert (across.max() - across.min()) * scale < 156


def test_the_title_and_the_number_are_centred(pages: list[Page]) -> None:
    for text in ("〔2026〕", "反映问题的工作提示单"):
        line = line_with(pages[0], text)[1]
        assert (line[0]["x0"] + line[-1]["x1"]) / 2 * MM == pytest.approx(106, abs=0.3)


def test_the_first_page_shows_body_text(pages: list[Page]) -> None:
    assert line_with(pages[0], "按照2026年度")[1][0]["x0"] * MM == pytest.approx(28 + 2 * 156 / 28, abs=0.1)


def test_page_numbers_stand_7_mm_below_outside_and_run_through(pages: list[Page]) -> None:
    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        at, line = list(lines_of(page).items())[-1]
        assert text_of(line) == f"— {number} —"
        assert at - 0.38 * 14 * MM == pytest.approx(262 + 7, abs=0.5)
        if number % 2:
            assert line[-1]["x1"] * MM == pytest.approx(184 - 14 * MM, abs=0.1)
        else:
            assert line[0]["x0"] * MM == pytest.approx(28 + 14 * MM, abs=0.1)


def test_the_date_begins_two_characters_after_the_name_which_ends_two_before_the_edge(pages: list[Page]) -> None:
    page = next(page for page in pages if "附件：" in page.extract_text())
    name = line_with(page, "示范市民主评议机关工作办公室")[1]
    day = line_with(page, "2026年11月23日")[1]
    cell = 156 / 28
    assert name[-1]["x1"] * MM == pytest.approx(184 - 2 * cell, abs=1.2)
    assert (day[0]["x0"] - name[0]["x0"]) * MM == pytest.approx(2 * cell, abs=0.05)


@pytest.mark.parametrize("characters", range(0, 28 * 23, 28 * 3))
def test_the_signature_never_stands_on_a_page_without_body_text(characters: int) -> None:
    told = make_slip_finding(0, statement="国" * (28 * 3 + characters))
    with pdfplumber.open(io.BytesIO(slip.render(make_slip_document(findings=(told,))).pdf)) as opened:
        (page,) = (page for page in opened.pages if "附件：" in page.extract_text())
        first = next(iter(lines_of(page).values()))
        assert "附件：" not in text_of(first)
        assert "2026年11月23日" in page.extract_text()


def test_each_attachment_begins_a_page_with_its_title_on_the_third_line(pages: list[Page]) -> None:
    for number, (page, title) in enumerate(
        zip(pages[-3:], ("问题清单", "签收回执", "整改反馈表"), strict=True), start=1
    ):
        (first, head), (third, middle) = list(lines_of(page).items())[:2]
        assert (text_of(head), text_of(middle)) == (f"附件{number}", title)
        assert head[0]["fontname"].endswith("GwHei")
        assert third - first == pytest.approx(2 * 225 / 22 + 0.76, abs=0.3)


def test_the_imprint_ends_the_last_page_on_the_edge_of_the_type_area(pages: list[Page]) -> None:
    edges = pages[-1].rects + pages[-1].lines + pages[-1].curves
    wide = [edge for edge in edges if (edge["x1"] - edge["x0"]) * MM > 155 and edge["top"] * MM > 220]
    assert max(edge["bottom"] for edge in wide) * MM == pytest.approx(262, abs=0.2)
    last = list(lines_of(pages[-1]).items())[-2]
    assert text_of(last[1]) == "示范市民主评议机关工作办公室2026年11月23日印发"
    assert "抄送：市委办公室，" in pages[-1].extract_text()
    assert all("抄送" not in page.extract_text() for page in pages[:-1])
