"""Open the ballots of a closed round, and say who took part."""

import random
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from appraisal.collect import refusals
from appraisal.collect.envelope import SealedText, unpack_ballot, unpack_text
from appraisal.model.ballot import Answers
from appraisal.model.faults import Refused
from appraisal.model.results import Response
from appraisal.model.round import RoundState
from appraisal.secrecy import keys, sealed
from appraisal.store import Session, casting, opened
from appraisal.store.opened import OpenedRows
from appraisal.store.rounds import KeptRound

STEP: Final = 20

Content = TypeVar("Content")


def open_ballots(db: Session, round_code: str, private_key: bytes, rng: random.Random) -> int:
    """Open every ballot of a closed round in shuffled order; how many lie open. A second call changes nothing.

    Comments are shuffled on their own; drafts that were never submitted are forgotten. Raises ``Refused``, with nothing opened,
    when the round is not closed, a ballot or comment does not open with this key, or the number of ballots is not that of
    spent codes. ``rng``: a ``random.SystemRandom`` outside tests.
    """
    kept = refusals.round_of(db, round_code)
    if kept.state in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(refusals.STILL_SEALED)
    already = opened.opened_count(db, kept.id)
    if already:
        return already
    _refuse_miscount(db, kept)
    ballots, broken = _unsealed(casting.sealed_ballots(db, kept.id), private_key, unpack_ballot)
    texts, broken_texts = _unsealed(casting.sealed_comments(db, kept.id), private_key, unpack_text)
    if broken or broken_texts:
        raise Refused(refusals.UNOPENED, count=broken + broken_texts)
    rng.shuffle(ballots)
    rng.shuffle(texts)
    opened.add_opened(db, kept.id, _rows(kept, ballots, texts, rng))
    casting.drop_drafts(db, kept.id)
    return len(ballots)


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


def _rows(
    kept: KeptRound, ballots: list[tuple[str, Answers]], texts: list[SealedText], rng: random.Random
) -> OpenedRows:
    rows = OpenedRows()
    for number, (stratum, answers) in enumerate(ballots, start=1):
        rows.ballots.append((number, kept.stratum_ids[stratum]))
        for code, sheet in answers.departments.items():
            department = kept.department_ids[code]
            rows.ratings += [(number, department, item, option) for item, option in sheet.ratings.items()]
            rows.marks += [
                (number, department, item, option) for item, chosen in sheet.marks.items() for option in chosen
            ]
        rows.overall += [(number, item, option) for item, option in answers.overall.ratings.items()]
        rows.overall += [(number, item, option) for item, chosen in answers.overall.marks.items() for option in chosen]
    for text in texts:
        department_id = kept.department_ids[text.department] if text.department else None
        rows.comments.append((rng.randbytes(keys.ID_BYTES), department_id, text.item, text.text))
    return rows
