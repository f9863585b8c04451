"""Comments of the demo city, put together from what people say about each mark."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

SAYINGS: Final = Path(__file__).parent / "city" / "comments.toml"


class Comments:
    """Draws comments from the random stream it is given."""

    def __init__(self, rng: np.random.Generator) -> None:
        kept = tomllib.loads(SAYINGS.read_text("utf-8"))
        self.marks: dict[str, list[str]] = kept["marks"]
        self.matters: dict[str, list[str]] = kept["matters"]
        self.openings: list[str] = kept["openings"]
        self.closings: list[str] = kept["closings"]
        self.praise: list[str] = kept["praise"]
        self.city: list[str] = kept["overall"]
        self.rng = rng

    def about(self, marks: Sequence[str], opinion: float, group: str) -> str:
        """A comment on a department, or "": more often from those who ticked something, praise from some who are content."""
        if marks and self.rng.random() < 0.35:
            said = self._filled(self._one(self.marks[self._one(marks)]), group)
            return self._one(self.openings) + said + self._one(self.closings)
        if not marks and opinion > 1 and self.rng.random() < 0.05:
            return self._filled(self._one(self.praise), group)
        return ""

    def overall(self) -> str:
        return self._one(self.city) if self.rng.random() < 0.12 else ""

    def _filled(self, said: str, group: str) -> str:
        return said.format(matter=self._one(self.matters[group]))

    def _one(self, choice: Sequence[str]) -> str:
        return choice[int(self.rng.integers(len(choice)))]
