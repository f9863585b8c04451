"""A difference to the last round is shown where both asked the same, and called real where chance does not explain it."""

import dataclasses

import pytest

from appraisal.model.ballot import ImportedBallot
from appraisal.model.round import Policy
from appraisal.scoring.before import comparable
from appraisal.store import Session
from tests.makers import make_ballot, make_plan, make_policy, make_scored_round

STRATA = ("enterprise", "citizen", "deputy")


def ballots(first: str, second: str) -> list[ImportedBallot]:
    """D1 and D2 are rated half and half: D1 with the options given, D2 always the same."""
    return [
        make_ballot(stratum, {"D1": (first, second)[turn % 2], "D2": ("S4", "S3")[turn % 2]})
        for stratum in STRATA
        for turn in range(30)
    ]


def test_a_planted_change_is_real_and_an_unchanged_department_is_not(db: Session) -> None:
    make_scored_round(db, ballots("S2", "S1"), code="2025-1")
    worse, same, *_ = make_scored_round(db, ballots("S4", "S3"), previous="2025-1").departments
    assert worse.change is not None
    assert same.change is not None
    assert (worse.change.previous, worse.change.difference, worse.change.real) == (
        pytest.approx(12.5),
        pytest.approx(50.0),
        True,
    )
    assert worse.change.low < 50.0 < worse.change.high
    assert (same.change.difference, same.change.real) == (pytest.approx(0.0), False)


def test_a_department_without_a_score_in_one_round_has_no_change(db: Session) -> None:
    make_scored_round(db, ballots("S2", "S1"), code="2025-1")
    results = make_scored_round(db, ballots("S2", "S1"), previous="2025-1")
    assert [one.change is None for one in results.departments] == [False, False, True, True]


def test_a_round_without_a_scored_one_before_it_shows_no_change(db: Session) -> None:
    assert all(one.change is None for one in make_scored_round(db, ballots("S4", "S3")).departments)


@pytest.mark.parametrize(
    "policy",
    [make_policy(score_item="A1"), make_policy(values={"S5": 100.0, "S4": 80.0, "S3": 60.0, "S2": 30.0, "S1": 0.0})],
)
def test_another_item_or_scale_is_not_comparable(policy: Policy) -> None:
    plan = make_plan()
    assert comparable(plan, plan)
    assert not comparable(plan, dataclasses.replace(plan, policy=policy))
