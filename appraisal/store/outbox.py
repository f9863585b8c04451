"""The outbox: messages are put in the transaction of what caused them, and sent by the worker, each under its key once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from appraisal.model.message import Channel, Message, MessageKind, MessageState
from appraisal.store.dialects import add_new
from appraisal.store.tables import Outbox

PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message that lies in the outbox; ``attempts``: how often sending it was begun."""

    key: str
    kind: MessageKind
    channel: Channel
    recipient: str = field(repr=False)
    sealed_recipient: bytes | None = field(repr=False)
    subject: str
    body: str = field(repr=False)
    state: MessageState
    attempts: int
    reason: str
    put_at: datetime
    sent_at: datetime | None


def put(db: Session, key: str, message: Message, now: datetime) -> bool:
    """Put a message under its key, to be sent from now on; False, and nothing changes, where that key was used before."""
    return put_all(db, [(key, message)], now) == 1


def put_all(db: Session, messages: Iterable[tuple[str, Message]], now: datetime) -> int:
    """Put many messages as (key, message); how many were new."""
    rows = [_columns(key, message, now) for key, message in messages]
    new = 0
    for row in rows:
        new += add_new(db, Outbox, **row)
    return new


def due(db: Session, channel: Channel, now: datetime, limit: int) -> tuple[KeptMessage, ...]:
    """Messages of a channel that may be tried now, those that waited longest first."""
    ready = (Outbox.state == MessageState.QUEUED, Outbox.not_before <= now)
    wanted = select(Outbox).where(*ready, Outbox.channel == channel)
    return _kept(db, wanted.order_by(Outbox.not_before, Outbox.key).limit(limit))


def claim(db: Session, message: KeptMessage, again_at: datetime) -> bool:
    """Begin an attempt: nobody else begins one before ``again_at``. False when somebody was faster."""
    same = (Outbox.key == message.key, Outbox.state == MessageState.QUEUED, Outbox.attempts == message.attempts)
    done = db.execute(update(Outbox).where(*same).values(attempts=message.attempts + 1, not_before=again_at))
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def unclaim(db: Session, message: KeptMessage, now: datetime) -> None:
    """The gateway was down: the attempt does not count."""
    same = (Outbox.key == message.key, Outbox.state == MessageState.QUEUED)
    db.execute(update(Outbox).where(*same).values(attempts=message.attempts, not_before=now))


def note_sent(db: Session, message: KeptMessage, now: datetime) -> None:
    """The gateway took it. A reminder is forgotten at once: that it was sent says that a code was unused."""
    if message.kind is MessageKind.REMINDER:
        db.execute(delete(Outbox).where(Outbox.key == message.key))
        return
    sent = {"state": MessageState.SENT, "sent_at": now, "reason": ""}
    db.execute(update(Outbox).where(Outbox.key == message.key).values(sent))


def note_failure(db: Session, message: KeptMessage, reason: str, final: bool) -> None:
    """The gateway did not take it, for good or for now. Of a reminder that failed for good nothing is kept: no bounce leads to a code."""
    if final and message.kind is MessageKind.REMINDER:
        db.execute(delete(Outbox).where(Outbox.key == message.key))
        return
    state = MessageState.FAILED if final else MessageState.QUEUED
    db.execute(update(Outbox).where(Outbox.key == message.key).values(state=state, reason=reason))


def retry_failed(db: Session, now: datetime) -> int:
    """Try every failed message again from now on; how many there are. What is out of date is not among them."""
    again = {"state": MessageState.QUEUED, "attempts": 0, "not_before": now, "reason": ""}
    wanted = (Outbox.state == MessageState.FAILED, Outbox.expires_on >= now.date())
    done = db.execute(update(Outbox).where(*wanted).values(again))
    return int(done.rowcount)  # type: ignore[attr-defined]


def has_outdated(db: Session, today: date, sent_before: datetime) -> bool:
    """Whether ``sweep`` would do anything."""
    return db.scalar(select(Outbox.key).where(_over(today) | _long_sent(sent_before)).limit(1)) is not None


def sweep(db: Session, today: date, sent_before: datetime) -> None:
    """Give up what is out of date, and forget what was sent long ago. Reminders that are out of date leave nothing behind."""
    db.execute(delete(Outbox).where(_over(today), Outbox.kind == MessageKind.REMINDER))
    db.execute(update(Outbox).where(_over(today)).values(state=MessageState.FAILED, reason="expired"))
    db.execute(delete(Outbox).where(_long_sent(sent_before)))


def shown(db: Session) -> tuple[KeptMessage, ...]:
    """The newest messages for the office's page; reminders are not among them, see ``waiting_reminders``."""
    wanted = select(Outbox).where(Outbox.kind != MessageKind.REMINDER)
    return _kept(db, wanted.order_by(Outbox.put_at.desc(), Outbox.key).limit(PAGE))


def waiting_reminders(db: Session) -> int:
    """How many reminders are not sent yet."""
    counted = select(func.count()).select_from(Outbox).where(Outbox.kind == MessageKind.REMINDER)
    return db.scalar(counted) or 0


def has_key(db: Session, key: str) -> bool:
    return db.scalar(select(Outbox.key).where(Outbox.key == key)) is not None


def _over(today: date) -> Any:
    return (Outbox.state == MessageState.QUEUED) & (Outbox.expires_on < today)


def _long_sent(sent_before: datetime) -> Any:
    return (Outbox.state == MessageState.SENT) & (Outbox.sent_at < sent_before)


def _columns(key: str, message: Message, now: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "kind": message.kind,
        "channel": message.channel,
        "recipient": message.recipient,
        "sealed_recipient": message.sealed_recipient,
        "subject": message.subject,
        "body": message.body,
        "state": MessageState.QUEUED,
        "attempts": 0,
        "reason": "",
        "put_at": now,
        "not_before": now,
        "expires_on": message.expires_on,
        "sent_at": None,
    }


def _kept(db: Session, wanted: Any) -> tuple[KeptMessage, ...]:
    return tuple(
        KeptMessage(
            row.key,
            MessageKind(row.kind),
            Channel(row.channel),
            row.recipient,
            row.sealed_recipient,
            row.subject,
            row.body,
            MessageState(row.state),
            row.attempts,
            row.reason,
            row.put_at,
            row.sent_at,
        )
        for row in db.scalars(wanted)
    )
