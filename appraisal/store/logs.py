"""The public log of a round as it is kept: its links with their leaves, and which ballot is in which batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from appraisal.model.round import RoundState
from appraisal.secrecy.chain import Link
from appraisal.store.tables import Ballot, Invitation, LogBatch, Round, SealedComment

LEAF: Final = 32


@dataclass(frozen=True, slots=True)
class KeptBatch:
    """A link of the log and the sorted leaves under it."""

    link: Link
    leaves: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class KeptBallot:
    """A sealed ballot and where it is in the log; ``batch`` is ``None`` while it waits."""

    id: bytes
    round_id: int
    sealed: bytes
    batch: int | None


def batches(db: Session, round_id: int) -> tuple[KeptBatch, ...]:
    """The log of a round from its first header on; empty before there is one."""
    rows = db.scalars(select(LogBatch).where(LogBatch.round_id == round_id).order_by(LogBatch.number))
    return tuple(KeptBatch(Link(row.header, row.signature), split_leaves(row.leaves)) for row in rows)


def links(db: Session, round_id: int) -> tuple[Link, ...]:
    """The headers alone."""
    wanted = select(LogBatch.header, LogBatch.signature).where(LogBatch.round_id == round_id)
    return tuple(Link(row.header, row.signature) for row in db.execute(wanted.order_by(LogBatch.number)))


def unfinished_rounds(db: Session) -> tuple[str, ...]:
    """Codes of the rounds that were opened and whose log has no last header yet, by id."""
    # Canonical JSON has one way only to write a field.
    complete = select(LogBatch.round_id).where(LogBatch.header.contains(b'"last":true'))
    wanted = select(Round.code).where(Round.state != RoundState.DRAFT, Round.id.not_in(complete))
    return tuple(db.scalars(wanted.order_by(Round.id)))


def is_begun(db: Session) -> bool:
    """Whether any header was ever signed here."""
    return db.scalar(select(LogBatch.number).limit(1)) is not None


def leaves_of(db: Session, round_id: int, number: int) -> tuple[bytes, ...]:
    """The leaves of one batch; none when there is no such batch."""
    wanted = select(LogBatch.leaves).where(LogBatch.round_id == round_id, LogBatch.number == number)
    return split_leaves(db.scalar(wanted) or b"")


def last_number(db: Session, round_id: int) -> int:
    """The number of the newest header, 0 before the first."""
    return db.scalar(select(func.max(LogBatch.number)).where(LogBatch.round_id == round_id)) or 0


def add_batch(db: Session, round_id: int, number: int, kept: KeptBatch, ballot_ids: Sequence[bytes]) -> None:
    """Write a batch and note in its ballots that they are in it."""
    row = {"round_id": round_id, "number": number, "header": kept.link.header, "signature": kept.link.signature}
    db.execute(insert(LogBatch).values(**row, leaves=b"".join(kept.leaves)))
    if ballot_ids:
        db.execute(update(Ballot), [{"id": key, "batch": number} for key in ballot_ids])


def waiting_ballots(db: Session, round_id: int) -> Iterator[KeptBallot]:
    """Sealed ballots that no batch has taken in yet, in the order of their random ids."""
    yield from _ballots(db, (Ballot.round_id == round_id) & Ballot.batch.is_(None))


def every_ballot(db: Session, round_id: int) -> Iterator[KeptBallot]:
    """Every sealed ballot of a round, in the order of their random ids."""
    yield from _ballots(db, Ballot.round_id == round_id)


def find_ballots(db: Session, first: bytes, last: bytes) -> tuple[KeptBallot, ...]:
    """The ballots whose ids lie from ``first`` to ``last``, both included; two at most are read."""
    return tuple(_ballots(db, Ballot.id.between(first, last), most=2))


def issued_digests(db: Session, round_id: int) -> tuple[tuple[int, bytes], ...]:
    """(issue, digest) of every code that was ever issued, by digest."""
    wanted = select(Invitation.batch, Invitation.digest).where(Invitation.round_id == round_id)
    return tuple((row.batch, row.digest) for row in db.execute(wanted.order_by(Invitation.digest)))


def comments(db: Session, round_id: int) -> Iterator[tuple[bytes, bytes]]:
    """(id, sealed) of every sealed comment, in the order of their random ids."""
    wanted = select(SealedComment.id, SealedComment.sealed).where(SealedComment.round_id == round_id)
    for row in db.execute(wanted.order_by(SealedComment.id)).yield_per(500):
        yield row.id, row.sealed


def round_code(db: Session, round_id: int) -> str:
    """The code of that round. Raises ``NoResultFound`` when there is none."""
    return db.scalars(select(Round.code).where(Round.id == round_id)).one()


def split_leaves(joined: bytes) -> tuple[bytes, ...]:
    return tuple(joined[start : start + LEAF] for start in range(0, len(joined), LEAF))


def _ballots(db: Session, which: object, most: int | None = None) -> Iterator[KeptBallot]:
    wanted = select(Ballot.id, Ballot.round_id, Ballot.sealed, Ballot.batch).where(which)  # type: ignore[arg-type]
    rows = db.execute(wanted.order_by(Ballot.id).limit(most)).yield_per(500)
    for row in rows:
        yield KeptBallot(row.id, row.round_id, row.sealed, row.batch)
