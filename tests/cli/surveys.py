"""Files of figures for the commands that read them, and a runner for those commands."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appraisal.cli import main

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
RESPONDENTS = "respondent,stratum,population,weight,category_weight\n1,a,10,5,0.6\n2,a,10,5,0.6\n3,b,,1,0.4\n"
RATINGS = "respondent,department,score,rude\n1,D1,80,1\n2,D1,60,0\n3,D1,,\n1,D2,100,0\n"


def stats_command(*words: object, exit_code: int = 0) -> Result:
    """Run ``appraisal stats …``."""
    result = CliRunner().invoke(main, ["stats", *map(str, words)])
    assert result.exit_code == exit_code, result.output
    return result


def refused(out: Path, *words: object) -> str:
    """What a command says that must find its input faulty and write nothing."""
    said = stats_command(*words, "--out", out, exit_code=2).stderr
    assert not out.exists()
    return said


def written(out: Path, *words: object) -> dict[str, Any]:
    """The JSON that a command writes."""
    stats_command(*words, "--out", out)
    content: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return content


def survey_files(folder: Path, respondents: str = RESPONDENTS, ratings: str = RATINGS) -> tuple[object, ...]:
    """R.csv and A.csv in a folder, as the words of a command."""
    paths = folder / "R.csv", folder / "A.csv"
    for path, text in zip(paths, (respondents, ratings), strict=True):
        path.write_text(text, "utf-8")
    return "--respondents", paths[0], "--ratings", paths[1]


def reference_table(*parts: str) -> list[dict[str, str]]:
    """Rows of a published table; skips where it is absent."""
    path = REFERENCE.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"reference table {'/'.join(parts)} is absent")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def reference_figures(*parts: str) -> dict[str, Any]:
    """A JSON of published figures; skips where it is absent."""
    path = REFERENCE.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"reference figures {'/'.join(parts)} are absent")
    figures: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return figures


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return "\n".join(",".join(map(str, row)) for row in (heading, *rows)) + "\n"
