"""The worker's round through the outbox: claim, send outside any transaction, note. At least once, and recognisable when twice.

A message is claimed with the time of its next attempt before it is handed over. A worker that is killed in between leaves it
claimed: it goes out once more when that time comes, under the same mark.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from appraisal import store
from appraisal.model.message import MOST_ATTEMPTS, Channel, wait_after
from appraisal.secrecy.sealed import SealBroken
from appraisal.sending.gateway import Down, Gateway, Outgoing, Rejected, TryLater, mark_of
from appraisal.store import Engine, outbox
from appraisal.store.outbox import KeptMessage

LOG: Final = logging.getLogger(__name__)
AT_ONCE: Final = 500
# No new message is begun later than this: a slow gateway holds up the worker's other jobs for so long at most.
SECONDS: Final = 20.0
SENT_IS_KEPT: Final = timedelta(days=90)
Opener = Callable[[bytes], str]


def deliver(engine: Engine, gateways: Mapping[Channel, Gateway], open_recipient: Opener, now: datetime) -> int:
    """Send what is due, channel by channel; how many were taken. A gateway that is down holds up its own channel alone."""
    _sweep(engine, now)
    sent, until = 0, time.monotonic() + SECONDS
    for channel, gateway in gateways.items():
        with store.reading(engine) as db:
            waiting = outbox.due(db, channel, now, AT_ONCE)
        try:
            sent += _send_all(engine, gateway, waiting, open_recipient, now, until)
        except Down as down:
            LOG.warning("the gateway for %s is down (%s); its messages wait", channel, down)
        finally:
            gateway.close()
    return sent


def _send_all(
    engine: Engine,
    gateway: Gateway,
    waiting: Sequence[KeptMessage],
    open_recipient: Opener,
    now: datetime,
    until: float,
) -> int:
    sent = 0
    for message in waiting:
        if time.monotonic() > until:
            break
        sent += _send(engine, gateway, message, open_recipient, now)
    return sent


def _send(engine: Engine, gateway: Gateway, message: KeptMessage, open_recipient: Opener, now: datetime) -> bool:
    attempt = message.attempts + 1
    with store.transaction(engine) as db:
        if not outbox.claim(db, message, now + wait_after(attempt)):
            return False
    sealed = message.sealed_recipient
    try:
        recipient = message.recipient if sealed is None else open_recipient(sealed)
        gateway.send(Outgoing(mark_of(message.key), recipient, message.subject, message.body, now))
    except Down:
        with store.transaction(engine) as db:
            outbox.unclaim(db, message, now)
        raise
    except (TryLater, Rejected, SealBroken) as no:
        final = not isinstance(no, TryLater) or attempt >= MOST_ATTEMPTS
        with store.transaction(engine) as db:
            outbox.note_failure(db, message, str(no), final)
        return False
    with store.transaction(engine) as db:
        outbox.note_sent(db, message, now)
    return True


def _sweep(engine: Engine, now: datetime) -> None:
    with store.reading(engine) as db:
        wanted = outbox.has_outdated(db, now.date(), now - SENT_IS_KEPT)
    if wanted:
        with store.transaction(engine) as db:
            outbox.sweep(db, now.date(), now - SENT_IS_KEPT)
