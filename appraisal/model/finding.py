"""A finding (问题): how it may be judged and which moves it makes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class FindingState(StrEnum):
    """Where a problem stands; ``watched``: 长期坚持, done for now and looked at again in half a year."""

    REGISTERED = "registered"
    CONFIRMED = "confirmed"
    ON_SLIP = "on_slip"
    WATCHED = "watched"
    CLOSED = "closed"
    UNFOUNDED = "unfounded"
    TRANSFERRED = "transferred"


class Outcome(StrEnum):
    """What the check found: 属实，部分属实，不属实，无法查核 (archived, may be taken up again under a new number), 非本机关职责."""

    TRUE = "true"
    PARTLY = "partly"
    UNFOUNDED = "unfounded"
    UNVERIFIABLE = "unverifiable"
    ELSEWHERE = "elsewhere"


OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.TRUE: "属实",
    Outcome.PARTLY: "部分属实",
    Outcome.UNFOUNDED: "不属实",
    Outcome.UNVERIFIABLE: "无法查核",
    Outcome.ELSEWHERE: "非本机关职责",
}

JUDGED: Final[Mapping[Outcome, FindingState]] = {
    Outcome.TRUE: FindingState.CONFIRMED,
    Outcome.PARTLY: FindingState.CONFIRMED,
    Outcome.UNFOUNDED: FindingState.UNFOUNDED,
    Outcome.UNVERIFIABLE: FindingState.UNFOUNDED,
    Outcome.ELSEWHERE: FindingState.TRANSFERRED,
}

# (from, action) → to. "judge" leads to where its outcome says; every move is the office's.
FINDING_MOVES: Final[Mapping[tuple[FindingState, str], frozenset[FindingState]]] = {
    (FindingState.REGISTERED, "judge"): frozenset(JUDGED.values()),
    (FindingState.CONFIRMED, "bundle"): frozenset({FindingState.ON_SLIP}),
    (FindingState.ON_SLIP, "unbundle"): frozenset({FindingState.CONFIRMED}),
    (FindingState.ON_SLIP, "reassign"): frozenset({FindingState.TRANSFERRED}),
    (FindingState.ON_SLIP, "strike_off"): frozenset({FindingState.CLOSED}),
    (FindingState.ON_SLIP, "watch"): frozenset({FindingState.WATCHED}),
    (FindingState.WATCHED, "strike_off"): frozenset({FindingState.CLOSED}),
    (FindingState.UNFOUNDED, "clear"): frozenset({FindingState.UNFOUNDED}),
}

RUNNING: Final = frozenset(
    {FindingState.REGISTERED, FindingState.CONFIRMED, FindingState.ON_SLIP, FindingState.WATCHED}
)
