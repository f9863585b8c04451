"""F1, F2: killed without warning while respondents vote. What was acknowledged is there, once; what was not ends in one state."""

import os
import random
import signal
import time
from collections.abc import Callable

import pytest

from tests.faults.harness import history, server
from tests.faults.harness.installation import Installation
from tests.faults.harness.server import Server
from tests.faults.harness.storm import Storm, laws_hold
from tests.faults.harness.warm import WarmStarts
from tests.faults.results import record

# After so many kills a fresh copy of the installation is taken: the file stays small, and every law is checked on opened ballots.
KILLS_A_COPY = 50


def killed_many_times(one: Installation, start: Callable[[Installation], int], kills: int, seed: int) -> Storm:
    """Kill the whole group 20 to 350 ms after the first form went out, so many times; the laws are checked after each restart."""
    storm, rng = (
        Storm(iter(one.codes), one.settings.port, history.History(one.settings.home / "history"), seed=seed),
        random.Random(seed),
    )
    for _ in range(kills):
        group = start(one)
        laws_hold(one, storm, settled=False)
        storm.history.sending.clear()
        storm.start()
        storm.history.sending.wait(10)
        time.sleep(rng.uniform(0.02, 0.35))
        server.kill_group(group)
        storm.stop()
    group = start(one)
    storm.settle()
    laws_hold(one, storm)
    server.kill_group(group)
    return storm


@pytest.mark.parametrize("kills", [6, pytest.param(3000, marks=[pytest.mark.full_faults, pytest.mark.timeout(0)])])
def test_f1_no_acknowledged_ballot_is_lost_or_doubled_by_kills(
    fresh: Callable[[], Installation], warm: WarmStarts, kills: int
) -> None:
    def start(one: Installation) -> int:
        return warm.start(one.settings)

    counts: dict[str, int] = {"kills": 0, "forms": 0, "acknowledged": 0, "unanswered": 0, "stored": 0}
    for begin in range(0, kills, KILLS_A_COPY):
        one, number = fresh(), min(KILLS_A_COPY, kills - begin)
        storm = killed_many_times(one, start, number, seed=begin)
        found = history.tally(storm.history.lines, one.box(opened=False))
        counts = {name: count + {**found, "kills": number}[name] for name, count in counts.items()}
        record("F1", "web server killed", **counts, lost=0, doubled=0, third_state=0)
    # Otherwise no kill fell into the work, and the test would have shown nothing.
    assert counts["acknowledged"] == counts["stored"] > 0
    assert counts["unanswered"] > 0


@pytest.mark.parametrize("kills", [1, pytest.param(30, marks=[pytest.mark.full_faults, pytest.mark.timeout(0)])])
def test_f1_the_command_that_is_shipped_is_killed_and_started_again(
    fresh: Callable[[], Installation], warm: WarmStarts, kills: int
) -> None:
    running: list[Server] = []

    def start(one: Installation) -> int:
        if len(running) == kills:
            return warm.start(one.settings)
        running.append(Server(one.settings))
        running[-1].wait_ready()
        return running[-1].group

    one = fresh()
    storm = killed_many_times(one, start, kills, seed=7)
    for each in running:
        each.process.wait(10)
    found = history.tally(storm.history.lines, one.box())
    record("F1", f"appraisal serve killed {kills} times", kills=kills, **found, lost=0, doubled=0)
    assert found["acknowledged"] == found["stored"] > 0


@pytest.mark.parametrize("kills", [2, pytest.param(200, marks=[pytest.mark.full_faults, pytest.mark.timeout(0)])])
def test_f2_a_killed_worker_is_replaced_and_nothing_is_lost(
    fresh: Callable[[], Installation], warm: WarmStarts, kills: int
) -> None:
    one, rng, longest = fresh(), random.Random(3), 0.0
    group = warm.start(one.settings, workers=4)
    storm = Storm(iter(one.codes), one.settings.port, history.History())
    storm.start()
    for _ in range(kills):
        time.sleep(rng.uniform(0.1, 0.4))
        os.kill(rng.choice(server.members(group, leader=False)), signal.SIGKILL)
        longest = max(longest, gap_of(one.settings.port))
    storm.stop()
    storm.settle()
    laws_hold(one, storm)
    server.kill_group(group)
    found = history.tally(storm.history.lines, one.box(opened=False))
    record("F2", f"one worker of 4 killed {kills} times", kills=kills, **found, lost=0, longest_gap_s=round(longest, 2))
    assert longest < 2.0
    assert found["acknowledged"] == found["stored"] > 0


def gap_of(port: int) -> float:
    """Seconds until the server answers a request again."""
    begun = time.monotonic()
    while server.status(port, timeout=2.0) != 200:
        assert time.monotonic() - begun < 30
    return time.monotonic() - begun
