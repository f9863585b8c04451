"""The signals on small made-up rounds: honest ones are left in peace, bursts on one department are found."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from appraisal.cli import main
from appraisal.demo.attacks import ATTACKS, attacked_round, honest_round, made_city
from appraisal.demo.trials import HONEST, Trial, summary, trial

BALLOTS = 3_000


@pytest.mark.parametrize("attack", ["burst_lone", "burst_down", "burst_up", "burst_up_one_stratum"])
def test_two_hundred_ballots_within_an_hour_for_one_department_are_found(attack: str) -> None:
    found = trial(attack, BALLOTS, seed=7)
    assert found.found
    assert found.caught > 0.5
    assert "burst" in found.kinds


@pytest.mark.parametrize("seed", range(3))
def test_honest_rounds_with_a_mass_message_lose_next_to_nothing(seed: int) -> None:
    assert trial(HONEST, BALLOTS, seed).honest_held <= 0.01


def test_people_who_are_paid_to_be_satisfied_are_found_together_with_those_who_are() -> None:
    found = trial("paid_satisfied", BALLOTS, seed=7)
    assert (found.found, found.kinds) == (True, ("contented",))
    assert found.honest_held > 0


@pytest.mark.parametrize("attack", list(ATTACKS))
def test_every_attack_adds_two_hundred_forged_ballots_to_honest_ones(attack: str) -> None:
    rng = np.random.default_rng(1)
    made = attacked_round(attack, made_city(rng), 500, rng)
    assert (int(made.forged.sum()), len(made.forged)) == (200, 700)
    assert np.nanmax(made.ratings) == 4
    assert np.nanmin(made.ratings) == 0


def test_a_burst_of_a_mass_message_leaves_no_large_sum_behind() -> None:
    rng = np.random.default_rng(2)
    sums = honest_round(made_city(rng), BALLOTS, rng).batch_sums()
    assert sums.cells > 0
    assert all(one.count < 20 for one in sums.sums)


def test_the_summary_of_honest_rounds_claims_no_detection() -> None:
    found = summary(HONEST, [Trial((), False, float("nan"), 0.0), Trial(("extreme",), False, float("nan"), 0.02)])
    assert (found.detected, found.caught, found.with_signal) == (None, None, 0.5)
    assert (found.honest_held, found.most_held, found.kinds) == (0.01, 0.02, {"extreme": 1})


def test_the_command_tells_every_scenario() -> None:
    words = ["bench", "attacks", "--honest", "1", "--attacked", "1", "--ballots", "600", "--workers", "1", "--json"]
    told = json.loads(CliRunner().invoke(main, words, catch_exceptions=False).stdout)
    assert set(told) == {HONEST, *ATTACKS}
    assert all(one["rounds"] == 1 for one in told.values())
