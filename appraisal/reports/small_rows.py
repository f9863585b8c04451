"""Answers by stratum as a department may see them: put together until no part of a row could point at a person.

Nothing is left out, so nothing can be reckoned back from a total: every row is a sum over enough people, and its parts are either
empty or at least five, and none of fewer than twenty is all of its row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from appraisal.model.questionnaire import Item, Option, Role
from appraisal.model.wording import Wording
from appraisal.reports.figures import SMALLEST_CELL

LEAST_ROW: Final = 10
# Of fewer than so many nothing is shown that every single one of them said.
LEAST_ALIKE: Final = 20


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
        counts = self.counts.values()
        alike = self.n < LEAST_ALIKE and self.n in counts
        return self.n >= LEAST_ROW and not alike and all(count == 0 or count >= SMALLEST_CELL for count in counts)


@dataclass(frozen=True, slots=True)
class SafeTable:
    """Rows over the options of ``item``, some of them put together. No row: nothing may be shown."""

    item: Item
    rows: tuple[SafeRow, ...]


def safe_table(item: Item, strata: Sequence[tuple[Wording, Mapping[str, int]]]) -> SafeTable:
    """As many rows as are safe, over options as fine as costs no row. ``strata``: name, option → count.

    The options are tried one by one, as two sides and a middle, and as the better side against all the rest.
    """
    rated = _rated(item)
    half = len(rated) // 2
    cuts = (
        [[option] for option in rated],
        [rated[:half], rated[half : len(rated) - half], rated[len(rated) - half :]],
        [rated[: len(rated) - half], rated[len(rated) - half :]],
    )
    tables = [_table(item, [part for part in cut if part], strata) for cut in cuts]
    return max(tables, key=lambda table: len(table.rows))


def _table(
    item: Item, parts: Sequence[Sequence[Option]], strata: Sequence[tuple[Wording, Mapping[str, int]]]
) -> SafeTable:
    """``parts``: options put together, from the worst to the best."""
    options = tuple(Option(part[0].code, _together(part), Role.VALUE, float(place)) for place, part in enumerate(parts))
    into = {option.code: part[0].code for part in parts for option in part}
    return SafeTable(replace(item, options=options), _safe(_rows(strata, into)))


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


def _together(options: Sequence[Option]) -> Wording:
    return Wording(
        "、".join(option.label.zh for option in options), ", ".join(option.label["en"] for option in options)
    )
