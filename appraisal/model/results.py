"""What a scored round says, as frozen values that pages, charts and documents share."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from appraisal.model.flags import FlagLine, FlagResult
from appraisal.model.places import Band, PeerDifference, Place
from appraisal.model.questionnaire import Kind
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


class Position(StrEnum):
    """Where a share lies in the funnel: outside the 99.8 % limits, outside the 95 % limits, or within."""

    FAR_ABOVE = "far_above"
    ABOVE = "above"
    WITHIN = "within"
    BELOW = "below"
    FAR_BELOW = "far_below"


@dataclass(frozen=True, slots=True)
class Negatives:
    """Share of the ballots that rated a department and ticked at least one problem of it; what is usual for its n.

    ``usual``: ends of the 95 % limits, ``extreme``: of the 99.8 % limits of the funnel.
    """

    share: Estimate
    count: int
    usual: tuple[float, float]
    extreme: tuple[float, float]

    @property
    def position(self) -> Position:
        value = self.share.value or 0.0
        if value > self.usual[1]:
            return Position.FAR_ABOVE if value > self.extreme[1] else Position.ABOVE
        if value < self.usual[0]:
            return Position.FAR_BELOW if value < self.extreme[0] else Position.BELOW
        return Position.WITHIN


@dataclass(frozen=True, slots=True)
class Funnel:
    """What the funnel is drawn from: the pooled share, and the variance between departments on the asin √ scale."""

    target: float
    tau2: float


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
    """One problem or situation at one department: ``count`` of the ballots that rated it (``share.n``), whether it is flagged.

    ``share`` is plain, ``count`` by ``share.n``; ``expected``: what this mix of respondents ticks elsewhere, None for "nothing found".
    """

    item: str
    option: str
    count: int
    share: Estimate
    expected: float | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class DepartmentResult:
    """Everything the round says of one department. ``awareness`` (知晓率) is 1 minus the share of 不了解.

    A comment-only department has no score and no rates, but its counts, marks and awareness.
    ``score`` follows the round's policy; ``design_score`` is the population-weighted one, never mixed with it in one chart.
    ``weight_covered``: share of preset weight with ratings, in [0, 1]. ``in_group``, ``overall``, ``peers``, ``band``,
    ``negatives``: None where there is no result, for a comment-only department, and in runs made before these were computed.
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
    awareness: Estimate
    weight_covered: float
    counts: Mapping[str, int]
    by_stratum: tuple[StratumResult, ...]
    marks: tuple[MarkResult, ...]
    change: Change | None
    in_group: Place | None = None
    overall: Place | None = None
    peers: PeerDifference | None = None
    band: Band | None = None
    negatives: Negatives | None = None


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
    """A scored round. Covariances are of the scores in the order of ``departments``; None in rows without a result.

    ``response`` and ``overall`` (item → option → ballots) are counts of the opened ballots. ``flags``: those that may begin a
    finding; ``hints``: what the further rules raised, on the same marks or others.
    """

    code: str
    title: Wording
    policy_sha256: str
    input_sha256: str
    departments: tuple[DepartmentResult, ...]
    groups: Mapping[str, Wording]
    response: tuple[Response, ...]
    flags: tuple[FlagResult, ...]
    overall: Mapping[str, Mapping[str, int]]
    covariance: tuple[tuple[float | None, ...], ...]
    design_covariance: tuple[tuple[float | None, ...], ...]
    hints: tuple[FlagResult, ...] = ()
    funnel: Funnel | None = None
    rank_draws: int | None = None
    rank_seed: int | None = None

    @property
    def flag_lines(self) -> tuple[FlagLine, ...]:
        """Flags and hints by department × mark: lines that may begin a finding first, strongest evidence first."""
        reasons: dict[tuple[str, str, str], list[FlagResult]] = {}
        for one in (*self.flags, *self.hints):
            reasons.setdefault((one.department, one.item, one.option), []).append(one)
        return tuple(FlagLine(*place, tuple(found)) for place, found in reasons.items())


@dataclass(frozen=True, slots=True)
class ItemStratum:
    """How one stratum met an item: ``asked`` times, ``answered`` of them, 不了解 among those.

    Asked of every department: ballot × department pairs with any answer there. Asked once a ballot: ballots.
    """

    stratum: str
    asked: int
    answered: int
    unknown: int


@dataclass(frozen=True, slots=True)
class ItemResult:
    """How one item worked. ``n``: how many answered it. ``shares``: option → share of the answers, or, where several marks may
    be ticked, of those asked; empty without any. ``unknown``: share of 不了解 in the answers to a rating, None without answers.

    ``floor``, ``ceiling``: share of known answers at the worst and best option. ``rest_correlation``: with the sum of the other
    rated items over ballot × department pairs, in [-1, 1]; None where it cannot be computed or is not asked of departments.
    A text has ``n`` alone: it lies apart from its ballot.
    """

    code: str
    kind: Kind
    each_department: bool
    wording: Wording
    n: int
    counts: Mapping[str, int]
    shares: Mapping[str, float]
    unknown: float | None
    floor: float | None
    ceiling: float | None
    rest_correlation: float | None
    by_stratum: tuple[ItemStratum, ...]


@dataclass(frozen=True, slots=True)
class CommentLine:
    """One text as it was written, for the organiser's eyes only. ``department`` is None for the city as a whole."""

    id: str
    department: str | None
    item: str
    text: str
    read: bool
