"""Accounts of staff, their sessions, and the record of what they looked at. Respondents have none of these."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class Account(Base):
    """``role``: organiser, department or auditor; ``department_id`` is set for a department's account alone.

    ``email``: where notices go, in ``language``; none are sent without it.
    """

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    password_hash: Mapped[str]
    active: Mapped[bool]
    email: Mapped[str | None]
    language: Mapped[str] = mapped_column(server_default="zh")


class StaffSession(Base):
    """A log-in, under the digest of the token in the browser's cookie; deleting the row ends it."""

    __tablename__ = "staff_session"
    __table_args__ = WITHOUT_ROWID
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class AuditEvent(Base):
    """Who among the staff did or looked at what, and when."""

    __tablename__ = "audit_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    note: Mapped[str] = mapped_column(Text)
