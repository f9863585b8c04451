"""F25: the typesetter is killed between and in the middle of letters. Every slip is printed once, under its one number.

F9, a print that runs out of memory, stands in test_stop.py.
"""

import hashlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from appraisal import followup, store
from appraisal.jobs import issue_waiting
from appraisal.model.slip import SlipState
from appraisal.settings import Settings
from tests.faults.harness.server import TOP
from tests.faults.results import record
from tests.makers import NOW, make_ballot, make_scored_round, make_slip

pytestmark = pytest.mark.xdist_group("faults")
LOOP = Path(__file__).parents[1] / "followup" / "issuing_loop.py"
FULL = [pytest.mark.full_faults, pytest.mark.timeout(0)]


def letters(engine: store.Engine, slips: list[int]) -> dict[int, tuple[str, str]]:
    """Number and SHA-256 of every slip that was printed."""
    found = {}
    with store.reading(engine) as db:
        for each in slips:
            line = followup.slip(db, each, NOW.date()).line
            if line.state is SlipState.ISSUED and line.number and line.sha256:
                assert hashlib.sha256(followup.pdf(db, each)).hexdigest() == line.sha256
                found[each] = (line.number, line.sha256)
    return found


@pytest.mark.parametrize(("count", "kills"), [pytest.param(40, 20, marks=FULL)])
def test_f25_a_killed_typesetter_leaves_every_slip_printed_once(
    engine: store.Engine, settings: Settings, count: int, kills: int
) -> None:
    with store.transaction(engine) as db:
        code = make_scored_round(db, [make_ballot("citizen", {"D1": "S2"})] * 4).code
        slips = [make_slip(db, SlipState.APPROVED, code) for _ in range(count)]
    rng, printed = random.Random(1), dict[int, tuple[str, str]]()
    for _ in range(kills):
        laid = len(list(settings.slips.glob("*.pdf")))
        environment = {**os.environ, "PYTHONPATH": str(TOP)}
        with subprocess.Popen([sys.executable, str(LOOP), str(settings.home)], env=environment) as worker:
            wait_for_work(worker, settings, laid)
            time.sleep(rng.uniform(0, 0.3))
            worker.kill()
        now = letters(engine, slips)
        # What was printed once is never printed again, or under another number.
        assert printed.items() <= now.items()
        printed = now
    before = len(printed)
    issue_waiting(settings, engine)
    printed = letters(engine, slips)
    laid_out = {path.stem for path in settings.slips.glob("*.pdf")}
    record("F25", f"{count} slips typesetter killed {kills} times", printed_between_kills=before, printed=len(printed))
    assert len({number for number, _ in printed.values()}) == len(printed) == count
    assert laid_out == {number for number, _ in printed.values()}


def wait_for_work(worker: subprocess.Popen[bytes], settings: Settings, known: int) -> None:
    """Until the worker lays out a letter, or has nothing to do."""
    end = time.monotonic() + 60
    while worker.poll() is None and time.monotonic() < end:
        if len(list(settings.slips.glob("*.pdf"))) > known:
            return
        time.sleep(0.01)
