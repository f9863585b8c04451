"""The state diagrams and tables of docs/slip.md, made from the tables that the code runs on.

Run from the top of the tree, ``python -m tools.state_tables`` writes them anew between their marks. A test fails while what
stands there differs from what this makes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from appraisal.model.finding import FINDING_MOVES, JUDGED, OUTCOMES
from appraisal.model.objection import APPEAL_MOVES, REPLY_MOVES
from appraisal.model.round import ROUND_MOVES
from appraisal.model.slip_moves import SLIP_MOVES

PAGE: Final = Path(__file__).parents[1] / "docs" / "slip.md"

Step = tuple[str, str, str]


def blocks() -> Mapping[str, str]:
    """Name of a mark → what stands behind it."""
    return {"round": _round(), "finding": _finding(), "slip": _slip(), "appeal": _appeal(), "reply": _reply()}


def filled(page: str) -> str:
    """The page with every block renewed. Raises ``KeyError`` for a mark that is not known."""
    made = blocks()
    between = re.compile(r"(<!-- states: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
    return between.sub(lambda found: f"{found[1]}{made[found[2]]}\n{found[3]}", page)


def _round() -> str:
    steps = [(start.value, action, to.value) for (start, action), to in ROUND_MOVES.items()]
    return _diagram("draft", steps, "published")


def _finding() -> str:
    steps = [(start.value, action, to.value) for (start, action), ends in FINDING_MOVES.items() for to in sorted(ends)]
    ends = ("closed", "unfounded", "transferred", "merged")
    judged = _table(
        ("judged", "state"), [(f"{OUTCOMES[outcome]} ({outcome.value})", JUDGED[outcome].value) for outcome in OUTCOMES]
    )
    return f"{_diagram('registered', steps, *ends)}\n\n{judged}"


def _slip() -> str:
    steps = [(start.value, action, move.to.value) for (start, action), move in SLIP_MOVES.items()]
    rows = [
        (start.value, action, move.to.value, move.actor.value, move.needs)
        for (start, action), move in SLIP_MOVES.items()
    ]
    ends = ("closed", "discarded", "reassigned", "recalled")
    return f"{_diagram('drafted', steps, *ends)}\n\n{_table(('from', 'action', 'to', 'by', 'needs'), rows)}"


def _appeal() -> str:
    steps = [(start.value, action, move.to.value) for (start, action), move in APPEAL_MOVES.items()]
    rows = [
        (start.value, action, move.to.value, move.actor.value, move.needs or "nothing")
        for (start, action), move in APPEAL_MOVES.items()
    ]
    ends = ("withdrawn", "upheld", "rejected")
    return f"{_diagram('filed', steps, *ends)}\n\n{_table(('from', 'action', 'to', 'by', 'needs'), rows)}"


def _reply() -> str:
    steps = [(start.value, action, move.to.value) for (start, action), move in REPLY_MOVES.items()]
    return _diagram("kept", steps)


def _diagram(first: str, steps: Iterable[Step], *ends: str) -> str:
    lines = [f"    {start} --> {to}: {action}" for start, action, to in steps]
    last = [f"    {end} --> [*]" for end in ends]
    return "\n".join(["```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *lines, *last, "```"])


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    ruled = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in ruled)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
