"""Findings, slips, answers, their events, numbers and the working calendar."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class Finding(Base):
    """One problem on the ledger. ``statement`` is the office's own wording, never a respondent's.

    ``item``, ``option``: the mark it is called by, both "" where it rests on comments alone. ``ballots``: at least so many
    independent ballots; ``texts``: so many different comments. ``into_id``: the finding that it was merged into.
    """

    __tablename__ = "finding"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    item: Mapped[str]
    option: Mapped[str]
    statement: Mapped[str] = mapped_column(Text)
    demand: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    ballots: Mapped[int]
    state: Mapped[str]
    outcome: Mapped[str]
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))
    review_on: Mapped[date | None]
    cleared_on: Mapped[date | None]
    texts: Mapped[int] = mapped_column(server_default="0")
    into_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"))


class FindingMark(Base):
    """A mark that a finding rests on."""

    __tablename__ = "finding_mark"
    __table_args__ = WITHOUT_ROWID
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    option: Mapped[str] = mapped_column(primary_key=True)


class FindingFlag(Base):
    """A flag that a finding rests on."""

    __tablename__ = "finding_flag"
    __table_args__ = WITHOUT_ROWID
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), primary_key=True)
    flag_id: Mapped[int] = mapped_column(ForeignKey("flag.id"), primary_key=True)


class FindingComment(Base):
    """A comment that a finding rests on; the comment itself stays at the review desk."""

    __tablename__ = "finding_comment"
    __table_args__ = WITHOUT_ROWID
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), primary_key=True)
    comment_id: Mapped[bytes] = mapped_column(ForeignKey("comment.id"), primary_key=True)


class FindingEvent(Base):
    __tablename__ = "finding_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    note: Mapped[str] = mapped_column(Text)


class Slip(Base):
    """A work-prompt slip. Number, document and PDF are set once and never change."""

    __tablename__ = "slip"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    number: Mapped[str | None] = mapped_column(unique=True)
    check_code: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str]
    drafted_by: Mapped[str]
    approved_by: Mapped[str | None]
    issued_on: Mapped[date | None]
    sign_by: Mapped[date | None]
    answer_by: Mapped[date | None]
    asked_until: Mapped[date | None]
    extension_asked: Mapped[bool]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"))
    document: Mapped[dict[str, object] | None] = mapped_column(JSON)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str | None]


class SlipEvent(Base):
    __tablename__ = "slip_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    note: Mapped[str] = mapped_column(Text)


class SlipCopy(Base):
    """One numbered copy of an issued letter: who was to get it, and the hash of its bytes, which differ from the letter's by the mark."""

    __tablename__ = "slip_copy"
    __table_args__ = WITHOUT_ROWID
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recipient: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)


class SlipChase(Base):
    """That a date of a slip was pressed for at a level: once, however often the clock looks."""

    __tablename__ = "slip_chase"
    __table_args__ = WITHOUT_ROWID
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    due: Mapped[date] = mapped_column(primary_key=True)


class Answer(Base):
    """What the department says about one problem on a slip; ``attempt`` counts from 1, again after each return."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("finding_id", "attempt"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), index=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"))
    attempt: Mapped[int]
    cause: Mapped[str] = mapped_column(Text)
    measures: Mapped[str] = mapped_column(Text)
    done_on: Mapped[date | None]


class Evidence(Base):
    """A file that a department laid beside an answer, under its own SHA-256: the same file is kept once."""

    __tablename__ = "evidence"
    __table_args__ = WITHOUT_ROWID
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    kind: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class AnswerEvidence(Base):
    """Which file belongs to which answer, and what the department called it."""

    __tablename__ = "answer_evidence"
    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    sha256: Mapped[bytes] = mapped_column(ForeignKey("evidence.sha256"))
    name: Mapped[str]


class Serial(Base):
    """The last number given out of a kind in a year; only ever counts up."""

    __tablename__ = "serial"
    __table_args__ = WITHOUT_ROWID
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class CalendarDay(Base):
    """A day that differs from the week's rule: a holiday, or a weekend day that is worked (调休)."""

    __tablename__ = "calendar_day"
    __table_args__ = WITHOUT_ROWID
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[str]
