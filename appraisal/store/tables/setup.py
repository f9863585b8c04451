"""Questionnaires, rounds and what a round is made of."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class QuestionnaireVersion(Base):
    """A published questionnaire, the source as it was written; never edited."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (UniqueConstraint("code", "version"), UniqueConstraint("code", "sha256"))
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    version: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[str]


class Round(Base):
    __tablename__ = "round"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    per_ballot: Mapped[int]
    questionnaire_version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"))
    policy_json: Mapped[str] = mapped_column(Text)
    office_json: Mapped[str] = mapped_column(Text)
    frozen_sha256: Mapped[str | None]
    tally_key: Mapped[str] = mapped_column(server_default="file")
    layout: Mapped[str] = mapped_column(server_default="paged")
    open_channel: Mapped[bool] = mapped_column(server_default=false())
    tally_public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))


class RoundEvent(Base):
    __tablename__ = "round_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    note: Mapped[str] = mapped_column(Text)


class Department(Base):
    """A department over all rounds, known by its code; accounts belong to it."""

    __tablename__ = "department"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)


class RoundGroup(Base):
    __tablename__ = "round_group"
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]


class RoundDepartment(Base):
    """A department as one round knew it: its name then, its group, whether it was ranked."""

    __tablename__ = "round_department"
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    group_code: Mapped[str]
    ranked: Mapped[bool]
    position: Mapped[int]


class RoundStratum(Base):
    __tablename__ = "round_stratum"
    __table_args__ = (UniqueConstraint("round_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    population: Mapped[float | None]
    codes: Mapped[int]
    position: Mapped[int]


class RoundWeight(Base):
    """The weight matrix: group × stratum."""

    __tablename__ = "round_weight"
    __table_args__ = WITHOUT_ROWID
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    group_code: Mapped[str] = mapped_column(primary_key=True)
    stratum_id: Mapped[int] = mapped_column(ForeignKey("round_stratum.id"), primary_key=True)
    weight: Mapped[float]
