"""The open channel: anybody may point at a problem of a department. It feeds the pool of problems and never a score."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from appraisal.collect import refusals
from appraisal.model.faults import Refused
from appraisal.model.plain_text import plain_text
from appraisal.model.round import RoundState
from appraisal.store import Session
from appraisal.store.open_comments import add_open_comment, open_comments
from appraisal.store.rounds import KeptRound, find_round

LONGEST: Final = 500
KEY_BYTES: Final = 16


def open_channel(db: Session, round_code: str, today: date) -> KeptRound | None:
    """The round, if it takes what is said without a code today; ``None`` for any other."""
    kept = find_round(db, round_code)
    if kept is None or not kept.plan.open_channel or kept.state is not RoundState.OPEN:
        return None
    return kept if kept.plan.opens_on <= today <= kept.plan.closes_on else None


def fit_to_say(kept: KeptRound, department: str, text: str) -> str:
    """The text as it would be kept. Raises ``Refused`` for an unknown department and a text that is empty or too long."""
    said = plain_text(text)
    if department not in kept.department_ids:
        raise Refused(refusals.NO_DEPARTMENT)
    if not said:
        raise Refused(refusals.NOTHING_SAID)
    if len(said) > LONGEST:
        raise Refused(refusals.TOO_MUCH_SAID, most=LONGEST)
    return said


def say_openly(
    db: Session, round_code: str, department: str, text: str, today: date, new_key: Callable[[int], bytes]
) -> None:
    """Keep a text about a department. Raises ``Refused`` where the channel is shut, and as ``fit_to_say`` does."""
    kept = open_channel(db, round_code, today)
    if kept is None:
        raise Refused(refusals.NO_CHANNEL)
    said = fit_to_say(kept, department, text)
    add_open_comment(db, new_key(KEY_BYTES), kept.id, kept.department_ids[department], said)


def said_openly(db: Session, round_code: str) -> Mapping[str, tuple[str, ...]]:
    """Department → texts. Raises ``Refused`` until the round is closed: nothing of a round is seen before."""
    kept = refusals.round_of(db, round_code)
    if kept.state in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(refusals.STILL_OPEN)
    return open_comments(db, kept.id)
