"""What a department's report is made of: facts as they are kept, nothing formatted, nothing computed anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from appraisal.model.finding import FindingState
from appraisal.model.helped import Helped
from appraisal.model.results import DepartmentResult, Estimate, MarkResult, RoundResults
from appraisal.model.round import RoundPlan
from appraisal.model.wording import Wording


@dataclass(frozen=True, slots=True)
class RoundScore:
    """A department's score in one round that may be compared with the others of the row."""

    code: str
    title: Wording
    score: Estimate


@dataclass(frozen=True, slots=True)
class PastFinding:
    """A problem that went out to the department on a slip of the last round or of this one, with what became of it.

    ``helped``: how it compares with this round, once it was struck off or is watched; None otherwise, and for this round's own.
    """

    round_code: str
    number: str
    item: str
    option: str
    label: Wording
    statement: str
    outcome: str
    state: FindingState
    slip: str
    helped: Helped | None = None


@dataclass(frozen=True, slots=True)
class DepartmentFacts:
    """One department in one scored round. ``published``: false while only the office may see it.

    ``history``: comparable rounds, oldest first, this one last. ``before``: (item, option) → the mark in the last round, where it
    was asked in the same words. ``past``: problems that went out on slips, the last round's
    first. ``quotations``: masked comments that the policy allows; ``replies``: what the department says to its results and the
    office lets be printed.
    """

    plan: RoundPlan
    results: RoundResults
    department: str
    published: bool
    computed_on: date
    history: tuple[RoundScore, ...]
    previous: Wording | None = None
    before: Mapping[tuple[str, str], MarkResult] | None = None
    past: tuple[PastFinding, ...] = ()
    quotations: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()

    @property
    def own(self) -> DepartmentResult:
        """Raises ``KeyError`` where the round does not have the department."""
        for each in self.results.departments:
            if each.code == self.department:
                return each
        raise KeyError(self.department)

    @property
    def peers(self) -> tuple[DepartmentResult, ...]:
        """The other departments of the group."""
        own = self.own
        return tuple(each for each in self.results.departments if each.group == own.group and each.code != own.code)
