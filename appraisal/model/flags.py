"""What stands out at a department, by which rule, and what several rules say of the same mark."""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What raised a flag: an exact test against what the mix of respondents ticks elsewhere; a ratio that stays high when shrunk;
    a place outside the funnel; worse than last round; two strata that disagree more than they usually do."""

    EXCESS = "excess"
    EB05 = "eb05"
    FUNNEL = "funnel"
    WORSE = "worse"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class FlagResult:
    """A flag with the numbers behind it: share against the expected one, p, Benjamini-Hochberg and -Yekutieli q.

    ``item`` and ``option`` are "" where the rule looks at the score: ``share`` and ``expected`` are scores then. ``expected``,
    ``bound`` by rule — excess: share expected of its mix of respondents, None; eb05: the same, lower 5 % point of the shrunken
    ratio; funnel: pooled share, upper 99.8 % limit; worse: last round's figure, end of the interval of the step nearer 0;
    gap: score of the stratum ``other``, usual gap in points (``share``: of ``stratum``). ``count``: ballots, for scores ``n``.
    """

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
    stratum: str = ""
    other: str = ""
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One department × mark, or department × score, with every rule that raised it, the exact test first."""

    department: str
    item: str
    option: str
    reasons: tuple[FlagResult, ...]

    @property
    def raises(self) -> FlagResult | None:
        """The flag of the rule that is strict enough to begin a finding with; None where only others say something."""
        return next((one for one in self.reasons if one.rule == Rule.EXCESS), None)
