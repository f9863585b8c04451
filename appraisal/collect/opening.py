"""Open the ballots of a closed round, and say who took part."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from appraisal.collect import refusals
from appraisal.collect.envelope import unpack_ballot, unpack_text
from appraisal.collect.log_check import refuse_broken_log
from appraisal.collect.peaks import peaks
from appraisal.model.ballot import Answers, Sheet, faults_of
from appraisal.model.faults import Refused
from appraisal.model.results import Response
from appraisal.model.round import RoundState
from appraisal.secrecy import keys, sealed
from appraisal.store import Session, casting, opened
from appraisal.store.opened import OpenedRows
from appraisal.store.peaks import Peak, add_peaks, ballot_batches
from appraisal.store.rounds import KeptRound

STEP: Final = 20

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Unsealed:
    """What the ballots of a round held, shuffled, on its way into the tables; ``peaks``: sums of batches that stand out."""

    round_id: int
    rows: OpenedRows
    peaks: tuple[Peak, ...]


def open_ballots(db: Session, round_code: str, private_key: bytes, rng: random.Random, log_key: bytes) -> int:
    """``unseal_ballots`` and ``keep_opened`` in one; how many ballots lie open. A second call changes nothing."""
    kept = refusals.round_of(db, round_code)
    already = opened.opened_count(db, kept.id)
    return already or keep_opened(db, unseal_ballots(db, round_code, private_key, rng, log_key))


def unseal_ballots(db: Session, round_code: str, private_key: bytes, rng: random.Random, log_key: bytes) -> Unsealed:
    """Open every ballot and comment of a closed round, each kind shuffled on its own. It only reads: a snapshot will do.

    ``log_key``: the public half of the key that signed the round's log, which has to be complete and to hold. Raises ``Refused``
    when it does not (naming the batch), the round is not closed, a ballot or comment does not open with this key, or the number of ballots
    is not that of spent codes. ``rng``: a ``random.SystemRandom`` outside tests.
    """
    kept = refusals.round_of(db, round_code)
    if kept.state in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(refusals.STILL_SEALED)
    _refuse_miscount(db, kept)
    refuse_broken_log(db, round_code, log_key)
    ballots, broken = _unsealed(casting.sealed_ballots(db, kept.id), private_key, partial(_read_ballot, kept))
    texts, broken_texts = _unsealed(casting.sealed_comments(db, kept.id), private_key, partial(_read_text, kept))
    if broken or broken_texts:
        raise Refused(refusals.UNOPENED, count=broken + broken_texts)
    # The last moment at which anybody knows a ballot's batch: sums are kept of it, then the shuffle forgets it.
    found = peaks(kept, ballot_batches(db, kept.id), [answers for _, answers in ballots])
    rng.shuffle(ballots)
    rng.shuffle(texts)
    return Unsealed(kept.id, _rows(kept, ballots, texts, rng), found)


def keep_opened(db: Session, found: Unsealed) -> int:
    """Write what was opened, unless it is there already, and forget drafts that were never submitted; how many ballots lie open."""
    already = opened.opened_count(db, found.round_id)
    if already:
        return already
    opened.add_opened(db, found.round_id, found.rows)
    add_peaks(db, found.round_id, found.peaks)
    casting.drop_drafts(db, found.round_id)
    return len(found.rows.ballots)


def participation(db: Session, round_code: str) -> tuple[Response, ...]:
    """Who took part, by stratum in the round's order.

    While the round is open only whole steps of 20 are told (0–19 → 0, 20–39 → 20 …), so that no single ballot can be watched
    coming in; after the opening the number of ballots. ``issued`` counts codes that were not revoked.
    """
    kept = refusals.round_of(db, round_code)
    issued = casting.issued_by_stratum(db, kept.id)
    counted = _counted(db, kept)
    return tuple(
        Response(
            stratum=stratum.code,
            name=stratum.name,
            population=stratum.population,
            issued=issued.get(kept.stratum_ids[stratum.code], 0),
            ballots=counted.get(kept.stratum_ids[stratum.code], 0),
        )
        for stratum in kept.plan.strata
    )


def _counted(db: Session, kept: KeptRound) -> dict[int, int]:
    found = opened.opened_by_stratum(db, kept.id)
    if found:
        return found
    return {stratum: count // STEP * STEP for stratum, count in casting.spent_by_stratum(db, kept.id).items()}


def _refuse_miscount(db: Session, kept: KeptRound) -> None:
    if not casting.last_batch(db, kept.id):
        return
    ballots, spent = casting.ballot_count(db, kept.id), sum(casting.spent_by_stratum(db, kept.id).values())
    if ballots != spent:
        raise Refused(refusals.MISCOUNT, ballots=ballots, spent=spent)


def _unsealed(
    boxes: Iterable[bytes], private_key: bytes, unpack: Callable[[bytes], Content]
) -> tuple[list[Content], int]:
    contents, broken = [], 0
    for box in boxes:
        try:
            contents.append(unpack(sealed.unseal(private_key, box)))
        except (ValueError, TypeError, LookupError):
            broken += 1
    return contents, broken


def _read_ballot(kept: KeptRound, plain: bytes) -> tuple[int, Answers]:
    # Whoever holds the public key can seal anything: what comes out is checked again as if it had just been posted.
    stratum, answers = unpack_ballot(plain)
    if faults_of(kept.plan.questionnaire, frozenset(kept.department_ids), answers):
        raise ValueError("sealed, but no ballot of this round")
    return kept.stratum_ids[stratum], answers


def _read_text(kept: KeptRound, plain: bytes) -> tuple[int | None, str, str]:
    text = unpack_text(plain)
    sheet = Sheet(texts={text.item: text.text})
    about = Answers({text.department: sheet}) if text.department else Answers(overall=sheet)
    if faults_of(kept.plan.questionnaire, frozenset(kept.department_ids), about):
        raise ValueError("sealed, but no comment of this round")
    return kept.department_ids[text.department] if text.department else None, text.item, text.text


def _rows(
    kept: KeptRound,
    ballots: list[tuple[int, Answers]],
    texts: list[tuple[int | None, str, str]],
    rng: random.Random,
) -> OpenedRows:
    rows = OpenedRows()
    for number, (stratum_id, answers) in enumerate(ballots, start=1):
        rows.ballots.append((number, stratum_id))
        for code, sheet in answers.departments.items():
            department = kept.department_ids[code]
            rows.ratings += [(number, department, item, option) for item, option in sheet.ratings.items()]
            rows.marks += [(number, department, item, option) for item, option in _chosen(sheet)]
        rows.overall += [(number, item, option) for item, option in answers.overall.ratings.items()]
        rows.overall += [(number, item, option) for item, option in _chosen(answers.overall)]
    rows.comments = [(rng.randbytes(keys.ID_BYTES), *text) for text in texts]
    return rows


def _chosen(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for item, options in sheet.marks.items():
        for option in options:
            yield item, option
