"""Answers by stratum as a department may see them: put together until no part of a row could point at a person.

Nothing is left out, so nothing can be reckoned back from a total: every row is a sum over enough people, and its parts are either
empty or at least five.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from appraisal.model.questionnaire import Item, Option, Role
from appraisal.model.wording import Wording
from appraisal.reports.figures import SMALLEST_CELL

LEAST_ROW: Final = 10
SIDES: Final = ("worse", "middle", "better")


@dataclass(frozen=True, slots=True)
class SafeRow:
    """One or several strata together; ``counts``: option → ratings, 不了解 left out."""

    names: tuple[Wording, ...]
    counts: Mapping[str, int]

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def is_safe(self) -> bool:
        return self.n >= LEAST_ROW and all(count == 0 or count >= SMALLEST_CELL for count in self.counts.values())


@dataclass(frozen=True, slots=True)
class SafeTable:
    """Rows over the options of ``item``: the questionnaire's own, or its two sides with the middle. No row: nothing may be shown."""

    item: Item
    rows: tuple[SafeRow, ...]


def safe_table(item: Item, strata: Sequence[tuple[Wording, Mapping[str, int]]]) -> SafeTable:
    """As many rows as are safe; over the single options where that costs no row, else over sides. ``strata``: name, option → count."""
    rated = replace(item, options=tuple(_rated(item)))
    fine = SafeTable(rated, _safe(_rows(strata, {option.code: option.code for option in rated.options})))
    coarse_item, sides = _sided(item)
    coarse = SafeTable(coarse_item, _safe(_rows(strata, sides)))
    return fine if len(fine.rows) >= len(coarse.rows) else coarse


def _rows(strata: Sequence[tuple[Wording, Mapping[str, int]]], into: Mapping[str, str]) -> list[SafeRow]:
    rows = []
    for name, counts in strata:
        summed = dict.fromkeys(into.values(), 0)
        for option, part in into.items():
            summed[part] += counts.get(option, 0)
        rows.append(SafeRow((name,), summed))
    return [row for row in rows if row.n]


def _safe(rows: list[SafeRow]) -> tuple[SafeRow, ...]:
    """An unsafe row joins the smallest of the others, until all are safe or one is left."""
    while len(rows) > 1:
        unsafe = min((row for row in rows if not row.is_safe), key=lambda row: row.n, default=None)
        if unsafe is None:
            return tuple(rows)
        others = [row for row in rows if row is not unsafe]
        partner = min(others, key=lambda row: row.n)
        at = min(rows.index(unsafe), rows.index(partner))
        rows = [row for row in others if row is not partner]
        rows.insert(at, _joined(unsafe, partner))
    return tuple(row for row in rows if row.is_safe)


def _joined(one: SafeRow, other: SafeRow) -> SafeRow:
    counts = {part: count + other.counts[part] for part, count in one.counts.items()}
    return SafeRow((*one.names, *other.names), counts)


def _rated(item: Item) -> list[Option]:
    options = (option for option in item.options if option.role is Role.VALUE)
    return sorted(options, key=lambda option: option.value or 0.0)


def _sided(item: Item) -> tuple[Item, dict[str, str]]:
    """The item with two sides and what lies in the middle as its options, and which option goes where."""
    rated = _rated(item)
    half = len(rated) // 2
    parts = (rated[:half], rated[half : len(rated) - half], rated[len(rated) - half :])
    into = {option.code: side for side, part in zip(SIDES, parts, strict=True) for option in part}
    options = tuple(
        Option(side, _together(part), Role.VALUE, value)
        for side, part, value in zip(SIDES, parts, (0.0, 50.0, 100.0), strict=True)
        if part
    )
    return replace(item, options=options), into


def _together(options: Sequence[Option]) -> Wording:
    return Wording(
        "、".join(option.label.zh for option in options), ", ".join(option.label["en"] for option in options)
    )
