"""From a code to its ballot paper and to the draft that lies under it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from appraisal.collect import refusals
from appraisal.model.ballot import Answers, DraftBallot
from appraisal.model.faults import Refused
from appraisal.secrecy import drafts, keys
from appraisal.secrecy.codes import CodeFault, read_code
from appraisal.settings import Secrets
from appraisal.store import Database, casting
from appraisal.store.rounds import KeptRound, find_round_by_id


@dataclass(frozen=True, slots=True)
class Entry:
    """A respondent who is let in: the code (never shown in a print-out), the round, the stratum's code, the departments asked about."""

    code: str = field(repr=False)
    round: KeptRound
    stratum: str
    paper: tuple[str, ...]
    paper_number: int


def enter(db: Database, code_text: str, secrets: Secrets, today: date) -> Entry:
    """Let in who brings a good code, however typed, from the round's first day to its last in the city's calendar.

    Raises ``Refused`` with one and the same text, after the same look-ups, for a code that is unknown, used or revoked, and for
    a round that is not open or whose days are not come or are over. A mistyped code gets the same text and costs no look-up.
    """
    return _entry(db, _code(code_text), secrets, casting.open_round_codes(db, today))


def resume(db: Database, code_text: str, secrets: Secrets, today: date) -> Entry:
    """Let somebody who came in already go on: as ``enter``, and on the day after the last one too, where a draft is kept.

    Raises ``Refused`` as ``enter`` does.
    """
    entry = _entry(db, _code(code_text), secrets, casting.unfinished_round_codes(db, today))
    if entry.round.plan.closes_on < today and casting.draft(db, _id(entry, secrets)) is None:
        raise Refused(refusals.CODE)
    return entry


def _code(code_text: str) -> str:
    try:
        return read_code(code_text)
    except CodeFault:
        raise Refused(refusals.CODE) from None


def _entry(db: Database, code: str, secrets: Secrets, round_codes: Sequence[str]) -> Entry:
    digests = [keys.digest(secrets.pepper, round_code, code) for round_code in round_codes]
    found = casting.find_invitation(db, digests)
    if found is None or found.paper is None:
        raise Refused(refusals.CODE)
    kept = find_round_by_id(db, found.round_id)
    stratum = next(stratum for stratum, key in kept.stratum_ids.items() if key == found.stratum_id)
    return Entry(code, kept, stratum, found.paper.departments, found.paper.number)


def read_draft(db: Database, entry: Entry, secrets: Secrets, new_nonce: Callable[[int], bytes]) -> DraftBallot:
    """The draft under this code; where none is kept, a blank one with the departments of the paper and a nonce of 16 fresh bytes.

    Keep a blank one at once (``keep_draft``), so that two devices with the same code share its nonce and meet in one ballot.
    """
    sealed = casting.draft(db, _id(entry, secrets))
    if sealed is None:
        return DraftBallot(Answers(), entry.paper, new_nonce(keys.NONCE_BYTES))
    return DraftBallot.from_json(drafts.open_draft(_key(entry, secrets), sealed).decode())


def keep_draft(db: Database, entry: Entry, draft: DraftBallot, secrets: Secrets, today: date) -> None:
    """Keep the draft, sealed, in the place of the last one.

    Raises ``Refused`` when the code was used or the round closed meanwhile, and after the round's last day; a draft that is kept
    already may still be changed on the day after it.
    """
    sealed = drafts.seal_draft(_key(entry, secrets), draft.to_json().encode())
    digest = keys.digest(secrets.pepper, entry.round.plan.code, entry.code)
    if not casting.put_draft(db, digest, _id(entry, secrets), sealed, today):
        raise Refused(refusals.CODE)


def _id(entry: Entry, secrets: Secrets) -> bytes:
    return keys.draft_id(secrets.pepper, entry.round.plan.code, entry.code)


def _key(entry: Entry, secrets: Secrets) -> bytes:
    return keys.draft_key(secrets.pepper, entry.round.plan.code, entry.code)
