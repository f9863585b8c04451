"""Published questionnaires: versions of one code, added and read, never changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from appraisal.store import tables


@dataclass(frozen=True, slots=True)
class KeptQuestionnaire:
    """One version: its text as it was written, the SHA-256 of that text, who published it and when."""

    id: int
    code: str
    version: int
    source: str
    sha256: str
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version about to be added."""

    code: str
    version: int
    source: str
    sha256: str


def versions(db: Session, code: str) -> tuple[KeptQuestionnaire, ...]:
    """Every version of a questionnaire, oldest first; empty when there is none."""
    table = tables.QuestionnaireVersion
    rows = db.scalars(select(table).where(table.code == code).order_by(table.version))
    return tuple(_kept(row) for row in rows)


def codes(db: Session) -> tuple[str, ...]:
    """The codes of all questionnaires, in alphabetical order."""
    table = tables.QuestionnaireVersion
    return tuple(db.scalars(select(table.code).distinct().order_by(table.code)))


def add_version(db: Session, new: NewVersion, actor: str, now: datetime) -> int:
    """Add a version and return its id. The database refuses a number or a text that the questionnaire has already."""
    table = tables.QuestionnaireVersion
    row = insert(table).values(
        code=new.code,
        version=new.version,
        source=new.source,
        sha256=new.sha256,
        published_at=now,
        published_by=actor,
    )
    return db.scalars(row.returning(table.id)).one()


def _kept(row: tables.QuestionnaireVersion) -> KeptQuestionnaire:
    return KeptQuestionnaire(row.id, row.code, row.version, row.source, row.sha256, row.published_at, row.published_by)
