"""Where departments stand: places that hold the truth, peers without oneself, a funnel, and nobody placed without a result."""

import random
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from appraisal import scoring
from appraisal.model.ballot import ImportedBallot
from appraisal.model.results import DepartmentResult, Position, RoundResults
from appraisal.model.round import Stratum
from appraisal.model.wording import Wording
from appraisal.scoring.places import DRAWS, SEED
from appraisal.store import Session
from tests.makers import make_ballot, make_policy, make_scored_round

STRATA = ("enterprise", "citizen", "deputy")
RANKED = ("D1", "D2", "D3")
OPTIONS = ("S5", "S4", "S3", "S2", "S1")


def ballots(weights: dict[str, tuple[int, ...]], each: int = 60, seed: int = 3) -> list[ImportedBallot]:
    """Ballots whose options at each department fall as the weights say, from the best option to the worst."""
    rng = random.Random(seed)
    drawn = partial(rng.choices, OPTIONS)
    return [
        make_ballot(stratum, {code: drawn(mix)[0] for code, mix in weights.items()})
        for stratum in STRATA
        for _ in range(each)
    ]


GOOD, FAIR, BAD = (8, 2, 1, 0, 0), (2, 5, 2, 1, 0), (0, 1, 2, 5, 2)


def scored(db: Session, made: list[ImportedBallot], **changes: Any) -> RoundResults:
    strata = tuple(Stratum(code, Wording(code), 5000.0) for code in STRATA)
    return make_scored_round(db, made, strata=strata, **changes)


def of(results: RoundResults, code: str) -> DepartmentResult:
    return next(one for one in results.departments if one.code == code)


def test_departments_far_apart_have_a_single_place_and_a_tier_each(db: Session) -> None:
    results = scored(db, ballots({"D1": GOOD, "D2": FAIR, "D3": BAD}))
    places = [of(results, code).overall for code in RANKED]
    assert [place and (place.first, place.last, place.tier, place.of) for place in places] == [
        (1, 1, 1, 3),
        (2, 2, 2, 3),
        (3, 3, 3, 3),
    ]


def test_departments_that_are_alike_share_every_place_and_one_tier(db: Session) -> None:
    results = scored(db, ballots(dict.fromkeys(RANKED, FAIR)))
    places = {of(results, code).overall for code in RANKED}
    assert {place and (place.first, place.last, place.tier) for place in places} == {(1, 3, 1)}
    assert all(place and place.may_be_worst(1) for place in places)


def test_a_place_alone_is_never_wider_than_for_all_at_once(db: Session) -> None:
    results = scored(db, ballots({"D1": GOOD, "D2": FAIR, "D3": FAIR}, each=20))
    for place in (of(results, code).overall for code in RANKED):
        assert place
        assert place.joint_first <= place.first <= place.last <= place.joint_last


def test_who_is_not_ranked_or_rated_too_little_has_no_place_and_none_is_placed_against_it(db: Session) -> None:
    made = ballots({"D1": GOOD, "D2": FAIR, "D4": FAIR}) + ballots({"D3": BAD}, each=3)
    results = scored(db, made)
    assert [of(results, code).overall for code in ("D3", "D4")] == [None, None]
    assert [of(results, code).peers for code in ("D3", "D4")] == [None, None]
    assert {place.of for code in ("D1", "D2") if (place := of(results, code).overall)} == {2}


def test_places_in_a_group_are_among_that_group_alone_and_a_group_of_one_has_none(db: Session) -> None:
    results = scored(db, ballots({"D1": GOOD, "D2": FAIR, "D3": BAD}))
    sizes = {}
    for one in results.departments:
        sizes.setdefault(one.group, []).append(one)
    for members in sizes.values():
        placed = [one for one in members if one.overall]
        assert {one.in_group and one.in_group.of for one in placed} <= ({len(placed)} if len(placed) > 1 else {None})


def test_peers_are_the_mean_of_the_others_without_oneself(db: Session) -> None:
    results = scored(db, ballots({"D1": GOOD, "D2": FAIR, "D3": BAD}))
    for one in (each for each in results.departments if each.peers):
        assert one.peers
        others = [
            each.score.value
            for each in results.departments
            if each.group == one.group and each.code != one.code and each.overall
        ]
        assert one.peers.peers == pytest.approx(sum(value or 0 for value in others) / len(others))
        assert one.peers.difference == pytest.approx((one.score.value or 0) - one.peers.peers)
        assert one.peers.low < one.peers.difference < one.peers.high
    assert any(one.peers for one in results.departments)


def test_the_run_keeps_its_seed_and_draws_and_another_run_gives_the_same_places(db: Session) -> None:
    results = scored(db, ballots({"D1": GOOD, "D2": FAIR, "D3": FAIR}))
    assert (results.rank_draws, results.rank_seed) == (DRAWS, SEED)
    scoring.score_round(db, results.code, "office", datetime(2026, 11, 1, 9, 0))
    again = scoring.results(db, results.code)
    assert [one.overall for one in again.departments] == [one.overall for one in results.departments]


def test_a_band_off_the_middle_needs_a_place_and_proof(db: Session) -> None:
    apart = scored(db, ballots({"D1": GOOD, "D2": FAIR, "D3": BAD}))
    bands = {code: of(apart, code).band for code in (*RANKED, "D4")}
    assert bands["D4"] is None
    best, worst = bands["D1"], bands["D3"]
    assert best
    assert worst
    assert best.band > 3 > worst.band


def test_departments_that_are_alike_are_all_in_the_middle_band(db: Session) -> None:
    alike = scored(db, ballots(dict.fromkeys(RANKED, FAIR)))
    assert {one.band.band for one in alike.departments if one.band} == {3}


def test_ballots_with_several_problems_count_once_and_the_unranked_are_outside_the_funnel(db: Session) -> None:
    plain = [
        make_ballot(stratum, dict.fromkeys(("D1", "D2", "D3", "D4"), "S4")) for stratum in STRATA for _ in range(30)
    ]
    ticking = [
        make_ballot(stratum, {"D1": "S3", "D4": "S3"}, {"D1": ("Z01", "Z02"), "D4": ("Z01",)})
        for stratum in STRATA
        for _ in range(10)
    ]
    results = scored(db, plain + ticking)
    negatives = of(results, "D1").negatives
    assert negatives
    assert (negatives.count, negatives.share.n, negatives.share.value) == (30, 120, 0.25)
    assert negatives.position is Position.FAR_ABOVE
    assert of(results, "D2").negatives
    assert of(results, "D4").negatives is None
    assert results.funnel
    assert results.funnel.target == pytest.approx(30 / 300)


def test_nothing_found_is_no_problem_to_the_funnel(db: Session) -> None:
    made = [
        make_ballot(stratum, dict.fromkeys(RANKED, "S4"), {"D1": ("Z99",)}) for stratum in STRATA for _ in range(20)
    ]
    negatives = of(scored(db, made), "D1").negatives
    assert negatives
    assert (negatives.count, negatives.position) == (0, Position.WITHIN)


def test_fewer_ratings_than_the_policy_asks_for_give_no_place(db: Session) -> None:
    results = scored(db, ballots({"D1": GOOD, "D2": FAIR, "D3": BAD}), policy=make_policy(minimum_n=500))
    assert {one.overall for one in results.departments} == {None}
