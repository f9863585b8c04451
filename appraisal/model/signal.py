"""Signals: what is unusual about opened ballots, under limits that are registered before the round opens; and quarantine.

A signal is no verdict. It describes a cohort of ballots; two people decide whether it is set aside, and the results are shown
with and without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from appraisal.model.faults import Refused


class SignalKind(StrEnum):
    """What is unusual.

    ``LONE``: ballots that say the worst or best of one department and nothing of any other. ``EXTREME``: more of the worst or
    best answer about one department than its other answers lead one to expect. ``IDENTICAL``: the same answers throughout.
    ``ALIKE``: nearly the same. ``CONTENTED``: the best answer throughout. ``STRAIGHT``: one other answer throughout.
    ``BURST``: one batch of the public log heaps one end of the scale on one department.
    ``RESPONSE``: codes of one issue used far more or less than those of others; no ballots can be told.
    """

    LONE = "lone"
    EXTREME = "extreme"
    IDENTICAL = "identical"
    ALIKE = "alike"
    CONTENTED = "contented"
    STRAIGHT = "straight"
    BURST = "burst"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class SignalRules:
    """Limits of the signals, part of the policy and so of its hash.

    ``q``: bound on q of Benjamini-Hochberg (or p where one number is tested); ``minimum_ballots``: fewest ballots beyond the
    expectation; ``minimum_answers``: ballots with fewer answers are compared with nobody; ``match``, ``match_q``: least share of
    equal answers of nearly identical ballots, and the bound on their q; ``allowance``: share of a stratum's ballots with one
    answer throughout that is let pass beyond the expectation; ``response``: robust standard deviations of a response rate.
    """

    q: float = 0.001
    minimum_ballots: int = 20
    minimum_answers: int = 8
    match: float = 0.9
    match_q: float = 0.01
    allowance: float = 0.05
    response: float = 3.0


class QuarantineState(StrEnum):
    PROPOSED = "proposed"
    HELD = "held"
    RELEASING = "releasing"
    RELEASED = "released"
    DECLINED = "declined"


HELD: Final = frozenset({QuarantineState.HELD, QuarantineState.RELEASING})
RUNNING: Final = HELD | {QuarantineState.PROPOSED}

# from, action → to. Each second step needs another account than the first; ``decline`` and ``keep`` leave things as they were.
QUARANTINE_MOVES: Final[Mapping[tuple[QuarantineState, str], QuarantineState]] = {
    (QuarantineState.PROPOSED, "hold"): QuarantineState.HELD,
    (QuarantineState.PROPOSED, "decline"): QuarantineState.DECLINED,
    (QuarantineState.HELD, "ask_release"): QuarantineState.RELEASING,
    (QuarantineState.RELEASING, "release"): QuarantineState.RELEASED,
    (QuarantineState.RELEASING, "keep"): QuarantineState.HELD,
}
SECOND: Final = frozenset({"hold", "release"})
NOT_NOW: Final = "这一批评议票现在不能做这一步，请刷新后再看。"


def next_quarantine_state(state: QuarantineState, action: str) -> QuarantineState:
    """Where an action leads from a state. Raises ``Refused`` when that move is not made.

    >>> next_quarantine_state(QuarantineState.PROPOSED, "hold")
    <QuarantineState.HELD: 'held'>
    """
    to = QUARANTINE_MOVES.get((state, action))
    if to is None:
        raise Refused(NOT_NOW)
    return to


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal as people see it. ``key``: a digest of what it says, the same whenever it is computed anew.

    ``stratum``, ``department``: codes, "" where all or none is meant; ``end``: ``worst``, ``best`` or ""; ``seen`` of ``among``
    ballots, ``expected``; ``q`` or p; ``numbers``: the ballots of the cohort, empty where none can be told.
    """

    key: str
    kind: SignalKind
    stratum: str
    department: str
    end: str
    seen: int
    among: int
    expected: float
    q: float
    numbers: tuple[int, ...]
