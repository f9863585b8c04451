"""Lines of Chinese text: every one full, no mark where it must not stand, nothing lost."""

import doctest
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appraisal.reports import composition, slip_measures, slip_wording
from appraisal.reports.composition import NEVER_FIRST, NEVER_LAST, Line, Measure, Run, compose, full_width, lozenge

CELL, SIZE = slip_measures.CELL, slip_measures.SIZE_3
COLUMN = Measure(slip_measures.MEASURE, SIZE, CELL - SIZE)
INDENTED = Measure(COLUMN.width, SIZE, COLUMN.spacing, 2 * CELL)
PROSE = st.text("国家机关办事群众企业，。；：“”（）《》、！？·—…0123456789abcXYZ-,.()% ", max_size=400)


def composed(text: str, measure: Measure = COLUMN) -> tuple[Line, ...]:
    return compose((Run(text, "GwFang"),), measure)


def length(line: Line) -> float:
    """Width of a line in points as the press sets it."""
    letters = [(char, run) for run in line.runs for char in run.text]
    solid = sum((composition.advance(char, run.face) - run.tuck) * SIZE for char, run in letters)
    return line.indent + solid + line.spacing * len(letters)


def test_the_examples_hold() -> None:
    assert doctest.testmod(composition).failed == 0
    assert doctest.testmod(slip_wording).failed == 0


def test_plain_characters_stand_on_the_grid_twenty_eight_a_line() -> None:
    lines = composed("国" * 28 * 3)
    assert [len(line.text) for line in lines] == [28, 28, 28]
    assert [line.spacing for line in lines] == pytest.approx([CELL - SIZE] * 3)


def test_an_indented_paragraph_begins_two_cells_in() -> None:
    first, second = composed("国" * (26 + 28), INDENTED)
    assert (len(first.text), len(second.text)) == (26, 28)
    assert (first.indent, second.indent) == (2 * CELL, 0)


@given(PROSE)
@example("国" * 27 + "，" + "国" * 27 + "。“国")
def test_nothing_is_lost_added_or_moved(text: str) -> None:
    set_text = "".join(line.text for line in composed(text, INDENTED))
    assert set_text.replace(" ", "") == text.replace(" ", "")


@given(PROSE)
def test_no_line_is_wider_than_the_measure_but_for_the_blank_half_of_a_mark(text: str) -> None:
    lines = composed("国" + text, INDENTED)
    assert max(length(line) for line in lines) <= COLUMN.width + SIZE / 2 + 0.01


@given(
    st.lists(
        st.sampled_from(["国家", "机关，", "“办事”", "（群众）", "《条例》", "企业。", "2026年", "5个"]), max_size=150
    )
)
def test_every_line_but_the_last_is_full(words: list[str]) -> None:
    for line in composed("".join(words))[:-1]:
        short = COLUMN.width - length(line)
        assert short == pytest.approx(0, abs=0.01) or short == pytest.approx(-SIZE / 2, abs=0.01)


@given(
    st.lists(
        st.sampled_from(["国家", "机关，", "“办事”", "（群众）", "《条例》", "企业。", "……"]), min_size=1, max_size=150
    )
)
def test_no_closing_mark_begins_a_line_and_no_opening_mark_ends_one(words: list[str]) -> None:
    lines = composed("国" + "".join(words))
    assert not {line.text[0] for line in lines[1:]} & NEVER_FIRST
    assert not {line.text[-1] for line in lines[:-1]} & NEVER_LAST


def test_a_word_of_latin_letters_and_figures_is_not_torn() -> None:
    for before in range(40):
        text = "国" * before + "WT-2026-0012" + "国" * 30
        assert any("WT-2026-0012" in line.text for line in composed(text))


def test_a_word_longer_than_a_line_is_torn_rather_than_lost() -> None:
    lines = composed("x" * 500)
    assert "".join(line.text for line in lines) == "x" * 500
    assert all(length(line) <= COLUMN.width + 0.01 for line in lines)


def test_a_figure_stays_with_its_unit() -> None:
    for before in range(30):
        lines = composed("国" * before + "12月" + "国" * 40)
        assert not any(line.text.endswith("12") or line.text.startswith("月") for line in lines)


def test_marks_that_meet_give_up_half_their_width() -> None:
    (line,) = composed("（见《条例》）。")
    assert [run.text for run in line.runs if run.tuck] == ["》）"]


def test_a_single_character_is_not_left_for_the_last_line() -> None:
    lines = composed("国" * 28 * 4 + "家。")
    assert len(lines[-1].text) > 2


def test_no_text_makes_no_line() -> None:
    assert composed("") == composed(" \n ") == ()


def test_spaces_at_the_end_of_a_line_take_no_room() -> None:
    text = " ".join(random.Random(7).choices(["appraisal", "slip", "law", "office"], k=80))
    for line in composed(text)[:-1]:
        assert length(line) <= COLUMN.width + 6


def test_the_face_of_every_run_is_kept() -> None:
    lines = compose((Run("（一）办事效率。", "GwKai"), Run("国" * 60, "GwFang")), INDENTED)
    faces = "".join(run.face[2] * len(run.text) for line in lines for run in line.runs)
    assert faces == "K" * 8 + "F" * 60


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("进展慢,未告知,需催问;", "进展慢，未告知，需催问；"),
        ("共1,234件(含超时件)", "共1,234件（含超时件）"),
        ("见 a,b; c(1)", "见 a,b; c(1)"),
        ("<script>alert('x')</script>", "<script>alert('x')</script>"),
        ("上\n下\t左\u3000右", "上 下 左 右"),
    ],
)
def test_marks_of_the_keyboard_become_those_of_print_beside_chinese_only(typed: str, printed: str) -> None:
    assert full_width(typed) == printed


def test_a_short_title_has_one_line() -> None:
    assert lozenge("工作提示单", 20) == ("工作提示单",)


def test_a_title_tears_no_word_and_its_lines_are_nearly_even() -> None:
    title = "关于市人力资源和社会保障局民主评议反映问题的工作提示单"
    lines = lozenge(title, 20, ("市人力资源和社会保障局", "民主评议", "工作提示单"))
    assert lines == ("关于市人力资源和社会保障局", "民主评议反映问题的工作提示单")


@given(st.text("关于市局民主评议的工作（）“”，abc12", min_size=1, max_size=120), st.integers(4, 20))
def test_no_line_of_a_title_is_too_long_and_none_of_it_is_lost(title: str, cells: int) -> None:
    lines = lozenge(title, cells, ("民主评议",))
    assert "".join(lines) == title
    assert all(composition.width(line, "GwBiao") <= cells for line in lines)


def test_a_blank_after_a_word_that_is_longer_than_a_line_never_has_a_line_of_its_own() -> None:
    lines = compose((Run("x" * 120 + " 局 " + "y" * 90 + " 。", "GwFang"),), Measure(440.0, 16.0, 0.0))
    said = ["".join(run.text for run in line.runs) for line in lines]
    assert all(line.strip() for line in said)
    assert "".join(said).replace(" ", "") == "x" * 120 + "局" + "y" * 90 + "。"
