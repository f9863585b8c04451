"""Real answers: the resident survey of Kansas City (September 2021), imported and scored through the command line.

1,033 residents in six council districts rated sixteen city services. The figures to meet were computed with R's ``survey`` 4.1;
they lie beside the project with the answers, and the tests are skipped by name where that folder is absent.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from appraisal import stats
from appraisal.cli import main

FOLDER = Path(__file__).parents[3] / "shared" / "reference" / "kansas-city-2021q3"
ANSWERS = {"5": "S5", "4": "S4", "3": "S3", "2": "S2", "1": "S1", "9": "S0"}
SERVICES = [f"q3_{number:02}" for number in range(1, 17)]
POPULATIONS = {"stratified_equal_weights": "", "equal_district_population_with_fpc": repr(508090 / 6)}
TOLERANCE = 1e-9

pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the Kansas City survey does not lie beside the project"),
]

ROUND = """
[round]
code = "KC2021"
title_zh = "堪萨斯城居民调查"
title_en = "Kansas City resident survey"
kind = "综合"
opens_on = 2021-09-01
closes_on = 2021-09-30
per_ballot = 16
[office]
name_zh = "城市数据办公室"
name_en = "City data office"
number_mark = "数办提"
contact = "311"
[policy]
score_item = "Q3"
combine = "population"
[[group]]
code = "CITY"
name_zh = "城市服务"
name_en = "City services"
weights = { D1 = 1, D2 = 1, D3 = 1, D4 = 1, D5 = 1, D6 = 1 }
"""

QUESTIONNAIRE = """
code = "KC"
[title]
zh = "居民调查"
en = "Resident survey"
[[scale]]
code = "S"
option = [
  { code = "S5", value = 100, zh = "很满意", en = "Very satisfied" },
  { code = "S4", value = 75, zh = "满意", en = "Satisfied" },
  { code = "S3", value = 50, zh = "一般", en = "Neutral" },
  { code = "S2", value = 25, zh = "不满意", en = "Dissatisfied" },
  { code = "S1", value = 0, zh = "很不满意", en = "Very dissatisfied" },
  { code = "S0", role = "unknown", zh = "不了解", en = "Don't know" },
]
[[section]]
code = "SERVICE"
each = "department"
zh = "服务"
en = "Service"
[[section.item]]
code = "Q3"
kind = "rating"
scale = "S"
zh = "满意程度"
en = "Satisfaction"
"""


def write_rows(path: Path, rows: Iterator[list[str]] | list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def ballots() -> Iterator[list[str]]:
    yield ["ballot", "stratum", "department", "item", "answer"]
    with (FOLDER / "responses.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for service in SERVICES:
                yield [row["respondent"], f"D{row['district']}", service, "Q3", ANSWERS[row[service]]]


def write_round(folder: Path, population: str) -> None:
    (folder / "round.toml").write_text(ROUND, "utf-8")
    (folder / "questionnaire.toml").write_text(QUESTIONNAIRE, "utf-8")
    departments = [[service, service, service, "CITY", "true"] for service in SERVICES]
    write_rows(folder / "departments.csv", [["code", "name_zh", "name_en", "group", "ranked"], *departments])
    strata = [[f"D{district}", f"第{district}区", "", population, "0"] for district in range(1, 7)]
    write_rows(folder / "strata.csv", [["code", "name_zh", "name_en", "population", "codes"], *strata])
    write_rows(folder / "ballots.csv", ballots())


def run(home: Path, *words: str) -> str:
    done = CliRunner().invoke(main, words, env={"APPRAISAL_HOME": str(home)}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module", params=sorted(POPULATIONS))
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """(what the platform exports, what R said) for one design."""
    folder, home = tmp_path_factory.mktemp("round"), tmp_path_factory.mktemp("home")
    write_round(folder, POPULATIONS[request.param])
    run(home, "db", "upgrade")
    run(home, "round", "import", str(folder))
    run(home, "round", "score", "KC2021")
    exported = json.loads(run(home, "export", "estimates", "KC2021", "--json"))
    expected = json.loads((FOLDER / "estimates-r-survey-4.1.json").read_text("utf-8"))
    return exported, expected[request.param]


def pairs(both: tuple[Any, Any]) -> list[tuple[Any, Any]]:
    exported, expected = both
    by_code = {one["code"]: one for one in exported["departments"]}
    assert len(expected["items"]) == len(by_code) == len(SERVICES)
    return [(by_code[item["item"]], item) for item in expected["items"]]


def close(expected: float) -> object:
    return pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE)


def test_every_resident_is_counted_also_in_the_districts_denominator(both: tuple[Any, Any]) -> None:
    exported, expected = both
    assert sum(one["ballots"] for one in exported["response"]) == 1033
    assert sum(one["ballots"] for one in exported["response"]) - len(exported["response"]) == expected["degf"]


def test_means_and_standard_errors_are_those_of_survey(both: tuple[Any, Any]) -> None:
    for ours, theirs in pairs(both):
        assert ours["score"]["n"] == theirs["n"]
        assert ours["score"]["value"] == close(theirs["mean"])
        assert ours["score"]["se"] == close(theirs["se"])


def test_intervals_are_those_of_survey_at_the_degrees_of_freedom_that_it_took(both: tuple[Any, Any]) -> None:
    # The published interval counts only the districts' raters (R's degf of the subset); R's confint was given the full design's.
    full = both[1]["degf"]
    for ours, theirs in pairs(both):
        score = ours["score"]
        mean = stats.Means(*(np.array([part]) for part in (score["n"], score["value"], score["se"], score["df"], 1.0)))
        low, high = mean.interval(df=full)
        assert [low[0], high[0]] == [close(end) for end in theirs["ci95"]]
        own_low, own_high = mean.interval()
        assert [own_low[0], own_high[0]] == [close(score["low"]), close(score["high"])]
        assert score["df"] == theirs["n"] - 6


def test_shares_of_the_dissatisfied_and_their_intervals_are_those_of_survey(both: tuple[Any, Any]) -> None:
    for ours, theirs in pairs(both):
        share = ours["dissatisfied"]
        p, v, n, df = share["value"], share["se"] ** 2, share["n"], share["df"]
        assert p == close(theirs["negative_share"])
        assert share["se"] == close(theirs["negative_se"])
        # R lets the effective sample size exceed n; we do not, and then our interval is the wider one.
        ends = stats.korn_graubard(p, p * (1 - p) / v, n, df)
        assert [float(end) for end in ends] == [close(end) for end in theirs["negative_ci95_beta"]]
        low, high = theirs["negative_ci95_beta"]
        assert share["low"] <= low + TOLERANCE
        assert share["high"] >= high - TOLERANCE
        if p * (1 - p) / v <= n:
            assert [share["low"], share["high"]] == [close(low), close(high)]


def test_the_share_of_dont_know_is_one_minus_awareness(both: tuple[Any, Any]) -> None:
    for ours, theirs in pairs(both):
        assert 1 - ours["awareness"]["value"] == close(theirs["dont_know_share"])


def test_the_covariance_of_all_services_is_that_of_survey(both: tuple[Any, Any]) -> None:
    exported, expected = both
    for ours, theirs in zip(exported["covariance"], expected["covariance_of_means"], strict=True):
        assert ours == [close(cell) for cell in theirs]
