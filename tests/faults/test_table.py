"""docs/faults.md tells every fault and the figures that were taken down, no others."""

import json
import re
from pathlib import Path

from tools.faults_table import FIGURES, PAGE, filled, merged, read

HERE = Path(__file__).parent


def test_the_table_shows_the_figures_that_were_taken_down() -> None:
    page = PAGE.read_text("utf-8")
    assert filled(page, read()) == page, "python -m tools.faults_table writes it anew"
    assert json.loads(FIGURES.read_text("utf-8"))


def test_every_fault_is_told_once_and_its_tests_are_there() -> None:
    rows = re.findall(
        r"^\| (F\d+) \| [^|]+ \| ([^|]+) \|", PAGE.read_text("utf-8").split("## What was")[0], re.MULTILINE
    )
    assert [fault for fault, _ in rows] == [f"F{number}" for number in range(1, 39)]
    named = {name for _, where in rows for name in re.findall(r"`([\w/]+\.py)`", where)}
    assert [name for name in named if not ((HERE / name).exists() or (HERE.parents[1] / name).exists())] == []


def test_newer_figures_take_the_place_of_older_ones() -> None:
    def run(fault: str, what: str, count: int) -> dict[str, object]:
        return {"fault": fault, "what": what, "figures": {"count": count, "p99_s": 0.5}, "day": "2026-11-22"}

    runs = merged([run("F10", "a", 1), run("F2", "b", 2)], [run("F10", "a", 3)])
    assert [(one["fault"], one["figures"]["count"]) for one in runs] == [("F2", 2), ("F10", 3)]
    shown = filled("<!-- measured -->\nold\n<!-- end -->", runs)
    assert "| F10 | a | count 3; p99 s 0.50 | 2026-11-22 |" in shown
    assert "old" not in shown
