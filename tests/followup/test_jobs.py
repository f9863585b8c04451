"""The queue: done once, done again without harm, picked up after a kill."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from appraisal import followup, jobs, rounds, store
from appraisal.model.slip_moves import SlipState
from appraisal.settings import Settings
from appraisal.store import Engine
from appraisal.store.trails import round_steps
from tests.makers import NOW, make_ballot, make_scored_round, make_slip

TODAY = NOW.date()
BALLOTS = [make_ballot("citizen", {"D1": "S2"})] * 4
LOOP = Path(__file__).with_name("issuing_loop.py")


@pytest.fixture
def queue(settings: Settings) -> Iterator[jobs.Queue]:
    queue = jobs.make_queue(settings, immediate=True)
    yield queue
    queue.huey.storage.close()


def approved(engine: Engine, count: int) -> list[int]:
    with store.transaction(engine) as db:
        code = make_scored_round(db, BALLOTS).code
        return [make_slip(db, SlipState.APPROVED, code) for _ in range(count)]


def state_of(engine: Engine, slip_id: int) -> SlipState:
    with store.reading(engine) as db:
        return followup.slip(db, slip_id, TODAY).line.state


def letter(engine: Engine, slip_id: int) -> bytes:
    with store.reading(engine) as db:
        return followup.pdf(db, slip_id)


def test_a_job_prints_the_letter_keeps_it_and_lays_it_out(
    settings: Settings, engine: Engine, queue: jobs.Queue
) -> None:
    (slip_id,) = approved(engine, 1)
    queue.issue_slip(slip_id)
    kept = letter(engine, slip_id)
    assert (settings.slips / "示评办提〔2026〕1号.pdf").read_bytes() == kept
    with store.reading(engine) as db:
        assert followup.slip(db, slip_id, TODAY).line.sha256 == hashlib.sha256(kept).hexdigest()


def test_a_job_done_twice_changes_nothing(engine: Engine, queue: jobs.Queue) -> None:
    (slip_id,) = approved(engine, 1)
    queue.issue_slip(slip_id)
    with store.reading(engine) as db:
        before = followup.slip(db, slip_id, TODAY)
    queue.issue_slip(slip_id)
    with store.reading(engine) as db:
        assert followup.slip(db, slip_id, TODAY) == before


def test_a_draft_and_an_unknown_slip_are_left_alone(settings: Settings, engine: Engine, queue: jobs.Queue) -> None:
    with store.transaction(engine) as db:
        slip_id = make_slip(db, SlipState.DRAFTED, make_scored_round(db, BALLOTS).code)
    for number in (slip_id, 99):
        queue.issue_slip(number)
    assert state_of(engine, slip_id) is SlipState.DRAFTED
    assert not settings.slips.exists()


def test_a_slip_that_cannot_be_printed_holds_up_no_other(settings: Settings, engine: Engine) -> None:
    broken, sound = approved(engine, 2)
    with store.transaction(engine) as db:
        spoilt = "UPDATE slip SET document = json_set(document, '$.contact', '😀') WHERE id = :id"
        db.execute(text(spoilt), {"id": broken})
    assert jobs.issue_waiting(settings, engine) == 1
    assert (state_of(engine, broken), state_of(engine, sound)) == (SlipState.APPROVED, SlipState.ISSUED)


def test_a_queued_job_waits_for_a_worker(settings: Settings, engine: Engine) -> None:
    (slip_id,) = approved(engine, 1)
    queue = jobs.make_queue(settings)
    queue.issue_slip(slip_id)
    assert queue.huey.pending_count() == 1
    assert state_of(engine, slip_id) is SlipState.APPROVED
    queue.huey.execute(queue.huey.dequeue())
    assert letter(engine, slip_id).startswith(b"%PDF-1.7")
    queue.huey.storage.close()


def test_a_round_that_waits_for_nothing_is_left_alone(engine: Engine, queue: jobs.Queue) -> None:
    with store.transaction(engine) as db:
        code = make_scored_round(db, BALLOTS).code
        before = round_steps(db, rounds.kept_round(db, code).id)
    queue.tend_round(code)
    with store.reading(engine) as db:
        assert round_steps(db, rounds.kept_round(db, code).id) == before


def test_a_worker_that_is_killed_leaves_nothing_half_done(settings: Settings, engine: Engine) -> None:
    slips = approved(engine, 5)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, str(LOOP), str(settings.home)], env=environment) as worker:
        wait_until(lambda: len(list(settings.slips.glob("*.pdf"))) >= 2, datetime.now())
        worker.kill()
    done_before = {slip_id: letter(engine, slip_id) for slip_id in issued(engine)}
    assert len(done_before) < len(slips)
    jobs.issue_waiting(settings, engine)
    assert issued(engine) == slips
    assert all(letter(engine, slip_id) == kept for slip_id, kept in done_before.items())
    assert sorted(path.name for path in settings.slips.glob("*.pdf")) == [
        f"示评办提〔2026〕{n}号.pdf" for n in range(1, 6)
    ]


def issued(engine: Engine) -> list[int]:
    with store.reading(engine) as db:
        return [line.id for line in followup.slips(db, TODAY) if line.state is SlipState.ISSUED]


def wait_until(done: object, started: datetime) -> None:
    while not done():  # type: ignore[operator]
        assert (datetime.now() - started).seconds < 60
        time.sleep(0.01)
