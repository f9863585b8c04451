"""Shares of the answers as bars on both sides of a middle line: dissatisfied to the left, satisfied to the right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from appraisal.i18n import text
from appraisal.model.questionnaire import Item, Option, Role
from appraisal.model.results import DepartmentResult, RoundResults
from appraisal.model.wording import Wording
from appraisal.reports import figures
from appraisal.reports.charts.drawing import LINE, SIZE, SMALL, SOFT, STRONG, WASH, Drawing, fold, width_of
from appraisal.reports.charts.rows import HEAD, LABEL_WIDTH, ROW, by_group, name_of, share_of

HALF: Final = 190.0
GAP: Final = 14.0
BAR: Final = 13.0
# From the worst to the best; dark at both ends, so that black and white still shows how strong, and the side shows which.
COLOURS: Final = {
    1: ("#d5dcdf",),
    2: ("#8c2d19", "#0b5563"),
    3: ("#8c2d19", "#d5dcdf", "#0b5563"),
    4: ("#8c2d19", "#e3a08c", "#8fc0c9", "#0b5563"),
    5: ("#8c2d19", "#e3a08c", "#d5dcdf", "#8fc0c9", "#0b5563"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: a label and how many gave each option; no counts for a heading."""

    label: str
    counts: Mapping[str, int] | None


def diverging(results: RoundResults, item: Item, language: str, *, key: str = "diverging") -> str:
    """The score item's answers of every department, in the order of the caterpillar. ``item``: whose counts the results hold."""
    bars: list[Bar] = []
    for name, members in by_group(results):
        bars.append(Bar(name[language], None))
        bars += [Bar(name_of(one, language), one.counts) for one in members]
    title = text(language, "%(item)s：各部门的回答", item=item.wording[language])
    return _draw(key, title, bars, item, language)


def diverging_strata(one: DepartmentResult, strata: Mapping[str, Wording], item: Item, language: str) -> str:
    """The answers about one department by stratum; ``strata``: code → name. Cells so small that they could tell who are withheld."""
    bars = [Bar(strata[part.stratum][language], part.counts) for part in one.by_stratum]
    title = text(language, "%(name)s：各类评议主体的回答", name=one.name[language])
    return _draw(f"strata-{one.code}", title, bars, item, language)


def diverging_bars(key: str, title: str, bars: Sequence[Bar], item: Item, language: str) -> str:
    """Any bars over the rated options of ``item``."""
    return _draw(key, title, bars, item, language)


def _draw(key: str, title: str, bars: Sequence[Bar], item: Item, language: str) -> str:
    known = sorted(
        (option for option in item.options if option.role is Role.VALUE), key=lambda option: option.value or 0.0
    )
    left = (
        max((width_of(line, SIZE) for bar in bars for line in fold(bar.label, LABEL_WIDTH, SIZE)), default=0) + 2 * GAP
    )
    middle = left + _side_width() + HALF
    width = middle + HALF + _side_width() + GAP
    legend = _legend_rows(known, language, width)
    top = 22.0 * (len(legend) + 1) + 12
    height = top + sum(_height(bar) for bar in bars) + GAP
    drawing = Drawing(key, width, height, title, _description(bars, known, language))
    _legend(drawing, legend, known)
    _heads(drawing, middle, top - 8, language)
    y = top
    for bar in bars:
        _bar(drawing, bar, y + _height(bar) / 2, middle, known, language)
        y += _height(bar)
    drawing.line(middle, top, middle, height - GAP, stroke=STRONG)
    return drawing.svg()


def _bar(drawing: Drawing, bar: Bar, y: float, middle: float, known: Sequence[Option], language: str) -> None:
    if bar.counts is None:
        drawing.box(0, y - HEAD / 2 + 4, drawing.width, HEAD - 6, fill=WASH)
        drawing.write(GAP, y + 5, bar.label, weight=700)
        return
    drawing.write_lines(GAP, y, fold(bar.label, LABEL_WIDTH, SIZE))
    said = _withheld(bar.counts, known, language)
    if said:
        drawing.write(middle + 8, y + 4, said, size=SMALL, fill=SOFT)
        return
    shares = share_of(bar.counts, tuple(option.code for option in known))
    x = middle - _reach(shares, known) * HALF
    for option, colour in zip(known, _colours(known), strict=True):
        length = shares[option.code] * HALF
        if length > 0:
            drawing.box(x, y - BAR / 2, length, BAR, fill=colour, stroke="#ffffff", thick=0.8)
        x += length
    drawing.write(middle - HALF - 8, y + 4, figures.share(_worse(shares, known)), size=SMALL, anchor="end")
    drawing.write(middle + HALF + 8, y + 4, figures.share(_better(shares, known)), size=SMALL)
    drawing.line(middle - HALF, y + BAR / 2 + 2, middle + HALF, y + BAR / 2 + 2, stroke=LINE, width=0.4)


def _reach(shares: Mapping[str, float], known: Sequence[Option]) -> float:
    """How far the bar reaches to the left: a middle option lies half on each side."""
    centre = _centre(known)
    return _worse(shares, known) + (shares[centre.code] / 2 if centre else 0.0)


def _worse(shares: Mapping[str, float], known: Sequence[Option]) -> float:
    return sum(shares[option.code] for option in known[: len(known) // 2])


def _better(shares: Mapping[str, float], known: Sequence[Option]) -> float:
    return sum(shares[option.code] for option in known[(len(known) + 1) // 2 :])


def _centre(known: Sequence[Option]) -> Option | None:
    return known[len(known) // 2] if len(known) % 2 else None


def _colours(known: Sequence[Option]) -> Sequence[str]:
    """A colour for each option; more than five options repeat those of their side."""
    if len(known) in COLOURS:
        return COLOURS[len(known)]
    five = COLOURS[5]
    return tuple(five[round(index * 4 / (len(known) - 1))] for index in range(len(known)))


def _withheld(counts: Mapping[str, int], known: Sequence[Option], language: str) -> str:
    answers = sum(counts.get(option.code, 0) for option in known)
    if answers == 0:
        return text(language, "没有评价")
    if answers < figures.SMALLEST_CELL:
        return text(language, "%(count)s，不显示", count=figures.band(answers, language))
    return ""


def _side_width() -> float:
    return width_of("100.0%", SMALL) + 12


def _height(bar: Bar) -> float:
    if bar.counts is None:
        return HEAD
    return max(ROW, len(fold(bar.label, LABEL_WIDTH, SIZE)) * SIZE * 1.2 + 6)


def _heads(drawing: Drawing, middle: float, y: float, language: str) -> None:
    drawing.write(middle - 8, y, text(language, "← 较差的回答"), size=SMALL, anchor="end", fill=SOFT)
    drawing.write(middle + 8, y, text(language, "较好的回答 →"), size=SMALL, fill=SOFT)


def _legend_rows(known: Sequence[Option], language: str, width: float) -> list[list[tuple[float, str, int]]]:
    """Rows of (x, label, place of the option), broken where the drawing ends."""
    laid: list[list[tuple[float, str, int]]] = [[]]
    x = GAP
    for place, option in enumerate(known):
        said = option.label[language]
        length = 20 + width_of(said, SMALL) + 18
        if laid[-1] and x + length > width:
            laid.append([])
            x = GAP
        laid[-1].append((x, said, place))
        x += length
    return laid


def _legend(drawing: Drawing, laid: list[list[tuple[float, str, int]]], known: Sequence[Option]) -> None:
    colours = _colours(known)
    for row, entries in enumerate(laid):
        for x, said, place in entries:
            drawing.box(x, 8 + row * 22, 14, 12, fill=colours[place], stroke=STRONG, thick=0.6)
            drawing.write(x + 20, 18 + row * 22, said, size=SMALL, fill=SOFT)


def _description(bars: Sequence[Bar], known: Sequence[Option], language: str) -> str:
    lines = []
    for bar in bars:
        if bar.counts is None:
            continue
        shares = share_of(bar.counts, tuple(option.code for option in known))
        parts = [f"{option.label[language]} {figures.share(shares[option.code])}" for option in known] if shares else []
        lines.append(f"{bar.label}: {_withheld(bar.counts, known, language) or ', '.join(parts)}")
    return "; ".join(lines)
