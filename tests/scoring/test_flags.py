"""A planted problem is flagged, noise is not, and every flag carries the numbers behind it."""

import random
from typing import Any

import pytest

from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.results import RoundResults
from appraisal.model.round import Stratum
from appraisal.model.wording import Wording
from appraisal.store import Session
from tests.makers import make_ballot, make_policy, make_scored_round

STRATA = ("enterprise", "citizen", "deputy")
DEPARTMENTS = ("D1", "D2", "D3", "D4")


def ballots(seed: int, rates: dict[str, float], each: int = 60) -> list[ImportedBallot]:
    """Ballots that tick Z01 at a department with the given chance, and Z02 and Z99 anywhere by plain chance."""
    rng = random.Random(seed)
    made = []
    for stratum in STRATA:
        for _ in range(each):
            marks = {code: _ticks(rng, rates.get(code, 0.05)) for code in DEPARTMENTS}
            made.append(make_ballot(stratum, dict.fromkeys(DEPARTMENTS, "S4"), {c: m for c, m in marks.items() if m}))
    return made


def _ticks(rng: random.Random, rate: float) -> tuple[str, ...]:
    ticked = tuple(code for code, chance in (("Z01", rate), ("Z02", 0.1)) if rng.random() < chance)
    return ticked or (("Z99",) if rng.random() < 0.5 else ())


def scored(db: Session, made: list[ImportedBallot], **changes: Any) -> RoundResults:
    """The ballots in a round whose strata have room for them."""
    strata = tuple(Stratum(code, Wording(code), 5000.0) for code in STRATA)
    return make_scored_round(db, made, strata=strata, **changes)


def raised(results: RoundResults) -> set[tuple[str, str]]:
    return {(flag.department, flag.option) for flag in results.flags}


@pytest.mark.parametrize("department", ["D1", "D4"])
def test_a_planted_problem_is_flagged_and_nothing_else_also_where_only_comments_are_asked(
    db: Session, department: str
) -> None:
    assert raised(scored(db, ballots(1, {department: 0.4}))) == {(department, "Z01")}


@pytest.mark.parametrize("seed", range(5))
def test_plain_chance_raises_no_flag(db: Session, seed: int) -> None:
    assert raised(scored(db, ballots(seed, {}, each=40))) == set()


def test_a_flag_carries_its_evidence(db: Session) -> None:
    results = scored(db, ballots(1, {"D1": 0.4}))
    (flag,) = results.flags
    mark = next(mark for mark in results.departments[0].marks if mark.option == "Z01")
    assert (flag.n, flag.count, flag.share) == (180, mark.count, mark.share.value)
    assert flag.expected == mark.expected
    assert flag.ratio == pytest.approx(flag.share / flag.expected)
    assert flag.p <= flag.q_bh <= flag.q_by < 0.05
    assert mark.flagged


def test_nothing_found_and_no_contact_are_never_flagged(db: Session) -> None:
    made = [
        make_ballot(stratum, dict.fromkeys(DEPARTMENTS, "S4"), {"D1": ("Z99",), "D2": ("Z00",)})
        for stratum in STRATA
        for _ in range(50)
    ]
    results = scored(db, made)
    assert raised(results) == set()
    assert next(mark for mark in results.departments[0].marks if mark.option == "Z99").expected is None


def test_marks_of_ballots_that_could_not_rate_the_department_do_not_count(db: Session) -> None:
    rated = [make_ballot(stratum, dict.fromkeys(DEPARTMENTS, "S4")) for stratum in STRATA for _ in range(40)]
    unknown = [make_ballot(stratum, {"D1": "S0"}, {"D1": ("Z01",)}) for stratum in STRATA for _ in range(40)]
    mark = next(mark for mark in scored(db, rated + unknown).departments[0].marks if mark.option == "Z01")
    assert (mark.count, mark.share.n, mark.share.value) == (0, 120, 0.0)


@pytest.mark.parametrize(
    "rule", [{"flag_minimum_n": 500}, {"minimum_ballots": 500}, {"flag_ratio": 50.0, "flag_points": 0.9}]
)
def test_the_policy_decides_how_much_evidence_a_flag_needs(db: Session, rule: dict[str, float]) -> None:
    results = scored(db, ballots(1, {"D1": 0.4}), policy=make_policy(**rule))
    assert raised(results) == set()
    assert not any(mark.flagged for one in results.departments for mark in one.marks)


def test_a_comment_only_department_is_flagged_by_those_who_said_something_of_it(db: Session) -> None:
    about = {"Z": ("Z01",)}, {"Z": ("Z00",)}, {"Z": ("Z99",)}
    heard = [Sheet(marks=dict(said)) for said in (*[about[0]] * 30, *[about[1]] * 30, *[about[2]] * 40)]
    others = [Sheet({"A3": "S4"}, {"Z": ("Z00",)}) for _ in heard]
    ballots = [
        ImportedBallot("citizen", Answers({"D4": silent, "D1": rated, "D2": rated}))
        for silent, rated in zip(heard, others, strict=True)
    ]
    found = make_scored_round(db, ballots)
    flag = next(flag for flag in found.flags if flag.department == "D4")
    assert (flag.option, flag.count, flag.n) == ("Z01", 30, 60)
