"""The ledger as a workbook: read back as any spreadsheet would read it, a zip of XML."""

import doctest
import io
import zipfile
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from appraisal.model.calendar import Colour
from appraisal.model.slip import Balance, LedgerLine
from appraisal.reports import ledger_book
from appraisal.reports.ledger_book import COLUMNS, LedgerRow

TODAY = date(2026, 11, 23)
BALANCE = Balance(registered=5, closed=1, running=2, unfounded=1, transferred=1)
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def make_row(**changes: Any) -> LedgerRow:
    told = {
        "number": "WT-2026-0001",
        "round_code": "2026-1",
        "department": "D1",
        "item": "Z",
        "option": "Z01",
        "statement": "职责交叉，答复不清。",
        "demand": "明确牵头科室。",
        "basis": "首问负责制度",
        "ballots": 12,
        "state": "on_slip",
        "outcome": "true",
        "slip_id": 1,
        "slip": "示评办提〔2026〕1号",
        "due": date(2026, 12, 1),
        "colour": Colour.YELLOW,
        "parent": None,
        "cleared_on": None,
    }
    return LedgerRow(LedgerLine(**{**told, **changes}), "2026年评议", "发展改革局", "推诿扯皮")


def xml_of(book: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        return ET.fromstring(opened.read(name))


def strings_of(book: bytes) -> list[str]:
    return ["".join(part.itertext()) for part in xml_of(book, "xl/sharedStrings.xml")]


def test_the_columns_are_those_that_offices_use() -> None:
    titles = ["序号", *(column.title for column in COLUMNS)]
    asked = [
        "序号",
        "编号",
        "部门",
        "问题类别",
        "问题表述",
        "反映量级",
        "查核结论",
        "整改要求",
        "提示单号",
        "期限",
        "状态",
        "颜色",
    ]
    assert [title for title in asked if title not in titles] == []


def test_a_line_is_written_in_the_words_of_the_office() -> None:
    said = strings_of(ledger_book.ledger_book([make_row()], BALANCE, TODAY))
    for word in ("WT-2026-0001", "发展改革局", "推诿扯皮", "10–29人次", "属实", "示评办提〔2026〕1号", "整改中", "黄"):
        assert word in said


def test_the_same_ledger_is_the_same_file() -> None:
    first, second = (ledger_book.ledger_book([make_row()], BALANCE, TODAY) for _ in range(2))
    assert first == second
    assert b"2000-01-01T00:00:00Z" in zipfile.ZipFile(io.BytesIO(first)).read("docProps/core.xml")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "|", "%", "\t=", "＝", "\x00=", " ="])
def test_no_text_becomes_a_formula_here_or_where_it_is_imported_next(start: str) -> None:
    book = ledger_book.ledger_book([make_row(statement=f"{start}HYPERLINK(1)")], BALANCE, TODAY)
    assert list(xml_of(book, "xl/worksheets/sheet1.xml").iter(f"{SPACE}f")) == []
    (said,) = [each for each in strings_of(book) if "HYPERLINK" in each]
    assert said.startswith("'")


def test_an_address_in_a_statement_is_no_link() -> None:
    book = ledger_book.ledger_book([make_row(statement="https://example.org/x")], BALANCE, TODAY)
    assert list(xml_of(book, "xl/worksheets/sheet1.xml").iter(f"{SPACE}hyperlink")) == []


def test_fewer_than_five_ballots_are_not_counted() -> None:
    said = strings_of(ledger_book.ledger_book([make_row(ballots=3)], BALANCE, TODAY))
    assert "不足5人次" in said


def test_a_date_is_a_date_and_nothing_due_is_empty() -> None:
    book = ledger_book.ledger_book([make_row(), make_row(due=None, colour=Colour.GREY)], BALANCE, TODAY)
    sheet = xml_of(book, "xl/worksheets/sheet1.xml")
    values = [cell.findtext(f"{SPACE}v") for cell in sheet.iter(f"{SPACE}c") if cell.get("r") in ("L4", "L5")]
    assert values[0] == str((date(2026, 12, 1) - date(1899, 12, 30)).days)
    assert values[1] is None or strings_of(book)[int(values[1])] == ""


def test_the_balance_is_told_and_whether_it_adds_up() -> None:
    assert any("：相符" in said for said in strings_of(ledger_book.ledger_book([], BALANCE, TODAY)))
    wrong = Balance(6, 1, 2, 1, 1)
    assert any("：不相符" in said for said in strings_of(ledger_book.ledger_book([], wrong, TODAY)))


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(ledger_book).failed == 0
