"""Department × problem: how often each was ticked, and where the rule raised a flag."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from appraisal.i18n import text
from appraisal.model.questionnaire import Item, Option, Questionnaire, Role
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


@dataclass(frozen=True, slots=True)
class Look:
    """How wide a cell is, and how a share is written in it."""

    cell: float
    said: Callable[[float | None], str]


ON_SCREEN: Final = Look(CELL, figures.share)
# On paper whole per cents, in cells as wide as a dozen of them may be: the letters then stay large enough to be read.
NARROWEST: Final = 34.0
PAPER_WIDTH: Final = 675.0


def heatmap(results: RoundResults, questionnaire: Questionnaire, language: str) -> str:
    """Share of the ballots that ticked each problem, of those that rated the department; a flagged cell is outlined and bold."""
    marks = [mark for item in questionnaire.department_items for mark in _marks(item)]
    return _draw("heatmap", results, marks, language, ON_SCREEN)


def heatmap_of(results: RoundResults, item: Item, language: str, *, key: str) -> str:
    """The same for one item of marks, narrow enough for a sheet of paper. ``key``: what tells it from others in the document."""
    return _draw(key, results, _marks(item), language, _on_paper(results, item, language))


def _on_paper(results: RoundResults, item: Item, language: str) -> Look:
    room = PAPER_WIDTH - label_width(rows(results, language, 0)) - 3 * GAP
    return Look(min(CELL, max(NARROWEST, room / max(len(_marks(item)), 1))), figures.percent)


def _marks(item: Item) -> list[tuple[str, Option]]:
    return [(item.code, option) for option in item.options if option.role is Role.MARK]


def _is_upright(marks: Sequence[tuple[str, Option]], language: str, look: Look) -> bool:
    return any(width_of(word, SMALL) > look.cell - 4 for _, option in marks for word in _lines(option, language, look))


def _draw(key: str, results: RoundResults, marks: Sequence[tuple[str, Option]], language: str, look: Look) -> str:
    upright = _is_upright(marks, language, look)
    top = LEGEND + _head_height(marks, language, upright, look)
    laid = rows(results, language, top)
    columns = _columns(marks, language, label_width(laid) + 2 * GAP, look)
    width = label_width(laid) + 2 * GAP + look.cell * len(columns) + GAP
    drawing = Drawing(
        key,
        max(width, _legend_width(language)),
        bottom(laid, top) + GAP,
        _title(results, language),
        _description(results, columns, language),
    )
    _legend(drawing, language)
    _heads(drawing, columns, top - 8, upright, language, look)
    _grid(drawing, laid, columns, top, look)
    for row in laid:
        _row(drawing, row, columns, look)
    return drawing.svg()


def _grid(drawing: Drawing, laid: Sequence[Row], columns: Sequence[Column], top: float, look: Look) -> None:
    """Lines under everything: white cells then need no shape of their own, which halves the drawing."""
    if not laid or not columns:
        return
    left, right = columns[0].x, columns[-1].x + look.cell
    for x in (*(column.x for column in columns), right):
        drawing.line(x, top, x, bottom(list(laid), top), width=0.6)
    for row in laid:
        if row.department is not None:
            drawing.line(left, row.y + row.height / 2, right, row.y + row.height / 2, width=0.6)


def _title(results: RoundResults, language: str) -> str:
    """A drawing of few groups says which."""
    title, groups = text(language, "各部门被指出的问题"), {one.group for one in results.departments}
    named = [name[language] for code, name in results.groups.items() if code in groups]
    if len(named) == len(results.groups):
        return title
    return f"{title}{text(language, '：')}{text(language, '、').join(named)}"


def _columns(marks: Sequence[tuple[str, Option]], language: str, left: float, look: Look) -> list[Column]:
    return [
        Column(left + look.cell * place, item, option, tuple(_lines(option, language, look)))
        for place, (item, option) in enumerate(marks)
    ]


def _lines(option: Option, language: str, look: Look) -> list[str]:
    return fold(option.label[language], look.cell - 4, SMALL)


def _head_height(marks: Sequence[tuple[str, Option]], language: str, upright: bool, look: Look) -> float:
    if upright:
        return max(width_of(option.label[language], SMALL) for _, option in marks) + 34
    return max((len(_lines(option, language, look)) for _, option in marks), default=1) * SMALL * 1.2 + 34


def _heads(drawing: Drawing, columns: Sequence[Column], foot: float, upright: bool, language: str, look: Look) -> None:
    for column in columns:
        middle = column.x + look.cell / 2
        drawing.write(middle, foot, column.option.code, size=SMALL, anchor="middle", weight=700)
        if upright:
            drawing.write_up(middle + SMALL * 0.35, foot - 16, column.option.label[language], fill=SOFT)
            continue
        for index, line in enumerate(reversed(column.lines)):
            drawing.write(middle, foot - 16 - index * SMALL * 1.2, line, size=SMALL, anchor="middle", fill=SOFT)


def _row(drawing: Drawing, row: Row, columns: Sequence[Column], look: Look) -> None:
    if row.department is None:
        drawing.box(0, row.y - row.height / 2 + 4, drawing.width, row.height - 6, fill=WASH)
        drawing.write(GAP, row.y + 5, row.label[0], weight=700)
        return
    drawing.write_lines(GAP, row.y, row.label)
    found = {(mark.item, mark.option): mark for mark in row.department.marks}
    flagged = []
    for column in columns:
        mark = found.get((column.item, column.option.code))
        _cell(drawing, row, column, mark, look)
        if mark is not None and mark.flagged:
            flagged.append(column)
    # Outlines last, so that no neighbour paints over them; white within red, to be seen on a dark cell in black and white too.
    top = row.y - row.height / 2
    for column in flagged:
        drawing.box(column.x + 3, top + 3, look.cell - 6, row.height - 6, fill="none", stroke=PAPER, thick=2)
        drawing.box(column.x + 1, top + 1, look.cell - 2, row.height - 2, fill="none", stroke=BAD, thick=2.6)


def _cell(drawing: Drawing, row: Row, column: Column, mark: MarkResult | None, look: Look) -> None:
    share = None if mark is None else mark.share.value
    fill, ink = _shade(share)
    if fill != PAPER:
        drawing.box(column.x, row.y - row.height / 2, look.cell, row.height, fill=fill, stroke=LINE, thick=0.6)
    weight = 700 if mark is not None and mark.flagged else 400
    said = look.said(share)
    drawing.write(column.x + look.cell / 2, row.y + 4, said, size=10.5, anchor="middle", fill=ink, weight=weight)


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
