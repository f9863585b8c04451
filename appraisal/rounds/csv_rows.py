"""Rows of a CSV file by the names of their columns, each with the line that it begins on."""

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from appraisal.model.faults import Fault, Faulty

HANDLE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
HANDLE_REMEDY: Final = "代码“%(code)s”不合格：只用字母、数字、“-”和“_”，以字母或数字开头，最多32个"
LONGEST_NAME: Final = 200
TRUTHS: Final = {"yes": True, "true": True, "1": True, "是": True, "no": False, "false": False, "0": False, "否": False}


def records(text: str, file: str, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of every row that is not blank, the cells in the order of ``columns`` whatever the file's order is.

    Raises ``Faulty`` for a heading without one of the columns, with an unknown or doubled one, and where the quoting
    breaks; a row of another length is given as its line with an empty list.
    """
    reader = csv.reader(io.StringIO(text), strict=True)
    line = 1
    try:
        order = _order([cell.strip() for cell in next(reader, [])], file, columns)
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cells[place].strip() for place in order] if len(cells) == len(order) else []
            line = reader.line_num + 1
    except csv.Error as error:
        message = "从这一行起引号不成对，或单元格太长:%(reason)s"
        raise Faulty((Fault.of(file, line, "", message, reason=str(error)),)) from None


def _order(heading: list[str], file: str, columns: Sequence[str]) -> list[int]:
    faults = [Fault.of(file, 1, name, "表头缺少“%(name)s”这一列", name=name) for name in columns if name not in heading]
    for place, name in enumerate(heading):
        if name not in columns:
            known = ",".join(columns)
            faults.append(Fault.of(file, 1, name[:40], "表头里没有这一列；应当是:%(known)s", known=known))
        elif name in heading[:place]:
            faults.append(Fault.of(file, 1, name, "表头里“%(name)s”出现了两次", name=name))
    if faults:
        raise Faulty(tuple(faults))
    return [heading.index(name) for name in columns]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a small table; what is wrong with a cell goes to ``faults``, and reading goes on."""

    file: str
    line: int
    cells: Mapping[str, str]
    faults: list[Fault]

    def fault(self, column: str, message: str, /, **parts: Any) -> None:
        self.faults.append(Fault.of(self.file, self.line, column, message, **parts))

    def handle(self, column: str) -> str:
        """A code of a department, group or stratum."""
        code = self.cells[column]
        if not HANDLE.fullmatch(code):
            self.fault(column, HANDLE_REMEDY, code=code[:40])
        return code

    def name(self, column: str) -> str:
        """A name that has to be there."""
        if not self.cells[column]:
            self.fault(column, "不能为空")
        return self.optional_name(column)

    def optional_name(self, column: str) -> str:
        name = self.cells[column]
        if len(name) > LONGEST_NAME or not name.isprintable():
            self.fault(column, "名称太长(最多%(most)d个字)或含有换行等控制字符", most=LONGEST_NAME)
        return name

    def truth(self, column: str) -> bool:
        truth = TRUTHS.get(self.cells[column].lower())
        if truth is None:
            self.fault(column, "应当是yes或no(是或否)")
        return bool(truth)

    def positive(self, column: str) -> float | None:
        """A number over 0, ``None`` for an empty cell."""
        cell = self.cells[column]
        if not cell:
            return None
        number = number_in(cell)
        if number is None or number <= 0:
            self.fault(column, "“%(cell)s”应当是大于0的数，不加逗号和单位；不知道就空着", cell=cell[:40])
            return None
        return number

    def count(self, column: str) -> int:
        """A whole number from 0 to a million; 0 for an empty cell."""
        cell = self.cells[column] or "0"
        if not re.fullmatch(r"[0-9]{1,7}", cell) or int(cell) > 1_000_000:
            self.fault(column, "“%(cell)s”应当是0到1000000的整数，不加逗号和单位", cell=cell[:40])
            return 0
        return int(cell)


def rows(text: str, file: str, columns: Sequence[str], faults: list[Fault]) -> list[Row]:
    """Every row of a small table; a row of another length than the heading is a fault. Raises as ``records``."""
    found = []
    for line, cells in records(text, file, columns):
        if not cells:
            faults.append(
                Fault.of(file, line, "", "这一行应当有%(wanted)d个单元格；多了或少了逗号", wanted=len(columns))
            )
            continue
        found.append(Row(file, line, dict(zip(columns, cells, strict=True)), faults))
    if not found:
        faults.append(Fault.of(file, 0, "", "表头下面一行内容也没有"))
    return found


def number_in(cell: str) -> float | None:
    """The plain decimal number in a cell, ``None`` when it is none (or not finite)."""
    if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", cell):
        return None
    number = float(cell)
    return number if math.isfinite(number) else None
