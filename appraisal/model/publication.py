"""What the public gets to read of a published round: figures that give nobody away, as frozen values for page, PDF and bundle."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from appraisal.model.wording import Wording


class Reach(StrEnum):
    """How much is said of a department: all of it, marked as indicative and never compared (10–29 ratings), or nothing (fewer)."""

    FULL = "full"
    INDICATIVE = "indicative"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PublicScore:
    """A score of [0, 100] and its 95 % interval, rounded to one decimal, as published."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PublicCount:
    """One cell of a public table; ``count`` is None where it is hidden, which says that it may be anything that the totals allow."""

    row: str
    column: str
    count: int | None


@dataclass(frozen=True, slots=True)
class PublicTable:
    """Answers to the score item about one department, option × stratum, with totals of both; hidden cells protect one another.

    ``rows``: the options that say something; ``columns``: strata with 10 answers or more. ``left_out``: strata with 1 to 9, of which
    nothing is said; those in neither have none. Totals are over the columns that are there. ``unknown``: 不了解 by stratum, in no
    total. ``marks``: (item, option) → ballots, None for 1 to 4 and partners.
    """

    department: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    cells: tuple[PublicCount, ...]
    row_totals: Mapping[str, int | None]
    column_totals: Mapping[str, int]
    unknown: Mapping[str, int | None]
    marks: Mapping[tuple[str, str], int | None]


@dataclass(frozen=True, slots=True)
class PublicDepartment:
    """One department in public. ``n``: informed ratings, rounded to 5, None below 10.

    Percentages are whole numbers in [0, 100]; None where hidden or without a result. ``satisfied``, ``dissatisfied``, ``awareness`` and
    ``shares`` (option → per cent of the known answers) put strata together as the score does. ``score``: None without a result,
    and where it would tell what single persons answered. ``places``: best and worst place in the group that the intervals leave
    open, None where it is not compared. ``marks``: (item, option) → plain per cent of who rated it.
    """

    code: str
    name: Wording
    group: str
    ranked: bool
    reach: Reach
    n: int | None
    score: PublicScore | None
    places: tuple[int, int] | None
    satisfied: int | None
    dissatisfied: int | None
    awareness: int | None
    shares: Mapping[str, int | None]
    marks: Mapping[tuple[str, str], int | None]


@dataclass(frozen=True, slots=True)
class PublicResponse:
    """A stratum: codes issued, ballots received and rate in whole per cent; None where fewer than 10 were received, or to hide such."""

    stratum: str
    name: Wording
    issued: int
    ballots: int | None
    rate: int | None


@dataclass(frozen=True, slots=True)
class PublicBalance:
    """The ledger of the round's problems: 挂号 = 销号 + 在办 + 不属实 + 转出."""

    registered: int
    closed: int
    running: int
    unfounded: int
    transferred: int


@dataclass(frozen=True, slots=True)
class Publication:
    """A published round, as everybody may read it. ``tables``: what the figures can be recomputed from, as far as that is safe."""

    code: str
    title: Wording
    opens_on: str
    closes_on: str
    policy_sha256: str
    departments: tuple[PublicDepartment, ...]
    groups: Mapping[str, Wording]
    response: tuple[PublicResponse, ...]
    tables: tuple[PublicTable, ...]
    balance: PublicBalance
