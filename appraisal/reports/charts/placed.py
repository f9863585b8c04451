"""One department among its group: everybody's interval, one's own name alone."""

from collections.abc import Sequence
from typing import Final

from appraisal.i18n import text
from appraisal.model.results import DepartmentResult, Standing
from appraisal.reports import figures
from appraisal.reports.charts.caterpillar import ScoreAxis, draw_axis
from appraisal.reports.charts.drawing import ACCENT, INK, LINE, PAPER, SIZE, SMALL, SOFT, WASH, Drawing, fold, width_of
from appraisal.reports.charts.rows import LABEL_WIDTH, ordered

PLOT: Final = 400.0
GAP: Final = 14.0
TOP: Final = 40.0
FOOT: Final = 30.0
STEP: Final = 17.0
OWN_STEP: Final = 30.0


def placed(one: DepartmentResult, peers: Sequence[DepartmentResult], language: str) -> str:
    """The department marked among the others of its group, best score first; the others are not named, for the report is its alone."""
    shown = [each for each in ordered((one, *peers)) if each.score.value is not None]
    label = fold(one.name[language], LABEL_WIDTH, SIZE)
    left = max([width_of(line, SIZE) for line in label] + [width_of(_other(language), SMALL)]) + 2 * GAP
    axis = ScoreAxis(tuple(shown), left, PLOT)
    own_step = max(OWN_STEP, len(label) * SIZE * 1.2 + 8)
    height = TOP + sum(own_step if each.code == one.code else STEP for each in shown) + FOOT
    title = text(language, "%(name)s的得分与同组部门", name=one.name[language])
    drawing = Drawing(
        f"placed-{one.code}", axis.right + GAP + _beside_width(), height, title, _description(one, shown, language)
    )
    y = TOP
    for each in shown:
        step = own_step if each.code == one.code else STEP
        if each.code == one.code:
            drawing.box(0, y + 1, drawing.width, step - 2, fill=WASH, stroke=INK, thick=0.8)
        y += step
    draw_axis(drawing, axis, TOP, height - FOOT)
    y = TOP
    for each in shown:
        step = own_step if each.code == one.code else STEP
        _row(drawing, axis, each, y + step / 2, each.code == one.code)
        if each.code == one.code:
            drawing.write_lines(GAP, y + step / 2, label)
        else:
            drawing.write(GAP, y + step / 2 + 4, _other(language), size=SMALL, fill=SOFT)
        y += step
    return drawing.svg()


def _row(drawing: Drawing, axis: ScoreAxis, one: DepartmentResult, y: float, is_own: bool) -> None:
    score = one.score
    drawing.line(axis.left, y, axis.right, y, stroke=LINE, width=0.5)
    if score.low is not None and score.high is not None:
        drawing.line(
            axis.x(score.low),
            y,
            axis.x(score.high),
            y,
            stroke=INK if is_own else SOFT,
            width=3.2 if is_own else 1.4,
        )
    if score.value is not None:
        fill = ACCENT if is_own and one.standing is Standing.RESULT else PAPER
        drawing.dot(axis.x(score.value), y, 5.5 if is_own else 3.4, fill=fill, stroke=ACCENT if is_own else SOFT)
    if is_own:
        drawing.write(axis.right + GAP, y + 5, _beside(one), weight=700)


def _other(language: str) -> str:
    return text(language, "同组部门")


def _beside(one: DepartmentResult) -> str:
    return f"{figures.score(one.score.value)} ({figures.score_interval(one.score)})"


def _beside_width() -> float:
    return width_of("100.0 (100.0–100.0)", SIZE) + GAP


def _description(one: DepartmentResult, shown: Sequence[DepartmentResult], language: str) -> str:
    note = text(language, "得分从0到100，横线是95%区间；区间重叠的部门不能分先后。")
    values = [each.score.value for each in shown if each.score.value is not None and each.code != one.code]
    others = ""
    if values:
        others = text(
            language,
            "同组其他%(n)s个部门的得分在%(low)s至%(high)s之间。",
            n=len(values),
            low=figures.score(min(values)),
            high=figures.score(max(values)),
        )
    return f"{note} {one.name[language]}: {_beside(one)}. {others}".strip()
