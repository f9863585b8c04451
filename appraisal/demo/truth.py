"""What is planted in the demo city, kept in a file beside its data so that flags can be checked against it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from appraisal.demo.behaviour import City, Planted
from appraisal.model.questionnaire import Questionnaire, Role
from appraisal.model.round import Department

PROBLEMS: Final = 26
FAINT_PROBLEMS: Final = 6
DETECTABLE_RATE: Final = (0.17, 0.30)
FAINT_RATE: Final = (0.05, 0.06)
# Problems of the last round: one that has gone since, and one that has grown, each with its rate then and now.
GONE_RATE: Final = 0.28
GROWN_RATES: Final = (0.2, 0.42)
# Three departments that changed since the last round, in units of the latent opinion.
CHANGES: Final = (0.9, 0.8, -0.85)


@dataclass(frozen=True, slots=True)
class Truth:
    """``last`` and ``this`` are the city in the two rounds; ``changed``: departments whose quality was moved, with the shift."""

    last: City
    this: City
    changed: dict[str, float]

    def detectable(self, ballots: int) -> tuple[Planted, ...]:
        """Planted problems that an exact test should find: a rate far above the rest, at 1,500 ballots or more."""
        return tuple(planted for planted in self.this.planted if planted.rate >= DETECTABLE_RATE[0] and ballots >= 1500)


def plant(questionnaire: Questionnaire, departments: Sequence[Department], rng: np.random.Generator) -> Truth:
    """Draw the city: quality and visibility of each department, problems (some too faint to find), and changes since last round."""
    codes = [department.code for department in departments]
    visibility = {code: float(rng.uniform(0.6, 1.5)) for code in codes}
    quality = {code: float(rng.normal(0, 0.24)) for code in codes}
    chosen = rng.choice(len(codes), size=PROBLEMS + FAINT_PROBLEMS, replace=True)
    marks = [
        (item.code, option.code)
        for item in questionnaire.department_items
        for option in item.options
        if option.role is Role.MARK
    ]
    planted = tuple(
        _planted(
            codes[place],
            marks[int(rng.integers(len(marks)))],
            FAINT_RATE if number >= PROBLEMS else DETECTABLE_RATE,
            rng,
        )
        for number, place in enumerate(chosen)
    )
    grown = planted[1]
    gone = _elsewhere(planted[3].department, marks, planted)
    planted = (planted[0], replace(grown, rate=GROWN_RATES[1]), *planted[2:])
    earlier = (planted[0], replace(grown, rate=GROWN_RATES[0]), planted[2], gone)
    ranked = [department.code for department in departments if department.ranked]
    moved = rng.choice(len(ranked), size=len(CHANGES), replace=False)
    changed = {ranked[place]: shift for place, shift in zip(moved, CHANGES, strict=True)}
    silent = frozenset(department.code for department in departments if not department.ranked)
    groups = {department.code: department.group for department in departments}
    before = {code: value - changed.get(code, 0.0) for code, value in quality.items()}
    return Truth(
        City(before, visibility, silent, groups, _without_repeats(earlier)),
        City(quality, visibility, silent, groups, _without_repeats(planted)),
        changed,
    )


def keep_truth(truth: Truth, ballots: int, path: Path) -> None:
    """Write what was planted, each problem with whether it is detectable at this number of ballots."""
    findable = set(truth.detectable(ballots))
    problems = [{**asdict(planted), "detectable": planted in findable} for planted in truth.this.planted]
    path.write_text(json.dumps({"ballots": ballots, "problems": problems, "changed": truth.changed}, indent=1), "utf-8")


def _planted(department: str, mark: tuple[str, str], rates: tuple[float, float], rng: np.random.Generator) -> Planted:
    return Planted(department, *mark, rate=round(float(rng.uniform(*rates)), 3))


def _elsewhere(department: str, marks: Sequence[tuple[str, str]], planted: Sequence[Planted]) -> Planted:
    """A mark of this department that nothing is planted at."""
    taken = {(one.item, one.option) for one in planted if one.department == department}
    return Planted(department, *next(mark for mark in marks if mark not in taken), rate=GONE_RATE)


def _without_repeats(planted: Sequence[Planted]) -> tuple[Planted, ...]:
    return tuple({(one.department, one.item, one.option): one for one in reversed(planted)}.values())[::-1]
