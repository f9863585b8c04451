"""F6, F7, F8, F10, F11: the disk is full, read-only, out of files, slow or broken. No receipt without a ballot, and no restart needed."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.harness import server, tracing
from tests.faults.harness.installation import Installation
from tests.faults.harness.respondent import Browser
from tests.faults.harness.storm import Storm, laws_hold, share, storm_on
from tests.faults.harness.warm import WarmStarts
from tests.faults.results import record

needs_tracing = pytest.mark.skipif(tracing.why_not() != "", reason=tracing.why_not() or "can")
FULL = [pytest.mark.full_faults, pytest.mark.timeout(0)]


def outages(storm: Storm) -> int:
    """How many answers were the page that says "not now"; every other trouble fails the test."""
    assert {what for what in storm.trouble if not what.endswith(": 503")} == set()
    return storm.trouble.total()


def until(storm: Storm, reached: Callable[[], bool], limit: float = 60.0) -> None:
    """Let them vote until that is so."""
    storm.start()
    end = time.monotonic() + limit
    while not reached() and time.monotonic() < end:
        time.sleep(0.05)
    storm.stop()
    assert reached()


def more_receipts(storm: Storm, count: int) -> None:
    wanted = len(storm.history.acknowledged) + count
    until(storm, lambda: len(storm.history.acknowledged) >= wanted)


def small_disk(apart: WarmStarts, one: Installation, options: str) -> None:
    """Put a copy of the installation on a small file system, where only the servers of ``apart`` see it."""
    home = one.settings.home
    apart.enter("cp", "-a", home, f"{home}.source")
    apart.enter("mount", "-t", "tmpfs", "-o", options, "none", home)
    apart.enter("cp", "-a", f"{home}.source/.", home)


def taken_out(apart: WarmStarts, one: Installation) -> Installation:
    """What lies on the small file system, copied to where the test sees it. The server must be dead."""
    home = one.settings.home
    apart.enter("cp", "-a", home, f"{home}.after")
    settings = type(one.settings)(home=Path(f"{home}.after"), demo=True)
    return Installation(settings, one.round_code, one.key, one.codes)


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=FULL)])
def test_f6_a_full_disk_refuses_in_plain_words_and_goes_on_when_there_is_room(
    apart: WarmStarts, fresh: Callable[[], Installation], times: int
) -> None:
    one, refused = fresh(), 0
    small_disk(apart, one, "size=16m")
    group, storm = apart.start(one.settings), storm_on(one)
    for _ in range(times):
        apart.enter("sh", "-c", f"head -c 40m /dev/zero > '{one.settings.home}/filler' || true")
        until(storm, lambda: storm.trouble.total() > 20)
        refused += storm.trouble.total()
        assert outages(storm) > 0
        _says_not_now(one, storm)
        apart.enter("rm", one.settings.home / "filler")
        more_receipts(storm, 20)
        storm.trouble.clear()
    storm.settle()
    server.kill_group(group)
    found = laws_hold(taken_out(apart, one), storm)
    apart.enter("umount", one.settings.home)
    record("F6", f"disk filled {times} times", **found, lost=0, answers_503=refused)


def _says_not_now(one: Installation, storm: Storm) -> None:
    """The page of a request that could not be kept: 503, when to come again, both languages, nothing that was typed."""
    waiting = storm.begun[0]
    browser = Browser(one.settings.port)
    token = browser.get("/").text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.post("/enter", csrf_token=token, code=waiting.code)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "20")
    assert "暂时不能保存" in answer.text
    assert "Nothing can be saved just now" in answer.text
    assert waiting.code not in answer.text


@needs_tracing
@pytest.mark.full_faults
@pytest.mark.timeout(0)
def test_f7_a_disk_that_turns_read_only_refuses_and_goes_on_when_it_is_writable(
    serve: Callable[[], tuple[Installation, int]],
) -> None:
    one, group = serve()
    storm = storm_on(one)
    more_receipts(storm, 5)
    with tracing.injected(server.members(group), f"{tracing.WRITES}:error=EROFS", paths=files_of(one)):
        until(storm, lambda: storm.trouble.total() > 10)
        assert browsed(one) == 503
    more_receipts(storm, 5)
    storm.settle()
    record("F7", "read-only", **laws_hold(one, storm), lost=0, troubles=dict(storm.trouble))


def browsed(one: Installation) -> int:
    """The status of the step that saves."""
    browser = Browser(one.settings.port)
    front = browser.get("/")
    if front.status == 503:
        return 503
    token = front.text.split('name="csrf_token" value="')[1].split('"')[0]
    return browser.post("/enter", csrf_token=token, code=one.codes[-1]).status


def files_of(one: Installation) -> list[str]:
    return [f"{one.settings.database}{suffix}" for suffix in ("", "-wal", "-shm")]


@pytest.mark.full_faults
@pytest.mark.timeout(0)
def test_f8_a_file_system_without_inodes_stores_no_half_ballot(
    apart: WarmStarts, fresh: Callable[[], Installation]
) -> None:
    one = fresh()
    small_disk(apart, one, "size=60m,nr_inodes=40")
    group, storm = apart.start(one.settings), storm_on(one, codes=60)
    apart.enter("sh", "-c", f"for n in $(seq 60); do touch '{one.settings.home}/'$n || true; done 2>/dev/null")
    storm.run_for(1.0)
    apart.enter("sh", "-c", f"cd '{one.settings.home}' && rm -f [0-9]*")
    storm.settle()
    storm.run_out()
    server.kill_group(group)
    found = laws_hold(taken_out(apart, one), storm)
    apart.enter("umount", one.settings.home)
    record("F8", "no inodes", **found, lost=0)
    assert found["acknowledged"] == 60


@pytest.mark.full_faults
@pytest.mark.timeout(0)
def test_f8_too_few_open_files_cost_answers_but_no_ballot(serve: Callable[[], tuple[Installation, int]]) -> None:
    one, group = serve()
    storm = storm_on(one, codes=60, timeout=5.0, clients=24)
    for process in server.members(group):
        server.limit_files(process, 24)
    storm.run_for(2.0)
    for process in server.members(group):
        server.limit_files(process, 1024)
    storm.settle()
    storm.run_out()
    storm.settle()
    found = laws_hold(one, storm)
    record("F8", "too few open files", **found, lost=0, troubles=dict(storm.trouble))
    assert found["acknowledged"] == 60


@needs_tracing
@pytest.mark.parametrize("codes", [pytest.param(400, marks=FULL)])
def test_f10_a_slow_disk_makes_it_slower_and_nothing_else(
    serve: Callable[[], tuple[Installation, int]], codes: int
) -> None:
    one, group = serve()
    storm = storm_on(one, codes=codes, timeout=60.0)
    with tracing.injected(server.members(group), f"{tracing.FLUSHES}:delay_enter=200ms"):
        storm.run_out()
    assert storm.trouble == {}
    found = laws_hold(one, storm)
    record(
        "F10",
        f"{codes} ballots each flush 200 ms",
        **found,
        p50_s=share(storm.latencies, 0.5),
        p99_s=share(storm.latencies, 0.99),
    )
    assert found["acknowledged"] == codes
    assert share(storm.latencies, 0.5) >= 0.2


@needs_tracing
@pytest.mark.parametrize(("codes", "when"), [(24, "2+5"), pytest.param(1500, "20+50", marks=FULL)])
def test_f11_a_failed_flush_is_not_acknowledged_and_ends_the_worker(
    serve: Callable[[], tuple[Installation, int]], codes: int, when: str
) -> None:
    one, group = serve()
    workers = server.members(group, leader=False)
    storm = storm_on(one, codes=codes)
    with tracing.injected(server.members(group), f"{tracing.FLUSHES}:error=EIO:when={when}"):
        storm.run_out()
    storm.settle()
    found = laws_hold(one, storm)
    record("F11", f"flush fails {when} times {codes} ballots", **found, lost=0, troubles=dict(storm.trouble))
    assert any(what.endswith(": 503") for what in storm.trouble), storm.trouble
    assert set(workers) != set(server.members(group, leader=False))
    assert found["acknowledged"] == codes
