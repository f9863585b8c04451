"""Four further rules: each finds what was planted for it, stays silent on chance, and says why in both languages."""

import random
from datetime import datetime
from typing import Any

import pytest

from appraisal import scoring
from appraisal.model.ballot import ImportedBallot
from appraisal.model.flags import FlagResult, Rule
from appraisal.model.results import RoundResults
from appraisal.model.round import Stratum
from appraisal.model.wording import Wording
from appraisal.reports import flag_wording
from appraisal.store import Session
from appraisal.store.rounds import find_round
from tests.makers import make_ballot, make_scored_round

STRATA = ("enterprise", "citizen", "deputy")
DEPARTMENTS = ("D1", "D2", "D3", "D4")
AMPLE = tuple(Stratum(code, Wording(code), 5000.0) for code in STRATA)
MIXED = ("S5", "S4", "S4", "S3", "S3", "S2")
# A problem at one department, hardly ever ticked at the others: few departments make a high ratio hard to reach.
PLANTED = {"D1": 0.5, "D2": 0.01, "D3": 0.01, "D4": 0.01}
LOW = ("S1", "S1", "S2", "S2", "S3")


def ballots(
    seed: int, rates: dict[str, float] | None = None, low: tuple[tuple[str, str], ...] = (), each: int = 60
) -> list[ImportedBallot]:
    """Z01 ticked at the rates (5 % elsewhere); (stratum, department) pairs of ``low`` are rated badly."""
    rng, wanted = random.Random(seed), rates or {}
    made = []
    for stratum in STRATA:
        for _ in range(each):
            marks = {code: ("Z01",) for code in DEPARTMENTS if rng.random() < wanted.get(code, 0.05)}
            given = {code: rng.choice(LOW if (stratum, code) in low else MIXED) for code in DEPARTMENTS}
            made.append(make_ballot(stratum, given, marks))
    return made


def scored(db: Session, made: list[ImportedBallot], **changes: Any) -> RoundResults:
    return make_scored_round(db, made, strata=AMPLE, **changes)


def after(db: Session, first: list[ImportedBallot], second: list[ImportedBallot]) -> RoundResults:
    """The second round's results, the first being its previous one."""
    scored(db, first, code="2025-1", title=Wording("2025年评议"))
    return scored(db, second, previous="2025-1")


def found(results: RoundResults, rule: Rule) -> list[FlagResult]:
    return [flag for flag in results.hints if flag.rule == rule]


def test_a_planted_problem_is_one_line_with_every_rule_that_sees_it(db: Session) -> None:
    (line,) = scored(db, ballots(1, PLANTED)).flag_lines
    assert (line.department, line.option) == ("D1", "Z01")
    assert line.reasons[0].rule == Rule.EXCESS
    assert {one.rule for one in line.reasons} >= {Rule.EXCESS, Rule.EB05}
    assert line.raises == line.reasons[0]


@pytest.mark.parametrize("seed", range(5))
def test_plain_chance_gives_no_hint_either(db: Session, seed: int) -> None:
    results = scored(db, ballots(seed))
    assert (results.flags, results.hints) == ((), ())


def test_the_shrunken_ratio_lies_below_the_plain_one_and_its_lower_end_still_above_two(db: Session) -> None:
    (flag,) = found(scored(db, ballots(1, PLANTED)), Rule.EB05)
    assert flag.bound
    assert 2 <= flag.bound < flag.ratio <= flag.share / flag.expected + 0.01


def test_a_share_that_rose_since_the_last_round_is_worse_and_one_that_stayed_high_is_not(db: Session) -> None:
    results = after(db, ballots(1, {"D2": 0.4}), ballots(2, {"D1": 0.4, "D2": 0.4}))
    (flag,) = found(results, Rule.WORSE)
    assert (flag.department, flag.option) == ("D1", "Z01")
    assert flag.bound
    assert 0 < flag.bound < flag.share - flag.expected


def test_a_score_that_fell_is_worse_and_speaks_of_no_mark(db: Session) -> None:
    low = tuple((stratum, "D1") for stratum in STRATA)
    (flag,) = found(after(db, ballots(1), ballots(2, low=low)), Rule.WORSE)
    assert (flag.department, flag.item, flag.option) == ("D1", "", "")
    assert flag.bound
    assert flag.share < flag.expected
    assert flag.share - flag.expected < flag.bound < 0


def test_without_a_last_round_nothing_is_worse(db: Session) -> None:
    assert not found(scored(db, ballots(2, {"D1": 0.4})), Rule.WORSE)


def test_strata_that_disagree_about_one_department_are_a_gap_with_both_their_scores(db: Session) -> None:
    results = scored(db, ballots(1, low=(("citizen", "D2"),), each=150))
    (flag,) = found(results, Rule.GAP)
    assert flag.department == "D2"
    assert "citizen" in (flag.stratum, flag.other)
    by_stratum = {one.stratum: one.score.value for one in results.departments[1].by_stratum}
    assert (flag.share, flag.expected) == (by_stratum[flag.stratum], by_stratum[flag.other])


def test_a_line_that_only_hints_begins_no_finding(db: Session) -> None:
    results = scored(db, ballots(1, low=(("citizen", "D2"),), each=150))
    assert [line.raises for line in results.flag_lines] == [None]
    assert results.flags == ()


def test_a_handful_of_ballots_gives_no_hint_however_rare_the_mark(db: Session) -> None:
    made = ballots(1, dict.fromkeys(DEPARTMENTS, 0.0))
    few = [make_ballot("citizen", {"D1": "S3"}, {"D1": ("Z01",)}) for _ in range(4)]
    assert found(scored(db, made + few), Rule.EB05) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_says_why_with_the_department_and_its_figures(db: Session, language: str) -> None:
    low = (("citizen", "D2"), *((stratum, "D3") for stratum in STRATA))
    results = after(db, ballots(1), ballots(2, PLANTED, low))
    kept = find_round(db, results.code)
    assert kept
    names = {one.code: one.name[language] for one in kept.plan.departments}
    rules = set()
    for flag in (*results.flags, *results.hints):
        said = flag_wording.why(kept.plan, flag, language)
        rules.add((flag.rule, bool(flag.item)))
        assert names[flag.department] in said
        assert any(letter.isdigit() for letter in said)
        assert (flag_wording.chance(flag, language) == "") is (flag.rule == Rule.EB05)
    assert {("excess", True), ("eb05", True), ("worse", True), ("worse", False), ("gap", False)} <= rules


def test_a_rerun_finds_the_same(db: Session) -> None:
    results = scored(db, ballots(1, PLANTED))
    scoring.score_round(db, results.code, "office", datetime(2026, 11, 1, 9, 0))
    again = scoring.results(db, results.code)
    assert [one.rule for one in again.hints] == [one.rule for one in results.hints]
