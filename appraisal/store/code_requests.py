"""Requests to revoke or replace codes, and what stands of the codes that they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from appraisal.store.tables import CodeRequest, Invitation, RequestedCode, Round

ASKED = "asked"


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """``kind``: ``revoke`` or ``reissue``; ``state``: ``asked``, ``done`` or ``declined``; ``codes``: how many it is about."""

    id: int
    round_id: int
    kind: str
    state: str
    codes: int
    asked_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CodeStanding:
    """What is kept of one code."""

    stratum_id: int
    paper_id: int
    spent: bool
    revoked: bool
    requested: bool


def standings(db: Session, round_id: int, digests: Sequence[bytes]) -> Mapping[bytes, CodeStanding]:
    """Digest → how that code stands; unknown ones and those of other rounds are left out."""
    waiting = set(db.scalars(select(RequestedCode.digest)))
    found = {}
    for digest in digests:
        row = db.get(Invitation, digest)
        if row is not None and row.round_id == round_id:
            found[digest] = CodeStanding(row.stratum_id, row.paper_id, row.spent, row.revoked, digest in waiting)
    return found


def add_request(db: Session, round_id: int, kind: str, digests: Sequence[bytes], asked_by: str, reason: str) -> int:
    """Write down what somebody asks for; its id."""
    values = {"round_id": round_id, "kind": kind, "state": ASKED, "asked_by": asked_by, "reason": reason}
    key: int = db.execute(
        insert(CodeRequest).values(**values, codes=len(digests)).returning(CodeRequest.id)
    ).scalar_one()
    db.execute(insert(RequestedCode), [{"digest": digest, "request_id": key} for digest in digests])
    return key


def requests(db: Session, round_id: int) -> tuple[KeptRequest, ...]:
    """Every request of a round, newest first."""
    rows = db.scalars(select(CodeRequest).where(CodeRequest.round_id == round_id).order_by(CodeRequest.id.desc()))
    return tuple(_kept(row) for row in rows)


def waiting_by_round(db: Session) -> Mapping[str, int]:
    """Round code → how many requests nobody decided yet; rounds without one are left out."""
    joined = select(Round.code, func.count()).join(CodeRequest, CodeRequest.round_id == Round.id)
    rows = db.execute(joined.where(CodeRequest.state == ASKED).group_by(Round.code))
    return {row[0]: row[1] for row in rows}


def find_request(db: Session, request_id: int) -> KeptRequest | None:
    row = db.get(CodeRequest, request_id)
    return None if row is None else _kept(row)


def requested_digests(db: Session, request_id: int) -> tuple[bytes, ...]:
    """The codes of a request that waits, in the order of their digests."""
    wanted = select(RequestedCode.digest).where(RequestedCode.request_id == request_id)
    return tuple(db.scalars(wanted.order_by(RequestedCode.digest)))


def decide_request(db: Session, request_id: int, state: str) -> bool:
    """Give a request that waits its end and forget its codes; whether it waited."""
    waits = (CodeRequest.id == request_id) & (CodeRequest.state == ASKED)
    moved = db.execute(update(CodeRequest).where(waits).values(state=state))
    db.execute(delete(RequestedCode).where(RequestedCode.request_id == request_id))
    return bool(moved.rowcount == 1)  # type: ignore[attr-defined]


def revoke(db: Session, digest: bytes) -> bool:
    """Revoke a code, unless it was used or revoked; whether it was."""
    unused = (Invitation.digest == digest) & ~Invitation.spent & ~Invitation.revoked
    moved = db.execute(update(Invitation).where(unused).values(revoked=True))
    return bool(moved.rowcount == 1)  # type: ignore[attr-defined]


def _kept(row: CodeRequest) -> KeptRequest:
    return KeptRequest(row.id, row.round_id, row.kind, row.state, row.codes, row.asked_by, row.reason)
