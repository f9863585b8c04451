"""What a scored round says, as frozen values that pages, charts and documents share."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from appraisal.model.wording import Wording


class Standing(StrEnum):
    """How far a department's score carries: a result, indicative (too few ratings or strata), or no result at all."""

    RESULT = "result"
    INDICATIVE = "indicative"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its standard error and 95 % interval. Scores in [0, 100], shares in [0, 1].

    ``value`` is None when nobody answered; ``se``, ``low`` and ``high`` are None when no interval can be given.
    """

    value: float | None
    se: float | None
    df: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Change:
    """Difference to the last round in points, its interval, and p adjusted over all departments; ``real``: more than chance."""

    previous: float
    difference: float
    low: float
    high: float
    q: float
    real: bool


@dataclass(frozen=True, slots=True)
class StratumResult:
    """One stratum's answers about one department; ``counts``: option code → number of ratings, 不了解 included."""

    stratum: str
    score: Estimate
    satisfied: Estimate
    dissatisfied: Estimate
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MarkResult:
    """One problem or situation at one department: ``count`` ballots of ``n`` that rated it, share with interval, whether flagged."""

    item: str
    option: str
    count: int
    share: Estimate
    expected: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class DepartmentResult:
    """Everything the round says of one department. ``awareness`` (知晓率) is 1 minus the share of 不了解, None when nobody was asked.

    ``score`` follows the round's policy; ``design_score`` is the population-weighted one, never mixed with it in one chart.
    ``weight_covered``: share of preset weight with ratings, in [0, 1].
    """

    code: str
    name: Wording
    group: str
    ranked: bool
    standing: Standing
    score: Estimate
    design_score: Estimate
    satisfied: Estimate
    dissatisfied: Estimate
    awareness: float | None
    weight_covered: float
    counts: Mapping[str, int]
    by_stratum: tuple[StratumResult, ...]
    marks: tuple[MarkResult, ...]
    change: Change | None


@dataclass(frozen=True, slots=True)
class FlagResult:
    """A flag with the numbers behind it: share against the pooled expectation, exact p, Benjamini-Hochberg and -Yekutieli q."""

    id: int
    department: str
    item: str
    option: str
    rule: str
    n: int
    count: int
    share: float
    expected: float
    ratio: float
    p: float
    q_bh: float
    q_by: float


@dataclass(frozen=True, slots=True)
class Response:
    """Who answered, by stratum: codes issued, ballots received, population (None where unknown)."""

    stratum: str
    name: Wording
    population: float | None
    issued: int
    ballots: int


@dataclass(frozen=True, slots=True)
class RoundResults:
    """A scored round. ``covariance`` is of the official scores in the order of ``departments`` (None → no result there)."""

    code: str
    title: Wording
    policy_sha256: str
    input_sha256: str
    departments: tuple[DepartmentResult, ...]
    groups: Mapping[str, Wording]
    response: tuple[Response, ...]
    flags: tuple[FlagResult, ...]
    overall: Mapping[str, Mapping[str, int]]
    covariance: tuple[tuple[float, ...], ...]
    design_covariance: tuple[tuple[float, ...], ...]
