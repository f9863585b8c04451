"""The public logs: headers as they were signed, and the leaves that they bind. No time but the day that a header says."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class LogBatch(Base):
    """One batch of a round's ballots. ``leaves``: their hashes of 32 bytes each, sorted, one behind the other."""

    __tablename__ = "log_batch"
    __table_args__ = WITHOUT_ROWID
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    header: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    leaves: Mapped[bytes] = mapped_column(LargeBinary)


class AuditHead(Base):
    """One stretch of the staff's events. ``leaves``: their hashes in the order of kind and id."""

    __tablename__ = "audit_head"
    __table_args__ = WITHOUT_ROWID
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    header: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    leaves: Mapped[bytes] = mapped_column(LargeBinary)
