"""The ledger as a workbook in the shape offices keep it: a sheet of problems, a sheet with the balance, the same bytes every time.

Every text is written as a string, never as what it looks like: a statement that begins with an equals sign stays a statement.
"""

import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from appraisal.model.calendar import Colour
from appraisal.model.finding import OUTCOMES, FindingState, Outcome
from appraisal.model.objection import AppealState
from appraisal.model.slip import Balance, LedgerLine
from appraisal.reports.figures import band

LANGUAGE: Final = "zh"
# Fixed, so that two exports of one ledger are the same file. Spreadsheets know no date before 1980.
MADE: Final = datetime(2000, 1, 1)
STATES: Final[Mapping[FindingState, str]] = {
    FindingState.REGISTERED: "待查核",
    FindingState.CONFIRMED: "待发提示单",
    FindingState.ON_SLIP: "整改中",
    FindingState.WATCHED: "长期坚持",
    FindingState.CLOSED: "已销号",
    FindingState.UNFOUNDED: "不属实或无法查核",
    FindingState.TRANSFERRED: "转出",
    FindingState.MERGED: "并入",
}
APPEALS: Final[Mapping[AppealState, str]] = {
    AppealState.FILED: "等待复核",
    AppealState.WITHDRAWN: "已撤回",
    AppealState.UPHELD: "申诉成立",
    AppealState.REJECTED: "维持原结论",
}
LAMPS: Final[Mapping[Colour, tuple[str, str]]] = {
    Colour.GREEN: ("绿", "#C6E0B4"),
    Colour.BLUE: ("蓝", "#BDD7EE"),
    Colour.YELLOW: ("黄", "#FFE699"),
    Colour.RED: ("红", "#F4B6AE"),
}


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A line of the ledger with the names that it stands under; ``helped``: what later rounds and mini-samples have shown of it."""

    line: LedgerLine
    round_title: str
    department: str
    mark: str
    helped: str = ""


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    width: float
    value: Callable[[LedgerRow], str | date | None]


COLUMNS: Final = (
    _Column("编号", 15, lambda row: row.line.number),
    _Column("评议轮次", 22, lambda row: row.round_title),
    _Column("部门", 20, lambda row: row.department),
    _Column("问题类别", 16, lambda row: row.mark),
    _Column("问题表述", 44, lambda row: row.line.statement),
    _Column("反映量级", 13, lambda row: band(row.line.ballots, LANGUAGE)),
    _Column("查核结论", 12, lambda row: OUTCOMES[Outcome(row.line.outcome)] if row.line.outcome else "待查核"),
    _Column("依据", 26, lambda row: row.line.basis),
    _Column("整改要求", 36, lambda row: row.line.demand),
    _Column("提示单号", 22, lambda row: row.line.slip or ""),
    _Column("期限", 12, lambda row: row.line.due),
    _Column("状态", 15, lambda row: STATES[FindingState(row.line.state)]),
    _Column("颜色", 7, lambda row: LAMPS[row.line.colour][0] if row.line.colour in LAMPS and row.line.due else ""),
    _Column("整改成效", 24, lambda row: row.helped),
    _Column("原编号", 15, lambda row: row.line.parent or ""),
    _Column("并入编号", 15, lambda row: row.line.into or ""),
    _Column("申诉", 12, lambda row: APPEALS[AppealState(row.line.appeal)] if row.line.appeal else ""),
    _Column("澄清日期", 12, lambda row: row.line.cleared_on),
)


def ledger_book(rows: Sequence[LedgerRow], balance: Balance, today: date) -> bytes:
    """An XLSX of the lines in the order given, beside the balance of all problems. ``today``: the day whose colours these are."""
    import xlsxwriter

    out = io.BytesIO()
    # Numbers in a text stay text, and nothing of the clock goes in.
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "民主评议问题台账", "created": MADE})
    _fill_ledger(book, rows, today)
    _fill_balance(book, balance, today)
    book.close()
    return out.getvalue()


def _fill_ledger(book: Any, rows: Sequence[LedgerRow], today: date) -> None:
    sheet, formats = book.add_worksheet("台账"), _Formats(book)
    last = len(COLUMNS)
    sheet.merge_range(0, 0, 0, last, "民主评议问题台账", formats.title)
    sheet.merge_range(1, 0, 1, last, f"{today.year}年{today.month}月{today.day}日", formats.day)
    for place, title in enumerate(("序号", *(column.title for column in COLUMNS))):
        sheet.write_string(2, place, title, formats.head)
    sheet.set_column(0, 0, 6)
    for place, column in enumerate(COLUMNS, start=1):
        sheet.set_column(place, place, column.width)
    for number, row in enumerate(rows, start=1):
        sheet.write_number(2 + number, 0, number, formats.cell)
        for place, column in enumerate(COLUMNS, start=1):
            _write(sheet, 2 + number, place, column.value(row), formats.of(column, row))
    sheet.autofilter(2, 0, 2 + max(len(rows), 1), last)
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.set_footer("&C第&P页，共&N页")


def _fill_balance(book: Any, balance: Balance, today: date) -> None:
    sheet, formats = book.add_worksheet("对账"), _Formats(book)
    sheet.set_column(0, 0, 24)
    lines = (
        ("挂号", balance.registered),
        ("销号", balance.closed),
        ("在办", balance.running),
        ("不属实", balance.unfounded),
        ("转出", balance.transferred),
    )
    for row, (name, count) in enumerate(lines):
        sheet.write_string(row, 0, name, formats.head)
        sheet.write_number(row, 1, count, formats.cell)
    said = "挂号 = 销号 + 在办 + 不属实 + 转出：" + ("相符" if balance.adds_up else "不相符")
    sheet.write_string(len(lines), 0, said)
    sheet.write_string(len(lines) + 1, 0, f"{today.year}年{today.month}月{today.day}日")


def _write(sheet: Any, row: int, place: int, value: str | date | None, form: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), form)
        return
    sheet.write_string(row, place, printable(value or ""), form)


def printable(said: str) -> str:
    """A text as a cell may hold it: without control characters, which make the file unreadable, and never one that a program
    which imports the sheet elsewhere would take for a formula.

    >>> printable("=1+1"), printable("\\t＝cmd"), printable("-5"), printable("依法\\x00办理")
    ("'=1+1", "'＝cmd", '-5', '依法办理')
    """
    clean = "".join(
        char for char in said if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Cn")
    ).strip()
    first = unicodedata.normalize("NFKC", clean[:1])
    return f"'{clean}" if first in tuple("=+-@|%") and not _is_number(clean) else clean


def _is_number(said: str) -> bool:
    return said.lstrip("+-").replace(".", "", 1).isdecimal()


class _Formats:
    """The few looks of a cell."""

    def __init__(self, book: Any) -> None:
        plain = {"border": 1, "text_wrap": True, "valign": "vcenter", "font_name": "仿宋", "font_size": 11}
        self.title = book.add_format({"font_name": "黑体", "font_size": 18, "align": "center", "valign": "vcenter"})
        self.day = book.add_format({"font_name": "仿宋", "font_size": 11, "align": "right"})
        self.head = book.add_format({**plain, "font_name": "黑体", "align": "center", "bg_color": "#E7ECEF"})
        self.cell = book.add_format(plain)
        self.date = book.add_format({**plain, "num_format": "yyyy-mm-dd", "align": "center"})
        self.lamps = {
            colour: book.add_format({**plain, "align": "center", "bg_color": shade})
            for colour, (_, shade) in LAMPS.items()
        }

    def of(self, column: _Column, row: LedgerRow) -> Any:
        if column.title == "颜色" and row.line.due:
            return self.lamps.get(row.line.colour, self.cell)
        return self.date if column.title in ("期限", "澄清日期") else self.cell
