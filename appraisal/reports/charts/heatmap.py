"""Department × problem: how often each was ticked, and where the rule raised a flag."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from appraisal.i18n import text
from appraisal.model.questionnaire import Option, Questionnaire, Role
from appraisal.model.results import DepartmentResult, MarkResult, RoundResults
from appraisal.reports import figures
from appraisal.reports.charts.drawing import BAD, INK, LINE, PAPER, SMALL, SOFT, WASH, Drawing, fold, width_of
from appraisal.reports.charts.rows import Row, bottom, label_width, name_of, rows

CELL: Final = 48.0
GAP: Final = 14.0
LEGEND: Final = 34.0
# Lower end of each shade, its colour, and the colour of the figure on it.
SHADES: Final = (
    (0.0, PAPER, INK),
    (0.05, "#e3f0f2", INK),
    (0.10, "#b9dae0", INK),
    (0.20, "#7fb3bd", INK),
    (0.30, "#2f7785", PAPER),
    (0.40, "#073c47", PAPER),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One problem, at the left edge ``x``; its label in lines, or in one line to be written upwards."""

    x: float
    item: str
    option: Option
    lines: tuple[str, ...]


def heatmap(results: RoundResults, questionnaire: Questionnaire, language: str) -> str:
    """Share of the ballots that ticked each problem, of those that rated the department; a flagged cell is outlined and bold."""
    marks = [
        (item.code, option)
        for item in questionnaire.department_items
        for option in item.options
        if option.role is Role.MARK
    ]
    upright = any(width_of(word, SMALL) > CELL - 4 for _, option in marks for word in _lines(option, language))
    head = _head_height(marks, language, upright)
    top = LEGEND + head
    laid = rows(results, language, top)
    left = label_width(laid) + 2 * GAP
    columns = _columns(marks, language, left)
    width, height = left + CELL * len(columns) + GAP, bottom(laid, top) + GAP
    drawing = Drawing(
        "heatmap",
        max(width, _legend_width(language)),
        height,
        _title(language),
        _description(results, columns, language),
    )
    _legend(drawing, language)
    _heads(drawing, columns, top - 8, upright, language)
    _grid(drawing, laid, columns, top)
    for row in laid:
        _row(drawing, row, columns)
    return drawing.svg()


def _grid(drawing: Drawing, laid: Sequence[Row], columns: Sequence[Column], top: float) -> None:
    """Lines under everything: white cells then need no shape of their own, which halves the drawing."""
    if not laid or not columns:
        return
    left, right = columns[0].x, columns[-1].x + CELL
    for x in (*(column.x for column in columns), right):
        drawing.line(x, top, x, bottom(list(laid), top), width=0.6)
    for row in laid:
        if row.department is not None:
            drawing.line(left, row.y + row.height / 2, right, row.y + row.height / 2, width=0.6)


def _title(language: str) -> str:
    return text(language, "各部门被指出的问题")


def _columns(marks: Sequence[tuple[str, Option]], language: str, left: float) -> list[Column]:
    return [
        Column(left + CELL * place, item, option, tuple(_lines(option, language)))
        for place, (item, option) in enumerate(marks)
    ]


def _lines(option: Option, language: str) -> list[str]:
    return fold(option.label[language], CELL - 4, SMALL)


def _head_height(marks: Sequence[tuple[str, Option]], language: str, upright: bool) -> float:
    if upright:
        return max(width_of(option.label[language], SMALL) for _, option in marks) + 34
    return max((len(_lines(option, language)) for _, option in marks), default=1) * SMALL * 1.2 + 34


def _heads(drawing: Drawing, columns: Sequence[Column], foot: float, upright: bool, language: str) -> None:
    for column in columns:
        middle = column.x + CELL / 2
        drawing.write(middle, foot, column.option.code, size=SMALL, anchor="middle", weight=700)
        if upright:
            drawing.write_up(middle + SMALL * 0.35, foot - 16, column.option.label[language], fill=SOFT)
            continue
        for index, line in enumerate(reversed(column.lines)):
            drawing.write(middle, foot - 16 - index * SMALL * 1.2, line, size=SMALL, anchor="middle", fill=SOFT)


def _row(drawing: Drawing, row: Row, columns: Sequence[Column]) -> None:
    if row.department is None:
        drawing.box(0, row.y - row.height / 2 + 4, drawing.width, row.height - 6, fill=WASH)
        drawing.write(GAP, row.y + 5, row.label[0], weight=700)
        return
    drawing.write_lines(GAP, row.y, row.label)
    found = {(mark.item, mark.option): mark for mark in row.department.marks}
    flagged = []
    for column in columns:
        mark = found.get((column.item, column.option.code))
        _cell(drawing, row, column, mark)
        if mark is not None and mark.flagged:
            flagged.append(column)
    # Outlines last, so that no neighbour paints over them; white within red, to be seen on a dark cell in black and white too.
    top = row.y - row.height / 2
    for column in flagged:
        drawing.box(column.x + 3, top + 3, CELL - 6, row.height - 6, fill="none", stroke=PAPER, thick=2)
        drawing.box(column.x + 1, top + 1, CELL - 2, row.height - 2, fill="none", stroke=BAD, thick=2.6)


def _cell(drawing: Drawing, row: Row, column: Column, mark: MarkResult | None) -> None:
    share = None if mark is None else mark.share.value
    fill, ink = _shade(share)
    if fill != PAPER:
        drawing.box(column.x, row.y - row.height / 2, CELL, row.height, fill=fill, stroke=LINE, thick=0.6)
    weight = 700 if mark is not None and mark.flagged else 400
    said = figures.share(share)
    drawing.write(column.x + CELL / 2, row.y + 4, said, size=10.5, anchor="middle", fill=ink, weight=weight)


def _shade(share: float | None) -> tuple[str, str]:
    if share is None:
        return PAPER, SOFT
    return next((fill, ink) for least, fill, ink in reversed(SHADES) if share >= least)


def _legend(drawing: Drawing, language: str) -> None:
    x = GAP
    for said, fill, stroke in _legend_entries(language):
        drawing.box(x, 8, 22, 14, fill=fill, stroke=stroke, thick=2.6 if stroke == BAD else 0.6)
        drawing.write(x + 28, 20, said, size=SMALL, fill=SOFT)
        x += 28 + width_of(said, SMALL) + 16


def _legend_entries(language: str) -> list[tuple[str, str, str]]:
    ends = [*(least for least, _, _ in SHADES[1:]), None]
    entries = []
    for (least, fill, _), end in zip(SHADES, ends, strict=True):
        over = text(language, "%(share)s以上", share=figures.share_mark(least))
        said = f"{figures.share_mark(least)}–{figures.share_mark(end)}" if end is not None else over
        entries.append((said, fill, INK))
    return [*entries, (text(language, "预警"), PAPER, BAD)]


def _legend_width(language: str) -> float:
    return GAP + sum(28 + width_of(said, SMALL) + 16 for said, _, _ in _legend_entries(language))


def _description(results: RoundResults, columns: Sequence[Column], language: str) -> str:
    labels = {(column.item, column.option.code): column.option.label[language] for column in columns}
    flagged = [
        f"{name_of(one, language)}: {labels[mark.item, mark.option]} {figures.share(mark.share.value)}"
        for one in results.departments
        for mark in _flagged(one)
        if (mark.item, mark.option) in labels
    ]
    note = text(language, "每格是评价过该部门的评议票中勾选该问题的占比；加框加粗的是预警。")
    return " ".join((note, "; ".join(flagged) or text(language, "没有预警。")))


def _flagged(one: DepartmentResult) -> list[MarkResult]:
    return [mark for mark in one.marks if mark.flagged]
