"""Revoking codes and giving new ones in their place: one person asks, another decides, both with their names on record."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from appraisal.collect import refusals
from appraisal.collect.code_files import cells_by_line
from appraisal.model.ballot import IssuedCode
from appraisal.model.faults import Fault, Faulty, Refused
from appraisal.model.round import RoundState
from appraisal.secrecy import codes, keys
from appraisal.settings import Secrets
from appraisal.store import Session, casting, code_requests
from appraisal.store.casting import NewInvitation
from appraisal.store.code_requests import CodeStanding, KeptRequest
from appraisal.store.rounds import KeptRound, find_round_by_id, note_round


class RequestKind(StrEnum):
    """Take a code out of use, or give a new one in its place: same stratum, same paper."""

    REVOKE = "revoke"
    REISSUE = "reissue"


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code as somebody wrote it, and the line of the file or field that it stands on."""

    line: int
    text: str = field(repr=False)


def read_returns(text: str, file: str) -> tuple[TypedCode, ...]:
    """The codes of a CSV file with a column ``code``, whatever else it has: letters that came back, say.

    Raises ``Faulty`` for a file without that column or without a row.
    """
    return tuple(TypedCode(line, cells.get("code", "")) for line, cells in cells_by_line(text, file, ("code",)))


def read_lines(text: str) -> tuple[TypedCode, ...]:
    """The codes of a field, one a line.

    >>> [one.line for one in read_lines("7K2M-9QDX-4T0B\\n\\n0000-0000-0000")]
    [1, 3]
    """
    return tuple(TypedCode(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())


def ask_for(
    db: Session,
    round_code: str,
    kind: RequestKind,
    typed: Sequence[TypedCode],
    file: str,
    secrets: Secrets,
    actor: str,
    now: datetime,
    reason: str,
) -> int:
    """Ask that these codes be revoked or replaced; the id of the request. Nothing changes before somebody else agrees.

    Raises ``Faulty`` with every code that cannot be: mistyped, unknown, used, revoked, named twice, or in a request that waits;
    ``Refused`` without a reason or a code, and after the round's close.
    """
    kept = _running(refusals.round_of(db, round_code))
    if not reason.strip():
        raise Refused(refusals.NO_REASON)
    if not typed:
        raise Refused(refusals.NO_CODES)
    digests = _digests(db, kept, typed, file, secrets)
    key = code_requests.add_request(db, kept.id, kind, digests, actor, reason.strip())
    note_round(db, kept.id, actor, f"ask_{kind}", now, f"#{key} × {len(digests)}: {reason.strip()}")
    return key


def agree(
    db: Session, request_id: int, secrets: Secrets, actor: str, now: datetime, rng: random.Random
) -> tuple[IssuedCode, ...]:
    """Do what somebody else asked for; the new codes, which can be shown this once (none for a mere revocation).

    Raises ``Refused`` for who asked, for a request that was decided, after the close, and when one of the codes was used
    meanwhile; then nothing of it is done.
    """
    request, kept = _waiting(db, request_id)
    if request.asked_by == actor:
        raise Refused(refusals.SAME_PERSON)
    digests = code_requests.requested_digests(db, request_id)
    standing = code_requests.standings(db, kept.id, digests)
    gone = sum(not code_requests.revoke(db, digest) for digest in digests)
    if gone:
        raise Refused(refusals.USED_MEANWHILE, count=gone)
    issued = _replace(db, kept, list(standing.values()), secrets, rng) if request.kind == RequestKind.REISSUE else ()
    _decide(db, request, "done")
    note_round(db, kept.id, actor, f"{request.kind}_codes", now, f"#{request.id} × {request.codes}")
    return issued


def decline(db: Session, request_id: int, actor: str, now: datetime) -> None:
    """Leave the codes as they are; who asked may take the request back this way. Raises ``Refused`` for a decided one."""
    request, kept = _waiting(db, request_id)
    _decide(db, request, "declined")
    note_round(db, kept.id, actor, "decline_codes", now, f"#{request.id} × {request.codes}")


def request_kind(db: Session, request_id: int) -> RequestKind:
    """What a request asks for. Raises ``Refused`` when there is none."""
    request = code_requests.find_request(db, request_id)
    if request is None:
        raise Refused(refusals.NO_REQUEST)
    return RequestKind(request.kind)


def code_requests_of(db: Session, round_code: str) -> tuple[KeptRequest, ...]:
    """Every request of a round, newest first."""
    return code_requests.requests(db, refusals.round_of(db, round_code).id)


def _replace(
    db: Session, kept: KeptRound, old: Sequence[CodeStanding], secrets: Secrets, rng: random.Random
) -> tuple[IssuedCode, ...]:
    strata = {key: stratum for stratum, key in kept.stratum_ids.items()}
    papers = {paper.id: paper.number for paper in casting.papers(db, kept.id)}
    issued = tuple(IssuedCode(codes.new_code(rng), strata[one.stratum_id], papers[one.paper_id]) for one in old)
    invitations = [
        NewInvitation(keys.digest(secrets.pepper, kept.plan.code, new.code), one.stratum_id, one.paper_id)
        for new, one in zip(issued, old, strict=True)
    ]
    casting.add_invitations(db, kept.id, casting.last_batch(db, kept.id) + 1, invitations)
    return issued


def _digests(
    db: Session, kept: KeptRound, typed: Sequence[TypedCode], file: str, secrets: Secrets
) -> tuple[bytes, ...]:
    read = [(one.line, _digest(one, kept, secrets)) for one in typed]
    standing = code_requests.standings(db, kept.id, [digest for _, digest in read if digest])
    faults, first = [], dict[bytes, int]()
    for line, digest in read:
        faults += [Fault.of(file, line, "code", why) for why in _why_not(digest, standing.get(digest or b""))]
        if digest and first.setdefault(digest, line) != line:
            faults.append(Fault.of(file, line, "code", refusals.TWICE, line=first[digest]))
    if faults:
        raise Faulty(tuple(faults))
    return tuple(sorted(first))


def _digest(one: TypedCode, kept: KeptRound, secrets: Secrets) -> bytes | None:
    try:
        return keys.digest(secrets.pepper, kept.plan.code, codes.read_code(one.text))
    except codes.CodeFault:
        return None


def _why_not(digest: bytes | None, standing: CodeStanding | None) -> Iterator[str]:
    if digest is None:
        yield refusals.MISTYPED
    elif standing is None:
        yield refusals.UNKNOWN_CODE
    elif standing.spent:
        yield refusals.USED_CODE
    elif standing.revoked:
        yield refusals.REVOKED_CODE
    elif standing.requested:
        yield refusals.REQUESTED_CODE


def _waiting(db: Session, request_id: int) -> tuple[KeptRequest, KeptRound]:
    request = code_requests.find_request(db, request_id)
    if request is None:
        raise Refused(refusals.NO_REQUEST)
    if request.state != code_requests.ASKED:
        raise Refused(refusals.DECIDED)
    return request, _running(find_round_by_id(db, request.round_id))


def _decide(db: Session, request: KeptRequest, state: str) -> None:
    if not code_requests.decide_request(db, request.id, state):
        raise Refused(refusals.DECIDED)


def _running(kept: KeptRound) -> KeptRound:
    if kept.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(refusals.REQUEST_TIME)
    return kept
