"""The life of a comment at the review desk: as it came, read, released by one person, confirmed by a second."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ReviewState(StrEnum):
    RAW = "raw"
    READ = "read"
    RELEASED = "released"
    CONFIRMED = "confirmed"


class ReviewAction(StrEnum):
    READ = "read"
    RELEASE = "release"
    CONFIRM = "confirm"
    TAKE_BACK = "take_back"


# What may be quoted, or lead to a slip's statement, was confirmed by somebody other than who released it.
MOVES: Final[Mapping[tuple[ReviewState, ReviewAction], ReviewState]] = {
    (ReviewState.RAW, ReviewAction.READ): ReviewState.READ,
    (ReviewState.RAW, ReviewAction.RELEASE): ReviewState.RELEASED,
    (ReviewState.READ, ReviewAction.RELEASE): ReviewState.RELEASED,
    (ReviewState.RELEASED, ReviewAction.CONFIRM): ReviewState.CONFIRMED,
    (ReviewState.RELEASED, ReviewAction.TAKE_BACK): ReviewState.READ,
    (ReviewState.CONFIRMED, ReviewAction.TAKE_BACK): ReviewState.READ,
}
# In these the masks may still be changed.
IN_WORK: Final = frozenset({ReviewState.RAW, ReviewState.READ})


@dataclass(frozen=True, slots=True)
class Mask:
    """Signs ``start`` to ``end`` (not included) of the text as written, and the kind that they are shown as."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class KeptComment:
    """One text with what people decided about it. ``masks`` is ``None`` while nobody changed the automatic ones.

    ``department`` is ``None`` for the city as a whole.
    """

    id: str
    department: str | None
    item: str
    text: str
    state: ReviewState
    masks: tuple[Mask, ...] | None
    released_by: str | None
    confirmed_by: str | None


def next_review_state(state: ReviewState, action: ReviewAction) -> ReviewState | None:
    """Where an action leads, ``None`` where it is not possible.

    >>> next_review_state(ReviewState.RAW, ReviewAction.CONFIRM) is None
    True
    """
    return MOVES.get((state, action))
