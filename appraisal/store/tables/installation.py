"""What the database knows of the secrets beside it: enough to tell whether they are its own, and nothing more."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class KeyCheck(Base):
    """The check value of one secret, under its name: 16 bytes that only its holder can make, and that lead nowhere."""

    __tablename__ = "key_check"
    __table_args__ = WITHOUT_ROWID
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary(16))
