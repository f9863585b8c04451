"""The life of a work-prompt slip: every state, every move, who may make it, and what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class SlipState(StrEnum):
    DRAFTED = "drafted"
    DISCARDED = "discarded"
    APPROVED = "approved"
    ISSUED = "issued"
    SERVED = "served"
    SIGNED = "signed"
    CONTESTED = "contested"
    REASSIGNED = "reassigned"
    EXTENDING = "extending"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    VERIFIED = "verified"
    CLOSED = "closed"
    RECALLED = "recalled"


class Actor(StrEnum):
    """Who makes a move: the office, a second person of the office, the department the slip goes to, or the platform itself."""

    OFFICE = "office"
    SECOND = "second"
    DEPARTMENT = "department"
    PLATFORM = "platform"


class Check(StrEnum):
    """How an answer was verified: by its papers, on the spot, by calling people back, or by a small survey."""

    PAPERS = "papers"
    VISIT = "visit"
    CALL_BACK = "call_back"
    MINI_SURVEY = "mini_survey"


CHECKS: Final[Mapping[Check, str]] = {
    Check.PAPERS: "查阅资料",
    Check.VISIT: "现场核验",
    Check.CALL_BACK: "回访",
    Check.MINI_SURVEY: "小样本复测",
}


@dataclass(frozen=True, slots=True)
class Move:
    to: SlipState
    actor: Actor
    needs: str


_S = SlipState
_RECALL: Final = Move(_S.RECALLED, Actor.SECOND, "a reason, another person than the drafter")
_CONTEST: Final = Move(_S.CONTESTED, Actor.DEPARTMENT, "reason and legal ground, within 3 working days of the issue")

# (from, action) → to, by whom, and what it needs. A return leads back to "signed": the department answers again. The terms run
# from the issue, so that a slip that nobody signs is served all the same.
SLIP_MOVES: Final[Mapping[tuple[SlipState, str], Move]] = {
    (_S.DRAFTED, "approve"): Move(_S.APPROVED, Actor.SECOND, "another person than the drafter"),
    (_S.DRAFTED, "discard"): Move(_S.DISCARDED, Actor.OFFICE, "a reason"),
    (_S.APPROVED, "issue"): Move(_S.ISSUED, Actor.PLATFORM, "the rendered PDF"),
    (_S.ISSUED, "sign"): Move(_S.SIGNED, Actor.DEPARTMENT, "the name of who signs"),
    (_S.ISSUED, "serve"): Move(_S.SERVED, Actor.PLATFORM, "the date for signing has passed"),
    (_S.SERVED, "sign"): Move(_S.SIGNED, Actor.DEPARTMENT, "the name of who signs"),
    (_S.ISSUED, "contest"): _CONTEST,
    (_S.SERVED, "contest"): _CONTEST,
    (_S.SIGNED, "contest"): _CONTEST,
    (_S.CONTESTED, "uphold"): Move(_S.SIGNED, Actor.OFFICE, "a reason; the slip counts as signed"),
    (_S.CONTESTED, "reassign"): Move(
        _S.REASSIGNED, Actor.OFFICE, "a reason, and the department in charge if there is one"
    ),
    (_S.SIGNED, "ask_extension"): Move(
        _S.EXTENDING, Actor.DEPARTMENT, "reason, progress and a new date, before the old one; granted once"
    ),
    (_S.EXTENDING, "extend"): Move(_S.SIGNED, Actor.OFFICE, "the new date, a reason"),
    (_S.EXTENDING, "keep_term"): Move(_S.SIGNED, Actor.OFFICE, "a reason"),
    (_S.EXTENDING, "answer"): Move(_S.ANSWERED, Actor.DEPARTMENT, "an answer to every finding"),
    (_S.SIGNED, "answer"): Move(_S.ANSWERED, Actor.DEPARTMENT, "an answer to every finding"),
    (_S.ANSWERED, "return"): Move(_S.SIGNED, Actor.OFFICE, "a reason"),
    (_S.ANSWERED, "accept"): Move(_S.ACCEPTED, Actor.OFFICE, "what was read"),
    (_S.ACCEPTED, "return"): Move(_S.SIGNED, Actor.OFFICE, "a reason"),
    (_S.ACCEPTED, "verify"): Move(_S.VERIFIED, Actor.OFFICE, "how it was checked, and what was found"),
    (_S.VERIFIED, "close"): Move(_S.CLOSED, Actor.OFFICE, "every finding struck off or kept under watch"),
    (_S.ISSUED, "recall"): _RECALL,
    (_S.SERVED, "recall"): _RECALL,
    (_S.SIGNED, "recall"): _RECALL,
    (_S.CONTESTED, "recall"): _RECALL,
    (_S.EXTENDING, "recall"): _RECALL,
    (_S.ANSWERED, "recall"): _RECALL,
}

# Whom a slip waits for in a state; nobody where it is missing.
WAITS_FOR: Final[Mapping[SlipState, Actor]] = {
    _S.DRAFTED: Actor.SECOND,
    _S.APPROVED: Actor.PLATFORM,
    _S.ISSUED: Actor.DEPARTMENT,
    _S.SERVED: Actor.DEPARTMENT,
    _S.SIGNED: Actor.DEPARTMENT,
    _S.CONTESTED: Actor.OFFICE,
    _S.EXTENDING: Actor.OFFICE,
    _S.ANSWERED: Actor.OFFICE,
    _S.ACCEPTED: Actor.OFFICE,
    _S.VERIFIED: Actor.OFFICE,
}
