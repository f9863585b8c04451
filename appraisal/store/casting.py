"""Papers, codes, drafts and sealed ballots: one statement a function, no objects in between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.orm import Session

from appraisal.model.round import RoundState
from appraisal.store.tables import Ballot, Draft, Invitation, Paper, Round, SealedComment

# A ballot that was begun in time may be finished on the day after the last one.
GRACE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A ballot paper; ``number`` counts from 1 in its round."""

    id: int
    number: int
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A code's digest as it is first kept, neither spent nor revoked."""

    digest: bytes = field(repr=False)
    stratum_id: int
    paper_id: int


@dataclass(frozen=True, slots=True)
class KeptInvitation:
    digest: bytes = field(repr=False)
    round_id: int
    stratum_id: int
    paper_id: int
    usable: bool


def add_papers(db: Session, round_id: int, papers: Sequence[Sequence[str]]) -> None:
    """Papers as lists of department codes, numbered from 1 in the order given."""
    rows = [{"round_id": round_id, "number": n, "departments": list(paper)} for n, paper in enumerate(papers, start=1)]
    db.execute(insert(Paper), rows)


def papers(db: Session, round_id: int) -> tuple[KeptPaper, ...]:
    """The papers of a round by number; empty before they are made."""
    rows = db.execute(
        select(Paper.id, Paper.number, Paper.departments).where(Paper.round_id == round_id).order_by(Paper.number)
    )
    return tuple(KeptPaper(row.id, row.number, tuple(row.departments)) for row in rows)


def paper(db: Session, paper_id: int) -> KeptPaper:
    """The paper of that id, which an invitation names."""
    row = db.execute(select(Paper.id, Paper.number, Paper.departments).where(Paper.id == paper_id)).one()
    return KeptPaper(row.id, row.number, tuple(row.departments))


def last_batch(db: Session, round_id: int) -> int:
    """The number of the last issue of codes, 0 before the first."""
    return db.scalar(select(func.max(Invitation.batch)).where(Invitation.round_id == round_id)) or 0


def add_invitations(db: Session, round_id: int, batch: int, invitations: Sequence[NewInvitation]) -> None:
    fixed = {"round_id": round_id, "batch": batch, "spent": False, "revoked": False}
    rows = [
        {"digest": each.digest, "stratum_id": each.stratum_id, "paper_id": each.paper_id} | fixed
        for each in invitations
    ]
    if rows:
        db.execute(insert(Invitation), rows)


def open_round_codes(db: Session, today: date) -> tuple[str, ...]:
    """Rounds that let people in today: open, from their first day to their last."""
    return tuple(db.scalars(select(Round.code).where(_taking(today)).order_by(Round.id)))


def unfinished_round_codes(db: Session, today: date) -> tuple[str, ...]:
    """Rounds in which a ballot may be finished today: those that let people in, and those whose last day was yesterday."""
    return tuple(db.scalars(select(Round.code).where(_finishing(today)).order_by(Round.id)))


def is_open(db: Session, round_id: int, today: date) -> bool:
    return db.scalar(select(Round.id).where(Round.id == round_id, _taking(today))) is not None


def _taking(today: date) -> ColumnElement[bool]:
    return (Round.state == RoundState.OPEN) & (Round.opens_on <= today) & (Round.closes_on >= today)


def _finishing(today: date) -> ColumnElement[bool]:
    return (Round.state == RoundState.OPEN) & (Round.opens_on <= today) & (Round.closes_on >= today - GRACE)


def find_invitation(db: Session, digests: Sequence[bytes]) -> KeptInvitation | None:
    """The invitation under one of the digests (one for each open round), or ``None``."""
    row = db.execute(select(Invitation).where(Invitation.digest.in_(digests))).scalar()
    if row is None:
        return None
    return KeptInvitation(row.digest, row.round_id, row.stratum_id, row.paper_id, not (row.spent or row.revoked))


def spend(db: Session, digest: bytes, draft_id: bytes, today: date) -> bool:
    """Spend a code, if it is unspent, not revoked and its round takes ballots today; whether it was.

    On the day after the round's last one that takes a draft, which only somebody who came in in time can have.
    """
    of_round = Round.id == Invitation.round_id
    begun = select(Draft.id).where(Draft.id == draft_id).exists()
    takes = select(Round.id).where(of_round, _taking(today)).exists()
    finishes = select(Round.id).where(of_round, _finishing(today)).exists() & begun
    unspent = (Invitation.digest == digest) & ~Invitation.spent & ~Invitation.revoked
    spent = db.execute(
        update(Invitation)
        .where(unspent & (takes | finishes))
        .values(spent=True)
        .execution_options(synchronize_session=False)
    )
    return bool(spent.rowcount == 1)  # type: ignore[attr-defined]


def add_ballot(db: Session, ballot_id: bytes, round_id: int, sealed: bytes) -> bool:
    """Store a sealed ballot, unless one lies under that id; whether it was stored."""
    row = insert_or(Ballot).values(id=ballot_id, round_id=round_id, sealed=sealed).on_conflict_do_nothing()
    return bool(db.execute(row).rowcount == 1)  # type: ignore[attr-defined]


def sealed_ballot(db: Session, ballot_id: bytes) -> bytes | None:
    """The bytes under that id, ``None`` when there are none."""
    return db.scalar(select(Ballot.sealed).where(Ballot.id == ballot_id))


def add_ballots(db: Session, round_id: int, ballots: Sequence[tuple[bytes, bytes]]) -> None:
    """Many sealed ballots as (id, sealed)."""
    if ballots:
        db.execute(insert(Ballot), [{"id": key, "round_id": round_id, "sealed": sealed} for key, sealed in ballots])


def add_comments(db: Session, round_id: int, comments: Sequence[tuple[bytes, bytes]]) -> None:
    """Sealed comments as (id, sealed)."""
    if comments:
        rows = [{"id": key, "round_id": round_id, "sealed": sealed} for key, sealed in comments]
        db.execute(insert(SealedComment), rows)


def draft(db: Session, draft_id: bytes) -> bytes | None:
    return db.scalar(select(Draft.sealed).where(Draft.id == draft_id))


def put_draft(db: Session, draft_id: bytes, round_id: int, sealed: bytes) -> None:
    """Keep a draft in the place of the one before it."""
    row = insert_or(Draft).values(id=draft_id, round_id=round_id, sealed=sealed)
    db.execute(row.on_conflict_do_update(index_elements=["id"], set_={"sealed": row.excluded.sealed}))


def drop_draft(db: Session, draft_id: bytes) -> None:
    db.execute(delete(Draft).where(Draft.id == draft_id))


def drop_drafts(db: Session, round_id: int) -> None:
    """Forget what was never submitted."""
    db.execute(delete(Draft).where(Draft.round_id == round_id))


def issued_by_stratum(db: Session, round_id: int) -> dict[int, int]:
    """Codes that can be or were used: stratum id → count, revoked ones left out."""
    return _by_stratum(db, (Invitation.round_id == round_id) & ~Invitation.revoked)


def spent_by_stratum(db: Session, round_id: int) -> dict[int, int]:
    """Codes that were used: stratum id → count."""
    return _by_stratum(db, (Invitation.round_id == round_id) & Invitation.spent)


@dataclass(frozen=True, slots=True)
class IssueCount:
    """Codes of one issue and stratum (by row id): how many were given out, how many were used. Revoked ones are left out."""

    issue: int
    stratum: int
    issued: int
    spent: int


def codes_by_issue(db: Session, round_id: int) -> tuple[IssueCount, ...]:
    """How far each issue of codes was used, stratum by stratum; empty before the first issue."""
    columns = (Invitation.batch, Invitation.stratum_id)
    counted = select(*columns, func.count(), func.sum(Invitation.spent)).group_by(*columns).order_by(*columns)
    rows = db.execute(counted.where(Invitation.round_id == round_id, ~Invitation.revoked))
    return tuple(IssueCount(issue, stratum, issued, int(spent)) for issue, stratum, issued, spent in rows)


def ballot_count(db: Session, round_id: int) -> int:
    return db.scalar(select(func.count()).select_from(Ballot).where(Ballot.round_id == round_id)) or 0


def ballot_ids(db: Session) -> Iterator[bytes]:
    """The ids of all ballots of all rounds, in their order."""
    yield from db.scalars(select(Ballot.id).order_by(Ballot.id))


def sealed_ballots(db: Session, round_id: int) -> Iterator[bytes]:
    """Every sealed ballot of a round in the order of the random ids."""
    yield from db.scalars(select(Ballot.sealed).where(Ballot.round_id == round_id).order_by(Ballot.id))


def sealed_comments(db: Session, round_id: int) -> Iterator[bytes]:
    """Every sealed comment of a round in the order of the random ids."""
    yield from db.scalars(
        select(SealedComment.sealed).where(SealedComment.round_id == round_id).order_by(SealedComment.id)
    )


def _by_stratum(db: Session, which: ColumnElement[bool]) -> dict[int, int]:
    counted = select(Invitation.stratum_id, func.count().label("codes")).where(which).group_by(Invitation.stratum_id)
    return {row.stratum_id: row.codes for row in db.execute(counted)}
