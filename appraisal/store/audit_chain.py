"""The staff's events as they are chained: read in a fixed order, each as bytes that hold everything its row says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from appraisal.secrecy.chain import Link, canonical
from appraisal.store import tables
from appraisal.store.logs import KeptBatch, split_leaves

# Kind → table and what the event is about. Which columns are hashed is said here, so that a column added later changes no hash.
KINDS: Final[Mapping[str, tuple[Any, str]]] = {
    "look": (tables.AuditEvent, "object"),
    "round": (tables.RoundEvent, "round_id"),
    "finding": (tables.FindingEvent, "finding_id"),
    "slip": (tables.SlipEvent, "slip_id"),
    "quarantine": (tables.QuarantineEvent, "quarantine_id"),
}


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """One event: its kind, its number among those of its kind, and all of it as canonical JSON."""

    kind: str
    id: int
    content: bytes


def events(db: Session, after: Mapping[str, int]) -> Iterator[ChainedEvent]:
    """Every event behind these numbers (kind → id; every one of a kind that is not named), by kind and id."""
    for kind, (table, about) in KINDS.items():
        # Without a number there is no bound at all: an event slipped in under 0 or below must be met too.
        wanted = select(table).where(table.id > after[kind]) if kind in after else select(table)
        for row in db.scalars(wanted.order_by(table.id)).yield_per(500):
            fields = {
                "kind": kind,
                "id": row.id,
                "at": row.at.isoformat(),
                "actor": row.actor,
                "action": row.action,
                "about": getattr(row, about),
                "note": row.note,
            }
            yield ChainedEvent(kind, row.id, canonical(fields))


def heads(db: Session) -> tuple[KeptBatch, ...]:
    """The chain from its first header on."""
    rows = db.scalars(select(tables.AuditHead).order_by(tables.AuditHead.number))
    return tuple(KeptBatch(Link(row.header, row.signature), split_leaves(row.leaves)) for row in rows)


def head_links(db: Session) -> tuple[Link, ...]:
    """The headers alone."""
    wanted = select(tables.AuditHead.header, tables.AuditHead.signature).order_by(tables.AuditHead.number)
    return tuple(Link(row.header, row.signature) for row in db.execute(wanted))


def add_head(db: Session, number: int, kept: KeptBatch) -> None:
    row = {"number": number, "header": kept.link.header, "signature": kept.link.signature}
    db.execute(insert(tables.AuditHead).values(**row, leaves=b"".join(kept.leaves)))
