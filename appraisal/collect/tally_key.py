"""The key that opens a round's ballots: split among trustees, and rehearsed before anybody relies on it."""

from collections.abc import Iterable
from datetime import datetime

from appraisal.collect import refusals
from appraisal.collect.envelope import SealedText, pack_ballot, pack_text, unpack_ballot, unpack_text
from appraisal.model.ballot import Answers, Sheet
from appraisal.model.faults import Refused
from appraisal.model.questionnaire import Item, Kind
from appraisal.model.rehearsal import REHEARSED, SPLIT, rehearsal_note
from appraisal.model.round import Custody, RoundState
from appraisal.secrecy import sealed
from appraisal.secrecy.shares import show_fingerprint
from appraisal.store import Session
from appraisal.store.rounds import KeptRound, keep_tally_key, note_round

REHEARSAL_TEXT = "演练 rehearsal"


def splittable_round(db: Session, code: str) -> KeptRound:
    """The draft round whose key may be split. Raises ``Refused`` for any other."""
    kept = refusals.round_of(db, code)
    if kept.plan.tally_key is not Custody.SHARES:
        raise Refused(refusals.KEY_IS_A_FILE)
    if kept.state is not RoundState.DRAFT:
        raise Refused(refusals.SPLIT_TIME)
    return kept


def keep_split_key(db: Session, code: str, public: bytes, actor: str, now: datetime) -> None:
    """Keep the public half of a key whose private half was split, in the place of an earlier one, and note its fingerprint."""
    kept = splittable_round(db, code)
    keep_tally_key(db, kept, public)
    note_round(db, kept.id, actor, SPLIT, now, show_fingerprint(public))


def rehearse(db: Session, code: str, private: bytes, shares: Iterable[int], actor: str, now: datetime) -> None:
    """Seal a test ballot with a text to the round's public key, open it with ``private``, and note that it worked.

    ``shares``: the numbers of those that gave the private half; none where it is a file. Raises ``Refused`` when the test ballot
    does not come out as it went in, and once the round is closed, when it is no rehearsal any more.
    """
    kept = refusals.round_of(db, code)
    if kept.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(refusals.REHEARSAL_TIME)
    if kept.tally_public_key is None:
        raise Refused(refusals.NO_KEY_YET, code=code)
    if not opens_a_test_ballot(kept, kept.tally_public_key, private):
        raise Refused(refusals.OTHER_KEY)
    note = rehearsal_note(show_fingerprint(kept.tally_public_key), shares)
    note_round(db, kept.id, actor, REHEARSED, now, note)


def opens_a_test_ballot(kept: KeptRound, public: bytes, private: bytes) -> bool:
    """Whether a ballot and a comment of this round, sealed with the one half, come out of the other as they went in."""
    stratum, department = kept.plan.strata[0].code, kept.plan.departments[0].code
    answers = Answers({department: _first_answers(kept.plan.questionnaire.department_items)})
    said = SealedText(department, "", REHEARSAL_TEXT)
    try:
        ballot = unpack_ballot(sealed.unseal(private, sealed.seal(public, pack_ballot(stratum, answers))))
        comment = unpack_text(sealed.unseal(private, sealed.seal(public, pack_text(said))))
    except sealed.SealBroken:
        return False
    return ballot == (stratum, answers) and comment == said


def _first_answers(items: Iterable[Item]) -> Sheet:
    return Sheet({item.code: item.options[0].code for item in items if item.kind is Kind.RATING})
