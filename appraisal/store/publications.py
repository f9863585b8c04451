"""Published figures as they are kept: added once a round, read by everybody."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from appraisal.model.round import RoundState
from appraisal.store.tables import Round
from appraisal.store.tables.scores import PublishedFigures


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """See the table."""

    round_id: int
    run_id: int
    at: datetime
    code_version: str
    sha256: str
    content: str


def published_figures(db: Session, round_id: int) -> KeptFigures | None:
    """What was published of a round, or ``None`` before it was computed."""
    row = db.get(PublishedFigures, round_id)
    return None if row is None else KeptFigures(*(getattr(row, each.name) for each in fields(KeptFigures)))


def add_published_figures(db: Session, kept: KeptFigures) -> None:
    """Keep what is published of a round, unless it is kept already: what everybody has read is never replaced."""
    if db.get(PublishedFigures, kept.round_id) is None:
        db.execute(insert(PublishedFigures).values(**asdict(kept)))


def rounds_without_figures(db: Session) -> tuple[str, ...]:
    """Codes of the published rounds of which nothing is published yet, the oldest first: later ones look back at them."""
    done = select(PublishedFigures.round_id)
    wanted = select(Round.code).where(Round.state == RoundState.PUBLISHED, Round.id.not_in(done))
    return tuple(db.scalars(wanted.order_by(Round.closes_on, Round.id)))
