"""A ballot taken in: its code spent, itself and its comments stored, its draft forgotten; all of it or nothing."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from typing import Final

from appraisal.store.casting import GRACE, add_comments, sealed_ballot
from appraisal.store.statements import Database, apart, changed, hold, row
from appraisal.store.trouble import UnsafeStore

SPEND: Final = """
    UPDATE invitation SET spent = TRUE WHERE digest = :digest AND NOT spent AND NOT revoked AND EXISTS (
        SELECT 1 FROM round WHERE round.id = invitation.round_id
        AND state = 'open' AND opens_on <= :today AND closes_on >= :grace
        AND (closes_on >= :today OR EXISTS (SELECT 1 FROM draft WHERE draft.id = :draft_id))
    )"""
STORE: Final = "INSERT INTO ballot (id, round_id, sealed) VALUES (:id, :round_id, :sealed) ON CONFLICT (id) DO NOTHING"
FORGET: Final = "DELETE FROM draft WHERE id = :draft_id"
GIVE_BACK: Final = "UPDATE invitation SET spent = FALSE WHERE digest = :digest"
# For PostgreSQL, to which every statement is a question to another process. What was stored is answered as it lies there.
AT_ONCE: Final = f"""
    WITH spending AS ({SPEND} RETURNING 1),
    storing AS (
        INSERT INTO ballot (id, round_id, sealed) SELECT :id, CAST(:round_id AS integer), CAST(:sealed AS bytea) FROM spending
        ON CONFLICT (id) DO NOTHING RETURNING sealed
    ),
    forgetting AS (DELETE FROM draft WHERE id = :draft_id AND EXISTS (SELECT 1 FROM storing))
    SELECT (SELECT count(*) FROM spending), (SELECT sealed FROM storing)"""  # noqa: S608 - both parts are our own


@dataclass(frozen=True, slots=True)
class NewBallot:
    """A sealed ballot on its way in. ``comments``: (random id, sealed text), each on its own."""

    id: bytes
    round_id: int
    content: bytes = field(repr=False)
    comments: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    digest: bytes = field(repr=False)
    draft_id: bytes = field(repr=False)


class Taken(Enum):
    """``NOT_SPENT``: the code is spent or revoked, or its round takes none today. ``NOT_STORED``: another ballot lies under the id."""

    STORED = auto()
    NOT_SPENT = auto()
    NOT_STORED = auto()


class _Undo(Exception):
    """What was done so far is not to stay."""


def take_in(db: Database, ballot: NewBallot, today: date) -> Taken:
    """Spend the code, if it is unspent, not revoked and its round takes ballots today, and store the ballot under its id.

    On the day after the round's last one that takes a draft, which only somebody who came in in time can have. Unless it was
    ``STORED``, nothing was changed.
    """
    if hold(db, ballot.digest):
        return _take_at_once(db, ballot, today)
    try:
        with apart(db):
            if changed(db, SPEND, digest=ballot.digest, draft_id=ballot.draft_id, **_days(today)) != 1:
                return Taken.NOT_SPENT
            changed(db, STORE, id=ballot.id, round_id=ballot.round_id, sealed=ballot.content)
            if sealed_ballot(db, ballot.id) != ballot.content:
                raise _Undo
            add_comments(db, ballot.round_id, ballot.comments)
            changed(db, FORGET, draft_id=ballot.draft_id)
    except _Undo:
        return Taken.NOT_STORED
    return Taken.STORED


def _take_at_once(db: Database, ballot: NewBallot, today: date) -> Taken:
    """The same in one statement, beside other writers; the code is held already."""
    ids = {"digest": ballot.digest, "draft_id": ballot.draft_id, "id": ballot.id, "round_id": ballot.round_id}
    spent, stored = row(db, AT_ONCE, **ids, sealed=ballot.content, **_days(today))
    if not spent:
        return Taken.NOT_SPENT
    if stored is None:
        changed(db, GIVE_BACK, digest=ballot.digest)
        return Taken.NOT_STORED
    if bytes(stored) != ballot.content:
        raise UnsafeStore("the server says to have stored something else than the ballot")
    add_comments(db, ballot.round_id, ballot.comments)
    return Taken.STORED


def _days(today: date) -> dict[str, str]:
    return {"today": today.isoformat(), "grace": (today - GRACE).isoformat()}
