"""F31, F32, F36: a proxy that restarts, a server that is asked to stop, a reader that will not end."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from appraisal import store
from tests.faults.harness import server
from tests.faults.harness.history import History
from tests.faults.harness.installation import Installation
from tests.faults.harness.proxy import Proxy, why_not
from tests.faults.harness.storm import Storm, laws_hold, share, storm_on
from tests.faults.harness.warm import WarmStarts
from tests.faults.results import record

FULL = [pytest.mark.full_faults, pytest.mark.timeout(0)]
Serve = Callable[[], tuple[Installation, int]]


@pytest.mark.full_faults
@pytest.mark.timeout(0)
@pytest.mark.skipif(why_not() != "", reason=why_not() or "can")
def test_f31_a_proxy_that_is_reloaded_and_restarted_loses_no_ballot(serve: Serve, tmp_path: Path) -> None:
    one, _ = serve()
    proxy = Proxy(tmp_path, one.settings.port)
    storm = Storm(iter(one.codes), proxy.port, History())
    storm.start()
    for number in range(20):
        time.sleep(0.5)
        proxy.restart() if number % 2 else proxy.reload()
    storm.stop()
    storm.settle()
    proxy.stop()
    record("F31", "nginx reloaded or restarted 20 times", **laws_hold(one, storm), troubles=dict(storm.trouble))
    assert storm.history.acknowledged


@pytest.mark.parametrize("times", [1, pytest.param(20, marks=FULL)])
def test_f32_a_server_that_is_asked_to_stop_answers_what_it_has_begun(
    fresh: Callable[[], Installation], warm: WarmStarts, times: int
) -> None:
    one, slowest = fresh(), 0.0
    storm = storm_on(one)
    for _ in range(times):
        group = warm.start(one.settings)
        storm.history.sending.clear()
        storm.start()
        storm.history.sending.wait(20)
        time.sleep(0.1)
        begun = time.monotonic()
        os.kill(group, signal.SIGTERM)
        while server.members(group):
            assert time.monotonic() - begun < 30
            time.sleep(0.05)
        slowest = max(slowest, time.monotonic() - begun)
        storm.stop()
    group = warm.start(one.settings)
    storm.settle()
    found = laws_hold(one, storm)
    server.kill_group(group)
    record("F32", f"stopped {times} times under load", **found, slowest_stop_s=round(slowest, 1))
    assert found["acknowledged"] == found["stored"] > 0


@pytest.mark.parametrize("codes", [16, pytest.param(600, marks=FULL)])
def test_f36_a_long_reader_and_an_export_hold_up_nobody(serve: Serve, codes: int) -> None:
    one, _ = serve()
    engine = store.connect(one.settings.database)
    with store.reading(engine) as db:
        before = db.scalar(text("SELECT count(*) FROM ballot"))
        storm = storm_on(one, codes=codes, timeout=60.0)
        storm.run_out()
        # The reader still sees what it saw at first: its snapshot was held all the time.
        assert db.scalar(text("SELECT count(*) FROM ballot")) == before == 0
    engine.dispose()
    found = laws_hold(one, storm)
    record(
        "F36",
        f"{codes} ballots beside a long reader",
        **found,
        p99_s=share(storm.latencies, 0.99),
        troubles=dict(storm.trouble),
    )
    assert storm.trouble == {}
    assert found["acknowledged"] == codes


@pytest.mark.parametrize("hold", [1.0, pytest.param(20.0, marks=FULL)])
def test_f36_a_writer_that_will_not_end_makes_others_wait_or_say_so(serve: Serve, hold: float) -> None:
    one, _ = serve()
    engine = store.connect(one.settings.database)
    storm = storm_on(one, codes=12, timeout=60.0)
    with store.transaction(engine) as db:
        db.execute(text("UPDATE invitation SET spent = spent WHERE false"))
        storm.start()
        time.sleep(hold)
        assert storm.history.acknowledged == []
    storm.wait()
    storm.settle()
    engine.dispose()
    found = laws_hold(one, storm)
    record("F36", f"write lock held {hold:.0f} s", **found, troubles=dict(storm.trouble))
    assert {what for what in storm.trouble if not what.endswith(": 503")} == set()
    assert found["acknowledged"] == 12
