"""A finding (问题): how it may be judged and which moves it makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FindingState(StrEnum):
    """Where a problem stands; ``watched``: 长期坚持, done for now and looked at again in half a year; ``merged``: 并入 another one."""

    REGISTERED = "registered"
    CONFIRMED = "confirmed"
    ON_SLIP = "on_slip"
    WATCHED = "watched"
    CLOSED = "closed"
    UNFOUNDED = "unfounded"
    TRANSFERRED = "transferred"
    MERGED = "merged"


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
    (FindingState.REGISTERED, "merge"): frozenset({FindingState.MERGED}),
    (FindingState.CONFIRMED, "bundle"): frozenset({FindingState.ON_SLIP}),
    (FindingState.ON_SLIP, "unbundle"): frozenset({FindingState.CONFIRMED}),
    (FindingState.ON_SLIP, "reassign"): frozenset({FindingState.TRANSFERRED}),
    (FindingState.ON_SLIP, "strike_off"): frozenset({FindingState.CLOSED}),
    (FindingState.ON_SLIP, "watch"): frozenset({FindingState.WATCHED}),
    (FindingState.WATCHED, "strike_off"): frozenset({FindingState.CLOSED}),
    (FindingState.UNFOUNDED, "clear"): frozenset({FindingState.UNFOUNDED}),
    # An appeal that was upheld: whatever became of the problem since it was judged.
    (FindingState.CONFIRMED, "rejudge"): frozenset({FindingState.UNFOUNDED}),
    (FindingState.ON_SLIP, "rejudge"): frozenset({FindingState.UNFOUNDED}),
    (FindingState.WATCHED, "rejudge"): frozenset({FindingState.UNFOUNDED}),
    (FindingState.CLOSED, "rejudge"): frozenset({FindingState.UNFOUNDED}),
}

RUNNING: Final = frozenset(
    {FindingState.REGISTERED, FindingState.CONFIRMED, FindingState.ON_SLIP, FindingState.WATCHED}
)
# What another problem stands for now, here or at another department: 转出 in the balance.
GONE_OVER: Final = frozenset({FindingState.TRANSFERRED, FindingState.MERGED})


@dataclass(frozen=True, slots=True)
class Sources:
    """What a finding rests on: marks (item, option), flags (row ids), comments (ids in hexadecimal), each named once."""

    marks: tuple[tuple[str, str], ...] = ()
    flags: tuple[int, ...] = ()
    comments: tuple[str, ...] = ()

    def __or__(self, other: "Sources") -> "Sources":
        """Both together, in the order in which they are met.

        >>> (Sources(flags=(1, 2)) | Sources(flags=(2, 3))).flags
        (1, 2, 3)
        """
        return Sources(
            tuple(dict.fromkeys(self.marks + other.marks)),
            tuple(dict.fromkeys(self.flags + other.flags)),
            tuple(dict.fromkeys(self.comments + other.comments)),
        )

    def alike(self, other: "Sources") -> bool:
        """Whether both name the same, in whatever order.

        >>> Sources(flags=(1, 2)).alike(Sources(flags=(2, 1)))
        True
        """
        named = ((self.marks, other.marks), (self.flags, other.flags), (self.comments, other.comments))
        return all(set(mine) == set(theirs) for mine, theirs in named)


@dataclass(frozen=True, slots=True)
class Weight:
    """How much stands behind a finding: ``marked``, ballots that ticked one of its marks, each counted once; ``texts``, comments
    that are not copies of one another; ``of_one_item``, the most of these that answer one item, which a ballot answers once."""

    marked: int
    texts: int
    of_one_item: int

    @property
    def ballots(self) -> int:
        """At least so many independent ballots: a comment may come from a ballot that ticked the mark, so the two are never added.

        >>> Weight(marked=12, texts=4, of_one_item=3).ballots
        12
        """
        return max(self.marked, self.of_one_item)
