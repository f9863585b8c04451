"""Papers, codes, drafts and sealed ballots: one statement a function, no objects in between."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from appraisal.store.statements import Database, changed, hold, row, rows
from appraisal.store.tables import Ballot, Draft, Invitation, Paper, SealedComment

# A ballot that was begun in time may be finished on the day after the last one.
GRACE: Final = timedelta(days=1)
# Open rounds that have begun by :today and whose last day is :last or later.
ROUNDS: Final = "SELECT code FROM round WHERE state = 'open' AND opens_on <= :today AND closes_on >= :last ORDER BY id"
# The paper of a code that opens: for one that is used or revoked nothing more is read than for an unknown one, which would take time.
FIND_INVITATION: Final = """
    SELECT invitation.round_id, stratum_id, spent, revoked, paper.id, number, departments
    FROM invitation LEFT JOIN paper ON paper.id = paper_id AND NOT spent AND NOT revoked WHERE digest = :digest"""
ADD_COMMENT: Final = "INSERT INTO sealed_comment (id, round_id, sealed) VALUES (:id, :round_id, :sealed)"
PUT_DRAFT: Final = """
    INSERT INTO draft (id, round_id, sealed)
    SELECT :id, round.id, :sealed FROM invitation JOIN round ON round.id = invitation.round_id
    WHERE digest = :digest AND NOT spent AND NOT revoked
    AND state = 'open' AND opens_on <= :today AND closes_on >= :grace
    AND (closes_on >= :today OR EXISTS (SELECT 1 FROM draft WHERE draft.id = :id))
    ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed"""


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
    paper: KeptPaper | None

    @property
    def usable(self) -> bool:
        """Whether the code is neither spent nor revoked; only then is there a paper."""
        return self.paper is not None


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


def open_round_codes(db: Database, today: date) -> tuple[str, ...]:
    """Rounds that let people in today: open, from their first day to their last."""
    return _codes_of_rounds(db, today, today)


def unfinished_round_codes(db: Database, today: date) -> tuple[str, ...]:
    """Rounds in which a ballot may be finished today: those that let people in, and those whose last day was yesterday."""
    return _codes_of_rounds(db, today, today - GRACE)


def _codes_of_rounds(db: Database, today: date, last: date) -> tuple[str, ...]:
    return tuple(code for (code,) in rows(db, ROUNDS, today=today.isoformat(), last=last.isoformat()))


def is_open(db: Database, round_id: int, today: date) -> bool:
    """Whether the round lets people in today."""
    (code,) = row(db, "SELECT code FROM round WHERE id = :id", id=round_id) or ("",)
    return code in open_round_codes(db, today)


def find_invitation(db: Database, digests: Sequence[bytes]) -> KeptInvitation | None:
    """The invitation under one of the digests (one for each open round), or ``None``.

    In a transaction that may write nobody else writes under that code before it ends.
    """
    # Where no round is open one look-up is made all the same: how long an answer takes tells nothing.
    for digest in digests or (b"",):
        found = row(db, FIND_INVITATION, digest=digest)
        if found is not None:
            round_id, stratum_id, spent, revoked, *paper = _held(db, digest) or found
            return KeptInvitation(digest, round_id, stratum_id, None if spent or revoked else _kept_paper(*paper))
    return None


def _kept_paper(key: int, number: int, departments: str | list[str]) -> KeptPaper:
    # PostgreSQL's driver has read the list already.
    return KeptPaper(key, number, tuple(json.loads(departments) if isinstance(departments, str) else departments))


def _held(db: Database, digest: bytes) -> Any:
    """The row as it stands once nobody else writes under that code; ``None`` where nobody can have, because we are alone or only read."""
    return row(db, FIND_INVITATION, digest=digest) if hold(db, digest) else None


def sealed_ballot(db: Database, ballot_id: bytes) -> bytes | None:
    """The bytes under that id, ``None`` when there are none."""
    return _only_bytes(row(db, "SELECT sealed FROM ballot WHERE id = :id", id=ballot_id))


def add_ballots(db: Session, round_id: int, ballots: Sequence[tuple[bytes, bytes]]) -> None:
    """Many sealed ballots as (id, sealed)."""
    if ballots:
        db.execute(insert(Ballot), [{"id": key, "round_id": round_id, "sealed": sealed} for key, sealed in ballots])


def add_comments(db: Database, round_id: int, comments: Sequence[tuple[bytes, bytes]]) -> None:
    """Sealed comments as (id, sealed)."""
    for key, sealed in comments:
        changed(db, ADD_COMMENT, id=key, round_id=round_id, sealed=sealed)


def draft(db: Database, draft_id: bytes) -> bytes | None:
    return _only_bytes(row(db, "SELECT sealed FROM draft WHERE id = :id", id=draft_id))


def put_draft(db: Database, digest: bytes, draft_id: bytes, sealed: bytes, today: date) -> bool:
    """Keep a draft in the place of the one before it, under the same conditions as ``taking`` spends the code; whether it was kept."""
    hold(db, digest)
    days = {"today": today.isoformat(), "grace": (today - GRACE).isoformat()}
    return changed(db, PUT_DRAFT, digest=digest, id=draft_id, sealed=sealed, **days) == 1


def _only_bytes(found: tuple[bytes] | None) -> bytes | None:
    return None if found is None else bytes(found[0])


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
    counted = (
        select(*columns, func.count(), func.count().filter(Invitation.spent)).group_by(*columns).order_by(*columns)
    )
    rows = db.execute(counted.where(Invitation.round_id == round_id, ~Invitation.revoked))
    return tuple(IssueCount(issue, stratum, issued, spent) for issue, stratum, issued, spent in rows)


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
