"""What the statistics commands write, held against R's survey package, csranks and a real city's survey."""

import json
from pathlib import Path
from typing import Any

import pytest
import scipy.stats

from tests.cli.surveys import csv_text, reference_figures, reference_table, survey_files, written

pytestmark = pytest.mark.reference
CLOSE = {"rel": 1e-9}
ASKED = ("respondent", "stratum", "population", "weight", "category_weight")


def case_files(folder: Path, case: str) -> tuple[object, ...]:
    asked = [
        [row[name] for name in ("resp", "cat", "N_h", "w", "preset")]
        for row in reference_table("r-survey", f"{case}_respondents.csv")
    ]
    said = [
        (row["resp"], row["dept"], row["score"], int(int(row["neg_mask"]) > 0), int(row["neg_mask"]) & 1)
        for row in reference_table("r-survey", f"{case}_ratings.csv")
    ]
    heading = ("respondent", "department", "score", "anyneg", "neg1")
    return survey_files(folder, csv_text(ASKED, asked), csv_text(heading, said))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("small")
    return written(folder / "E.json", "estimate", *case_files(folder, "small"), "--pool-below", 0)


def test_means_are_those_of_the_survey_package(small: dict[str, Any]) -> None:
    figures = reference_figures("r-survey", "small.json")["dept_mean"]
    rows = small["departments"]
    assert [row["department"] for row in rows] == figures["dept"]
    for key, theirs in {"n": "n", "mean": "est", "se": "se", "df": "df_domain", "deff": "deff"}.items():
        assert [row[key] for row in rows] == pytest.approx(figures[theirs], **CLOSE), key


def test_intervals_and_covariances_are_those_of_the_survey_package(small: dict[str, Any]) -> None:
    figures = reference_figures("r-survey", "small.json")
    low, high = zip(*(row["ci95"] for row in small["departments"]), strict=True)
    assert list(low) == pytest.approx(figures["dept_mean"]["ci_tdom_lo"], **CLOSE)
    assert list(high) == pytest.approx([min(end, 100) for end in figures["dept_mean"]["ci_tdom_hi"]], **CLOSE)
    for own, theirs in zip(small["covariance"], figures["dept_mean"]["cov"], strict=True):
        assert own == pytest.approx(theirs, rel=1e-9, abs=1e-12)
    assert small["degf"] == figures["meta"]["degf_full"]


def test_preset_scores_are_those_of_the_survey_package(small: dict[str, Any]) -> None:
    figures = reference_figures("r-survey", "small.json")["preset_score"]
    preset = [row["preset"] for row in small["departments"]]
    assert [one["mean"] for one in preset] == pytest.approx(figures["est"], **CLOSE)
    assert [one["se"] for one in preset] == pytest.approx(figures["se"], **CLOSE)
    assert {one["weight_covered"] for one in preset} == {1.0}


@pytest.mark.parametrize(("mark", "key"), [("anyneg", "dept_anyneg"), ("neg1", "dept_neg1")])
def test_shares_of_marks_are_those_of_the_survey_package(small: dict[str, Any], mark: str, key: str) -> None:
    figures = reference_figures("r-survey", "small.json")[key]
    own = [small["marks"][mark][department] for department in figures["dept"]]
    assert [one["share"] for one in own] == pytest.approx(figures["est"], **CLOSE)
    assert [one["se"] for one in own] == pytest.approx(figures["se"], rel=1e-9, abs=1e-9)


def test_a_department_without_ratings_has_no_result(tmp_path: Path) -> None:
    found = written(tmp_path / "E.json", "estimate", *case_files(tmp_path, "edge_empty_cell"))
    rows = {row["department"]: row for row in found["departments"]}
    assert (rows["D002"]["n"], rows["D002"]["mean"], rows["D002"]["ci95"]) == (0, None, [None, None])
    figures = reference_figures("r-survey", "edge_empty_cell.json")["dept_mean"]
    means = dict(zip(figures["dept"], figures["est"], strict=True))
    assert rows["D001"]["mean"] == pytest.approx(means["D001"], **CLOSE)


@pytest.mark.parametrize("kind", ["marginal", "simultaneous"])
def test_rank_sets_are_those_of_csranks(tmp_path: Path, kind: str) -> None:
    case = reference_figures("r-survey", "ranks.json")
    names = [f"D{place:02}" for place in range(len(case["x"]))]
    values = {"names": names, "estimate": case["x"], "covariance": case["Sigma"]}
    (tmp_path / "V.json").write_text(json.dumps(values), "utf-8")
    found = written(tmp_path / "K.json", "ranks", "--values", tmp_path / "V.json", "--draws", 40_000, "--seed", 1)
    assert set(found) == {"names", "rank", "marginal", "simultaneous", "level"}
    assert found["rank"] == case["irank"]
    unstable = {int(place) - 1 for place in case[kind]["unstable"]}
    for place, ends in enumerate(zip(case[kind]["L"], case[kind]["U"], strict=True)):
        assert found[kind][place] == pytest.approx(ends, abs=int(place in unstable)), names[place]


@pytest.mark.parametrize("design", ["stratified_equal_weights", "equal_district_population_with_fpc"])
def test_a_real_survey_is_estimated_as_the_survey_package_does(tmp_path: Path, design: str) -> None:
    people = reference_table("kansas-city-2021q3", "responses.csv")
    figures = reference_figures("kansas-city-2021q3", "estimates-r-survey-4.1.json")
    services = [f"q3_{number:02}" for number in range(1, 17)]
    population = "" if design == "stratified_equal_weights" else repr(508090 / 6)
    asked = [(one["respondent"], one["district"], population) for one in people]
    said = [
        (one["respondent"], service, "" if one[service] == "9" else 25 * (int(one[service]) - 1))
        for one in people
        for service in services
        if one[service]
    ]
    files = survey_files(tmp_path, csv_text(ASKED[:3], asked), csv_text(("respondent", "department", "score"), said))
    found = written(tmp_path / "E.json", "estimate", *files)
    theirs = figures[design]
    assert found["degf"] == theirs["degf"]
    for key in ("n", "mean", "se"):
        assert [row[key] for row in found["departments"]] == pytest.approx([one[key] for one in theirs["items"]]), key
    for own, row in zip(found["covariance"], theirs["covariance_of_means"], strict=True):
        assert own == pytest.approx(row, **CLOSE)
    for one, row in zip(theirs["items"], found["departments"], strict=True):
        # Theirs has the degrees of freedom of the whole design, ours of those who rated: a little wider.
        assert row["ci95"] == pytest.approx(one["ci95"], abs=0.005)
        low, high = row["ci95"]
        assert high - low >= one["ci95"][1] - one["ci95"][0]


def test_every_pair_is_tested_and_the_flags_of_plain_counts_are_those_of_the_binomial_test(tmp_path: Path) -> None:
    files = case_files(tmp_path, "small")
    found = written(tmp_path / "F.json", "flags", *files)["flags"]
    assert len(found) == 8 * 2
    assert [one["p"] for one in found] == sorted(one["p"] for one in found)
    for one in found:
        ticks = round(one["share"] * one["n"])
        exact = scipy.stats.binom.sf(ticks - 1, one["n"], one["expected"])
        assert one["p"] == pytest.approx(exact, rel=1e-7)
        assert one["flagged"] == (one["q_bh"] <= 0.05 and (one["ratio"] >= 2 or one["share"] - one["expected"] >= 0.05))
        assert f"Of {one['n']} ballots about {one['department']}, {ticks} ticked" in one["why"]
