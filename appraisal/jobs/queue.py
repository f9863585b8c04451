"""The queue of an installation and what is done in it, beside the database, by a worker of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from huey import Huey, crontab

from appraisal import sending, store
from appraisal.collect.log import first_batch, full_batch, last_batch
from appraisal.jobs.clock import chase_slips, forget_contacts
from appraisal.jobs.line import make_line, put
from appraisal.jobs.logs import tend_audit, tend_logs
from appraisal.jobs.presses import printer_of
from appraisal.jobs.publications import tend_publications
from appraisal.jobs.rounds import tend_round, tend_rounds
from appraisal.jobs.slips import issue_waiting, try_to_issue
from appraisal.scoring.report_file import bulletin_printer, report_printer, round_report_printer
from appraisal.sending import MailServer
from appraisal.settings import Settings, city_now
from appraisal.store import Engine


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue and its jobs; calling one of them puts it into the queue (or does it at once, where the queue is immediate)."""

    huey: Huey
    issue_slip: Callable[[int], Any]
    print_report: Callable[[str, str, str], Any]
    print_round_report: Callable[[str, str], Any]
    print_bulletin: Callable[[str, str], Any]
    tend_round: Callable[[str], Any]
    sweep: Callable[[], Any]
    send_messages: Callable[[], Any]
    close_batches: Callable[[], Any]


def make_queue(settings: Settings, immediate: bool = False, mail: MailServer | None = None) -> Queue:
    """The queue of an installation. ``immediate``: jobs are done by the caller, for tests and one-process installations.

    ``mail``: the server that takes the mail, which the worker alone needs to know.
    """
    huey = make_line(settings, immediate)

    @cache
    def engine() -> Engine:
        return store.connect(settings.database_address)

    def issue_later(slip_id: int) -> None:
        # What failed is written down, and the sweep tries once more.
        try_to_issue(settings, engine(), slip_id)

    def send_later() -> None:
        sending.deliver(engine(), sending.ways_out(settings, mail), sending.opener(settings), city_now())

    def close_batches_later() -> None:
        tend_logs(settings, engine(), full_batch)
        tend_audit(settings, engine())

    return Queue(
        huey=huey,
        issue_slip=put(huey.task(name="issue_slip")(issue_later)),
        print_report=put(
            huey.task(name="print_report")(report_printer(settings, engine, printer_of(settings).printed))
        ),
        print_round_report=put(
            huey.task(name="print_round_report")(round_report_printer(settings, engine, printer_of(settings).printed))
        ),
        print_bulletin=put(
            huey.task(name="print_bulletin")(bulletin_printer(settings, engine, printer_of(settings).printed))
        ),
        tend_round=put(huey.task(name="tend_round")(lambda round_code: tend_round(settings, engine(), round_code))),
        sweep=huey.periodic_task(crontab(minute="*"), name="sweep")(lambda: sweep(settings, engine())),
        # A job of its own, which ends after some twenty seconds: a slow gateway never holds up the others for long.
        send_messages=huey.periodic_task(crontab(minute="*"), name="send_messages")(send_later),
        # At full hours and at no other time: when a batch is closed says nothing on when its ballots came.
        close_batches=huey.periodic_task(crontab(minute="0"), name="close_batches")(close_batches_later),
    )


def sweep(settings: Settings, engine: Engine) -> None:
    """Do what waits, whoever forgot to ask for it or was killed on the way."""
    if not issue_waiting(settings, engine):
        printer_of(settings).rest()
    tend_logs(settings, engine, first_batch, last_batch)
    tend_rounds(settings, engine)
    chase_slips(engine)
    forget_contacts(engine)
    # The log of the database tells the order of commits: it is emptied as often as the sweep comes round.
    store.truncate_log(engine)
    # Last, since it may take minutes, once a round.
    tend_publications(settings, engine)


def work(queue: Queue) -> None:
    """Work the queue until a signal comes."""
    queue.huey.create_consumer(workers=1, periodic=True, check_worker_health=True).run()
