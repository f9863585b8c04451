"""A cohort is set aside and let back in by two people, and the headline follows."""

import dataclasses
from datetime import timedelta

import pytest

from appraisal import rounds, scoring
from appraisal.model.faults import Refused
from appraisal.model.signal import QUARANTINE_MOVES, QuarantineState, SignalKind, SignalRules, next_quarantine_state
from appraisal.scoring import Choice
from appraisal.store import Session, tables
from appraisal.store.quarantine import cohort_numbers
from appraisal.store.trails import deeds
from tests.makers import (
    NOW,
    TWELVE,
    make_closed_round,
    make_lone_key,
    make_policy,
    make_stuffed_ballots,
    make_stuffed_round,
)

LATER = NOW + timedelta(minutes=1)
REASON = "同一答案集中出现，已核对发放记录。"


def test_ballots_that_say_the_worst_of_one_department_alone_are_found_to_a_ballot(db: Session) -> None:
    code = make_stuffed_round(db)
    (found,) = [one for one in scoring.quality(db, code).signals if one.kind is SignalKind.LONE]
    assert (found.department, found.end, found.seen, len(found.numbers)) == ("D1", "worst", 40, 40)


def test_a_round_of_honest_ballots_gives_no_signal(db: Session) -> None:
    assert scoring.quality(db, make_stuffed_round(db, forged=0)).signals == ()


def test_a_cohort_is_out_of_the_headline_only_after_a_second_person_agreed(db: Session) -> None:
    code = make_stuffed_round(db)
    before = scored(db, code)
    cohort = scoring.propose(db, code, make_lone_key(db, code), "zhuban", NOW, REASON)
    assert scored(db, code) == before
    scoring.decide(db, code, cohort, "hold", "fuhe", NOW, REASON)
    after = scored(db, code)
    assert (before[1], after[1]) == (100, 60)
    assert after[0] > before[0]


def test_whoever_proposed_cannot_agree(db: Session) -> None:
    code = make_stuffed_round(db)
    cohort = scoring.propose(db, code, make_lone_key(db, code), "zhuban", NOW, REASON)
    with pytest.raises(Refused, match="不能自己复核"):
        scoring.decide(db, code, cohort, "hold", "zhuban", NOW, REASON)


def test_a_release_needs_two_people_as_well_and_brings_everything_back(db: Session) -> None:
    code = make_stuffed_round(db)
    before = scored(db, code)
    cohort = held_cohort(db, code)
    scoring.decide(db, code, cohort, "ask_release", "zhuban", NOW, "本人到场说明")
    with pytest.raises(Refused, match="不能自己复核"):
        scoring.decide(db, code, cohort, "release", "zhuban", NOW, REASON)
    scoring.decide(db, code, cohort, "release", "fuhe", NOW, "核实属实")
    assert scored(db, code) == before


def test_nothing_is_deleted_and_every_step_is_on_record(db: Session) -> None:
    code = make_stuffed_round(db)
    cohort = held_cohort(db, code)
    assert db.query(tables.OpenedBallot).count() == 100
    assert len(cohort_numbers(db, cohort)) == 40
    (kept,) = scoring.round_cohorts(db, code)
    assert [(step.actor, step.action) for step in kept.kept.steps] == [("zhuban", "propose"), ("fuhe", "hold")]


def test_the_annex_counts_with_them_and_tells_the_difference(db: Session) -> None:
    code = make_stuffed_round(db)
    held_cohort(db, code)
    table = scoring.sensitivity(db, code, (Choice.OFFICIAL, Choice.ALL_BALLOTS))
    (line,) = [one for one in table.lines if one.code == "D1"]
    assert [column.ballots for column in table.columns] == [60, 100]
    assert line.variants[1].difference is not None
    assert line.variants[1].difference < -5


def test_a_round_is_not_published_on_figures_from_before_a_decision(db: Session) -> None:
    code = make_stuffed_round(db)
    scoring.score_round(db, code, "zhuban", NOW)
    held_cohort(db, code)
    with pytest.raises(Refused, match="重新计分"):
        rounds.publish(db, code, "zhuban", NOW)
    scoring.score_round(db, code, "zhuban", LATER)
    rounds.publish(db, code, "zhuban", LATER)


def test_the_auditors_record_tells_who_set_aside_what_and_why(db: Session) -> None:
    code = make_stuffed_round(db)
    held_cohort(db, code)
    told = [(deed.actor, deed.action, deed.object, deed.note) for deed in deeds(db, None, 10)]
    assert ("fuhe", "hold", f"{code}#1", REASON) in told


def test_without_registered_limits_nothing_can_be_set_aside(db: Session) -> None:
    code = make_stuffed_round(db, rules=None)
    assert scoring.quality(db, code).signals
    with pytest.raises(Refused, match="没有登记"):
        scoring.propose(db, code, make_lone_key(db, code), "zhuban", NOW, REASON)


def test_the_limits_are_part_of_what_the_round_froze(db: Session) -> None:
    first, second = (
        rounds.kept_round(db, make_stuffed_round_named(db, name, limit)).frozen_sha256
        for name, limit in (("2026-1", 20), ("2026-2", 21))
    )
    same = dataclasses.replace(make_policy(signals=SignalRules()), signals=None)
    assert first != second
    assert "signals" not in same.to_json()


def make_stuffed_round_named(db: Session, code: str, limit: int) -> str:
    policy = make_policy(signals=SignalRules(minimum_ballots=limit))
    return make_closed_round(db, make_stuffed_ballots(0), code=code, departments=TWELVE, policy=policy)


def test_a_signal_is_proposed_once_until_it_is_decided(db: Session) -> None:
    code = make_stuffed_round(db)
    key = make_lone_key(db, code)
    cohort = scoring.propose(db, code, key, "zhuban", NOW, REASON)
    with pytest.raises(Refused, match="已经提请"):
        scoring.propose(db, code, key, "fuhe", NOW, REASON)
    assert key not in scoring.proposable(db, code)
    scoring.decide(db, code, cohort, "decline", "fuhe", NOW, "与发放记录相符，不隔离")
    assert key in scoring.proposable(db, code)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_step_without_a_reason_is_refused(db: Session, reason: str) -> None:
    code = make_stuffed_round(db)
    with pytest.raises(Refused, match="理由"):
        scoring.propose(db, code, make_lone_key(db, code), "zhuban", NOW, reason)


def test_after_publication_nothing_is_set_aside_any_more(db: Session) -> None:
    code = make_stuffed_round(db)
    scoring.score_round(db, code, "zhuban", NOW)
    rounds.publish(db, code, "zhuban", NOW)
    with pytest.raises(Refused, match="已经发布"):
        scoring.propose(db, code, make_lone_key(db, code), "zhuban", NOW, REASON)
    assert scoring.proposable(db, code) == frozenset()


@pytest.mark.parametrize("state", list(QuarantineState))
@pytest.mark.parametrize("action", ["hold", "decline", "ask_release", "release", "keep"])
def test_a_cohort_makes_the_moves_of_its_table_and_no_other(state: QuarantineState, action: str) -> None:
    if (state, action) in QUARANTINE_MOVES:
        assert next_quarantine_state(state, action) is QUARANTINE_MOVES[state, action]
        return
    with pytest.raises(Refused):
        next_quarantine_state(state, action)


def held_cohort(db: Session, code: str) -> int:
    cohort = scoring.propose(db, code, make_lone_key(db, code), "zhuban", NOW, REASON)
    scoring.decide(db, code, cohort, "hold", "fuhe", NOW, REASON)
    return cohort


def scored(db: Session, code: str) -> tuple[float, int]:
    """The score of D1 and how many ballots took part."""
    scoring.score_round(db, code, "zhuban", NOW)
    found = scoring.results(db, code)
    return found.departments[0].score.value or 0.0, sum(one.ballots for one in found.response)
