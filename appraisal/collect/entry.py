"""From a code to its ballot paper and to the draft that lies under it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from appraisal.collect import refusals
from appraisal.model.ballot import Answers, DraftBallot
from appraisal.model.faults import Refused
from appraisal.secrecy import drafts, keys
from appraisal.secrecy.codes import CodeFault, read_code
from appraisal.settings import Secrets
from appraisal.store import Session, casting
from appraisal.store.rounds import KeptRound, find_round_by_id


@dataclass(frozen=True, slots=True)
class Entry:
    """A respondent who is let in: the code (never shown in a print-out), the round, the stratum's code, the departments asked about."""

    code: str = field(repr=False)
    round: KeptRound
    stratum: str
    paper: tuple[str, ...]
    paper_number: int


def enter(db: Session, code_text: str, secrets: Secrets) -> Entry:
    """Let in who brings a good code, however typed.

    Raises ``Refused`` with one and the same text for a code that is unknown, used, revoked or mistyped and for a round that is
    not open. A mistyped code costs no look-up.
    """
    try:
        code = read_code(code_text)
    except CodeFault:
        raise Refused(refusals.CODE) from None
    digests = [keys.digest(secrets.pepper, round_code, code) for round_code in casting.open_round_codes(db)]
    found = casting.find_invitation(db, digests)
    if found is None or not found.usable:
        raise Refused(refusals.CODE)
    kept = find_round_by_id(db, found.round_id)
    paper = casting.paper(db, found.paper_id)
    stratum = next(stratum for stratum, key in kept.stratum_ids.items() if key == found.stratum_id)
    return Entry(code, kept, stratum, paper.departments, paper.number)


def read_draft(db: Session, entry: Entry, secrets: Secrets, new_nonce: Callable[[int], bytes]) -> DraftBallot:
    """The draft under this code; where none is kept, a blank one with the departments of the paper and a nonce of 16 fresh bytes.

    Keep a blank one at once (``keep_draft``), so that two devices with the same code share its nonce and meet in one ballot.
    """
    sealed = casting.draft(db, _id(entry, secrets))
    if sealed is None:
        return DraftBallot(Answers(), entry.paper, new_nonce(keys.NONCE_BYTES))
    return DraftBallot.from_json(drafts.open_draft(_key(entry, secrets), sealed).decode())


def keep_draft(db: Session, entry: Entry, draft: DraftBallot, secrets: Secrets) -> None:
    """Keep the draft, sealed, in the place of the last one. Raises ``Refused`` when the code was used or the round closed meanwhile."""
    found = casting.find_invitation(db, [keys.digest(secrets.pepper, entry.round.plan.code, entry.code)])
    if found is None or not found.usable or entry.round.plan.code not in casting.open_round_codes(db):
        raise Refused(refusals.CODE)
    sealed = drafts.seal_draft(_key(entry, secrets), draft.to_json().encode())
    casting.put_draft(db, _id(entry, secrets), entry.round.id, sealed)


def _id(entry: Entry, secrets: Secrets) -> bytes:
    return keys.draft_id(secrets.pepper, entry.round.plan.code, entry.code)


def _key(entry: Entry, secrets: Secrets) -> bytes:
    return keys.draft_key(secrets.pepper, entry.round.plan.code, entry.code)
