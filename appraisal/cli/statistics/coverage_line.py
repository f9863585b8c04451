"""One measured rate with its Monte-Carlo standard error, and tables of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Self

import numpy as np

from appraisal.stats.design import Floats

# Reach of the Monte-Carlo error that a verdict allows for, in standard errors.
DOUBT: Final = 2.0
NOMINAL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Aim:
    """What a rate should be: at least ``low`` and at most ``high``, in [0, 1]."""

    low: float
    high: float


AROUND: Final = Aim(0.93, 0.97)
COVERED: Final = Aim(0.95, 1.0)
FALSE: Final = Aim(0.0, 0.05)
ANY: Final = Aim(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the simulation.

    ``figure``: what is published; ``method``: how; ``case``: how people answer; ``ratings``: of a department, on average;
    ``rate``: cover or false discoveries, in [0, 1]; ``error``: its Monte-Carlo standard error, over independent rounds;
    ``least``: the rate of the department with the least; ``none``: share without an interval, outside the rate;
    ``verdict``: "holds" within the aim, two errors allowed; "wide" over it, "short" under it, "beyond" where less was better.
    """

    figure: str
    method: str
    case: str
    ratings: int
    rate: float
    error: float
    least: float
    none: float
    rounds: int
    verdict: str

    @classmethod
    def of(cls, figure: str, method: str, case: str, ratings: int, held: Floats, aim: Aim) -> Self:
        """From (R,) or (R, D) rates in [0, 1] of R independent rounds; nan where nothing was published."""
        table = held.reshape(held.shape[0], -1)
        known = ~np.isnan(table)
        each = table.sum(axis=1, where=known) / np.maximum(known.sum(axis=1), 1)
        rate = float(table[known].mean())
        error = float(each[known.any(axis=1)].std(ddof=1) / np.sqrt(known.any(axis=1).sum()))
        least = float((table.sum(axis=0, where=known) / np.maximum(known.sum(axis=0), 1)).min())
        words = verdict(rate, error, aim)
        return cls(figure, method, case, ratings, rate, error, least, float((~known).mean()), len(table), words)

    @property
    def row(self) -> tuple[str, str, str]:
        return self.figure, self.method, self.case

    def as_json(self) -> dict[str, str | int | float]:
        return asdict(self)


def verdict(rate: float, error: float, aim: Aim) -> str:
    """Within the aim, as far as the Monte-Carlo error lets one say?

    >>> [verdict(rate, 0.005, AROUND) for rate in (0.91, 0.925, 0.95, 0.99)]
    ['short', 'holds', 'holds', 'wide']
    >>> verdict(0.08, 0.01, FALSE)
    'beyond'
    """
    if rate < aim.low - DOUBT * error:
        return "short"
    if rate > aim.high + DOUBT * error:
        return "beyond" if aim is FALSE else "wide"
    return "holds"


def table(title: tuple[str, str, str], lines: Sequence[Line], markdown: bool) -> str:
    """A row for each figure, method and case, a column for each number of ratings: per cent ± Monte-Carlo standard error."""
    sizes = sorted({one.ratings for one in lines})
    cells = {(one.row, one.ratings): one for one in lines}
    heading = [*title, *(f"n = {size:,}" for size in sizes)]
    named = dict.fromkeys(one.row for one in lines)
    rows = [heading, *([*row, *(_cell(cells.get((row, size))) for size in sizes)] for row in named)]
    return _as_markdown(rows) if markdown else _aligned(rows)


def _cell(line: Line | None) -> str:
    if line is None:
        return ""
    marks = {"holds": "", "wide": " ↑", "short": " ↓", "beyond": " ↑"}
    return f"{100 * line.rate:.1f} ± {100 * line.error:.1f}{marks[line.verdict]}"


def _as_markdown(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "| " + " | ".join("---" for _ in rows[0]) + " |", *lines[1:]])


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
