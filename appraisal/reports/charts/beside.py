"""Each problem at one department, with its interval, beside the other departments of its group."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from appraisal.i18n import text
from appraisal.reports import figures
from appraisal.reports.charts.drawing import (
    ACCENT,
    BAD,
    INK,
    LINE,
    PAPER,
    SMALL,
    SOFT,
    Drawing,
    fold,
    width_of,
)

PLOT: Final = 340.0
LABEL: Final = 180.0
GAP: Final = 14.0
TOP: Final = 62.0
ROW: Final = 25.0
FOOT: Final = 26.0


@dataclass(frozen=True, slots=True)
class MarkBeside:
    """One mark: the department's share with interval, None where it may not be shown, and that of the rest of the group."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    group: float | None
    flagged: bool


def beside(key: str, title: str, marks: Sequence[MarkBeside], language: str) -> str:
    """A line a mark: dot and interval of the department, an upright stroke for its group. Shares that are withheld are said to be."""
    top = _top(marks)
    width = LABEL + 3 * GAP + PLOT + _beside_width(language)
    drawing = Drawing(key, width, TOP + ROW * len(marks) + FOOT, title, _description(marks, language))
    _legend(drawing, language)
    _axis(drawing, top, TOP + ROW * len(marks))
    for number, mark in enumerate(marks):
        _row(drawing, mark, TOP + ROW * (number + 0.5), top, language)
    return drawing.svg()


def _row(drawing: Drawing, mark: MarkBeside, y: float, top: float, language: str) -> None:
    drawing.write_lines(GAP, y, fold(mark.label, LABEL, SMALL), size=SMALL)
    drawing.line(_x(0.0, top), y, _x(top, top), y, stroke=LINE, width=0.5)
    drawing.write(_x(top, top) + GAP, y + 4, _own(mark, language), size=SMALL, fill=SOFT if mark.value is None else INK)
    if mark.low is not None and mark.high is not None:
        drawing.line(_x(mark.low, top), y, _x(mark.high, top), y, stroke=INK, width=2)
    if mark.group is not None:
        drawing.line(_x(mark.group, top), y - 9, _x(mark.group, top), y + 9, stroke=INK, width=2.6)
    if mark.value is not None:
        drawing.dot(
            _x(mark.value, top), y, 5, fill=BAD if mark.flagged else PAPER, stroke=BAD if mark.flagged else ACCENT
        )


def _legend(drawing: Drawing, language: str) -> None:
    x = GAP
    for fill, stroke, said in (
        (PAPER, ACCENT, text(language, "本部门占比与95%区间")),
        (BAD, BAD, text(language, "预警")),
    ):
        drawing.line(x, 18, x + 30, 18, stroke=INK, width=2)
        drawing.dot(x + 15, 18, 5, fill=fill, stroke=stroke)
        drawing.write(x + 38, 22, said, size=SMALL, fill=SOFT)
        x += 38 + width_of(said, SMALL) + 22
    drawing.line(x + 4, 9, x + 4, 27, stroke=INK, width=2.6)
    drawing.write(x + 14, 22, text(language, "同组其他部门合计"), size=SMALL, fill=SOFT)


def _axis(drawing: Drawing, top: float, foot: float) -> None:
    step = 0.05 if top <= 0.3 else 0.1 if top <= 0.6 else 0.2
    for index in range(round(top / step) + 1):
        x = _x(index * step, top)
        drawing.line(x, TOP, x, foot, stroke=LINE, width=0.5)
        for y in (TOP - 8, foot + 16):
            drawing.write(x, y, figures.share_mark(index * step), size=SMALL, anchor="middle", fill=SOFT)


def _top(marks: Sequence[MarkBeside]) -> float:
    """The end of the scale: a round share above everything drawn."""
    ends = [end for mark in marks for end in (mark.high, mark.value, mark.group) if end is not None]
    most = max(ends, default=0.1)
    step = 0.05 if most <= 0.3 else 0.1 if most <= 0.6 else 0.2
    return min(1.0, max(0.1, (int(most / step) + 1) * step))


def _x(share: float, top: float) -> float:
    return LABEL + 2 * GAP + PLOT * share / top


def _description(marks: Sequence[MarkBeside], language: str) -> str:
    return "; ".join(_spoken(mark, language) for mark in marks)


def _spoken(mark: MarkBeside, language: str) -> str:
    return f"{mark.label}: {_own(mark, language)} / {figures.percent(mark.group)}"


def _own(mark: MarkBeside, language: str) -> str:
    if mark.value is None:
        return text(language, "不足%(n)s人次", n=figures.SMALLEST_CELL)
    interval = "" if mark.low is None else f" ({figures.percent(mark.low)}–{figures.percent(mark.high)})"
    return f"{figures.percent(mark.value)}{interval}"


def _beside_width(language: str) -> float:
    withheld = text(language, "不足%(n)s人次", n=figures.SMALLEST_CELL)
    return max(width_of(said, SMALL) for said in ("100% (100%–100%)", withheld)) + GAP
