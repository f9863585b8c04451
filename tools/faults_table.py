"""The table of docs/faults.md, made from the figures in docs/faults.json, which ``./check faults`` takes down.

Run from the top of the tree: ``python -m tools.faults_table`` writes the table anew; with ``--results FOLDER`` the figures of a run
are put in first, those of experiments that were not run stay. A test fails while the page differs from what this makes.
"""

import argparse
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

DOCS: Final = Path(__file__).parents[1] / "docs"
PAGE: Final = DOCS / "faults.md"
FIGURES: Final = DOCS / "faults.json"

Run = Mapping[str, Any]


def filled(page: str, runs: Sequence[Run]) -> str:
    """The page with what was measured put behind its mark."""
    between = re.compile(r"(<!-- measured -->\n).*?(<!-- end -->)", re.DOTALL)
    return between.sub(lambda found: f"{found[1]}\n{_table(runs)}\n\n{found[2]}", page)


def merged(old: Iterable[Run], new: Iterable[Run]) -> list[Run]:
    """Every experiment once, the newer figures where there are two, by the number of the fault."""
    by_name = {(run["fault"], run["what"]): run for run in (*old, *new)}
    return sorted(by_name.values(), key=lambda run: (int(run["fault"][1:]), run["what"]))


def read(path: Path = FIGURES) -> list[Run]:
    return list(json.loads(path.read_text("utf-8"))) if path.exists() else []


def _table(runs: Sequence[Run]) -> str:
    rows = [f"| {run['fault']} | {run['what']} | {_said(run['figures'])} | {run['day']} |" for run in runs]
    return "\n".join(["| fault | run | measured | day |", "| --- | --- | --- | --- |", *rows])


def _said(figures: Mapping[str, Any]) -> str:
    return "; ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in figures.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in sorted(value.items())) or "none"
    return "none" if value is None else str(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, help="folder with one JSON file an experiment")
    folder = parser.parse_args().results
    new = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))] if folder else []
    runs = merged(read(), new)
    FIGURES.write_text(json.dumps(runs, ensure_ascii=False, indent=1) + "\n", "utf-8")
    PAGE.write_text(filled(PAGE.read_text("utf-8"), runs), "utf-8")


if __name__ == "__main__":
    main()
