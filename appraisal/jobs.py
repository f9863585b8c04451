"""The same deeds, later: rendering and scoring wait in a queue beside the database and are done by a worker of their own.

A job may be done twice without harm: a slip that is issued is left alone, a round that is scored again gets one run more. What a
killed worker left undone is picked up by the sweep, which looks for approved slips without a letter every minute.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from huey import SqliteHuey, crontab

from appraisal import followup, store
from appraisal.model.faults import Refused
from appraisal.model.slip import SlipState
from appraisal.settings import Settings, city_now
from appraisal.store import Engine, Session, following

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue and its jobs; calling one of them puts it into the queue (or does it at once, where the queue is immediate)."""

    huey: SqliteHuey
    issue_slip: Callable[[int], Any]
    score: Callable[[str, str], Any]
    sweep: Callable[[], Any]


def make_queue(settings: Settings, immediate: bool = False) -> Queue:
    """The queue of an installation. ``immediate``: jobs are done by the caller, for tests and one-process installations."""
    huey = SqliteHuey("appraisal", filename=str(settings.queue), immediate=immediate, immediate_use_memory=False)

    @cache
    def engine() -> Engine:
        return store.connect(settings.database)

    def issue_later(slip_id: int) -> None:
        issue_slip(settings, engine(), slip_id)

    def score_later(round_code: str, actor: str) -> None:
        score(engine(), round_code, actor, city_now())

    def sweep_later() -> None:
        issue_waiting(settings, engine())
        # The log of the database tells the order of commits: it is emptied as often as the sweep comes round.
        store.truncate_log(engine())

    return Queue(
        huey=huey,
        issue_slip=huey.task(name="issue_slip", retries=2, retry_delay=10)(issue_later),
        score=huey.task(name="score")(score_later),
        sweep=huey.periodic_task(crontab(minute="*"), name="sweep")(sweep_later),
    )


def work(queue: Queue) -> None:
    """Work the queue until a signal comes."""
    queue.huey.create_consumer(workers=1, periodic=True, check_worker_health=True).run()


def issue_slip(settings: Settings, engine: Engine, slip_id: int) -> None:
    """Render an approved slip, outside any transaction, lay the file out and issue it. Anything but an approved slip is left alone.

    Raises ``Refused`` or ``Misprint`` when the letter cannot be printed; the slip then stays approved.
    """
    with store.reading(engine) as db:
        if not _waits(db, slip_id):
            return
        document = followup.slip_document(db, slip_id)
    # Only the worker pays for loading the typesetter.
    from appraisal.reports.slip import render

    rendered = render(document)
    _lay_out(settings.slips / f"{document.number}.pdf", rendered.pdf)
    with store.transaction(engine) as db:
        # Another worker may have been faster while this one was printing.
        if _waits(db, slip_id):
            followup.issue(db, slip_id, rendered.pdf, rendered.sha256, city_now())


def issue_waiting(settings: Settings, engine: Engine) -> int:
    """Issue every approved slip; how many were. One that cannot be printed is logged, and does not hold up the others."""
    from appraisal.reports.press import Misprint

    with store.reading(engine) as db:
        waiting = following.waiting_slips(db)
    issued = 0
    for slip_id in waiting:
        try:
            issue_slip(settings, engine, slip_id)
        except (Refused, Misprint) as fault:
            LOG.error("slip %s was not printed: %s", slip_id, fault)
        else:
            issued += 1
    return issued


def score(engine: Engine, round_code: str, actor: str, now: datetime) -> int:
    """Compute scores and flags of a closed round; the id of the run."""
    from appraisal import scoring

    with store.transaction(engine) as db:
        return scoring.score_round(db, round_code, actor, now)


def _waits(db: Session, slip_id: int) -> bool:
    kept = following.find_slip(db, slip_id)
    return kept is not None and kept.state is SlipState.APPROVED


def _lay_out(path: Path, content: bytes) -> None:
    """Write the file whole or not at all: a reader never meets half a letter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_bytes(content)
    os.replace(half, path)
