"""Every department's score with its interval: what overlaps is seen to overlap."""

from appraisal.i18n import text
from appraisal.model.places import Place
from appraisal.model.results import DepartmentResult, RoundResults, Standing
from appraisal.reports import figures
from appraisal.reports.charts.drawing import (
    ACCENT,
    INK,
    LINE,
    PAPER,
    SMALL,
    SOFT,
    STRONG,
    WASH,
    Drawing,
    scale_ticks,
    width_of,
)
from appraisal.reports.charts.rows import Row, bottom, label_width, name_of, row_of, rows

PLOT = 380.0
GAP = 14.0
TOP = 64.0
LEAST_SPAN = 20.0
STRIP_PLOT = 300.0
PLACES = 76.0


def caterpillar(
    results: RoundResults,
    language: str,
    *,
    key: str = "caterpillar",
    plot: float = PLOT,
    scale: tuple[DepartmentResult, ...] = (),
) -> str:
    """All departments in their groups, best first. Hollow: indicative only. Scores axis as wide as the intervals need.

    ``key``: what tells it from others on the same page; ``plot``: width of the scale; ``scale``: departments that it reaches over
    besides, so that several charts have the same.
    """
    laid = rows(results, language, TOP)
    axis = ScoreAxis((*results.departments, *scale), label_width(laid) + 2 * GAP, plot)
    height = bottom(laid, TOP) + 34
    width = max(axis.right + GAP + _words_width(language) + _places_width(language), _legend_width(language))
    drawing = Drawing(key, width, height, _title(results, language), _description(results, language))
    _legend(drawing, language)
    draw_axis(drawing, axis, TOP, height - 34)
    for row in laid:
        _row(drawing, row, axis, language)
    _places(drawing, laid, axis.right + GAP + _words_width(language), language)
    return drawing.svg()


def _title(results: RoundResults, language: str) -> str:
    """A drawing of one group says which."""
    title, groups = text(language, "各部门得分与95%区间"), {one.group for one in results.departments}
    named = [name[language] for code, name in results.groups.items() if code in groups]
    return f"{named[0]}{text(language, '：')}{title}" if len(named) == 1 else title


def _places_width(language: str) -> float:
    return max(PLACES, width_of(text(language, "位次范围"), SMALL) + GAP)


def strip(results: RoundResults, department: str, language: str) -> str:
    """One department among the others of its group: its interval, and their scores as ticks below it. ``KeyError`` if not there."""
    one = next((each for each in results.departments if each.code == department), None)
    if one is None:
        raise KeyError(department)
    others = tuple(each for each in results.departments if each.group == one.group and each.score.value is not None)
    row = row_of(one, language, 34)
    axis = ScoreAxis((one, *others), label_width([row]) + 2 * GAP, STRIP_PLOT)
    height = row.y + row.height / 2 + 62
    title = text(language, "%(name)s的得分与同组部门", name=one.name[language])
    said = _spoken(one, language)
    drawing = Drawing(f"strip-{one.code}", axis.right + GAP + _words_width(language), height, title, said)
    draw_axis(drawing, axis, 34, height - 34)
    _row(drawing, row, axis, language)
    beside = height - 34 - 14
    for each in others:
        if each.score.value is not None and each.code != one.code:
            drawing.line(
                axis.x(each.score.value), beside - 5, axis.x(each.score.value), beside + 5, stroke=SOFT, width=1.6
            )
    drawing.write(GAP, beside + 4, text(language, "同组其他部门"), size=SMALL, fill=SOFT)
    return drawing.svg()


class ScoreAxis:
    """Scores on the drawing: from a round number under the lowest interval to one over the highest."""

    def __init__(self, departments: tuple[DepartmentResult, ...], left: float, width: float) -> None:
        ends = [
            end for one in departments for end in (one.score.low, one.score.high, one.score.value) if end is not None
        ]
        low, high = (min(ends), max(ends)) if ends else (0.0, 100.0)
        middle = (low + high) / 2
        low, high = min(low, middle - LEAST_SPAN / 2), max(high, middle + LEAST_SPAN / 2)
        self.low = max(0.0, low // 5 * 5)
        self.high = min(100.0, -(-high // 5) * 5)
        self.left, self.width = left, width

    @property
    def right(self) -> float:
        return self.left + self.width

    def x(self, score: float) -> float:
        return self.left + (score - self.low) / (self.high - self.low) * self.width


def draw_axis(drawing: Drawing, axis: ScoreAxis, top: float, foot: float) -> None:
    """Lines at round scores, each with its figure above and below."""
    for tick in scale_ticks(axis.low, axis.high, 10 if axis.high - axis.low > 40 else 5):
        drawing.line(axis.x(tick), top, axis.x(tick), foot)
        for y in (top - 6, foot + 16):
            drawing.write(axis.x(tick), y, figures.score_mark(tick), size=SMALL, anchor="middle", fill=SOFT)


def _legend(drawing: Drawing, language: str) -> None:
    x = GAP
    for fill, said in _legend_entries(language):
        drawing.line(x, 20, x + 34, 20, stroke=INK, width=1.6)
        drawing.dot(x + 17, 20, 4.5, fill=fill, stroke=ACCENT)
        drawing.write(x + 42, 24, said, size=SMALL, fill=SOFT)
        x += 42 + width_of(said, SMALL) + 24


def _legend_entries(language: str) -> tuple[tuple[str, str], ...]:
    return (ACCENT, text(language, "得分与95%区间")), (PAPER, text(language, "评价太少，仅供参考"))


def _legend_width(language: str) -> float:
    return GAP + sum(42 + width_of(said, SMALL) + 24 for _, said in _legend_entries(language))


def _row(drawing: Drawing, row: Row, axis: ScoreAxis, language: str) -> None:
    one = row.department
    if one is None:
        drawing.box(0, row.y - row.height / 2 + 4, drawing.width, row.height - 6, fill=WASH)
        drawing.write(GAP, row.y + 5, row.label[0], weight=700)
        return
    drawing.write_lines(GAP, row.y, row.label)
    drawing.line(axis.left, row.y, axis.right, row.y, stroke=LINE, width=0.6)
    estimate = one.score
    if estimate.low is not None and estimate.high is not None:
        drawing.line(axis.x(estimate.low), row.y, axis.x(estimate.high), row.y, stroke=INK, width=1.8)
    if estimate.value is not None:
        fill = ACCENT if one.standing is Standing.RESULT else PAPER
        drawing.dot(axis.x(estimate.value), row.y, 4.5, fill=fill, stroke=ACCENT)
    drawing.write(axis.right + GAP, row.y + 4, _beside(one, language), size=SMALL)


def _places(drawing: Drawing, laid: list[Row], left: float, language: str) -> None:
    """Beside each score the places it may have in its group, and a line where a tier ends: only there are two sides told apart."""
    drawing.write(left, TOP - 6, text(language, "位次范围"), size=SMALL, fill=SOFT)
    above: Place | None = None
    for row in laid:
        own = None if row.department is None else row.department.in_group
        if own is not None:
            drawing.write(left, row.y + 4, figures.place_range(own), size=SMALL)
            if above is not None and own.tier != above.tier:
                edge = row.y - row.height / 2
                drawing.line(GAP, edge, drawing.width, edge, stroke=STRONG, width=1.2, dash="6 3")
        above = own


def _beside(one: DepartmentResult, language: str) -> str:
    if one.score.value is None:
        return text(language, "没有得分")
    if one.score.low is None:
        return text(language, "%(score)s，无区间", score=figures.score(one.score.value))
    return f"{figures.score(one.score.value)} ({figures.score_interval(one.score)})"


def _words_width(language: str) -> float:
    longest = ("100.0 (100.0–100.0)", text(language, "没有得分"), text(language, "%(score)s，无区间", score="100.0"))
    return max(width_of(said, SMALL) for said in longest) + GAP


def _spoken(one: DepartmentResult, language: str) -> str:
    return f"{name_of(one, language)}: {_beside(one, language)}"


def _description(results: RoundResults, language: str) -> str:
    note = text(language, "得分从0到100，横线是95%区间；区间重叠的部门不能分先后。")
    return note + " " + "; ".join(_placed(one, language) for one in results.departments)


def _placed(one: DepartmentResult, language: str) -> str:
    where = "" if one.in_group is None else f", {figures.place(one.in_group, language)}"
    return _spoken(one, language) + where
