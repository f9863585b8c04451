"""F25, F9: the printer or its worker is killed between and in the middle of letters; documents that no memory and no time are enough for.

Every slip is printed once, under its one number, and whoever is voting meanwhile does not notice. That one document alone fails when it
runs away, and is tried once more, stands in ``tests/followup/test_printing.py``.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from appraisal import followup, store
from appraisal.jobs import issue_waiting
from appraisal.model.print_job import MISPRINTED, TRIES
from appraisal.model.slip import SlipState
from appraisal.reports import slip
from appraisal.settings import Settings
from tests.faults.harness.installation import Installation
from tests.faults.harness.server import TOP, Server
from tests.faults.harness.storm import laws_hold, storm_on
from tests.faults.results import record
from tests.makers import NOW, make_ballot, make_scored_round, make_slip

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


def approved(engine: store.Engine, count: int, **changes: object) -> list[int]:
    with store.transaction(engine) as db:
        code = make_scored_round(db, [make_ballot("citizen", {"D1": "S2"})] * 4, **changes).code
        return [make_slip(db, SlipState.APPROVED, code, findings=1) for _ in range(count)]


@pytest.mark.parametrize(("count", "kills"), [(6, 4), pytest.param(100, 50, marks=FULL)])
def test_f25_a_killed_printer_or_worker_leaves_every_slip_printed_once(
    engine: store.Engine, settings: Settings, count: int, kills: int
) -> None:
    slips = approved(engine, count)
    rng, printed, killed, again = random.Random(1), dict[int, tuple[str, str]](), Counter[str](), 0
    while sum(killed.values()) < kills and len(printed) < count:
        with subprocess.Popen([sys.executable, str(LOOP), str(settings.home)], env=environment()) as worker:
            while sum(killed.values()) < kills and worker.poll() is None:
                wait_for_work(worker, settings, len(list(settings.slips.glob("*.pdf"))))
                time.sleep(rng.uniform(0, 0.3))
                # Turn by turn, so that both are met at every stage of a letter.
                killed += kill(worker, "worker" if sum(killed.values()) % 2 else "printer")
        now = letters(engine, slips)
        # What was printed once is never printed again, or under another number.
        assert printed.items() <= now.items()
        printed, again = now, again + ask_again(engine)
    issue_waiting(settings, engine)
    issue_waiting(settings, engine)
    printed = letters(engine, slips)
    alike = sum(same_again(engine, each) for each in printed)
    figures = {"printer_killed": killed["printer"], "worker_killed": killed["worker"], "asked_again": again}
    record("F25", f"{count} slips killed {kills} times", **figures, printed=len(printed), same_bytes_again=alike)
    assert len({number for number, _ in printed.values()}) == len(printed) == alike == count
    assert {path.stem for path in settings.slips.glob("*.pdf")} == {number for number, _ in printed.values()}
    assert min(killed["printer"], killed["worker"]) > 0


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(TOP)}


def wait_for_work(worker: subprocess.Popen[bytes], settings: Settings, known: int) -> None:
    """Until the worker lays out a letter, or has nothing to do."""
    end = time.monotonic() + 60
    while worker.poll() is None and time.monotonic() < end:
        if len(list(settings.slips.glob("*.pdf"))) > known:
            return
        time.sleep(0.01)


def kill(worker: subprocess.Popen[bytes], who: str) -> Counter[str]:
    """Kill the worker, or the printer that it started; what was killed."""
    if who == "worker":
        worker.kill()
        worker.wait()
        return Counter(worker=1)
    for child in children(worker.pid):
        os.kill(child, signal.SIGKILL)
        return Counter(printer=1)
    return Counter()


def children(parent: int) -> Iterator[int]:
    try:
        yield from map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
    except OSError:
        return


def ask_again(engine: store.Engine) -> int:
    """The organiser has those tried again that were given up."""
    with store.transaction(engine) as db:
        failed = followup.print_run(db, followup.slips(db, NOW.date())).failed
        for each in failed:
            followup.ask_print(db, each.slip_id, "zhuban", NOW)
    return len(failed)


def same_again(engine: store.Engine, slip_id: int) -> bool:
    """Whether setting the kept document anew makes the very bytes that were issued."""
    with store.reading(engine) as db:
        return slip.render(followup.slip_document(db, slip_id)).pdf == followup.pdf(db, slip_id)


LIMITS = {"APPRAISAL_PRINT_SECONDS": "15", "APPRAISAL_PRINT_MEGABYTES": "256"}
# Characters of one statement: 22 lines of 28 a page. The first has no end within the time, the second none within the memory.
PAGES = {"seconds": 500, "megabytes": 170}


@pytest.mark.full_faults
@pytest.mark.timeout(0)
@pytest.mark.parametrize("count", [2, 20])
def test_f9_documents_without_end_are_stopped_and_nobody_who_votes_notices(
    fresh: Callable[[], Installation], count: int
) -> None:
    one = fresh()
    engine = store.connect(one.settings.database)
    slips = approved(engine, count + 1, code="2025-9", previous=None)
    *endless, sound = slips
    with store.transaction(engine) as db:
        for number, each in enumerate(endless):
            spoil(db, each, tuple(PAGES.values())[number % 2])
    storm = storm_on(one, clients=2, codes=200, timeout=60.0)
    with Server(one.settings, extra=LIMITS) as running:
        storm.start()
        wait_until_given_up(engine, endless)
        alive = running.process.poll() is None
        storm.stop()
        storm.settle()
    with store.reading(engine) as db:
        tries = [[event.action for event in followup.slip(db, each, NOW.date()).events] for each in endless]
        failed = followup.print_run(db, followup.slips(db, NOW.date())).failed
        issued = followup.slip(db, sound, NOW.date()).line.sha256 is not None
    found = laws_hold(one, storm)
    why = Counter(each.reason.reason.partition("%")[0] for each in failed)
    engine.dispose()
    record(
        "F9",
        f"{count} documents of 500 and 170 pages",
        **found,
        failed=len(failed),
        tries_each=TRIES,
        troubles=dict(storm.trouble),
    )
    assert alive
    assert issued
    assert {actions.count(MISPRINTED) for actions in tries} == {TRIES}
    assert sum(why.values()) == len(endless)
    assert len(why) == 2
    assert storm.trouble == {}


def spoil(db: store.Session, slip_id: int, pages: int) -> None:
    words = "窗口推诿扯皮，" * (pages * 22 * 28 // 7)
    changed = "UPDATE slip SET document = json_set(document, '$.findings[0].statement', :words) WHERE id = :id"
    db.execute(text(changed), {"id": slip_id, "words": words})


def wait_until_given_up(engine: store.Engine, slips: list[int], limit: float = 3600.0) -> None:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        with store.reading(engine) as db:
            failed = followup.print_run(db, followup.slips(db, NOW.date())).failed
        if {each.slip_id for each in failed} == set(slips):
            return
        time.sleep(2)
    raise AssertionError(f"after {limit:.0f} s only {len(failed)} were given up")
