"""Where reminders for unused codes may go, and that a round reminded. Contacts lie by themselves, sealed, until they are forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import Session

from appraisal.store.tables import Contact, Invitation, ReminderBatch, Round


@dataclass(frozen=True, slots=True)
class SentBatch:
    """A batch of reminders: its number in the round, from 1, and the day on which it was put into the outbox."""

    number: int
    day: date


def known_codes(db: Session, round_id: int, digests: Sequence[bytes]) -> frozenset[bytes]:
    """Those of the digests that are codes of the round and not revoked; whether they were used is not looked at."""
    good = select(Invitation.digest).where(Invitation.round_id == round_id, ~Invitation.revoked)
    return frozenset(db.scalars(good)) & frozenset(digests)


def contacts(db: Session, round_id: int) -> dict[bytes, bytes]:
    """Digest of the code → sealed address, every contact of the round."""
    rows = db.execute(select(Contact.digest, Contact.sealed).where(Contact.round_id == round_id))
    return {row.digest: row.sealed for row in rows}


def replace_contacts(db: Session, round_id: int, sealed: Mapping[bytes, bytes]) -> None:
    """Keep these contacts, in the place of earlier ones of the same codes."""
    for digest in sealed:
        db.execute(delete(Contact).where(Contact.digest == digest))
    rows = [{"digest": digest, "round_id": round_id, "sealed": address} for digest, address in sorted(sealed.items())]
    if rows:
        db.execute(insert(Contact), rows)


def unused_contacts(db: Session, round_id: int) -> list[bytes]:
    """The sealed addresses of codes that are neither used nor revoked, in the order of random digests."""
    return list(db.scalars(_unused(Contact.sealed, round_id).order_by(Contact.digest)))


def count_unused(db: Session, round_id: int) -> int:
    return db.scalar(_unused(func.count(), round_id)) or 0


def count_contacts(db: Session, round_id: int) -> int:
    return db.scalar(select(func.count()).select_from(Contact).where(Contact.round_id == round_id)) or 0


def batches(db: Session, round_id: int) -> tuple[SentBatch, ...]:
    """The batches of reminders of a round, oldest first."""
    wanted = select(ReminderBatch.number, ReminderBatch.day).where(ReminderBatch.round_id == round_id)
    return tuple(SentBatch(row.number, row.day) for row in db.execute(wanted.order_by(ReminderBatch.number)))


def add_batch(db: Session, round_id: int, batch: SentBatch) -> None:
    """Note that a batch was put into the outbox. The database refuses the same number twice."""
    db.execute(insert(ReminderBatch).values(round_id=round_id, number=batch.number, day=batch.day))


def has_old_contacts(db: Session, closed_before: date) -> bool:
    """Whether there are contacts of rounds whose last day was before that day."""
    return db.scalar(select(Contact.digest).where(Contact.round_id.in_(_old(closed_before))).limit(1)) is not None


def forget_contacts(db: Session, closed_before: date) -> None:
    """Delete them."""
    db.execute(delete(Contact).where(Contact.round_id.in_(_old(closed_before))))


def _old(closed_before: date) -> Select[int]:
    return select(Round.id).where(Round.closes_on < closed_before)


def _unused(what: Any, round_id: int) -> Select[Any]:
    joined = select(what).select_from(Contact).join(Invitation, Invitation.digest == Contact.digest)
    return joined.where(Contact.round_id == round_id, ~Invitation.spent, ~Invitation.revoked)
