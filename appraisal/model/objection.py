"""What a department may say against its results and problems: replies (申辩) that are kept, appeals (申诉) that are decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from appraisal.model.slip_moves import Actor

# Working days: to appeal, from the issue of the slip or the publication of the results; to decide, from the appeal.
APPEAL_DAYS: Final = 10
DECIDE_DAYS: Final = 10


class ReplyState(StrEnum):
    """``kept``: the office reads it; ``shown``: it is printed beside the result in the department's report too."""

    KEPT = "kept"
    SHOWN = "shown"


class AppealState(StrEnum):
    FILED = "filed"
    WITHDRAWN = "withdrawn"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ReplyMove:
    to: ReplyState
    actor: Actor


@dataclass(frozen=True, slots=True)
class AppealMove:
    to: AppealState
    actor: Actor
    needs: str


REPLY_MOVES: Final[Mapping[tuple[ReplyState, str], ReplyMove]] = {
    (ReplyState.KEPT, "show_reply"): ReplyMove(ReplyState.SHOWN, Actor.OFFICE),
    (ReplyState.SHOWN, "hide_reply"): ReplyMove(ReplyState.KEPT, Actor.OFFICE),
}

# (from, action) → to, by whom, and what it needs. Nothing leads on from a decision: a subject is appealed against once. No move of
# an appeal touches a term of the slip.
APPEAL_MOVES: Final[Mapping[tuple[AppealState, str], AppealMove]] = {
    (AppealState.FILED, "withdraw_appeal"): AppealMove(AppealState.WITHDRAWN, Actor.DEPARTMENT, ""),
    (AppealState.FILED, "grant_appeal"): AppealMove(
        AppealState.UPHELD, Actor.SECOND, "reasons, another person than who judged or published"
    ),
    (AppealState.FILED, "reject_appeal"): AppealMove(
        AppealState.REJECTED, Actor.SECOND, "reasons, another person than who judged or published"
    ),
}


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A reply as it is read; ``finding`` is a problem's number, or "" where it is about the results of the round."""

    id: int
    round_code: str
    department: str
    finding: str
    at: datetime
    said: str
    state: ReplyState


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal as it is read. ``decide_by``: until when the office has to decide, None once it has, or there is nothing to decide."""

    id: int
    round_code: str
    department: str
    finding: str
    state: AppealState
    filed_at: datetime
    grounds: str
    decide_by: date | None
    late: bool
    decided_at: datetime | None
    decided_by: str | None
    decision: str


@dataclass(frozen=True, slots=True)
class Objections:
    """What a department has said so far about one thing, and until when it may appeal; None where it may not, or not any more."""

    replies: tuple[ReplyLine, ...]
    appeals: tuple[AppealLine, ...]
    appeal_by: date | None
