"""Published figures kept beside the project, read into arrays: R's survey package and a real city's survey."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from appraisal.stats import Design, RatingCells, Ratings

FOLDER = Path(__file__).parents[3] / "shared" / "reference"


def read(*parts: str) -> dict[str, Any]:
    """A JSON of figures; skips the test where the folder is absent or the file holds nothing."""
    path = FOLDER.joinpath(*parts)
    if not path.exists() or not path.stat().st_size:
        pytest.skip(f"reference figures {'/'.join(parts)} are absent or empty")
    figures: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return figures


def table(*parts: str) -> dict[str, list[str]]:
    """Columns of a CSV, as text."""
    path = FOLDER.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"reference table {'/'.join(parts)} is absent")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {name: [row[name] for row in rows] for name in rows[0]}


def numbers(column: list[str]) -> np.ndarray:
    """Floats; an empty cell is nan."""
    return np.array([float(cell) if cell else np.nan for cell in column])


def vector(values: list[Any]) -> np.ndarray:
    """Floats; null, and an error message in place of a figure, are nan."""
    return np.array([np.nan if value is None or isinstance(value, str) else value for value in values], dtype=float)


class Case:
    """One case of ``r-survey``: respondents and ratings, departments in alphabetical order."""

    def __init__(self, name: str) -> None:
        self.name = name
        people, said = table("r-survey", f"{name}_respondents.csv"), table("r-survey", f"{name}_ratings.csv")
        self.strata = list(dict.fromkeys(people["cat"]))
        self.departments = sorted(set(said["dept"]))
        stratum = np.array([self.strata.index(one) for one in people["cat"]])
        first = [people["cat"].index(one) for one in self.strata]
        self.preset = numbers(people["preset"])[first]
        self.design = Design.of(stratum, numbers(people["N_h"])[first], numbers(people["w"]))
        self.negative = np.array([int(mask) for mask in said["neg_mask"]])
        self.style = np.array([int(mask) for mask in said["style_mask"]])
        score = numbers(said["score"])
        self.known = ~np.isnan(score)
        respondent = np.array([int(one) - 1 for one in said["resp"]])
        department = np.array([self.departments.index(one) for one in said["dept"]])
        self.ratings = Ratings.of(respondent, department, score, departments=len(self.departments))
        self.cells = RatingCells.of(self.design, self.ratings)

    def share_cells(self, measure: str) -> RatingCells:
        """Cells of 0/1 values: low (score at most 30), anyneg, neg1, neg8, sty10."""
        bits = {
            "neg1": self.negative & 1,
            "neg8": self.negative & 128,
            "sty10": self.style & 512,
            "anyneg": self.negative,
        }
        if measure == "low":
            return self.cells.valued((self.ratings.value <= 30).astype(float))
        return self.cells.valued((bits[measure][self.known] > 0).astype(float))

    def at(self, names: list[str]) -> np.ndarray:
        return np.array([self.departments.index(name) for name in names])
