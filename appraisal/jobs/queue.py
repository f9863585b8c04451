"""The queue of an installation and what is done in it, beside the database, by a worker of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from huey import SqliteHuey, crontab

from appraisal import sending, store
from appraisal.collect.log import first_batch, full_batch, last_batch
from appraisal.jobs.clock import chase_slips, forget_contacts
from appraisal.jobs.logs import tend_audit, tend_logs
from appraisal.jobs.rounds import tend_round, tend_rounds
from appraisal.jobs.slips import issue_slip, issue_waiting
from appraisal.scoring.report_file import report_printer
from appraisal.sending import MailServer
from appraisal.settings import Settings, city_now
from appraisal.store import Engine


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue and its jobs; calling one of them puts it into the queue (or does it at once, where the queue is immediate)."""

    huey: SqliteHuey
    issue_slip: Callable[[int], Any]
    print_report: Callable[[str, str, str], Any]
    tend_round: Callable[[str], Any]
    sweep: Callable[[], Any]
    send_messages: Callable[[], Any]
    close_batches: Callable[[], Any]


def make_queue(settings: Settings, immediate: bool = False, mail: MailServer | None = None) -> Queue:
    """The queue of an installation. ``immediate``: jobs are done by the caller, for tests and one-process installations.

    ``mail``: the server that takes the mail, which the worker alone needs to know.
    """
    # Whatever the umask: the queue is its owner's alone, as the database is.
    settings.queue.touch(mode=0o600)
    huey = SqliteHuey("appraisal", filename=str(settings.queue), immediate=immediate, immediate_use_memory=False)

    @cache
    def engine() -> Engine:
        return store.connect(settings.database_address)

    def issue_later(slip_id: int) -> None:
        issue_slip(settings, engine(), slip_id)

    def sweep_later() -> None:
        issue_waiting(settings, engine())
        tend_logs(settings, engine(), first_batch, last_batch)
        tend_rounds(settings, engine())
        chase_slips(engine())
        forget_contacts(engine())
        # The log of the database tells the order of commits: it is emptied as often as the sweep comes round.
        store.truncate_log(engine())

    def send_later() -> None:
        sending.deliver(engine(), sending.ways_out(settings, mail), sending.opener(settings), city_now())

    def close_batches_later() -> None:
        tend_logs(settings, engine(), full_batch)
        tend_audit(settings, engine())

    return Queue(
        huey=huey,
        issue_slip=huey.task(name="issue_slip", retries=2, retry_delay=10)(issue_later),
        print_report=huey.task(name="print_report")(report_printer(settings, engine)),
        tend_round=huey.task(name="tend_round")(lambda round_code: tend_round(settings, engine(), round_code)),
        sweep=huey.periodic_task(crontab(minute="*"), name="sweep")(sweep_later),
        # A job of its own, which ends after some twenty seconds: a slow gateway never holds up the others for long.
        send_messages=huey.periodic_task(crontab(minute="*"), name="send_messages")(send_later),
        # At full hours and at no other time: when a batch is closed says nothing on when its ballots came.
        close_batches=huey.periodic_task(crontab(minute="0"), name="close_batches")(close_batches_later),
    )


def work(queue: Queue) -> None:
    """Work the queue until a signal comes."""
    queue.huey.create_consumer(workers=1, periodic=True, check_worker_health=True).run()
