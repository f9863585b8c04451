"""What is kept of the batches of the public log after the opening: sums of at least ten ballots that stand out, and nothing else."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class BatchPeak(Base):
    """In one batch ``count`` of its ``ballots`` gave a department one end of the scale, where the whole round leads one to expect
    ``expected``. No ballot can be told from it: which ballots were in which batch is forgotten at the opening."""

    __tablename__ = "batch_peak"
    __table_args__ = WITHOUT_ROWID
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    ballots: Mapped[int]
    expected: Mapped[float]
