"""Codes, papers, drafts and sealed ballots. No key, order, time or address leads from one of them to another.

No column here holds a date or a time, every key is random, and no table has a rowid: what came in together, or in what
order, cannot be read back.
"""

from sqlalchemy import JSON, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class Paper(Base):
    """A ballot paper: the departments (codes, in order) that everyone who gets it is asked about."""

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("round_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    number: Mapped[int]
    departments: Mapped[list[str]] = mapped_column(JSON)


class Invitation(Base):
    """One access code, as its keyed digest; the code itself is printed and forgotten."""

    __tablename__ = "invitation"
    __table_args__ = WITHOUT_ROWID
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    stratum_id: Mapped[int] = mapped_column(ForeignKey("round_stratum.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    batch: Mapped[int]
    spent: Mapped[bool]
    revoked: Mapped[bool]


class Draft(Base):
    """A ballot on its way, under an id and a key that only the access code yields. Deleted when the ballot is stored."""

    __tablename__ = "draft"
    __table_args__ = WITHOUT_ROWID
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Ballot(Base):
    """A ballot sealed to the round's tally key; the id comes from the form's nonce, so that a repeated submit meets itself.

    ``batch``: the number of the batch of the public log that it is in; none while it waits for one.
    """

    __tablename__ = "ballot"
    __table_args__ = WITHOUT_ROWID
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    batch: Mapped[int | None]


class SealedComment(Base):
    """One text, sealed apart from the ratings of its ballot under a random id of its own."""

    __tablename__ = "sealed_comment"
    __table_args__ = WITHOUT_ROWID
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
