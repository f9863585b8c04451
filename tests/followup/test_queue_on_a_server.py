"""The queue by one setting on a PostgreSQL server: done there by a worker of its own, and missed by nobody while it is away."""

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from appraisal import followup, jobs, store
from appraisal.model.slip_moves import SlipState
from appraisal.settings import Settings, SettingsError
from appraisal.store import Engine
from tests.makers import NOW, make_ballot, make_scored_round, make_slip
from tests.postgres import NoPostgres, Postgres

pytestmark = [pytest.mark.postgres]
# The worker that issues it may also come round to its dates, which are long past.
OUT = (SlipState.ISSUED, SlipState.SERVED)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    try:
        server = Postgres()
    except NoPostgres as lacking:
        pytest.skip(str(lacking))
    yield server
    server.stop()


@pytest.fixture
def elsewhere(settings: Settings, server: Postgres) -> Iterator[Settings]:
    """The database in its file, the queue on the server."""
    yield dataclasses.replace(settings, queue_server=server.create("queue"))
    server.drop("queue")


def approved(engine: Engine) -> int:
    with store.transaction(engine) as db:
        return make_slip(db, SlipState.APPROVED, make_scored_round(db, [make_ballot("citizen", {"D1": "S2"})] * 4).code)


def state_of(engine: Engine, slip_id: int) -> SlipState:
    with store.reading(engine) as db:
        return followup.slip(db, slip_id, NOW.date()).line.state


def test_a_job_waits_on_the_server_and_leaves_no_file(elsewhere: Settings, engine: Engine) -> None:
    slip_id, queue = approved(engine), jobs.make_queue(elsewhere)
    queue.issue_slip(slip_id)
    assert queue.huey.pending_count() == 1
    assert not elsewhere.queue.exists()
    queue.huey.execute(queue.huey.dequeue())
    assert state_of(engine, slip_id) is SlipState.ISSUED
    queue.huey.storage.close()


def test_the_worker_hears_of_a_job_that_another_process_put_there(elsewhere: Settings, engine: Engine) -> None:
    ours = {"APPRAISAL_HOME": str(elsewhere.home), "APPRAISAL_QUEUE": elsewhere.queue_server, "APPRAISAL_DEMO": "1"}
    environment = {**os.environ, **ours, "PYTHONPATH": os.pathsep.join(sys.path)}
    slip_id, queue = approved(engine), jobs.make_queue(elsewhere)
    with subprocess.Popen([sys.executable, "-m", "appraisal.cli", "jobs"], env=environment) as worker:
        queue.issue_slip(slip_id)
        end = time.monotonic() + 90
        while state_of(engine, slip_id) not in OUT and time.monotonic() < end:
            time.sleep(0.1)
        worker.terminate()
    assert state_of(engine, slip_id) in OUT
    queue.huey.storage.close()


# The queue's library drops the connection that the server had ended, without closing it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_job_for_a_server_that_is_away_is_no_error_and_the_sweep_does_it(
    elsewhere: Settings, engine: Engine, server: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    slip_id, queue = approved(engine), jobs.make_queue(elsewhere)
    server.halt()
    queue.issue_slip(slip_id)
    server.start()
    assert "a job was not put into the queue: OperationalError" in caplog.text
    assert queue.huey.pending_count() == 0
    jobs.sweep(elsewhere, engine)
    with store.reading(engine) as db:
        assert followup.pdf(db, slip_id).startswith(b"%PDF")
    queue.huey.storage.close()


def test_another_kind_of_address_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPRAISAL_QUEUE", "redis://127.0.0.1/0")
    with pytest.raises(SettingsError, match=r"APPRAISAL_QUEUE: postgresql\+psycopg://ROLE@HOST/NAME is needed"):
        Settings.from_env()
