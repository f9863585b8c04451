"""Share of ballots that tick a problem against how many rated: which departments lie outside what is usual for their size."""

import math
from collections.abc import Iterator
from typing import Final

from appraisal.i18n import text
from appraisal.model.results import DepartmentResult, Funnel, Negatives, Position, RoundResults
from appraisal.reports import figures
from appraisal.reports.charts.drawing import ACCENT, INK, LINE, PAPER, SMALL, SOFT, STRONG, Drawing, width_of

LEFT, TOP, WIDTH, HEIGHT, FOOT = 64.0, 58.0, 640.0, 380.0, 54.0
# Normal quantiles of the 95 % and 99.8 % limits.
USUAL: Final = 1.959964
EXTREME: Final = 3.090232
STEPS: Final = 80
OUTSIDE: Final = (Position.FAR_ABOVE, Position.ABOVE, Position.BELOW, Position.FAR_BELOW)
LABEL: Final = 15.0
_Box = tuple[float, float, float, float]


def funnel(results: RoundResults, language: str) -> str:
    """Every ranked department a dot; those outside the limits filled and named, as far as names do not collide.

    Limits allow for departments differing anyway (Spiegelhalter 2005). Empty axes where nobody was rated.
    """
    shown = [(one, one.negatives) for one in results.departments if one.negatives is not None]
    frame = _Frame(shown, results.funnel)
    title = text(language, "指出问题的评议票占比与评价份数")
    drawing = Drawing("funnel", LEFT + WIDTH + 150, TOP + HEIGHT + FOOT, title, _description(shown, language))
    _legend(drawing, language)
    _axes(drawing, frame, language)
    if results.funnel is not None:
        _limits(drawing, frame, results.funnel)
    for found in sorted((found for _, found in shown), key=_is_outside):
        outside = _is_outside(found)
        drawing.dot(
            frame.x(found.share.n),
            frame.y(found.share.value or 0.0),
            4.5,
            fill=ACCENT if outside else PAPER,
            stroke=ACCENT,
        )
    _names(drawing, frame, shown, language)
    return drawing.svg()


class _Frame:
    """Ratings across on a square-root scale, where the small departments do not crowd; shares up from 0."""

    def __init__(self, shown: list[tuple[DepartmentResult, Negatives]], limits: Funnel | None) -> None:
        sizes = [found.share.n for _, found in shown] or [1]
        self.least, self.most = max(1.0, min(sizes) * 0.9), max(sizes) * 1.05
        shares = [found.share.value or 0.0 for _, found in shown]
        widest = _limit(limits, self.least, USUAL)[1] if limits is not None else 0.0
        self.top = min(1.0, math.ceil(max([0.1, widest, *shares]) * 1.05 * 20) / 20)

    def x(self, n: float) -> float:
        low, high = math.sqrt(self.least), math.sqrt(self.most)
        return LEFT + (math.sqrt(n) - low) / (high - low) * WIDTH

    def y(self, share: float) -> float:
        return TOP + HEIGHT - min(share, self.top) / self.top * HEIGHT


def _limit(limits: Funnel, n: float, quantile: float) -> tuple[float, float]:
    half = quantile * math.sqrt(1 / (4 * n) + limits.tau2)
    centre = math.asin(math.sqrt(limits.target))
    low, high = (min(max(centre + sign * half, 0.0), math.pi / 2) for sign in (-1, 1))
    return math.sin(low) ** 2, math.sin(high) ** 2


def _limits(drawing: Drawing, frame: _Frame, limits: Funnel) -> None:
    sizes = [
        (math.sqrt(frame.least) + step / STEPS * (math.sqrt(frame.most) - math.sqrt(frame.least))) ** 2
        for step in range(STEPS + 1)
    ]
    for quantile, dash in ((USUAL, "5 4"), (EXTREME, "")):
        ends = [_limit(limits, n, quantile) for n in sizes]
        for side in (0, 1):
            line = [
                (frame.x(n), frame.y(end[side])) for n, end in zip(sizes, ends, strict=True) if end[side] <= frame.top
            ]
            drawing.path(line, stroke=STRONG, width=1.4, dash=dash)
    level = frame.y(limits.target)
    drawing.line(LEFT, level, LEFT + WIDTH, level, stroke=INK, width=1.2)


def _axes(drawing: Drawing, frame: _Frame, language: str) -> None:
    step = 0.05 if frame.top <= 0.4 else 0.1
    for index in range(int(frame.top / step + 1e-9) + 1):
        y = frame.y(index * step)
        drawing.line(LEFT, y, LEFT + WIDTH, y, stroke=LINE, width=0.6)
        drawing.write(LEFT - 8, y + 4, figures.share_mark(index * step), size=SMALL, anchor="end", fill=SOFT)
    for n in _round_sizes(frame.least, frame.most):
        drawing.line(frame.x(n), TOP + HEIGHT, frame.x(n), TOP + HEIGHT + 5, stroke=STRONG)
        drawing.write(frame.x(n), TOP + HEIGHT + 19, figures.whole(n), size=SMALL, anchor="middle", fill=SOFT)
    drawing.write(
        LEFT + WIDTH / 2, TOP + HEIGHT + 40, text(language, "评价份数"), size=SMALL, anchor="middle", fill=SOFT
    )
    drawing.write(LEFT - 48, TOP - 12, text(language, "指出问题的占比"), size=SMALL, fill=SOFT)


def _round_sizes(least: float, most: float) -> Iterator[int]:
    """Three to eight round numbers between the ends."""
    rough = (most - least) / 8
    size = 10 ** math.floor(math.log10(max(rough, 1)))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    yield from range(math.ceil(least / step) * step, math.floor(most) + 1, step)


def _legend(drawing: Drawing, language: str) -> None:
    x = LEFT
    lines = (("", 1.2, INK, "各部门合计"), ("5 4", 1.4, STRONG, "95%控制限"), ("", 1.4, STRONG, "99.8%控制限"))
    for dash, width, stroke, said in lines:
        drawing.line(x, 20, x + 34, 20, stroke=stroke, width=width, dash=dash)
        worded = text(language, said)
        drawing.write(x + 42, 24, worded, size=SMALL, fill=SOFT)
        x += 42 + width_of(worded, SMALL) + 20
    drawing.dot(x + 8, 20, 4.5, fill=ACCENT, stroke=ACCENT)
    drawing.write(x + 20, 24, text(language, "超出控制限的部门"), size=SMALL, fill=SOFT)


def _names(drawing: Drawing, frame: _Frame, shown: list[tuple[DepartmentResult, Negatives]], language: str) -> None:
    """The farthest out first; a name goes where it hides no dot if there is such a place, where it hides none that is named if
    there is not; one without room stays unnamed."""
    dots = [_around(frame, found) for _, found in shown]
    taken = [_around(frame, found) for _, found in shown if _is_outside(found)]
    named = [pair for pair in shown if _is_outside(pair[1])]
    for one, found in sorted(named, key=lambda pair: -abs((pair[1].share.value or 0.0) - pair[1].usual[1])):
        said = one.name[language]
        free = [
            box
            for box in _places(frame.x(found.share.n), frame.y(found.share.value or 0.0), width_of(said, SMALL))
            if _is_inside(box, drawing.width) and not any(_overlap(box, other) for other in taken)
        ]
        if not free:
            continue
        box = next((box for box in free if not any(_overlap(box, dot) for dot in dots)), free[0])
        taken.append(box)
        drawing.write(box[0], box[3] - 3, said, size=SMALL)


def _places(x: float, y: float, wide: float) -> list[_Box]:
    """Where the name of a dot may stand: right of it, left, then above and below."""
    corners = (
        (x + 9, y + 4),
        (x - 9 - wide, y + 4),
        (x + 6, y - 9),
        (x + 6, y + 17),
        (x - wide / 2, y - 10),
        (x - wide / 2, y + 19),
        (x - wide - 6, y - 9),
        (x - wide - 6, y + 17),
    )
    return [(left, base - LABEL + 4, left + wide, base + 3) for left, base in corners]


def _around(frame: _Frame, found: Negatives) -> _Box:
    x, y = frame.x(found.share.n), frame.y(found.share.value or 0.0)
    return x - 4, y - 4, x + 4, y + 4


def _is_inside(box: _Box, right: float) -> bool:
    """Whether it lies right of the figures of one axis and above those of the other."""
    return box[0] >= LEFT and box[2] <= right and box[1] >= TOP - 6 and box[3] <= TOP + HEIGHT


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _is_outside(found: Negatives) -> bool:
    return found.position in OUTSIDE


def _description(shown: list[tuple[DepartmentResult, Negatives]], language: str) -> str:
    note = text(language, "每个点是一个部门；横线是各部门合计，虚线是95%控制限，实线是99.8%控制限。")
    outside = "; ".join(
        f"{one.name[language]}: {figures.share(found.share.value)} ({figures.whole(found.share.n)})"
        for one, found in shown
        if _is_outside(found)
    )
    return f"{note} {text(language, '超出控制限的部门')}: {outside or figures.NOTHING}"
