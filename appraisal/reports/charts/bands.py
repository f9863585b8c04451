"""How often the problems on a slip were told of, in bands: the drawing knows no more than the words beside it."""

from collections.abc import Sequence
from typing import Final

from appraisal.i18n import text
from appraisal.reports import figures
from appraisal.reports.charts.drawing import INK, LINE, SIZE, STRONG, WASH, Drawing, fold

LABEL: Final = 136.0
CELL: Final = 68.0
GAP: Final = 10.0
TOP: Final = 44.0
ROW: Final = 34.0
BAR: Final = 16.0


def bands(problems: Sequence[tuple[str, int]], language: str) -> str:
    """A bar for each problem (name, ballots), up to the band that its count lies in; the counts themselves leave no trace.

    No problem: the bands alone.
    """
    steps = band_names(language)
    said = "; ".join(f"{name}: {figures.band(count, language)}" for name, count in problems)
    drawing = Drawing(
        "bands",
        LABEL + 2 * GAP + CELL * len(steps),
        TOP + ROW * max(len(problems), 1) + GAP,
        text(language, "各问题的反映量级"),
        said or text(language, "没有。"),
    )
    bottom = TOP + ROW * len(problems)
    for place, name in enumerate(steps):
        middle = LABEL + GAP + CELL * (place + 0.5)
        drawing.write_lines(middle, TOP / 2, fold(name, CELL - 6, SIZE), anchor="middle")
        drawing.line(LABEL + GAP + CELL * place, TOP - 4, LABEL + GAP + CELL * place, bottom, stroke=LINE)
    for number, (name, count) in enumerate(problems):
        _bar(drawing, TOP + ROW * number, name, steps.index(figures.band(count, language)))
    drawing.line(LABEL + GAP, TOP - 4, LABEL + GAP, bottom, stroke=INK, width=1.4)
    return drawing.svg()


def band_names(language: str) -> tuple[str, ...]:
    """Every band in words, the smallest first."""
    lowest = (0, *(low for low, _ in figures.BANDS), figures.BANDS[-1][1] + 1)
    return tuple(figures.band(count, language) for count in lowest)


def _bar(drawing: Drawing, top: float, name: str, band: int) -> None:
    """Light up to the band, dark in it: the count lies somewhere within the dark part."""
    middle, left = top + ROW / 2, LABEL + GAP
    drawing.write_lines(GAP, middle, fold(name, LABEL - GAP, SIZE))
    if band:
        drawing.box(left, middle - BAR / 2, CELL * band, BAR, fill=WASH, stroke=STRONG, thick=0.8)
    drawing.box(left + CELL * band, middle - BAR / 2, CELL, BAR, fill=STRONG, stroke=INK, thick=0.8)
