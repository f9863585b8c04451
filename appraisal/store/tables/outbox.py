"""What goes out by mail or text message, whom reminders may reach, and how often a round reminded."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class Outbox(Base):
    """One message, put once under its key. ``recipient`` is empty where ``sealed_recipient`` holds it under a key outside the database.

    ``not_before``: when it may be tried (again); ``expires_on``: the last day on which it still makes sense.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "state", "not_before"), WITHOUT_ROWID)
    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    channel: Mapped[str]
    recipient: Mapped[str]
    sealed_recipient: Mapped[bytes | None] = mapped_column(LargeBinary)
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    attempts: Mapped[int]
    reason: Mapped[str]
    put_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_on: Mapped[date]
    sent_at: Mapped[datetime | None]


class Contact(Base):
    """Where a reminder for a code may go, sealed under a key outside the database; forgotten 30 days after the round's last day."""

    __tablename__ = "contact"
    __table_args__ = WITHOUT_ROWID
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ReminderBatch(Base):
    """That a round reminded: the number of the batch, 1 or 2, and its day. Whom it reached is kept nowhere."""

    __tablename__ = "reminder_batch"
    __table_args__ = WITHOUT_ROWID
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]
