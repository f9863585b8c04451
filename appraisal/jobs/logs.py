"""The public logs grow: batches are closed, staff events chained, and both are published."""

import logging
from collections.abc import Callable
from datetime import date
from typing import Final

from appraisal import store
from appraisal.collect.log import Batch, keep_batch, published_log
from appraisal.model.faults import Refused
from appraisal.rounds.audit_chain import keep_stretch, next_stretch, published_audit
from appraisal.secrecy.signing import public_half
from appraisal.settings import Settings, city_now
from appraisal.store import Engine, Session, logs
from appraisal.store.engine import forget_order
from appraisal.store.public_files import grow_log_file

LOG: Final = logging.getLogger(__name__)

# The batch of a round's public log that is due, if one is: round, key of the log, today.
NextBatch = Callable[[Session, str, bytes, date], Batch | None]


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
