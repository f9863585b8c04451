"""A mini-sample at the command line, from the plan to the record; and the simulation of what its verdicts are worth."""

import csv
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from appraisal import collect, store
from appraisal.cli import main
from appraisal.model.ballot import Answers, Sheet
from appraisal.settings import Secrets, Settings, city_now
from appraisal.store import Engine
from tests.scoring.two_rounds import last_round


@pytest.fixture
def number(engine: Engine, settings: Settings) -> str:
    with store.transaction(engine) as db:
        return last_round(db)


def run(settings: Settings, *words: object) -> tuple[int, str]:
    result = CliRunner(env={"APPRAISAL_HOME": str(settings.home)}).invoke(main, [str(word) for word in words])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def answer_all(engine: Engine, secrets: Secrets, listed: Path, ticked: int) -> None:
    with listed.open(encoding="utf-8-sig", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    rng, today = random.Random(3), city_now().date()
    with store.transaction(engine) as db:
        for place, code in enumerate(codes):
            entry = collect.enter(db, code, secrets, today)
            mark = ("Z01",) if place < ticked else ("Z00",)
            said = Answers({"D1": Sheet({"A3": "S4"}, {"Z": mark}, {})}, Sheet())
            collect.cast(db, entry, said, rng.randbytes(16), secrets, rng, today)


def test_a_mini_sample_from_plan_to_record(
    settings: Settings, engine: Engine, secrets: Secrets, number: str, tmp_path: Path
) -> None:
    asked = ("recheck", "plan", number, "--stratum", "citizen", "--aim", 5)
    assert "nothing set up" in run(settings, *asked, "--only-say")[1]
    code, said = run(settings, *asked, "--json")
    planned = json.loads(said)
    assert (code, planned["before"]["share"], planned["code"]) == (0, 0.4, f"FC-{number[3:]}")
    listed = tmp_path / "codes.csv"
    opening = ("recheck", "open", planned["code"], "--list", listed, "--address", "https://pingyi.example")
    assert run(settings, *opening)[0] == 0
    assert run(settings, "recheck", "close", planned["code"])[0] == 1
    answer_all(engine, secrets, listed, 4)
    assert run(settings, "recheck", "close", planned["code"])[0] == 0
    assert "improved" in run(settings, "recheck", "result", planned["code"])[1]
    assert run(settings, "recheck", "result", planned["code"])[0] == 1
    assert "improved" in run(settings, "recheck", "list")[1]


def test_a_round_that_is_no_mini_sample_is_left_alone(settings: Settings, number: str) -> None:
    for deed in ("open", "close"):
        words = ("--list", "codes.csv") if deed == "open" else ()
        code, said = run(settings, "recheck", deed, "2025-1", *words)
        assert code == 1
        assert "not a mini-sample" in said


def test_what_cannot_be_shown_is_not_set_up(settings: Settings, number: str) -> None:
    assert run(settings, "recheck", "plan", number, "--stratum", "citizen", "--aim", 39)[0] == 1
    assert run(settings, "recheck", "list")[1] == "no mini-sample yet\n"


def test_the_simulation_holds_what_it_promises_and_shows_what_it_avoids(settings: Settings) -> None:
    code, said = run(settings, "bench", "helped", "--cities", 2, "--json")
    lines = json.loads(said)["lines"]
    assert code == 0
    assert sum(each["flagged"] for each in lines) > 100
    weighted = {
        name: sum(each[name] * each["flagged"] for each in lines) / sum(each["flagged"] for each in lines)
        for name in ("ignored", "improved", "adjusted", "worse")
    }
    assert weighted["adjusted"] <= weighted["improved"] < weighted["ignored"]
    assert weighted["worse"] < 0.05
