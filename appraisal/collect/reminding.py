"""Reminders to those whose code is unused: to all of them at once, twice in a round at most, with one text for everybody.

A reminder is never caused by what somebody did, and it cannot carry the code, which the server does not know. Who is on a list is
told to nobody, and kept nowhere once it is sent.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from appraisal.collect import refusals
from appraisal.model.faults import Faulty, Refused
from appraisal.model.message import Message, MessageKind, channel_of
from appraisal.model.reminder import DAYS_BETWEEN, MOST_BATCHES, STEP, ReminderText, faults_of, shown_count
from appraisal.model.round import RoundState
from appraisal.secrecy import keys
from appraisal.secrecy.contacts import open_contact, seal_contact
from appraisal.settings import Secrets
from appraisal.store import Session, contacts, outbox
from appraisal.store.contacts import SentBatch
from appraisal.store.rounds import KeptRound, note_round

KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class ReminderView:
    """What the office sees before it reminds: counts in whole steps of 20, the batches so far, and why none can be sent now."""

    contacts: int
    unused: int
    batches: tuple[SentBatch, ...]
    hindrance: Refused | None


@dataclass(frozen=True, slots=True)
class Batch:
    """A list that was drawn, on its way into the outbox."""

    kept: KeptRound
    batch: SentBatch
    messages: Sequence[tuple[str, Message]]


def reminders(db: Session, round_code: str, today: date) -> ReminderView:
    """What there is to remind. Raises ``Refused`` for an unknown round."""
    kept = refusals.round_of(db, round_code)
    known, unused = contacts.count_contacts(db, kept.id), contacts.count_unused(db, kept.id)
    sent = contacts.batches(db, kept.id)
    return ReminderView(shown_count(known), shown_count(unused), sent, _hindrance(kept, sent, unused, today))


def draw_batch(
    db: Session, round_code: str, text: ReminderText, secrets: Secrets, rng: random.Random, today: date
) -> Batch:
    """The list of this moment: everybody with a contact whose code is unused, in random order, under random keys. It only reads.

    Raises ``Refused`` when the round takes no ballots today, was reminded of twice or less than three days ago, or fewer than 20
    would be on the list; ``Faulty`` for a wording that is not fit. ``rng``: a ``random.SystemRandom`` outside tests.
    """
    found = faults_of(text, "wording")
    if found:
        raise Faulty(found)
    kept = refusals.round_of(db, round_code)
    sealed, sent = contacts.unused_contacts(db, kept.id), contacts.batches(db, kept.id)
    hindrance = _hindrance(kept, sent, len(sealed), today)
    if hindrance is not None:
        raise hindrance
    key = keys.contact_key(secrets.pepper)
    rng.shuffle(sealed)
    number = len(sent) + 1
    messages = [
        (
            f"reminder/{round_code}/{number}/{rng.randbytes(KEY_BYTES).hex()}",
            _message(open_contact(key, each), key, text, kept),
        )
        for each in sealed
    ]
    return Batch(kept, SentBatch(number, today), messages)


def keep_batch(db: Session, batch: Batch, actor: str, now: datetime) -> int:
    """Put the list into the outbox, and note in the round's history that a batch was sent, without a count; how many, in steps of 20.

    Raises ``Refused`` when somebody else sent this batch meanwhile.
    """
    if len(contacts.batches(db, batch.kept.id)) >= batch.batch.number:
        raise Refused("这一批提醒刚才已经有人发出。")
    contacts.add_batch(db, batch.kept.id, batch.batch)
    outbox.put_all(db, batch.messages, now)
    note_round(db, batch.kept.id, actor, "remind_unused", now, str(batch.batch.number))
    return shown_count(len(batch.messages))


def _message(address: str, key: bytes, text: ReminderText, kept: KeptRound) -> Message:
    channel = channel_of(address)
    if channel is None:
        raise ValueError("a contact that is no address was kept")
    # Sealed anew: no line of the outbox equals one of the contacts.
    sealed, last = seal_contact(key, address), kept.plan.closes_on
    return Message(MessageKind.REMINDER, channel, "", text.subject, text.body, last, sealed)


def _hindrance(kept: KeptRound, sent: Sequence[SentBatch], unused: int, today: date) -> Refused | None:
    if kept.state is not RoundState.OPEN or not kept.plan.opens_on <= today <= kept.plan.closes_on:
        return Refused("只有在评议期间才能提醒。")
    if len(sent) >= MOST_BATCHES:
        return Refused("每轮最多提醒%(most)s次，已经用完。", most=MOST_BATCHES)
    if sent and today < sent[-1].day + timedelta(days=DAYS_BETWEEN):
        return Refused("两次提醒至少相隔%(days)s天。", days=DAYS_BETWEEN)
    if unused < STEP:
        return Refused("要提醒的不到%(step)s人，人数太少，不发。", step=STEP)
    return None
