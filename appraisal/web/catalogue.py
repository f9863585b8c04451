"""What codes are called: departments as their round knew them, marks as its questionnaire says them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from appraisal.model.wording import Wording
from appraisal.store import Session
from appraisal.store.rounds import KeptRound, find_round

# What a problem is called that rests on comments alone.
FROM_COMMENTS: Final = Wording("意见建议反映的问题", "A problem from comments")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Names of everything that lines of these rounds speak of; a code that nobody knows is shown as it is."""

    rounds: Mapping[str, KeptRound]

    @classmethod
    def of(cls, db: Session, round_codes: Iterable[str]) -> Self:
        found = ((code, find_round(db, code)) for code in sorted(set(round_codes)))
        return cls({code: kept for code, kept in found if kept is not None})

    def round(self, code: str) -> Wording:
        return self.rounds[code].plan.title if code in self.rounds else Wording(code)

    def department(self, round_code: str, code: str) -> Wording:
        if round_code in self.rounds:
            for department in self.rounds[round_code].plan.departments:
                if department.code == code:
                    return department.name
        return Wording(code)

    def departments(self, round_code: str) -> Mapping[str, Wording]:
        """Code → name of every department of a round that is known."""
        if round_code not in self.rounds:
            return {}
        return {department.code: department.name for department in self.rounds[round_code].plan.departments}

    def mark(self, round_code: str, item: str, option: str) -> Wording:
        if not item:
            return FROM_COMMENTS
        if round_code not in self.rounds:
            return Wording(option)
        try:
            return self.rounds[round_code].plan.questionnaire.item(item).option(option).label
        except KeyError:
            return Wording(option)
