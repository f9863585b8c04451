"""How far the problems on a department's slips have come, a bar a round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from appraisal.i18n import text
from appraisal.model.finding import FindingState
from appraisal.reports import figures
from appraisal.reports.charts.drawing import INK, PAPER, SIZE, SMALL, SOFT, STRONG, Drawing, fold, width_of

LABEL: Final = 200.0
PLOT: Final = 430.0
GAP: Final = 14.0
TOP: Final = 54.0
ROW: Final = 58.0
BAR: Final = 20.0
# From done to not begun, dark to light, so that it reads in black and white.
SHADES: Final = ("#073c47", "#2f7785", "#b9dae0", PAPER)


class Stage(StrEnum):
    """Where a problem on a slip stands, in four steps that a bar can show."""

    CLOSED = "closed"
    WATCHED = "watched"
    RUNNING = "running"
    LEFT = "left"


STAGES: Final[Mapping[FindingState, Stage]] = {
    FindingState.CLOSED: Stage.CLOSED,
    FindingState.WATCHED: Stage.WATCHED,
    FindingState.ON_SLIP: Stage.RUNNING,
    FindingState.CONFIRMED: Stage.RUNNING,
    FindingState.REGISTERED: Stage.RUNNING,
    FindingState.UNFOUNDED: Stage.LEFT,
    FindingState.TRANSFERRED: Stage.LEFT,
    # One that was merged counts as gone over, as in the balance of the ledger.
    FindingState.MERGED: Stage.LEFT,
}


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """The problems of one round, counted by stage."""

    label: str
    counts: Mapping[Stage, int]

    @property
    def whole(self) -> int:
        return sum(self.counts.values())


def stage_name(stage: Stage, language: str) -> str:
    """The stage in a word."""
    return {
        Stage.CLOSED: text(language, "已销号"),
        Stage.WATCHED: text(language, "长期坚持"),
        Stage.RUNNING: text(language, "整改中"),
        Stage.LEFT: text(language, "转出或不属实"),
    }[stage]


def progress(rounds: Sequence[RoundProgress], language: str) -> str:
    """A bar a round, as long as it has problems, with its parts told in words below it. No round: an empty drawing that says so."""
    most = max((each.whole for each in rounds), default=1) or 1
    title = text(language, "提示单上的问题整改到哪一步")
    drawing = Drawing(
        "progress",
        LABEL + 3 * GAP + max([PLOT, *(width_of(_told(each, language), SMALL) for each in rounds)]),
        TOP + ROW * max(len(rounds), 1) + GAP,
        title,
        "; ".join(f"{each.label}: {_told(each, language)}" for each in rounds) or text(language, "没有。"),
    )
    _legend(drawing, language)
    for number, each in enumerate(rounds):
        y = TOP + ROW * number
        drawing.write_lines(GAP, y + BAR / 2, fold(each.label, LABEL - GAP, SIZE))
        x = LABEL + GAP
        for stage, shade in zip(Stage, SHADES, strict=True):
            length = PLOT * each.counts.get(stage, 0) / most
            if length:
                drawing.box(x, y, length, BAR, fill=shade, stroke=INK, thick=1)
            x += length
        drawing.write(LABEL + GAP, y + BAR + 16, _told(each, language), size=SMALL, fill=SOFT)
    if not rounds:
        drawing.write(GAP, TOP + SIZE, text(language, "没有。"), fill=SOFT)
    return drawing.svg()


def _legend(drawing: Drawing, language: str) -> None:
    x = GAP
    for stage, shade in zip(Stage, SHADES, strict=True):
        said = stage_name(stage, language)
        drawing.box(x, 10, 18, 13, fill=shade, stroke=STRONG, thick=1)
        drawing.write(x + 24, 21, said, size=SMALL, fill=SOFT)
        x += 24 + width_of(said, SMALL) + 20


def _told(one: RoundProgress, language: str) -> str:
    parts = [
        f"{stage_name(stage, language)} {figures.whole(one.counts[stage])}" for stage in Stage if one.counts.get(stage)
    ]
    return "  ".join((text(language, "共%(n)s个问题", n=figures.whole(one.whole)), *parts))
