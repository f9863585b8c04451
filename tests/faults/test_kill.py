"""Killed without warning in the middle of taking ballots in: what was acknowledged is there, once, and nothing is half there."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from appraisal import collect, store
from appraisal.settings import Secrets, Settings
from tests.makers import OpenRound, make_nonce, make_open_round

CYCLES = 5
ROOT = Path(__file__).parents[2]


def run(settings: Settings, opened: OpenRound, numbers: range, last: float | None) -> dict[int, str]:
    """Cast the ballots of these numbers; SIGKILL ``last`` seconds after the first receipt. What was acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.casting_loop", settings.home],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n".join(f"{n} {opened.issued[n].code}" for n in numbers))
    process.stdin.close()
    said = process.stdout.readline()
    if last is not None:
        time.sleep(last)
        process.send_signal(signal.SIGKILL)
    said += process.stdout.read()
    process.stdout.close()
    process.wait()
    # The last line may have been cut in two: it was never seen whole, so it acknowledged nothing.
    lines = [line.split() for line in said.splitlines(keepends=True) if line.endswith("\n")]
    return {int(number): receipt for number, receipt in lines}


@pytest.mark.slow
def test_no_acknowledged_ballot_is_lost_or_doubled_by_kills(
    engine: Engine, settings: Settings, secrets: Secrets
) -> None:
    with store.transaction(engine) as db:
        opened = make_open_round(db, secrets, codes=200)
    acknowledged: dict[int, str] = {}
    rng = random.Random(9)
    for cycle in range(CYCLES):
        numbers = range(cycle * 100, cycle * 100 + 100)
        acknowledged |= run(settings, opened, numbers, rng.uniform(0.02, 0.3))
        with store.transaction(engine) as db:
            assert store.integrity(db) == "ok"
            spent = db.scalar(text("SELECT count(*) FROM invitation WHERE spent"))
            assert spent == db.scalar(text("SELECT count(*) FROM ballot")) >= len(acknowledged)
            for number, receipt in acknowledged.items():
                assert collect.receipt_of(db, make_nonce(number), secrets) == receipt
    # Otherwise no kill fell into the work, and the test would have shown nothing.
    assert 0 < len(acknowledged) < CYCLES * 100
    again = run(settings, opened, range(CYCLES * 100), None)
    assert len(again) == CYCLES * 100
    assert acknowledged.items() <= again.items()
    with store.transaction(engine) as db:
        assert db.scalar(text("SELECT count(*) FROM ballot")) == CYCLES * 100
