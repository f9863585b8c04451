"""A publication as JSON: what is kept, and what everybody may download. One and the same bytes for the same publication."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from appraisal.model.publication import (
    Publication,
    PublicBalance,
    PublicCount,
    PublicDepartment,
    PublicResponse,
    PublicScore,
    PublicTable,
    Reach,
)
from appraisal.model.wording import Wording

Marks = Mapping[tuple[str, str], int | None]


def figures_json(said: Publication) -> str:
    """Everything but the tables."""
    content = {name: value for name, value in asdict(said).items() if name not in ("departments", "tables")}
    return _line({**content, "departments": [_department(each) for each in said.departments]})


def tables_json(said: Publication) -> str:
    """The tables alone: a row of counts for each option, ``null`` where a count is hidden."""
    return _line([_table(each) for each in said.tables])


def read_publication(figures: str, tables: str) -> Publication:
    """What ``figures_json`` and ``tables_json`` wrote. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for anything else."""
    kept, counts = json.loads(figures), json.loads(tables)
    return Publication(
        **{name: kept[name] for name in ("code", "opens_on", "closes_on", "policy_sha256")},
        title=Wording(**kept["title"]),
        departments=tuple(_read_department(each) for each in kept["departments"]),
        groups={code: Wording(**name) for code, name in kept["groups"].items()},
        response=tuple(PublicResponse(**{**each, "name": Wording(**each["name"])}) for each in kept["response"]),
        tables=tuple(_read_table(each) for each in counts),
        balance=PublicBalance(**kept["balance"]),
    )


def _line(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _department(said: PublicDepartment) -> dict[str, Any]:
    return {**asdict(said), "marks": _by_item(said.marks)}


def _read_department(kept: dict[str, Any]) -> PublicDepartment:
    return PublicDepartment(
        **{
            **kept,
            "name": Wording(**kept["name"]),
            "reach": Reach(kept["reach"]),
            "score": kept["score"] and PublicScore(**kept["score"]),
            "places": kept["places"] and (kept["places"][0], kept["places"][1]),
            "marks": _by_pair(kept["marks"]),
        }
    )


def _table(said: PublicTable) -> dict[str, Any]:
    counts = {(each.row, each.column): each.count for each in said.cells}
    return {
        "department": said.department,
        "rows": said.rows,
        "columns": said.columns,
        "left_out": said.left_out,
        "counts": [[counts[row, column] for column in said.columns] for row in said.rows],
        "row_totals": said.row_totals,
        "column_totals": said.column_totals,
        "unknown": said.unknown,
        "marks": _by_item(said.marks),
    }


def _read_table(kept: dict[str, Any]) -> PublicTable:
    listed: dict[str, Sequence[str]] = {name: tuple(kept[name]) for name in ("rows", "columns", "left_out")}
    cells = tuple(
        PublicCount(row, column, count)
        for row, counts in zip(kept["rows"], kept["counts"], strict=True)
        for column, count in zip(kept["columns"], counts, strict=True)
    )
    named = {name: value for name, value in kept.items() if name not in ("counts", "marks", *listed)}
    return PublicTable(**named, **listed, cells=cells, marks=_by_pair(kept["marks"]))  # type: ignore[arg-type]


def _by_item(marks: Marks) -> dict[str, dict[str, int | None]]:
    made: dict[str, dict[str, int | None]] = {}
    for (item, option), value in marks.items():
        made.setdefault(item, {})[option] = value
    return made


def _by_pair(kept: Mapping[str, Mapping[str, int | None]]) -> Marks:
    return {(item, option): value for item, options in kept.items() for option, value in options.items()}
