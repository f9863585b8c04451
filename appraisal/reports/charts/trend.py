"""A department's scores over the rounds, each with its interval."""

from collections.abc import Sequence
from typing import Final

from appraisal.i18n import text
from appraisal.model.department_report import RoundScore
from appraisal.reports import figures
from appraisal.reports.charts.caterpillar import LEAST_SPAN
from appraisal.reports.charts.drawing import (
    ACCENT,
    INK,
    LINE,
    SIZE,
    SMALL,
    SOFT,
    STRONG,
    Drawing,
    fold,
    scale_ticks,
    width_of,
)

LEFT: Final = 46.0
TOP: Final = 40.0
HEIGHT: Final = 200.0
COLUMN: Final = 150.0
GAP: Final = 14.0


def trend(name: str, history: Sequence[RoundScore], language: str) -> str:
    """The scores from the oldest round to the newest; figures stand beside the dots, where no line of the drawing runs."""
    low, high = _span(history)
    labels = [fold(each.title[language], COLUMN - 2 * GAP, SMALL) for each in history]
    foot = max((len(lines) for lines in labels), default=1) * SMALL * 1.3 + 28
    width = LEFT + COLUMN * max(len(history), 2) + GAP
    drawing = Drawing("trend", width, TOP + HEIGHT + foot, _title(name, language), _description(history, language))
    _axis(drawing, low, high, width)
    places = [
        (LEFT + COLUMN * (index + 0.42), _y(each.score.value or 0.0, low, high)) for index, each in enumerate(history)
    ]
    drawing.path(places, stroke=STRONG, width=1.2, dash="5 4")
    for (x, y), each, lines in zip(places, history, labels, strict=True):
        _point(drawing, x, y, each, low, high)
        for number, line in enumerate(lines):
            drawing.write(x, TOP + HEIGHT + 32 + number * SMALL * 1.3, line, size=SMALL, anchor="middle", fill=SOFT)
    return drawing.svg()


def _point(drawing: Drawing, x: float, y: float, one: RoundScore, low: float, high: float) -> None:
    score = one.score
    if score.low is not None and score.high is not None:
        ends = _y(score.high, low, high), _y(score.low, low, high)
        drawing.line(x, ends[0], x, ends[1], stroke=INK, width=2.2)
        for end in ends:
            drawing.line(x - 6, end, x + 6, end, stroke=INK, width=2.2)
    drawing.dot(x, y, 5, fill=ACCENT, stroke=ACCENT)
    # White below the figures: the line that joins the rounds may run there.
    said, interval = figures.score(score.value), f"({figures.score_interval(score)})"
    wide = max(width_of(said, SIZE), width_of(interval, SMALL))
    drawing.box(x + 11, y - 15, wide + 4, 31, fill="#ffffff")
    drawing.write(x + 13, y - 2, said, weight=700)
    drawing.write(x + 13, y + 12, interval, size=SMALL, fill=SOFT)


def _span(history: Sequence[RoundScore]) -> tuple[float, float]:
    ends = [
        end for each in history for end in (each.score.low, each.score.value, each.score.high) if end is not None
    ] or [0.0, 100.0]
    low, high = min(ends), max(ends)
    middle = (low + high) / 2
    low, high = min(low, middle - LEAST_SPAN / 2), max(high, middle + LEAST_SPAN / 2)
    return max(0.0, low // 5 * 5), min(100.0, -(-high // 5) * 5)


def _y(score: float, low: float, high: float) -> float:
    return TOP + HEIGHT * (1 - (score - low) / (high - low))


def _axis(drawing: Drawing, low: float, high: float, width: float) -> None:
    for tick in scale_ticks(low, high, 10 if high - low > 40 else 5):
        y = _y(tick, low, high)
        drawing.line(LEFT, y, width - GAP, y, stroke=LINE, width=0.6)
        drawing.write(LEFT - 8, y + 4, figures.score_mark(tick), size=SMALL, anchor="end", fill=SOFT)


def _title(name: str, language: str) -> str:
    return text(language, "%(name)s历轮得分与95%%区间", name=name)


def _description(history: Sequence[RoundScore], language: str) -> str:
    return "; ".join(
        f"{each.title[language]}: {figures.score(each.score.value)} ({figures.score_interval(each.score)})"
        for each in history
    ) or text(language, "没有得分")
