"""Items, planning, assignment and raking at the command line."""

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.cli.surveys import csv_text, reference_figures, reference_table, refused, stats_command, written

STRATA = "stratum,population\nenterprise,5000\ncitizen,80000\ndeputy,40\n"
PEOPLE = csv_text(("respondent", "stratum"), [(number, "ab"[number % 2]) for number in range(60)])


def kept(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.reference
def test_the_items_of_the_published_scale_have_the_published_alpha(tmp_path: Path) -> None:
    rows = reference_table("r-survey", "psych_items.csv")
    figures = json.dumps(reference_figures("r-survey", "psych.json"))
    answers = kept(tmp_path / "I.csv", csv_text(tuple(rows[0]), [tuple(row.values()) for row in rows]))
    found = written(tmp_path / "O.json", "items", "--answers", answers, "--lowest", 1, "--highest", 5)
    assert len(found["items"]) == 12
    assert f"{found['alpha']:.9f}"[:9] in figures


def test_an_item_that_all_answer_alike_gets_advice_in_words(tmp_path: Path) -> None:
    rows = [(100, 25 * (number % 5), 25 * (number % 5), "xy"[number % 2]) for number in range(100)]
    answers = kept(tmp_path / "I.csv", csv_text(("same", "one", "two", "stratum"), rows))
    found = written(tmp_path / "O.json", "items", "--answers", answers)
    assert [one["item"] for one in found["items"]] == ["same", "one", "two"]
    says = {(one["item"], one["code"]): one["says"] for one in found["advice"]}
    assert "100.0% gave the same answer: this item tells nothing" in says["same", "alike"]
    assert "“two”" in says["one", "redundant"]
    assert {one["stratum"] for one in found["differences"]} == {"x", "y"}


def test_an_item_that_tells_opinions_apart_nowhere_is_named(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    seen = rng.normal(size=(900, 1)) * [2.0, 1.8, 1.5, 0.1] + rng.logistic(size=(900, 4))
    rows = (25 * np.digitize(seen, [-2, -1, 0, 1])).tolist()
    answers = kept(tmp_path / "I.csv", csv_text(("good", "fair", "fine", "noise"), rows))
    found = written(tmp_path / "O.json", "items", "--answers", answers)
    graded = {one["item"]: one for one in found["items"]}
    assert graded["good"]["information"] > 0.8 > graded["noise"]["information"]
    assert graded["good"]["thresholds"] == sorted(graded["good"]["thresholds"])
    assert [one["item"] for one in found["advice"] if one["code"] == "uninformative"] == ["noise"]
    few = kept(tmp_path / "I.csv", csv_text(("good", "fair", "fine", "noise"), rows[:200]))
    assert {one["slope"] for one in written(tmp_path / "O.json", "items", "--answers", few)["items"]} == {None}


def test_faulty_answers_are_told_by_row_and_column(tmp_path: Path) -> None:
    answers = kept(tmp_path / "I.csv", "stratum,q1\nx,101\n,50\n")
    said = refused(tmp_path / "O.json", "items", "--answers", answers)
    assert "I.csv:2: q1: 101" in said
    assert "I.csv:3: stratum: " in said
    assert "I.csv:1: " in refused(tmp_path / "O.json", "items", "--answers", kept(answers, "stratum\nx\n"))


def test_a_plan_asks_enough_of_every_stratum(tmp_path: Path) -> None:
    strata = kept(tmp_path / "S.csv", STRATA)
    found = written(tmp_path / "P.json", "plan", "--strata", strata, "--margin", 5)
    # deff (1.96 sd / 5)² = 253.7, and 253.7 / (1 + 253.7 / 85,040) = 252.96.
    assert found["ratings"] == found["needed"] == 253
    assert found["margin"] == pytest.approx(5, abs=0.02)
    assert sum(one["ratings"] for one in found["strata"]) == 253
    assert [one["census"] for one in found["strata"]] == [False, False, True]
    assert all(one["ratings"] >= 30 for one in found["strata"])
    assert all(one["ratings"] <= one["respondents"] <= one["invitations"] for one in found["strata"])


@pytest.mark.parametrize(
    ("strata", "place"),
    [
        (STRATA.replace("40", "0"), "S.csv:4: population: “0”"),
        (STRATA.replace("40", "2.5"), "S.csv:4: population: “2.5”"),
        (STRATA.replace("deputy", "citizen"), "S.csv:4: stratum: "),
        ("stratum,population,sd\na,10,0\n", "S.csv:2: sd: 0"),
        ("stratum,population,weight\na,10,-1\n", "S.csv:2: weight: -1"),
    ],
)
def test_a_faulty_stratum_is_told_by_row_and_column(tmp_path: Path, strata: str, place: str) -> None:
    assert place in refused(tmp_path / "P.json", "plan", "--strata", kept(tmp_path / "S.csv", strata))


def test_everybody_gets_departments_they_may_rate_equally_often(tmp_path: Path) -> None:
    departments = csv_text(("department", "b"), [(f"D{d:02}", int(d < 15)) for d in range(20)])
    words = ("assign", "--respondents", kept(tmp_path / "R.csv", PEOPLE), "--load", 4, "--out", tmp_path / "B.csv")
    stats_command(*words, "--departments", kept(tmp_path / "D.csv", departments), "--report", tmp_path / "report.json")
    given = rows_of(tmp_path / "B.csv")
    assert set(Counter(row["respondent"] for row in given).values()) == {4}
    assert len({(row["respondent"], row["department"]) for row in given}) == len(given) == 240
    assert all(row["department"] < "D15" for row in given if int(row["respondent"]) % 2)
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["short"] == 0
    assert report["replication"] == {"a": [6, 6], "b": [8, 8]}


def test_faulty_departments_are_told_by_row_and_column(tmp_path: Path) -> None:
    departments = kept(tmp_path / "D.csv", "department,b\nD1,yes\nD1,1\n")
    words = ("assign", "--respondents", kept(tmp_path / "R.csv", PEOPLE), "--departments", departments)
    said = refused(tmp_path / "B.csv", *words)
    assert "D.csv:2: b: “yes”" in said
    assert "D.csv:3: department: " in said


@pytest.mark.reference
def test_raked_weights_are_those_of_the_survey_package(tmp_path: Path) -> None:
    rows = reference_table("r-survey", "small_respondents.csv")
    figures = reference_figures("r-survey", "small.json")["rake"]
    asked = [[row[name] for name in ("resp", "cat", "N_h", "w", "sex", "age")] for row in rows]
    heading = ("respondent", "stratum", "population", "weight", "sex", "age")
    whole = sum(float(row["w"]) for row in rows)
    parts = {("sex", "F"): 0.52, ("sex", "M"): 0.48}
    parts |= {("age", f"a{n}"): part for n, part in enumerate((0.22, 0.28, 0.30, 0.20), start=1)}
    margins = csv_text(("margin", "level", "total"), [(*key, repr(whole * part)) for key, part in parts.items()])
    people = kept(tmp_path / "R.csv", csv_text(heading, asked))
    words = ("rake", "--respondents", people, "--margins", kept(tmp_path / "M.csv", margins))
    said = stats_command(*words, "--out", tmp_path / "W.csv").stderr
    weights = [float(row["weight"]) for row in rows_of(tmp_path / "W.csv")]
    assert weights[:20] == pytest.approx(figures["weights_first20"], rel=1e-8)
    assert f"{figures['kish_deff']:.2f}" in said


MARGINS = "margin,level,total\nsex,F,60\nsex,M,40\n"
RAKED = "respondent,stratum,sex\n1,a,F\n2,a,F\n3,a,M\n"


@pytest.mark.parametrize(
    ("people", "margins", "place"),
    [
        (RAKED.replace("3,a,M", "3,a,X"), MARGINS, "R.csv:4: sex: “X”"),
        (RAKED, MARGINS.replace("sex,M", "age,M"), "M.csv:3: margin: "),
        (RAKED, MARGINS.replace("40", "-40"), "M.csv:3: total: -40"),
        (RAKED, MARGINS.replace("sex,M", "sex,F"), "M.csv:3: level: "),
        (RAKED, MARGINS + "sex,N,5\n", "M.csv: "),
    ],
)
def test_a_faulty_margin_is_told_by_row_and_column(tmp_path: Path, people: str, margins: str, place: str) -> None:
    words = ("--respondents", kept(tmp_path / "R.csv", people), "--margins", kept(tmp_path / "M.csv", margins))
    assert place in refused(tmp_path / "W.csv", "rake", *words)


def test_margins_that_cannot_be_met_leave_no_weights(tmp_path: Path) -> None:
    people = "respondent,stratum,sex,home\n1,a,F,x\n2,a,F,x\n3,a,M,y\n"
    margins = MARGINS + "home,x,20\nhome,y,80\n"
    words = ("--respondents", kept(tmp_path / "R.csv", people), "--margins", kept(tmp_path / "M.csv", margins))
    stats_command("rake", *words, "--out", tmp_path / "W.csv", exit_code=1)
    assert not (tmp_path / "W.csv").exists()


def test_trimmed_weights_still_meet_the_margins(tmp_path: Path) -> None:
    people = csv_text(
        ("respondent", "stratum", "sex", "weight"), [(n, "a", "FM"[n % 2], 1 + 40 * (n == 7)) for n in range(40)]
    )
    words = ("--respondents", kept(tmp_path / "R.csv", people), "--margins", kept(tmp_path / "M.csv", MARGINS))
    said = stats_command("rake", *words, "--trim", 3, "--out", tmp_path / "W.csv").stderr
    rows = rows_of(tmp_path / "W.csv")
    assert sum(float(row["weight"]) for row in rows if row["sex"] == "F") == pytest.approx(60)
    assert max(float(row["weight"]) for row in rows) < 10
    assert "Kish" in said
