"""What a department's score says, and what it never says."""

import random
from datetime import datetime, timedelta

import pytest

from appraisal import rounds, scoring
from appraisal.model.ballot import ImportedBallot
from appraisal.model.faults import Refused
from appraisal.model.results import DepartmentResult, RoundResults, Standing
from appraisal.model.round import Combine, RoundState, Stratum
from appraisal.model.wording import Wording
from appraisal.store import Session
from appraisal.store.trails import runs
from tests.makers import (
    NOW,
    make_ballot,
    make_closed_round,
    make_open_round,
    make_opened,
    make_policy,
    make_scored_round,
)

STRATA = ("enterprise", "citizen", "deputy")


def everybody(option: str, each: int = 12) -> list[ImportedBallot]:
    """So many ballots of every stratum that say the same of D1, and something else of D2 and D3."""
    return [make_ballot(stratum, {"D1": option, "D2": "S3", "D3": "S0"}) for stratum in STRATA for _ in range(each)]


def of(results: RoundResults, code: str) -> DepartmentResult:
    (found,) = [one for one in results.departments if one.code == code]
    return found


def mixed(seed: int, each: int = 20) -> list[ImportedBallot]:
    rng = random.Random(seed)
    options = ("S5", "S4", "S3", "S2", "S1", "S0")
    return [
        make_ballot(stratum, {code: rng.choice(options) for code in ("D1", "D2", "D3", "D4")})
        for stratum in STRATA
        for _ in range(each)
    ]


@pytest.mark.parametrize(("option", "score"), [("S1", 0.0), ("S5", 100.0), ("S3", 50.0)])
def test_all_worst_is_0_and_all_best_is_100(db: Session, option: str, score: float) -> None:
    assert of(make_scored_round(db, everybody(option)), "D1").score.value == score


def test_a_department_that_nobody_knows_has_no_score_and_not_0(db: Session) -> None:
    unknown = of(make_scored_round(db, everybody("S5")), "D3")
    assert (unknown.standing, unknown.score.value, unknown.score.n) == (Standing.NONE, None, 0)
    assert unknown.satisfied.value is unknown.dissatisfied.value is None
    assert unknown.awareness.value == 0.0


def test_a_department_that_nobody_was_asked_about_has_no_figure_at_all(db: Session) -> None:
    unasked = of(make_scored_round(db, [make_ballot("citizen", {"D1": "S5"})] * 3), "D2")
    assert (unasked.standing, unasked.score.value, unasked.awareness.value) == (Standing.NONE, None, None)


def test_dont_know_leaves_the_denominator(db: Session) -> None:
    known = [make_ballot(stratum, {"D1": option}) for stratum in STRATA for option in ("S5", "S4", "S1")]
    silent = [make_ballot(stratum, {"D1": "S0"}) for stratum in STRATA]
    one = of(make_scored_round(db, known + silent), "D1")
    assert one.score.value == pytest.approx((100 + 75 + 0) / 3)
    assert one.satisfied.value == pytest.approx(2 / 3)
    assert one.dissatisfied.value == pytest.approx(1 / 3)
    assert one.awareness.value == pytest.approx(3 / 4)


def test_strata_speak_with_the_weight_of_the_departments_group(db: Session) -> None:
    ballots = [make_ballot("enterprise", {"D1": "S5", "D3": "S5"}) for _ in range(10)]
    ballots += [make_ballot(stratum, {"D1": "S1", "D3": "S1"}) for stratum in ("citizen", "deputy") for _ in range(10)]
    results = make_scored_round(db, ballots)
    assert of(results, "D1").score.value == pytest.approx(50.0)
    assert of(results, "D3").score.value == pytest.approx(20.0)


def test_a_missing_stratum_is_reported_and_too_much_missing_weight_gives_no_score(db: Session) -> None:
    ballots = [make_ballot(stratum, {"D1": "S5"}) for stratum in ("enterprise", "citizen") for _ in range(20)]
    ballots += [make_ballot("deputy", {"D2": "S4"}) for _ in range(20)]
    results = make_scored_round(db, ballots)
    assert of(results, "D1").weight_covered == pytest.approx(0.8)
    assert of(results, "D1").score.value == 100.0
    assert (of(results, "D2").score.value, of(results, "D2").standing) == (None, Standing.NONE)


def test_few_ratings_or_a_single_stratum_make_a_score_indicative(db: Session) -> None:
    many = [make_ballot("citizen", {"D1": "S4", "D2": "S4"}) for _ in range(40)]
    two = [make_ballot("enterprise", {"D1": "S4"})]
    results = make_scored_round(db, many + two, policy=make_policy(missing_weight=0.9))
    assert of(results, "D1").standing is Standing.RESULT
    assert of(results, "D2").standing is Standing.INDICATIVE
    few = make_scored_round(db, everybody("S4", each=9), code="2026-2")
    assert of(few, "D1").standing is Standing.INDICATIVE


def test_a_comment_only_department_has_counts_and_marks_but_no_score(db: Session) -> None:
    ballots = [
        make_ballot(stratum, {"D4": "S2", "D1": "S4"}, {"D4": ("Z01",)}) for stratum in STRATA for _ in range(12)
    ]
    archive = of(make_scored_round(db, ballots), "D4")
    assert (archive.standing, archive.score.value, archive.dissatisfied.value) == (Standing.NONE, None, None)
    assert all(part.score.value is None for part in archive.by_stratum)
    assert archive.counts["S2"] == 36
    assert next(mark.count for mark in archive.marks if mark.option == "Z01") == 36


def test_respondents_who_rate_nothing_change_no_mean_but_are_counted(db: Session) -> None:
    with_silent = mixed(3) + [ImportedBallot("citizen", make_ballot("citizen", {}).answers)] * 7
    plain = make_scored_round(db, mixed(3))
    more = make_scored_round(db, with_silent, code="2026-2")
    for one, other in zip(plain.departments, more.departments, strict=True):
        assert one.score.value == other.score.value
    assert {part.stratum: part.ballots for part in more.response} == {"enterprise": 20, "citizen": 27, "deputy": 20}


def test_another_round_leaves_no_trace_in_a_score(db: Session) -> None:
    alone = make_scored_round(db, mixed(5))
    make_scored_round(db, mixed(6), code="2025-1")
    scoring.score_round(db, "2026-1", "zhuban", NOW)
    assert scoring.results(db, "2026-1") == alone


def test_the_covariance_has_the_squared_standard_errors_on_its_diagonal(db: Session) -> None:
    results = make_scored_round(db, mixed(8))
    for place, one in enumerate(results.departments):
        cell = results.covariance[place][place]
        assert cell == (None if one.score.se is None else pytest.approx(one.score.se**2))


def test_by_population_both_scores_are_the_same(db: Session) -> None:
    strata = tuple(Stratum(code, Wording(code), 100.0 * (place + 1)) for place, code in enumerate(STRATA))
    results = make_scored_round(db, mixed(9), strata=strata, policy=make_policy(combine=Combine.POPULATION))
    assert of(results, "D1").score == of(results, "D1").design_score
    assert results.covariance == results.design_covariance


def test_a_frame_known_in_part_gives_no_population_weighted_score(db: Session) -> None:
    results = make_scored_round(db, mixed(9))
    assert of(results, "D1").score.value is not None
    assert of(results, "D1").design_score.value is None
    code = make_closed_round(db, mixed(9), code="2026-2", policy=make_policy(combine=Combine.POPULATION))
    with pytest.raises(Refused, match="不能按人数合成"):
        scoring.score_round(db, code, "zhuban", NOW)


def test_results_are_sealed_until_the_round_is_closed(db: Session, secrets: object, now: datetime) -> None:
    opened = make_open_round(db, secrets)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="封存"):
        scoring.score_round(db, opened.code, "zhuban", now)
    for read in (scoring.results, scoring.item_pages):
        with pytest.raises(Refused, match="封存"):
            read(db, opened.code)
    with pytest.raises(Refused, match="封存"):
        scoring.comments(db, opened.code, None)


def test_closed_but_unopened_ballots_are_not_scored(db: Session, secrets: object, now: datetime) -> None:
    opened = make_open_round(db, secrets)  # type: ignore[arg-type]
    rounds.close(db, opened.code, "zhuban", now)
    with pytest.raises(Refused, match="没有已开启"):
        scoring.score_round(db, opened.code, "zhuban", now)


def test_an_unknown_round_is_refused_by_name(db: Session, now: datetime) -> None:
    for deed in (scoring.results, scoring.item_pages, lambda db, code: scoring.score_round(db, code, "zhuban", now)):
        with pytest.raises(Refused, match="1999-1"):
            deed(db, "1999-1")


def test_scoring_again_adds_a_run_with_the_same_figures(db: Session) -> None:
    first = make_scored_round(db, mixed(4))
    scoring.score_round(db, first.code, "fuhe", NOW + timedelta(hours=1))
    kept = rounds.kept_round(db, first.code)
    assert scoring.results(db, first.code) == first
    assert [run.actor for run in runs(db, kept.id)] == ["fuhe", "zhuban"]
    assert kept.state is RoundState.SCORED


def test_a_published_round_is_not_scored_again(db: Session) -> None:
    code = make_scored_round(db, mixed(4)).code
    rounds.publish(db, code, "zhuban", NOW)
    with pytest.raises(Refused, match="已经发布"):
        scoring.score_round(db, code, "zhuban", NOW)
    assert scoring.results(db, code).code == code


def test_the_input_hash_depends_on_the_answers_and_not_on_the_shuffle(db: Session) -> None:
    one = make_scored_round(db, mixed(4), seed=1)
    same = make_scored_round(db, mixed(4), seed=2, code="2026-2")
    other = make_scored_round(db, mixed(4)[:-1], code="2026-3")
    assert one.input_sha256 == same.input_sha256 != other.input_sha256
    assert one.policy_sha256 == rounds.kept_round(db, one.code).frozen_sha256


def test_more_ballots_than_people_are_refused_with_the_stratum(db: Session) -> None:
    strata = (
        Stratum("enterprise", Wording("企业"), 30.0),
        Stratum("citizen", Wording("市民"), None),
        Stratum("deputy", Wording("代表"), 2.0),
    )
    code = make_closed_round(db, [make_ballot("deputy", {"D1": "S5"})] * 3, strata=strata)
    with pytest.raises(Refused, match="代表"):
        scoring.score_round(db, code, "zhuban", NOW)


def test_comments_are_read_once_and_stay_read(db: Session, secrets: object, now: datetime) -> None:
    from tests.makers import make_cast

    opened = make_open_round(db, secrets)  # type: ignore[arg-type]
    make_cast(db, secrets, opened, 0, "窗口办事慢")  # type: ignore[arg-type]
    rounds.close(db, opened.code, "zhuban", now)
    make_opened(db, opened.code, opened.key.private, random.Random(1))
    first, *others = scoring.comments(db, opened.code, None)
    for _ in range(2):
        scoring.mark_read(db, opened.code, first.id)
    read = {line.id: line.read for line in scoring.comments(db, opened.code, None)}
    assert read == {first.id: True, **{line.id: False for line in others}}
    assert {line.department for line in scoring.comments(db, opened.code, "D1")} <= {"D1"}
    with pytest.raises(Refused, match="没有这条意见"):
        scoring.mark_read(db, opened.code, "not hex")
