"""How the respondents of the demo city answer: a latent opinion of each department, thresholds, marks, and planted problems.

A rating is cut from ``quality of the department + leniency of the respondent + view of the stratum + noise``; one respondent's
leniency runs through all of their ratings, which is why ratings are not independent. A mark is ticked the more readily the
lower the opinion; a planted problem is ticked at its own rate whatever the opinion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from appraisal.demo.comments import Comments
from appraisal.model.ballot import Answers, Sheet
from appraisal.model.questionnaire import Item, Kind, Questionnaire, Role

CUTS: Final = (1.75, 0.45, -0.65, -1.6)
STRATUM_VIEW: Final = {
    "enterprise": -0.1,
    "citizen": -0.05,
    "project": 0.05,
    "deputy": 0.2,
    "grassroots": 0.1,
    "peer": 0.55,
}
STRATUM_UNKNOWN: Final = {
    "enterprise": 0.2,
    "citizen": 0.28,
    "project": 0.18,
    "deputy": 0.08,
    "grassroots": 0.1,
    "peer": 0.04,
}
BASE_MARK: Final = 0.026
# One rating in so many is passed over, as happens on every questionnaire.
SKIPPED: Final = 0.015


@dataclass(frozen=True, slots=True)
class Planted:
    """A problem put into the city: this department shows this mark to ``rate`` of those who know it."""

    department: str
    item: str
    option: str
    rate: float


@dataclass(frozen=True, slots=True)
class City:
    """What is true of the departments in one round: quality and visibility by code, who is not rated, its group, and what is planted."""

    quality: Mapping[str, float]
    visibility: Mapping[str, float]
    comment_only: frozenset[str]
    groups: Mapping[str, str]
    planted: tuple[Planted, ...]

    def rate(self, department: str, item: str, option: str) -> float | None:
        """The planted rate of a mark at a department, ``None`` where nothing is planted."""
        for planted in self.planted:
            if (planted.department, planted.item, planted.option) == (department, item, option):
                return planted.rate
        return None


class Respondents:
    """Draws whole ballots. One random stream: the same seed gives the same city, ballot by ballot."""

    def __init__(self, questionnaire: Questionnaire, city: City, rng: np.random.Generator) -> None:
        self.questionnaire = questionnaire
        self.city = city
        self.rng = rng
        self.comments = Comments(rng)

    def answer(self, stratum: str, paper: Sequence[str]) -> Answers:
        """One respondent's ballot. Some departments of the paper are left out, as people do who had nothing to do with them."""
        leniency = self.rng.normal(0, 0.6) + STRATUM_VIEW[stratum]
        kept = [department for department in paper if self.rng.random() > 0.06] or list(paper)
        sheets = {department: self._sheet(department, stratum, leniency) for department in kept}
        return Answers(sheets, self._overall(leniency))

    def _sheet(self, department: str, stratum: str, leniency: float) -> Sheet:
        opinion = 1.05 + self.city.quality[department] + leniency + self.rng.normal(0, 0.75)
        knows = self.rng.random() > STRATUM_UNKNOWN[stratum] * self.city.visibility[department]
        ratings, marks = {}, {}
        for item in self.questionnaire.department_items:
            if item.kind is Kind.RATING and department not in self.city.comment_only and self.rng.random() > SKIPPED:
                ratings[item.code] = self._rating(item, opinion) if knows else _code_of(item, Role.UNKNOWN)
            if item.kind is Kind.MARKS:
                ticked = self._marks(department, item, opinion) if knows else (_code_of(item, Role.NO_CONTACT),)
                if ticked:
                    marks[item.code] = ticked
        return Sheet(ratings, marks, self._texts(marks, opinion, self.city.groups[department]) if knows else {})

    def _rating(self, item: Item, opinion: float) -> str:
        felt = opinion + self.rng.normal(0, 0.35)
        levels = [option.code for option in item.options if option.role is Role.VALUE]
        return levels[sum(felt < cut for cut in CUTS)]

    def _marks(self, department: str, item: Item, opinion: float) -> tuple[str, ...]:
        options = [option.code for option in item.options if option.role is Role.MARK]
        ordinary = min(0.25, BASE_MARK * float(np.exp(-0.55 * opinion)))
        planted = [self.city.rate(department, item.code, option) for option in options]
        rates: NDArray[np.float64] = np.array([ordinary if rate is None else rate for rate in planted])
        ticked = tuple(np.array(options)[self.rng.random(len(options)) < rates].tolist())
        if ticked or self.rng.random() > 0.8:
            return ticked
        return (_code_of(item, Role.NONE),)

    def _texts(self, marks: Mapping[str, tuple[str, ...]], opinion: float, group: str) -> dict[str, str]:
        ticked = [option for options in marks.values() for option in options if option in self.comments.marks]
        said = self.comments.about(ticked, opinion, group)
        text = next((item.code for item in self.questionnaire.department_items if item.kind is Kind.TEXT), "")
        return {text: said} if said and text else {}

    def _overall(self, leniency: float) -> Sheet:
        rated = {
            item.code: self._rating(item, 1.05 + leniency)
            for item in self.questionnaire.ballot_items
            if item.kind is Kind.RATING
        }
        said = self.comments.overall()
        texts = {item.code: said for item in self.questionnaire.ballot_items if item.kind is Kind.TEXT and said}
        return Sheet(rated, {}, texts)


def _code_of(item: Item, role: Role) -> str:
    return next(option.code for option in item.options if option.role is role)
