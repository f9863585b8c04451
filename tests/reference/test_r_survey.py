"""What ``r_survey.R`` wrote of the large case and of lonely strata, met by ``appraisal stats estimate``.

The figures lie here; the answers lie beside the project, and the tests are skipped by name where they are absent.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.surveys import csv_text, reference_table, survey_files, written

pytestmark = pytest.mark.reference
RULES = ("adjust", "average", "certainty")
ALONE = "dept_mutual"


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("r_survey.json").read_text("utf-8"))
    return found


def estimated(folder: Path, case: str, *words: str, alone: bool = False) -> dict[str, Any]:
    people = reference_table("r-survey", f"{case}_respondents.csv")
    if alone:
        last = [row for row in people if row["cat"] == ALONE][-1]
        people = [row for row in people if row["cat"] != ALONE or row is last]
    known = {row["resp"] for row in people}
    asked = [[row[name] for name in ("resp", "cat", "N_h", "w", "preset")] for row in people]
    said = [
        (row["resp"], row["dept"], row["score"], int(int(row["neg_mask"]) > 0), int(row["neg_mask"]) & 1)
        for row in reference_table("r-survey", f"{case}_ratings.csv")
        if row["resp"] in known
    ]
    columns = ("respondent", "stratum", "population", "weight", "category_weight")
    files = survey_files(
        folder, csv_text(columns, asked), csv_text((*columns[:1], "department", "score", "anyneg", "neg1"), said)
    )
    return written(folder / "E.json", "estimate", *files, "--pool-below", 0, *words)


def meets(found: dict[str, Any], theirs: dict[str, Any]) -> None:
    rows = {row["department"]: row for row in found["departments"]}
    own = [rows[name] for name in theirs["department"]]
    for key in ("mean", "se", "df", "deff"):
        assert [row[key] for row in own] == pytest.approx(theirs[key], rel=1e-9), key
    assert [row["preset"]["mean"] for row in own] == pytest.approx(theirs["preset"], rel=1e-9)
    for mark in ("anyneg", "neg1"):
        shares = [found["marks"][mark][name] for name in theirs["department"]]
        assert [one["share"] for one in shares] == pytest.approx(theirs[mark], rel=1e-9, abs=1e-12)
        assert [one["se"] for one in shares] == pytest.approx(theirs[f"{mark}_se"], rel=1e-9, abs=1e-12)


def test_ten_thousand_respondents_and_a_hundred_departments_are_estimated_as_r_does(
    tmp_path: Path, figures: dict[str, Any]
) -> None:
    found, theirs = estimated(tmp_path, "main"), figures["main"]
    assert len(theirs["department"]) == 100
    meets(found, theirs)
    assert [row["preset"]["se"] for row in found["departments"]] == pytest.approx(theirs["preset_se"], rel=1e-9)


@pytest.mark.parametrize("rule", RULES)
def test_a_stratum_with_a_single_respondent_adds_what_r_lets_it_add(
    tmp_path: Path, figures: dict[str, Any], rule: str
) -> None:
    meets(estimated(tmp_path, "small", "--lonely", rule, alone=True), figures[rule])


def test_the_variance_of_a_department_is_on_the_diagonal_whatever_the_rule(tmp_path: Path) -> None:
    # R widens its matrix by all lonely strata but its standard errors only by those that rated the department.
    for rule in (*RULES, "merge"):
        found = estimated(tmp_path, "small", "--lonely", rule, alone=True)
        ends = [row[place] for place, row in enumerate(found["covariance"])]
        assert ends == pytest.approx([row["se"] ** 2 for row in found["departments"]], rel=1e-12), rule
