"""What the report on a whole round is made of: facts as they are kept, nothing formatted, nothing computed anew."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from appraisal.model.finding import FindingState
from appraisal.model.results import DepartmentResult, RoundResults
from appraisal.model.round import RoundPlan
from appraisal.model.signal import HELD, QuarantineState, Signal
from appraisal.model.slip import Balance
from appraisal.model.wording import Wording


@dataclass(frozen=True, slots=True)
class CohortFact:
    """Ballots that were proposed to be set aside: the signal that names them, what was decided, and the reasons in order."""

    signal: Signal
    state: QuarantineState
    ballots: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoundProblems:
    """Where the problems of a round stand; ``states``: one for every registered problem."""

    code: str
    title: Wording
    states: tuple[FindingState, ...]

    @property
    def balance(self) -> Balance:
        return Balance.of(self.states)

    @property
    def by_state(self) -> Counter[FindingState]:
        return Counter(self.states)


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """A scored round for its organiser. ``before``: the round before as it was scored, None where there is none.

    ``published``: false while only the office may see it. ``problems``: of the round before, then of this one.
    """

    plan: RoundPlan
    results: RoundResults
    published: bool
    computed_on: date
    code_version: str
    questionnaire_sha256: str
    before: RoundResults | None
    cohorts: tuple[CohortFact, ...]
    problems: tuple[RoundProblems, ...]

    @property
    def set_aside(self) -> int:
        """Ballots in quarantine."""
        return sum(each.ballots for each in self.cohorts if each.state in HELD)

    @property
    def last_problems(self) -> RoundProblems | None:
        """Those of the round before; None where there was none."""
        return next((each for each in self.problems if each.code == self.plan.previous), None)

    def group(self, code: str) -> tuple[DepartmentResult, ...]:
        """The departments of a group, in the order of the round."""
        return tuple(each for each in self.results.departments if each.group == code)
