"""Codes that are to be revoked or replaced, by two people; and what is said without a code."""

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class CodeRequest(Base):
    """What one person asks for and another decides. Who, when and why stand in the round's events as well."""

    __tablename__ = "code_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str]
    codes: Mapped[int]
    asked_by: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)


class RequestedCode(Base):
    """The digest of a code in a request that waits; forgotten once the request is decided."""

    __tablename__ = "requested_code"
    __table_args__ = WITHOUT_ROWID
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("code_request.id"), index=True)


class OpenComment(Base):
    """A text about a department from somebody without a code: random id, no time, never near a ballot's."""

    __tablename__ = "open_comment"
    __table_args__ = WITHOUT_ROWID
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    said: Mapped[str] = mapped_column(Text)
