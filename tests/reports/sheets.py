"""Lines and rules of a printed page, measured in mm from its upper left corner."""

from collections import defaultdict
from typing import Any

from pdfplumber.page import Page

from appraisal.reports.slip_measures import COPY_SIZE

MM = 25.4 / 72


def lines_of(page: Page) -> dict[float, list[dict[str, Any]]]:
    """The characters of a page by their baseline, in mm from its upper edge, each line from left to right; not the mark of the copy."""
    lines: dict[float, list[dict[str, Any]]] = defaultdict(list)
    for char in sorted(page.chars, key=lambda char: char["x0"]):
        if round(char["size"], 1) == COPY_SIZE:
            continue
        lines[round((page.height - char["matrix"][5]) * MM, 2)].append(char)
    return dict(sorted(lines.items()))


def text_of(line: list[dict[str, Any]]) -> str:
    return "".join(char["text"] for char in line)


def line_with(page: Page, text: str) -> tuple[float, list[dict[str, Any]]]:
    return next((at, line) for at, line in lines_of(page).items() if text in text_of(line))


def rules_of(page: Page) -> list[tuple[float, float, float, float]]:
    """Red rules as left, right, upper and lower edge, from above."""
    red = [
        rect for rect in page.rects if max(rect["non_stroking_color"]) > 0.85 and min(rect["non_stroking_color"]) < 0.2
    ]
    return sorted(
        ((rect["x0"] * MM, rect["x1"] * MM, rect["top"] * MM, rect["bottom"] * MM) for rect in red),
        key=lambda rule: rule[2],
    )
