"""The same deeds, later: opening ballots, scoring and rendering wait in a queue beside the database, for a worker of their own.

A job may be done twice without harm: a slip that is issued is left alone, and so is a round that waits for nothing. What a
killed worker left undone is picked up by the sweep, which looks every minute for approved slips without a letter and for rounds
that wait.
"""

import logging
import os
import secrets as chance
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from huey import SqliteHuey, crontab

from appraisal import collect, followup, rounds, sending, store
from appraisal.collect import contacts
from appraisal.collect.log import Batch, first_batch, full_batch, keep_batch, last_batch, published_log
from appraisal.model.faults import Refused
from appraisal.model.round import Custody
from appraisal.model.round_job import RoundJob
from appraisal.model.slip_moves import SlipState
from appraisal.rounds.audit_chain import keep_stretch, next_stretch, published_audit
from appraisal.scoring.report_file import report_printer
from appraisal.secrecy.signing import public_half
from appraisal.sending import MailServer
from appraisal.settings import Settings, city_now
from appraisal.store import Engine, Session, logs, slips
from appraisal.store.engine import forget_order
from appraisal.store.public_files import grow_log_file
from appraisal.store.rounds import KeptRound

LOG: Final = logging.getLogger(__name__)

NO_KEY: Final = "开启评议票的密钥不在这台机器上。请先放回密钥文件，再开启评议票。"
BROKEN: Final = "程序出错，没有算成。请管理员查看服务日志后再试。"

# The batch of a round's public log that is due, if one is: round, key of the log, today.
NextBatch = Callable[[Session, str, bytes, date], Batch | None]


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


def chase_slips(engine: Engine) -> None:
    """Serve and press for what is due by the clock, and put the day's list of what is late into the outbox."""
    now = city_now()
    _when_due(engine, lambda db: followup.clock_has_work(db, now.date()), lambda db: followup.chase_slips(db, now))
    _when_due(engine, lambda db: followup.organisers_untold(db, now), lambda db: followup.tell_organisers(db, now))


def forget_contacts(engine: Engine) -> None:
    """Delete the contacts of rounds that ended 30 days ago."""
    today = city_now().date()
    _when_due(
        engine, lambda db: contacts.has_contacts_to_forget(db, today), lambda db: contacts.forget_contacts(db, today)
    )


def _when_due(engine: Engine, is_due: Callable[[Session], bool], deed: Callable[[Session], object]) -> None:
    # Asked from a snapshot: the write lock is taken only when there is something to do.
    with store.reading(engine) as db:
        waiting = is_due(db)
    if waiting:
        with store.transaction(engine) as db:
            deed(db)


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
        waiting = slips.waiting_slips(db)
    issued = 0
    for slip_id in waiting:
        try:
            issue_slip(settings, engine, slip_id)
        except (Refused, Misprint) as fault:
            LOG.error("slip %s was not printed: %s", slip_id, fault)
        else:
            issued += 1
    return issued


def tend_round(settings: Settings, engine: Engine, round_code: str) -> None:
    """Do what a round waits for, if it waits; a failure is written into its history, where the round's page shows it.

    The work is done on a snapshot, and the write lock is held for the keeping alone: ballots of other rounds come in meanwhile.
    """
    with store.reading(engine) as db:
        kept = rounds.kept_round(db, round_code)
        job = rounds.standing(db, kept).waiting
        # Two trustees have to come for a key that is split: `round close` opens these ballots, and nobody else can.
        if job is None or (job is RoundJob.OPENING and kept.plan.tally_key is Custody.SHARES):
            return
        actor = rounds.asked_by(db, kept)
    try:
        if job is RoundJob.OPENING:
            _open_ballots(settings, engine, kept, actor)
        else:
            _score(engine, round_code, actor, city_now())
    except Refused as refusal:
        _note_failure(engine, kept, actor, refusal)
    except Exception:
        _note_failure(engine, kept, actor, Refused(BROKEN))
        raise


def tend_rounds(settings: Settings, engine: Engine) -> None:
    """Do what any round waits for."""
    with store.reading(engine) as db:
        codes = [line.code for line in rounds.all_rounds(db)]
    for code in codes:
        tend_round(settings, engine, code)


def tend_logs(settings: Settings, engine: Engine, *ways: NextBatch) -> None:
    """Close the batches that are due by these ways, in every public log that is not complete, and publish what is new.

    A log that cannot be published is logged, and does not hold up the others.
    """
    with store.reading(engine) as db:
        codes = logs.unfinished_rounds(db)
    for code in codes:
        try:
            tend_log(settings, engine, code, *ways)
        except Refused as refusal:
            LOG.error("the log of round %s was not published: %s", code, refusal)


def tend_log(settings: Settings, engine: Engine, round_code: str, *ways: NextBatch) -> None:
    """Close a round's batches that are due, each hashed on a snapshot and written in a short transaction, and publish its log.

    Raises ``Refused`` when what was published earlier is no longer in the log.
    """
    key, today = settings.read_log_key(), city_now().date()
    for next_batch in ways:
        with store.reading(engine) as db:
            batch = next_batch(db, round_code, key, today)
        if batch is None:
            continue
        with store.transaction(engine) as db:
            keep_batch(db, batch)
        # The log of the database and the order of its pages would tell in which order the ballots of a batch came in.
        if batch.ballot_ids:
            forget_order(engine)
    with store.reading(engine) as db:
        content = published_log(db, round_code, public_half(key))
    if content is not None:
        grow_log_file(settings.log_file(round_code), content)


def tend_audit(settings: Settings, engine: Engine) -> None:
    """Chain what the staff did since the last time, and publish the chain. What cannot be published is logged."""
    key = settings.read_log_key()
    with store.reading(engine) as db:
        stretch = next_stretch(db, key, city_now().date())
    if stretch is not None:
        with store.transaction(engine) as db:
            keep_stretch(db, stretch)
        store.truncate_log(engine)
    with store.reading(engine) as db:
        content = published_audit(db, public_half(key))
    if content is None:
        return
    try:
        grow_log_file(settings.audit_file, content)
    except Refused as refusal:
        LOG.error("the chain of the staff's events was not published: %s", refusal)


def _open_ballots(settings: Settings, engine: Engine, kept: KeptRound, actor: str) -> None:
    path, code = settings.tally_key(kept.plan.code), kept.plan.code
    if not path.exists():
        raise Refused(NO_KEY)
    tend_log(settings, engine, code, last_batch)
    with store.reading(engine) as db:
        log_key = public_half(settings.read_log_key())
        found = collect.unseal_ballots(db, code, path.read_bytes(), chance.SystemRandom(), log_key)
    with store.transaction(engine) as db:
        collect.keep_opened(db, found)
    forget_order(engine)
    with store.transaction(engine) as db:
        rounds.note_opened(db, kept, actor, city_now())


def _score(engine: Engine, round_code: str, actor: str, now: datetime) -> None:
    # The arithmetic is loaded by the worker that needs it, not by every web process that fills the queue.
    from appraisal import scoring

    with store.reading(engine) as db:
        computed = scoring.compute_round(db, round_code, actor, now)
    with store.transaction(engine) as db:
        scoring.keep_run(db, computed)


def _note_failure(engine: Engine, kept: KeptRound, actor: str, refusal: Refused) -> None:
    with store.transaction(engine) as db:
        rounds.note_failure(db, kept, actor, city_now(), refusal)


def _waits(db: Session, slip_id: int) -> bool:
    kept = slips.find_slip(db, slip_id)
    return kept is not None and kept.state is SlipState.APPROVED


def _lay_out(path: Path, content: bytes) -> None:
    """Write the file whole or not at all: a reader never meets half a letter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_bytes(content)
    os.replace(half, path)
