"""The official score beside what other fair choices would give, as pages and documents share it."""

from dataclasses import dataclass
from enum import StrEnum

from appraisal.model.wording import Wording


class Choice(StrEnum):
    """How it is scored. ``OFFICIAL``: as the policy says, without the ballots in quarantine; ``ALL_BALLOTS``: with them;
    ``UNSIGNALLED``: without every ballot that any signal names; ``EQUAL``: every stratum weighs the same; ``SATISFIED``: an
    answer counted as satisfied gives 100 points, any other known answer 0."""

    OFFICIAL = "official"
    ALL_BALLOTS = "all_ballots"
    UNSIGNALLED = "unsignalled"
    EQUAL = "equal"
    SATISFIED = "satisfied"


@dataclass(frozen=True, slots=True)
class Variant:
    """One department under one choice; None: no result. ``difference``: to the official score; ``place``: 1 is the best."""

    score: float | None
    difference: float | None
    place: int | None


@dataclass(frozen=True, slots=True)
class SensitivityLine:
    code: str
    name: Wording
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class ChoiceColumn:
    """A choice with the ballots it rests on; ``agreement``: Kendall's tau-b with the official scores; ``furthest``: places that
    the department which moves most is moved. None where fewer than two departments have both."""

    choice: Choice
    ballots: int
    agreement: float | None
    furthest: int | None


@dataclass(frozen=True, slots=True)
class SensitivityTable:
    """Ranked departments × choices, the official one first, the departments from the highest official score down."""

    columns: tuple[ChoiceColumn, ...]
    lines: tuple[SensitivityLine, ...]
