"""The order that every chart of a round shares: groups as laid down, inside a group by score, without a result last."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from appraisal.i18n import text
from appraisal.model.results import DepartmentResult, RoundResults
from appraisal.model.wording import Wording
from appraisal.reports.charts.drawing import SIZE, fold, width_of

LABEL_WIDTH = 230.0
ROW = 22.0
HEAD = 30.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a chart at the height ``y`` (its middle); ``department`` is None for a group's heading."""

    y: float
    height: float
    label: tuple[str, ...]
    department: DepartmentResult | None


def ordered(departments: tuple[DepartmentResult, ...]) -> list[DepartmentResult]:
    """Best score first, departments without a result last, equal ones by code."""
    return sorted(departments, key=lambda one: (one.score.value is None, -(one.score.value or 0.0), one.code))


def by_group(results: RoundResults) -> Iterator[tuple[Wording, list[DepartmentResult]]]:
    """Every group that has departments, in the round's order."""
    for code, name in results.groups.items():
        members = ordered(tuple(one for one in results.departments if one.group == code))
        if members:
            yield name, members


def rows(results: RoundResults, language: str, top: float) -> list[Row]:
    """Headings and departments from ``top`` down, names folded to the label's width."""
    laid: list[Row] = []
    y = top
    for name, members in by_group(results):
        laid.append(Row(y + HEAD / 2, HEAD, (name[language],), None))
        y += HEAD
        for one in members:
            row = row_of(one, language, y)
            laid.append(row)
            y += row.height
    return laid


def row_of(one: DepartmentResult, language: str, top: float) -> Row:
    """One department's row beginning at ``top``."""
    label = tuple(fold(name_of(one, language), LABEL_WIDTH, SIZE))
    height = max(ROW, len(label) * SIZE * 1.2 + 6)
    return Row(top + height / 2, height, label, one)


def name_of(one: DepartmentResult, language: str) -> str:
    """The department's name, with a word behind it where it is not ranked."""
    return one.name[language] if one.ranked else text(language, "%(name)s（不排名）", name=one.name[language])


def label_width(laid: list[Row]) -> float:
    """How wide the widest label is."""
    return max((width_of(line, SIZE) for row in laid if row.department for line in row.label), default=0.0)


def bottom(laid: list[Row], top: float) -> float:
    return laid[-1].y + laid[-1].height / 2 if laid else top


def share_of(counts: Mapping[str, int], options: tuple[str, ...]) -> dict[str, float]:
    """Shares of the options among the answers that chose one of them; empty when there are none."""
    whole = sum(counts.get(option, 0) for option in options)
    return {option: counts.get(option, 0) / whole for option in options} if whole else {}


def paged(results: RoundResults, language: str, first: float, room: float) -> list[RoundResults]:
    """The results in parts whose rows are no higher than ``first`` and then ``room``, groups kept whole where a page can hold them.

    A group that is broken has its heading on every part.
    """
    parts: list[list[DepartmentResult]] = [[]]
    left = first
    for _, members in by_group(results):
        whole = _height(members, language)
        # A heading never stands at the foot of a page with fewer than two departments.
        if parts[-1] and (left < whole <= room or left < _height(members[:2], language)):
            parts.append([])
            left = room
        left -= HEAD
        for one in members:
            height = row_of(one, language, 0).height
            if height > left and parts[-1]:
                parts.append([])
                left = room - HEAD
            parts[-1].append(one)
            left -= height
    return [replace(results, departments=tuple(part)) for part in parts if part]


def of_group(results: RoundResults, code: str) -> RoundResults:
    """The results with the departments of one group alone."""
    return replace(results, departments=tuple(one for one in results.departments if one.group == code))


def rows_height(results: RoundResults, language: str) -> float:
    """How much of a drawing its rows take, headings with them."""
    return bottom(rows(results, language, 0), 0)


def _height(members: list[DepartmentResult], language: str) -> float:
    return HEAD + sum(row_of(one, language, 0).height for one in members)
