"""What ``r_survey.R`` wrote of the large case and of lonely strata, met by ``appraisal stats estimate``.

The figures lie here; the answers lie beside the project, and the tests are skipped by name where they are absent.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.surveys import (
    csv_text,
    reference_figures,
    reference_table,
    refused,
    stats_command,
    survey_files,
    written,
)

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


def raked(folder: Path) -> tuple[Path, list[object]]:
    """M.csv, and the words that estimate the small case; R.csv has a column for every margin."""
    people = reference_table("r-survey", "small_respondents.csv")
    names = ("resp", "cat", "N_h", "w", "preset", "sex", "age")
    columns = ("respondent", "stratum", "population", "weight", "category_weight", "sex", "age")
    estimated(folder, "small")
    (folder / "R.csv").write_text(csv_text(columns, [[row[name] for name in names] for row in people]), "utf-8")
    whole = sum(float(row["w"]) for row in people)
    parts = {("sex", "F"): 0.52, ("sex", "M"): 0.48}
    parts |= {("age", f"a{n}"): part for n, part in enumerate((0.22, 0.28, 0.30, 0.20), start=1)}
    rows = [(*key, repr(whole * part)) for key, part in parts.items()]
    (folder / "M.csv").write_text(csv_text(("margin", "level", "total"), rows), "utf-8")
    return folder / "M.csv", ["--ratings", folder / "A.csv", "--pool-below", 0, "--calibrate", folder / "M.csv"]


def meets_raked(found: dict[str, Any], theirs: dict[str, Any]) -> None:
    rows = {row["department"]: row for row in found["departments"]}
    for name, wanted in theirs.items():
        own, share = rows[name], found["marks"]["anyneg"][name]
        assert (own["mean"], own["se"]) == pytest.approx((wanted["mean"], wanted["se"]), rel=1e-8)
        assert (share["share"], share["se"]) == pytest.approx((wanted["anyneg"], wanted["anyneg_se"]), rel=1e-8)
        assert own["preset"]["mean"] == pytest.approx(wanted["preset"], rel=1e-8)


def test_standard_errors_know_of_the_raking_as_rs_do(tmp_path: Path, figures: dict[str, Any]) -> None:
    words = raked(tmp_path)[1]
    found = written(tmp_path / "E.json", "estimate", "--respondents", tmp_path / "R.csv", *words)
    meets_raked(found, figures["raked"])
    for place, row in enumerate(found["departments"]):
        assert row["preset"]["se"] == pytest.approx(figures["raked"][row["department"]]["preset_se"], rel=1e-7)
        assert found["covariance"][place][place] == pytest.approx(row["se"] ** 2, rel=1e-12)
        assert 1 < row["deff"] < 5
    published = reference_figures("r-survey", "small.json")["rake_dept_mean"]
    assert [row["se"] for row in found["departments"]] == pytest.approx(published["se"], rel=1e-8)


def test_weights_that_were_raked_before_give_the_same_errors(tmp_path: Path, figures: dict[str, Any]) -> None:
    margins, words = raked(tmp_path)
    weights = tmp_path / "W.csv"
    stats_command("rake", "--respondents", tmp_path / "R.csv", "--margins", margins, "--out", weights)
    found = written(tmp_path / "E.json", "estimate", "--respondents", weights, *words)
    meets_raked(found, figures["raked"])
    naive = written(tmp_path / "N.json", "estimate", "--respondents", weights, *words[:4])
    pairs = list(zip(found["departments"], naive["departments"], strict=True))
    assert [own["mean"] for own, _ in pairs] == pytest.approx([other["mean"] for _, other in pairs], rel=1e-9)
    assert all(own["se"] != pytest.approx(other["se"], rel=1e-3) for own, other in pairs)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("sex,F", "sex,X", "R.csv:2: sex: "),
        ("sex,F", "race,F", "M.csv:2: margin: "),
        ("total", "sum", "M.csv:1: total: "),
    ],
)
def test_faulty_margins_are_told_with_the_other_files(tmp_path: Path, before: str, after: str, place: str) -> None:
    margins, words = raked(tmp_path)
    margins.write_text(margins.read_text("utf-8").replace(before, after), "utf-8")
    assert place in refused(tmp_path / "F.json", "estimate", "--respondents", tmp_path / "R.csv", *words)


def test_margins_of_different_populations_are_refused_by_their_file(tmp_path: Path) -> None:
    margins, words = raked(tmp_path)
    margins.write_text("margin,level,total\nsex,F,10\nsex,M,10\nage,a1,9\nage,a2,9\nage,a3,9\nage,a4,9\n", "utf-8")
    assert "M.csv: " in refused(tmp_path / "F.json", "estimate", "--respondents", tmp_path / "R.csv", *words)
