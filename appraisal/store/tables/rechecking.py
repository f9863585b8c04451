"""Mini-samples: which round asks which problem again."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class Recheck(Base):
    """A round that asks one problem again. ``verdict``: null until its result was recorded, then never changed."""

    __tablename__ = "recheck"
    __table_args__ = WITHOUT_ROWID
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    attempt: Mapped[int]
    aim: Mapped[float]
    answers: Mapped[int]
    verdict: Mapped[str | None]
