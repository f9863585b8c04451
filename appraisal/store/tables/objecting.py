"""What a department has to say about its results and problems: replies, and appeals with what became of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import Base


class Reply(Base):
    """A department's statement (申辩) on a problem, or with no ``finding_id`` on its results. ``state``: as ``model.objection`` has it."""

    __tablename__ = "reply"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))
    at: Mapped[datetime]
    actor: Mapped[str]
    said: Mapped[str] = mapped_column(Text)
    state: Mapped[str]


class Appeal(Base):
    """A department's appeal (申诉) against what was found of a problem, or with no ``finding_id`` against its results.

    ``subject``: round, department and problem in one, so that each is appealed against once.
    """

    __tablename__ = "appeal"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))
    state: Mapped[str]
    filed_at: Mapped[datetime]
    filed_by: Mapped[str]
    grounds: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decision: Mapped[str] = mapped_column(Text)
