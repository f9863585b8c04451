"""What the statistics commands write for a few respondents whose figures are worked out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.surveys import RATINGS, RESPONDENTS, csv_text, stats_command, survey_files, written


def test_an_estimate_has_every_part_and_no_result_is_null(tmp_path: Path) -> None:
    found = written(tmp_path / "E.json", "estimate", *survey_files(tmp_path, ratings=RATINGS + "2,D3,,\n"))
    assert set(found) == {"degf", "departments", "covariance", "marks"}
    first, second, third = found["departments"]
    assert set(first) == {"department", "n", "mean", "se", "df", "ci95", "deff", "preset"}
    assert (first["department"], first["n"], first["mean"], first["df"]) == ("D1", 2, 70, 1)
    assert (second["mean"], second["se"], second["ci95"]) == (100, 0, [None, None])
    assert (third["n"], third["mean"], third["ci95"]) == (0, None, [None, None])
    assert first["preset"]["weight_covered"] == pytest.approx(0.6)
    assert found["covariance"][2] == [None] * 3
    assert found["marks"]["rude"]["D1"]["share"] == 0.5
    assert found["marks"]["rude"]["D3"] == {"share": None, "se": None, "ci95": [None, None]}


def test_weights_follow_from_the_population_or_are_one(tmp_path: Path) -> None:
    said = "respondent,department,score\n1,D1,100\n2,D1,0\n3,D1,0\n"
    known = survey_files(tmp_path, "respondent,stratum,population\n1,a,6\n2,b,4\n3,b,4\n", said)
    assert written(tmp_path / "E.json", "estimate", *known)["departments"][0]["mean"] == 60
    unknown = survey_files(tmp_path, "respondent,stratum\n1,a\n2,b\n3,b\n", said)
    found = written(tmp_path / "E.json", "estimate", *unknown)["departments"][0]
    assert (found["mean"], found["preset"]) == (pytest.approx(100 / 3), None)


def test_the_limit_of_missing_weight_is_a_choice(tmp_path: Path) -> None:
    files = survey_files(tmp_path)
    strict = written(tmp_path / "E.json", "estimate", *files)["departments"][0]["preset"]
    loose = written(tmp_path / "E.json", "estimate", *files, "--missing-limit", 0.5)["departments"][0]["preset"]
    assert (strict["mean"], loose["mean"]) == (None, 70)


def test_a_lonely_stratum_widens_or_not_as_asked(tmp_path: Path) -> None:
    files = survey_files(tmp_path, ratings=RATINGS.replace("3,D1,,", "3,D1,0,0"))
    se = {
        rule: written(tmp_path / "E.json", "estimate", *files, "--lonely", rule)["departments"][0]["se"]
        for rule in ("adjust", "merge", "average", "certainty")
    }
    assert se["certainty"] < se["adjust"]
    assert se["certainty"] < se["average"]
    assert se["merge"] not in (se["certainty"], se["adjust"])
    assert written(tmp_path / "E.json", "estimate", *files)["departments"][0]["se"] == se["merge"]


def test_a_mark_that_sticks_to_one_department_is_flagged_with_a_sentence(tmp_path: Path) -> None:
    people = csv_text(("respondent", "stratum"), [(number, "a") for number in range(200)])
    said = [
        (number, f"D{department}", 80, int((department == 1 and number < 60) or number < 4))
        for number in range(200)
        for department in range(5)
    ]
    files = survey_files(tmp_path, people, csv_text(("respondent", "department", "score", "slow"), said))
    found = written(tmp_path / "F.json", "flags", *files)["flags"]
    assert [(one["department"], one["flagged"]) for one in found][:2] == [("D1", True), ("D0", False)]
    assert set(found[0]) >= {"department", "mark", "n", "share", "expected", "ratio", "p", "q_bh", "q_by", "eb05"}
    said = "Of 200 ballots about D1, 60 ticked “slow”: 30.0%, where the kinds of respondents it has"
    assert "评价D1的200份评议票中，有60份勾选“slow”，占30.0%" in found[0]["why"]
    assert said in found[0]["why"]
    assert "<0.001: more than chance, and by enough to matter." in found[0]["why"]
    assert "q = 1.000: may be chance." in found[1]["why"]
    assert 2 < found[0]["eb05"] < found[0]["ratio"]


def test_without_marks_there_is_nothing_to_flag(tmp_path: Path) -> None:
    files = survey_files(tmp_path, ratings="respondent,department,score\n1,D1,80\n")
    assert written(tmp_path / "F.json", "flags", *files) == {"flags": []}


def test_a_department_without_a_result_has_no_rank(tmp_path: Path) -> None:
    values = {
        "names": ["a", "b", "c"],
        "estimate": [90, None, 50],
        "covariance": [[1, None, 0], [None] * 3, [0, None, 1]],
    }
    (tmp_path / "V.json").write_text(json.dumps(values), "utf-8")
    found = written(tmp_path / "K.json", "ranks", "--values", tmp_path / "V.json", "--draws", 500, "--seed", 3)
    assert found["rank"] == [1, None, 2]
    assert found["marginal"] == found["simultaneous"] == [[1, 1], [None, None], [2, 2]]
    assert found["level"] == 0.95


def ranked(folder: Path, **further: object) -> dict[str, Any]:
    covariance = [[1, 0, 0, None], [0, 1, 0, None], [0, 0, 0, None], [None] * 4]
    values = {"names": ["a", "b", "c", "d"], "estimate": [54, 50, 40, None], "covariance": covariance, **further}
    (folder / "V.json").write_text(json.dumps(values), "utf-8")
    return written(folder / "K.json", "ranks", "--values", folder / "V.json", "--draws", 2_000, "--seed", 3)


def test_few_degrees_of_freedom_widen_the_sets_of_ranks(tmp_path: Path) -> None:
    few = ranked(tmp_path, df=[2, 2, 0, None])
    assert ranked(tmp_path)["simultaneous"] == [[1, 1], [2, 2], [None, None], [None, None]]
    assert few["simultaneous"] == few["marginal"] == [[1, 2], [1, 2], [None, None], [None, None]]
    assert few["rank"] == [1, 2, None, None]


@pytest.mark.parametrize("command", ["estimate", "flags"])
def test_the_help_states_the_columns(command: str) -> None:
    said = stats_command(command, "--help").stdout
    assert "respondent,stratum,population,weight,category_weight" in said
    assert "respondent,department,score" in said
    assert RESPONDENTS.startswith("respondent,stratum,population,weight,category_weight")
