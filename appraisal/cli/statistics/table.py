"""CSV files read into columns: every cell keeps the line it stands in, so that a fault can be found with any editor."""

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from appraisal.cli.statistics import wrong
from appraisal.cli.statistics.wrong import Wrong
from appraisal.stats.design import Floats

HEADING: Final = 1
# More than all people there are, and little enough that squares and sums stay finite and exact.
MOST: Final = 1e12


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of a file as stripped text; ``lines``: the line of each row, from 1."""

    file: str
    columns: dict[str, tuple[str, ...]]
    lines: tuple[int, ...]
    wrong: Wrong

    def __len__(self) -> int:
        return len(self.lines)

    def fault(self, place: int, column: str, message: str, **parts: object) -> None:
        """Note a fault in the row at ``place``."""
        self.wrong.add(self.file, self.lines[place], column, message, **parts)

    def names(self, column: str) -> tuple[str, ...]:
        """A column that must be filled in everywhere."""
        cells = self.columns[column]
        for place, cell in enumerate(cells):
            if not cell:
                self.fault(place, column, wrong.BLANK)
        return cells

    def numbers(self, column: str, *, blank: float | None = None) -> Floats:
        """A column of finite numbers, (n,); an empty cell is ``blank``, a fault where that is None. Faulty cells become nan."""
        cells = self.columns[column]
        found = np.fromiter((_number(cell) for cell in cells), dtype=np.float64, count=len(cells))
        large = np.isfinite(found) & (np.abs(found) > MOST)
        self.refuse(column, large, wrong.TOO_LARGE, most=f"{MOST:g}")
        found[large] = 0.0
        for place in np.flatnonzero(~np.isfinite(found)):
            cell = cells[place]
            if cell:
                self.fault(int(place), column, wrong.NO_NUMBER, value=cell)
            elif blank is None:
                self.fault(int(place), column, wrong.BLANK)
            found[place] = np.nan if cell or blank is None else blank
        return found

    def refuse(self, column: str, bad: Sequence[bool] | np.ndarray, message: str, **parts: object) -> None:
        """Note the same fault in every row where ``bad`` is true; the cell is its ``value``."""
        for place in np.flatnonzero(bad):
            self.fault(int(place), column, message, value=self.columns[column][place], **parts)

    def once(self, column: str, keys: Sequence[object]) -> None:
        """Note every row whose key was there before; empty keys are told elsewhere."""
        first: dict[object, int] = {}
        for place, key in enumerate(keys):
            before = first.setdefault(key, place)
            if before != place and key:
                self.fault(place, column, wrong.TWICE, first=self.lines[before])


def _number(cell: str) -> float:
    """nan for what is no finite number; Python's own extras (``1_000``, ``inf``, full-width digits) are none."""
    try:
        found = float(cell)
    except ValueError:
        return math.nan
    return found if cell.isascii() and "_" not in cell else math.nan


def read_table(path: Path, needed: Sequence[str], faults: Wrong) -> Table | None:
    """A CSV file with a heading, columns in any order. ``None`` where it cannot be read at all: then the fault is noted."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add(path.name, error.object[: error.start].count(b"\n") + 1, "", wrong.ENCODING)
        return None
    if "\0" in text:
        faults.add(path.name, text[: text.index("\0")].count("\n") + 1, "", wrong.UNSEEN)
        return None
    rows = _rows(path.name, text, faults)
    if rows is None:
        return None
    heading = [cell.strip() for cell in rows[0][1]]
    if not _usable_heading(path.name, heading, needed, faults):
        return None
    kept = _of_full_width(path.name, rows[1:], len(heading), faults)
    columns = list(zip(*(cells for _, cells in kept), strict=True)) or [()] * len(heading)
    named = {name: tuple(map(str.strip, cells)) for name, cells in zip(heading, columns, strict=True)}
    return Table(path.name, named, tuple(line for line, _ in kept), faults)


def _rows(file: str, text: str, faults: Wrong) -> list[tuple[int, list[str]]] | None:
    """(line it begins in, cells) of every row that is not blank, the heading among them."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = HEADING
    try:
        for cells in reader:
            if cells:
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        faults.add(file, line, "", wrong.BROKEN, why=error)
        return None
    if len(rows) < 2:
        faults.add(file, HEADING, "", wrong.NO_ROWS if rows else wrong.EMPTY)
        return None
    return rows


def _usable_heading(file: str, heading: list[str], needed: Sequence[str], faults: Wrong) -> bool:
    missing = [name for name in needed if name not in heading]
    nameless = [place for place, name in enumerate(heading, start=1) if not name]
    twice = sorted({name for name in heading if name and heading.count(name) > 1})
    for place in nameless:
        faults.add(file, HEADING, "", wrong.NAMELESS, place=place)
    for name in missing:
        faults.add(file, HEADING, name, wrong.MISSING)
    for name in twice:
        faults.add(file, HEADING, name, wrong.TWICE_NAMED)
    return not missing and not twice and not nameless


def _of_full_width(
    file: str, rows: list[tuple[int, list[str]]], width: int, faults: Wrong
) -> list[tuple[int, list[str]]]:
    for line, cells in rows:
        if len(cells) != width:
            faults.add(file, line, "", wrong.RAGGED, found=len(cells), wanted=width)
    return [row for row in rows if len(row[1]) == width]


def coded(names: Sequence[str], known: Sequence[str] | None = None) -> tuple[tuple[str, ...], np.ndarray]:
    """Distinct names (sorted, or ``known``) and the code of each of ``names``, -1 for a stranger.

    >>> coded(["b", "a", "b"])[1].tolist()
    [1, 0, 1]
    """
    distinct = tuple(sorted(set(names))) if known is None else tuple(known)
    place: Callable[[str, int], int] = {name: code for code, name in enumerate(distinct)}.get
    return distinct, np.fromiter((place(name, -1) for name in names), dtype=np.int64, count=len(names))
