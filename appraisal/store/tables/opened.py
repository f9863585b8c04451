"""Ballots after the close, opened in shuffled order: what the statistics read. ``number`` is the place in that shuffle, nothing else."""

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class OpenedBallot(Base):
    """One respondent who took part, also one who only said 不了解: n_h is counted here."""

    __tablename__ = "opened_ballot"
    __table_args__ = WITHOUT_ROWID
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    stratum_id: Mapped[int] = mapped_column(ForeignKey("round_stratum.id"))


class Rating(Base):
    """One ballot, one department, one item, one option (不了解 is an option)."""

    __tablename__ = "rating"
    __table_args__ = (Index("ix_rating_cell", "round_id", "item", "department_id", "option"), WITHOUT_ROWID)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str]


class Mark(Base):
    """One problem or situation ticked, the exclusive options too."""

    __tablename__ = "mark"
    __table_args__ = (Index("ix_mark_cell", "round_id", "department_id", "item", "option"), WITHOUT_ROWID)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)


class OverallAnswer(Base):
    """One answer about the city as a whole; several rows where the item takes marks."""

    __tablename__ = "overall_answer"
    __table_args__ = WITHOUT_ROWID
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)


class Comment(Base):
    """One text with nothing that leads to its ballot. ``department_id`` is null for the city as a whole.

    ``state``: as ``model.review`` has them; ``masks``: JSON, null while nobody changed the automatic ones; who released and
    who confirmed it, by login.
    """

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_department", "round_id", "department_id"), WITHOUT_ROWID)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    item: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    masks: Mapped[str | None] = mapped_column(Text)
    released_by: Mapped[str | None]
    confirmed_by: Mapped[str | None]
