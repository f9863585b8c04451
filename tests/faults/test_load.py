"""F28, F29, F30: the load of a normal day, of the last minute, and of a long one."""

import os
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.harness import server
from tests.faults.harness.history import History
from tests.faults.harness.installation import Installation
from tests.faults.harness.respondent import Browser, Respondent
from tests.faults.harness.server import Server
from tests.faults.harness.storm import Storm, laws_hold, share, storm_on
from tests.faults.results import record

pytestmark = [pytest.mark.full_faults, pytest.mark.timeout(0)]
Serve = Callable[[], tuple[Installation, int]]
# 10,000 respondents in two hours are 1.4 a second; at the peak three times as many begin.
PEAK = 4.2
# Half an hour; seconds.
SOAK = 1800


def test_f28_the_peak_of_a_normal_day(serve: Serve) -> None:
    one, _ = serve()
    storm, rng, threads = Storm(iter(()), one.settings.port, History(), timeout=60.0), random.Random(1), []
    busy = os.getloadavg()[0]
    people = [Respondent(code, "S4", one.settings.port, storm.history, 60.0) for code in one.codes[:500]]
    for respondent in people:
        threads.append(threading.Thread(target=storm.vote_alone, args=(respondent,)))
        threads[-1].start()
        time.sleep(rng.expovariate(PEAK))
    for thread in threads:
        thread.join()
    found, pages = laws_hold(one, storm), [each for one in people for each in one.browser.took]
    record(
        "F28",
        "500 respondents 4.2 a second",
        **found,
        waiting_for_a_core_before=round(busy, 1),
        page_p50_ms=round(1000 * share(pages, 0.5), 1),
        page_p95_ms=round(1000 * share(pages, 0.95), 1),
        submit_p95_ms=round(1000 * share(storm.latencies, 0.95), 1),
        submit_p99_ms=round(1000 * share(storm.latencies, 0.99), 1),
        troubles=dict(storm.trouble),
    )
    assert found["acknowledged"] == 500
    assert storm.trouble == {}


def test_f29_the_last_minute(serve: Serve) -> None:
    one, _ = serve()
    storm = Storm(iter(()), one.settings.port, History(), clients=64, timeout=60.0)
    for code in one.codes[:300]:
        respondent = Respondent(code, "S4", one.settings.port, storm.history, 60.0)
        respondent.come_in()
        respondent.fill_in()
        respondent.read_over()
        storm.begun.append(respondent)
    begun = time.monotonic()
    storm.run_out()
    took = time.monotonic() - begun
    storm.settle()
    found = laws_hold(one, storm)
    record(
        "F29",
        "300 submit at once over 64 connections",
        **found,
        all_in_s=round(took, 1),
        p99_s=share(storm.latencies, 0.99),
        troubles=dict(storm.trouble),
    )
    assert found["acknowledged"] == 300


def test_f30_a_long_run_leaks_neither_memory_nor_files(fresh: Callable[[], Installation]) -> None:
    one, seen, begun = fresh(), list[tuple[int, int]](), time.monotonic()
    storm, log = storm_on(one, clients=2), Path(f"{one.settings.database}-wal")
    # The whole command: the worker of the queue, which sweeps each minute, is counted in.
    with Server(one.settings) as running:
        while time.monotonic() - begun < SOAK:
            storm.codes = iter(one.codes[len(seen) * 12 : len(seen) * 12 + 12])
            storm.run_out()
            look_around(one.settings.port)
            seen.append(used(running.group))
            time.sleep(15)
        storm.settle()
        log_size = log.stat().st_size
    memory, files = [each[0] for each in seen], [each[1] for each in seen]
    growth = max(memory[-5:]) / max(memory[5:10]) - 1
    record(
        "F30",
        "half an hour",
        **laws_hold(one, storm),
        looks=len(seen),
        memory_mb_first=max(memory[5:10]) // 1024,
        memory_growth_percent=round(100 * growth, 1),
        files_first=files[5],
        files_last=files[-1],
        log_mb=round(log_size / 1e6, 1),
    )
    assert growth < 0.05
    assert files[-1] <= max(files[:10])
    assert log_size < 64_000_000


def look_around(port: int) -> None:
    """What others do meanwhile: read the public pages, mistype a code, knock at the office's door."""
    browser = Browser(port)
    for path in ("/", "/privacy", "/check", "/log", "/login", "/healthz", "/static/app.css"):
        assert browser.get(path).status < 500


def used(group: int) -> tuple[int, int]:
    """Resident kilobytes and open files of all processes together."""
    members = server.members(group)
    statuses = [Path(f"/proc/{pid}/status").read_text() for pid in members]
    memory = sum(
        int(line.split()[1]) for status in statuses for line in status.splitlines() if line.startswith("VmRSS")
    )
    return memory, sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in members)
