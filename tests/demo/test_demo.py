"""What ``./run`` promises of the demo city: planted problems found, slips in every state, a ledger that balances."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from appraisal import followup, rounds, scoring
from appraisal.demo.city import demo_rounds, write_folder
from appraisal.model.calendar import Colour
from appraisal.model.finding import FindingState, Outcome
from appraisal.model.helped import Verdict
from appraisal.model.objection import AppealState
from appraisal.model.results import Standing
from appraisal.model.round import RoundState, SlipForm
from appraisal.model.slip_moves import SlipState
from appraisal.secrecy.codes import show_code
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.findings import finding_sources
from appraisal.store.rechecks import all_rechecks
from tests.demo.conftest import BALLOTS, DemoHome

pytestmark = [pytest.mark.timeout(300)]


def planted(city: DemoHome, detectable: bool) -> set[tuple[str, str, str]]:
    truth = json.loads((city.home / "demo" / "truth.json").read_text("utf-8"))
    found = [one for one in truth["problems"] if one["detectable"] is detectable]
    return {(one["department"], one["item"], one["option"]) for one in found}


def test_every_planted_problem_that_is_detectable_is_flagged(city: DemoHome) -> None:
    flags = {(flag["department"], flag["item"], flag["option"]) for flag in city.json("flags", "R12")["flags"]}
    assert len(planted(city, detectable=True)) >= 20
    assert planted(city, detectable=True) <= flags


def test_hardly_a_flag_is_raised_where_nothing_was_planted(city: DemoHome) -> None:
    flags = {(flag["department"], flag["item"], flag["option"]) for flag in city.json("flags", "R12")["flags"]}
    everything = planted(city, detectable=True) | planted(city, detectable=False)
    assert len(flags - everything) <= 0.1 * len(flags)


def test_the_further_rules_hardly_hint_where_nothing_was_planted(city: DemoHome) -> None:
    marks = [flag for flag in city.json("flags", "R12")["hints"] if flag["item"]]
    everything = planted(city, detectable=True) | planted(city, detectable=False)
    false = [flag for flag in marks if (flag["department"], flag["item"], flag["option"]) not in everything]
    assert {flag["rule"] for flag in marks} >= {"eb05", "funnel", "worse"}
    assert len(false) <= 0.1 * len(marks)


def test_departments_that_changed_since_the_last_round_are_told_from_those_that_did_not(
    city: DemoHome, city_db: Session
) -> None:
    changed = json.loads((city.home / "demo" / "truth.json").read_text("utf-8"))["changed"]
    compared = [one for one in scoring.results(city_db, "R12").departments if one.change]
    real = {one.code: one.change.difference > 0 for one in compared if one.change and one.change.real}
    found = {code: up for code, up in real.items() if code in changed}
    # Half the ballots of the usual demo: not every shift is beyond chance, and one in twenty findings may be chance.
    assert len(compared) > 80
    assert len(found) >= 1
    assert all(up == (changed[code] > 0) for code, up in found.items())
    assert len(real) - len(found) <= 1


def test_ninety_six_departments_are_appraised_and_the_comment_only_ones_get_no_score(city_db: Session) -> None:
    departments = scoring.results(city_db, "R12").departments
    assert len(departments) == 96
    assert {one.ranked for one in departments if one.standing is Standing.NONE} == {False}
    assert all(one.score.value is None for one in departments if not one.ranked)


def test_every_ballot_that_was_cast_was_opened(city_db: Session) -> None:
    assert sum(response.ballots for response in scoring.results(city_db, "R12").response) == BALLOTS


def test_one_round_is_published_one_scored_and_one_open(city_db: Session) -> None:
    states = {line.code: line.state for line in rounds.all_rounds(city_db) if not line.code.startswith("FC-")}
    opened = {"Z03": RoundState.OPEN, "K01": RoundState.OPEN}
    assert states == {"R11": RoundState.PUBLISHED, "R12": RoundState.SCORED, **opened}


def test_at_least_ten_slips_are_issued_and_lie_in_the_folder_as_they_are_kept(city: DemoHome, city_db: Session) -> None:
    issued = [slip for slip in followup.slips(city_db, city_now().date()) if slip.sha256]
    assert len(issued) >= 10
    assert all(
        (city.home / "slips" / f"{slip.number}.pdf").read_bytes() == followup.pdf(city_db, slip.id) for slip in issued
    )


def test_slips_are_shown_in_every_state_and_colour(city_db: Session) -> None:
    slips = followup.slips(city_db, city_now().date())
    # "approved" is passed through within the minute: its letter is rendered at once.
    assert {slip.state for slip in slips} == set(SlipState) - {SlipState.APPROVED}
    assert {slip.colour for slip in slips} == set(Colour)


def test_the_ledger_balances_with_every_end_that_a_finding_can_have(city_db: Session) -> None:
    ledger = followup.ledger(city_db, None, city_now().date())
    assert ledger.balance.adds_up
    assert {line.state for line in ledger.lines} == set(FindingState)
    assert {line.outcome for line in ledger.lines} == {"", *Outcome}


def test_problems_rest_on_marks_flags_and_comments_that_two_people_read(city_db: Session) -> None:
    sources = [
        finding_sources(city_db, line.number) for line in followup.ledger(city_db, "R12", city_now().date()).lines
    ]
    assert any(one.marks and one.comments for one in sources)
    assert any(one.flags for one in sources)


def test_one_appeal_waits_and_one_was_upheld(city_db: Session) -> None:
    found = followup.appeals(city_db, city_now().date())
    assert {line.state for line in found} == {AppealState.FILED, AppealState.UPHELD}


def test_the_visitors_code_is_printed_again_when_asked_for(city: DemoHome) -> None:
    code = re.search(r"/q/(\w+)", city.said)
    assert code is not None
    assert code.group(0) in city.run("demo", "--where").stdout
    assert show_code(code.group(1)) in city.said


def test_a_second_filling_is_refused_and_asking_again_only_says_where_to_look(city: DemoHome) -> None:
    assert city.run("demo").exit_code == 1
    assert "/login" in city.run("demo", "--if-empty").stdout


def test_the_same_seed_gives_the_same_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    last, this, thematic = demo_rounds(city_now().date(), 3000)
    for one in (last, this, thematic):
        first = write_folder(one, tmp_path_factory.mktemp("first"))
        second = write_folder(one, tmp_path_factory.mktemp("second"))
        assert rounds.read_folder(first)[0] == rounds.read_folder(second)[0]


def test_a_place_where_somebody_has_begun_to_work_is_left_alone(tmp_path: Path) -> None:
    place = DemoHome(tmp_path / "var", "")
    place.run("db", "upgrade")
    secrets = (place.home / "keys" / "secrets.json").read_bytes()
    words = ("--name", "主办岗", "--role", "organiser", "--password", "correct horse battery")
    assert place.run("account", "add", "chief", *words).exit_code == 0
    assert place.run("demo", "--ballots", "300").exit_code == 1
    assert "chief" in place.run("account", "list").stdout
    assert (place.home / "keys" / "secrets.json").read_bytes() == secrets


def test_of_two_that_fill_at_once_the_second_finds_the_city(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "appraisal.cli", "demo", "--ballots", "300", "--if-empty"]
    env = {**os.environ, "APPRAISAL_HOME": str(tmp_path / "var")}
    both = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate(timeout=200)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert said[0] == said[1]
    listed = DemoHome(tmp_path / "var", "").json("round", "list")["rounds"]
    states = {line["code"]: line["state"] for line in listed if not line["code"].startswith("FC-")}
    assert states == {"R11": "published", "R12": "scored", "Z03": "open", "K01": "open"}


def test_a_filling_that_was_killed_is_begun_anew(tmp_path: Path) -> None:
    home = tmp_path / "var"
    command = [sys.executable, "-m", "appraisal.cli", "demo", "--ballots", "300", "--if-empty"]
    env = {**os.environ, "APPRAISAL_HOME": str(home)}
    started = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (tmp_path / "var.filling" / "appraisal.db").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    started.kill()
    assert started.wait() == -signal.SIGKILL
    assert subprocess.run(command, env=env, stdout=subprocess.DEVNULL, timeout=200, check=False).returncode == 0
    assert {"R11", "R12", "Z03", "K01"} <= {one["code"] for one in DemoHome(home, "").json("round", "list")["rounds"]}
    assert not (tmp_path / "var.filling").exists()


def test_a_bigger_demo_asks_more_people_but_never_more_than_there_are(tmp_path: Path) -> None:
    _, this, _ = demo_rounds(city_now().date(), 20_000)
    strata = rounds.read_folder(write_folder(this, tmp_path))[0].strata
    assert sum(stratum.codes for stratum in strata) > 20_000
    assert all(stratum.population is not None and stratum.codes <= stratum.population for stratum in strata)


def test_every_round_of_the_city_has_a_log_that_holds_and_is_published(city: DemoHome) -> None:
    for code in ("R11", "R12", "Z03"):
        assert city.json("verify", code)["holds"] is True
        assert (city.home / "public" / "log" / f"{code}.json").exists()
    assert city.json("verify", "R12")["batches"] > 3
    assert city.json("verify", "--audit")["holds"] is True


def test_slips_of_both_forms_are_shown(city_db: Session) -> None:
    issued = [slip for slip in followup.slips(city_db, city_now().date()) if slip.sha256]
    forms = {slip.round_code: followup.slip_document(city_db, slip.id).form for slip in issued}
    assert forms == {"R11": SlipForm.LETTER, "R12": SlipForm.ORDINARY}


def test_problems_of_the_last_round_got_better_worse_and_neither(city_db: Session) -> None:
    found = {one.verdict for one in scoring.helped(city_db, "R11")}
    assert found == {Verdict.IMPROVED, Verdict.NOT_SHOWN, Verdict.WORSE}


def test_a_mini_sample_has_a_verdict_and_a_log_that_holds(city: DemoHome, city_db: Session) -> None:
    (one,) = all_rechecks(city_db)
    assert (one.state, one.verdict) == (RoundState.SCORED, Verdict.IMPROVED)
    result = scoring.recheck_result(city_db, one.round_code)
    assert result is not None
    assert result.verdict is one.verdict
    assert city.json("verify", one.round_code)["holds"] is True
