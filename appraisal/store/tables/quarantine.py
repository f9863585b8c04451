"""Ballots that two people set aside after the close, and why. The ballots themselves stay where they are."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class Quarantine(Base):
    """One cohort: the opened ballots that a signal describes. ``formula``: the signal with its limits and figures, canonical JSON.

    ``signal`` is the signal's key within its round; ``frozen_sha256``: the hash of the rules that registered the limits.
    """

    __tablename__ = "quarantine"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    signal: Mapped[str]
    formula: Mapped[str] = mapped_column(Text)
    frozen_sha256: Mapped[str]
    ballots: Mapped[int]
    state: Mapped[str]


class QuarantineBallot(Base):
    """A ballot of a cohort, by its place in the shuffle."""

    __tablename__ = "quarantine_ballot"
    __table_args__ = WITHOUT_ROWID
    quarantine_id: Mapped[int] = mapped_column(ForeignKey("quarantine.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)


class QuarantineEvent(Base):
    __tablename__ = "quarantine_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    quarantine_id: Mapped[int] = mapped_column(ForeignKey("quarantine.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    note: Mapped[str] = mapped_column(Text)
