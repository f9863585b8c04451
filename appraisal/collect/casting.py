"""Take a ballot in: sealed first, then stored together with the spending of its code, in one transaction.

The two steps are apart so that the sealing needs no write lock::

    ready = collect.seal_ballot(entry, answers, nonce, secrets, rng)     # no database
    with store.transaction(engine) as db:
        receipt = collect.keep_ballot(db, ready, today)                  # shown only after this block was left
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from appraisal.collect import refusals
from appraisal.collect.entry import Entry
from appraisal.collect.envelope import pack_ballot, pack_text, texts_of
from appraisal.model.ballot import Answers, ImportedBallot, answered, faults_of
from appraisal.model.faults import Fault, Faulty, Refused
from appraisal.model.round import RoundState
from appraisal.secrecy import keys, sealed
from appraisal.settings import Secrets
from appraisal.store import Database, Session, casting
from appraisal.store.rounds import KeptRound
from appraisal.store.taking import NewBallot, Taken, take_in


class SealedBallot(NewBallot):
    """A ballot that is ready to be stored."""

    __slots__ = ()

    @property
    def receipt(self) -> str:
        return keys.receipt(self.id)


def cast(
    db: Database, entry: Entry, answers: Answers, nonce: bytes, secrets: Secrets, rng: random.Random, today: date
) -> str:
    """Seal and store in one go; the receipt. Raises what ``seal_ballot`` and ``keep_ballot`` raise."""
    return keep_ballot(db, seal_ballot(entry, answers, nonce, secrets, rng), today)


def seal_ballot(entry: Entry, answers: Answers, nonce: bytes, secrets: Secrets, rng: random.Random) -> SealedBallot:
    """Check and seal the answers; nothing is stored. What was left blank is dropped.

    ``nonce``: that of the draft; it makes the ballot's id. Raises ``Faulty`` with everything that is wrong with the answers,
    ``Refused`` when nothing at all was answered.
    """
    given = answered(answers)
    faults = faults_of(entry.round.plan.questionnaire, frozenset(entry.round.department_ids), given)
    if faults:
        raise Faulty(faults)
    if not given.departments and given.overall.empty:
        raise Refused(refusals.NOTHING_ANSWERED)
    content, comments = _sealed(_public_key(entry.round), entry.stratum, given, rng)
    return SealedBallot(
        id=keys.ballot_id(secrets.receipt_key, nonce),
        round_id=entry.round.id,
        content=content,
        comments=comments,
        digest=keys.digest(secrets.pepper, entry.round.plan.code, entry.code),
        draft_id=keys.draft_id(secrets.pepper, entry.round.plan.code, entry.code),
    )


def keep_ballot(db: Database, ballot: SealedBallot, today: date) -> str:
    """Spend the code, store the ballot and its comments, forget the draft: all of it or nothing. The receipt.

    The same ballot once more gets the same receipt. Raises ``Refused`` when the code was spent on another ballot or revoked, or
    the round takes no ballots ``today``: it is not open, or its days are not come or are over. On the day after the last one a
    ballot that was begun (its draft is kept) is still taken.
    """
    match take_in(db, ballot, today):
        case Taken.NOT_SPENT:
            return _receipt_of_repeat(db, ballot, today)
        case Taken.NOT_STORED:
            # The nonce of somebody else's ballot, sent with a code that is still good.
            raise Refused(refusals.NOT_STORED)
    return ballot.receipt


def try_to_keep(db: Database, ballot: SealedBallot, today: date) -> str | Refused:
    """As ``keep_ballot``, with the refusal returned: where several ballots share a transaction, one that is refused ends none."""
    try:
        return keep_ballot(db, ballot, today)
    except Refused as refusal:
        return refusal


def receipt_of(db: Database, nonce: bytes, secrets: Secrets) -> str | None:
    """The receipt of the ballot that was stored under this nonce, or ``None``: for a form that is posted again without its cookie."""
    ballot_id = keys.ballot_id(secrets.receipt_key, nonce)
    return None if casting.sealed_ballot(db, ballot_id) is None else keys.receipt(ballot_id)


def take_imported(db: Session, round_code: str, ballots: Sequence[ImportedBallot], rng: random.Random) -> int:
    """Seal and store ballots that were collected elsewhere, under random ids; how many.

    A ballot may be empty: it counts as a respondent of its stratum. Raises ``Refused`` when the round is not open or issued codes,
    ``Faulty`` with every fault of every ballot (``Fault.row`` is the ballot's number in the sequence, from 1).
    """
    kept = refusals.round_of(db, round_code)
    if kept.state is not RoundState.OPEN:
        raise Refused(refusals.NOT_OPEN)
    if casting.last_batch(db, kept.id):
        raise Refused(refusals.IMPORT_AFTER_ISSUE)
    faults = [fault for number, ballot in enumerate(ballots, start=1) for fault in _import_faults(kept, number, ballot)]
    if faults:
        raise Faulty(tuple(faults))
    public_key = _public_key(kept)
    for ballot in ballots:
        content, comments = _sealed(public_key, ballot.stratum, answered(ballot.answers), rng)
        casting.add_ballots(db, kept.id, [(rng.randbytes(keys.ID_BYTES), content)])
        casting.add_comments(db, kept.id, comments)
    return len(ballots)


def _sealed(
    public_key: bytes, stratum: str, answers: Answers, rng: random.Random
) -> tuple[bytes, tuple[tuple[bytes, bytes], ...]]:
    texts = texts_of(answers)
    comments = tuple((rng.randbytes(keys.ID_BYTES), sealed.seal(public_key, pack_text(text))) for text in texts)
    return sealed.seal(public_key, pack_ballot(stratum, answers)), comments


def _public_key(kept: KeptRound) -> bytes:
    if kept.tally_public_key is None:
        raise Refused(refusals.NOT_OPEN)
    return kept.tally_public_key


def _receipt_of_repeat(db: Database, ballot: SealedBallot, today: date) -> str:
    if casting.sealed_ballot(db, ballot.id) is not None:
        return ballot.receipt
    still_open = casting.is_open(db, ballot.round_id, today)
    raise Refused(refusals.SPENT if still_open else refusals.NOT_OPEN)


def _import_faults(kept: KeptRound, number: int, ballot: ImportedBallot) -> list[Fault]:
    found = faults_of(kept.plan.questionnaire, frozenset(kept.department_ids), answered(ballot.answers))
    faults = [replace(fault, row=number) for fault in found]
    if ballot.stratum not in kept.stratum_ids:
        faults.append(Fault.of("", number, "stratum", refusals.UNKNOWN_STRATUM, stratum=ballot.stratum))
    return faults
