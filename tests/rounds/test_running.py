"""A round goes from draft to published, one legal move at a time, and what opening froze stays as it is."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import text

from appraisal import rounds
from appraisal.model.faults import Moved, Refused
from appraisal.model.round import ROUND_MOVES, RoundState, sha256_of
from appraisal.store import Session
from appraisal.store import rounds as rows
from appraisal.store.rounds import KeptRound
from appraisal.store.trails import round_steps
from tests.makers import NOW, make_plan, make_round

KEY = b"k" * 32
Deed = Callable[[Session, str, datetime], None]
DEEDS: dict[str, Deed] = {
    "open": lambda db, code, now: rounds.open_round(db, code, KEY, "zhuban", now),
    "close": lambda db, code, now: rounds.close(db, code, "zhuban", now),
    "publish": lambda db, code, now: rounds.publish(db, code, "zhuban", now),
}
EVERY_MOVE = [(state, action) for state in RoundState for action in DEEDS]


def make_open(db: Session, code: str = "2026-1") -> KeptRound:
    make_round(db, code=code)
    rounds.open_round(db, code, KEY, "zhuban", NOW)
    return rounds.kept_round(db, code)


def put(db: Session, code: str, state: RoundState) -> None:
    db.execute(text("UPDATE round SET state = :state WHERE code = :code"), {"state": state, "code": code})


def state_of(db: Session, code: str) -> RoundState:
    return rounds.kept_round(db, code).state


@pytest.mark.parametrize(("state", "action"), EVERY_MOVE)
def test_a_round_makes_the_moves_of_the_table_and_no_other(
    db: Session, now: datetime, state: RoundState, action: str
) -> None:
    make_open(db, "OTHER")
    make_round(db)
    put(db, "2026-1", state)
    if (state, action) in ROUND_MOVES:
        DEEDS[action](db, "2026-1", now)
    else:
        with pytest.raises(Refused):
            DEEDS[action](db, "2026-1", now)
    assert state_of(db, "2026-1") is ROUND_MOVES.get((state, action), state)
    assert state_of(db, "OTHER") is RoundState.OPEN


def test_a_round_is_read_back_as_it_was_planned(db: Session) -> None:
    make_round(db, code="OTHER")
    kept = make_round(db)
    assert kept.plan == make_plan()
    assert kept.state is RoundState.DRAFT
    assert kept.questionnaire_version == 1
    assert kept.frozen_sha256 is None


def test_opening_freezes_the_rules_and_keeps_the_tally_key(db: Session) -> None:
    make_round(db, code="OTHER")
    kept = make_open(db)
    assert kept.frozen_sha256 == sha256_of(make_plan().frozen_json())
    assert kept.tally_public_key == KEY
    assert rounds.kept_round(db, "OTHER").frozen_sha256 is None


def test_a_round_without_a_tally_key_is_not_opened(db: Session, now: datetime) -> None:
    make_round(db)
    with pytest.raises(Refused, match="开票密钥"):
        rounds.open_round(db, "2026-1", b"", "zhuban", now)
    assert state_of(db, "2026-1") is RoundState.DRAFT


def test_a_round_is_opened_until_its_last_day_and_not_after_it(db: Session) -> None:
    make_round(db, closes_on=date(2026, 11, 30))
    with pytest.raises(Refused, match=r"2026-11-30已经过去.*round\.toml的closes_on"):
        rounds.open_round(db, "2026-1", KEY, "zhuban", datetime(2026, 12, 1, 0, 0))
    assert state_of(db, "2026-1") is RoundState.DRAFT
    rounds.open_round(db, "2026-1", KEY, "zhuban", datetime(2026, 11, 30, 23, 59))
    assert state_of(db, "2026-1") is RoundState.OPEN


def test_an_open_round_that_is_past_is_not_told_to_mend_its_dates(db: Session) -> None:
    make_open(db)
    with pytest.raises(Refused, match="正在进行"):
        rounds.open_round(db, "2026-1", KEY, "zhuban", datetime(2027, 1, 1))


def test_a_past_round_may_be_opened_for_ballots_from_elsewhere_and_tells_when_it_was(db: Session) -> None:
    kept, later = make_round(db), datetime(2027, 5, 6, 7, 8)
    rounds.open_for_import(db, "2026-1", KEY, "zhuban", later)
    assert state_of(db, "2026-1") is RoundState.OPEN
    assert round_steps(db, kept.id)[-1].at == later


TAMPERINGS = [
    "UPDATE round SET closes_on = date(closes_on, '+7 days')",
    "UPDATE round SET opens_on = date(opens_on, '-1 day')",
    "UPDATE round SET title_zh = title_zh || '（二）'",
    "UPDATE round SET kind = '专项'",
    "UPDATE round SET office_json = replace(office_json, '督办组', '另一组')",
    "UPDATE round SET per_ballot = per_ballot + 1",
    "UPDATE round SET previous_id = id",
    "UPDATE round_weight SET weight = weight + 0.1 WHERE group_code = 'EC'",
    "UPDATE round_department SET ranked = NOT ranked",
    "UPDATE round_stratum SET population = 401 WHERE code = 'enterprise'",
    "UPDATE round SET policy_json = replace(policy_json, '75.0', '80.0')",
    "UPDATE questionnaire_version SET source = source || '# '",
]


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_an_opened_round_changed_behind_the_platform_is_no_longer_used(
    db: Session, now: datetime, tampering: str
) -> None:
    make_open(db)
    rounds.verify_frozen(rounds.kept_round(db, "2026-1"))
    db.execute(text(tampering))
    db.expire_all()
    with pytest.raises(Refused, match="封存"):
        rounds.verify_frozen(rounds.kept_round(db, "2026-1"))
    with pytest.raises(Refused, match="封存"):
        rounds.close(db, "2026-1", "zhuban", now)


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_no_respondent_is_served_a_round_that_is_not_what_was_frozen(db: Session, tampering: str) -> None:
    kept = make_open(db)
    db.execute(text(tampering))
    db.expire_all()
    with pytest.raises(Refused, match="封存"):
        rows.find_round_by_id(db, kept.id)


@pytest.mark.parametrize("tampering", TAMPERINGS[:7])
def test_a_changed_head_is_noticed_by_a_process_that_has_served_the_round(db: Session, tampering: str) -> None:
    kept = make_open(db)
    assert rows.find_round_by_id(db, kept.id) == kept
    db.execute(text(tampering))
    db.expire_all()
    with pytest.raises(Refused, match="封存"):
        rows.find_round_by_id(db, kept.id)


def test_what_was_checked_is_what_is_served_whatever_becomes_of_the_rows(db: Session) -> None:
    kept = make_open(db)
    assert rows.find_round_by_id(db, kept.id) == kept
    db.execute(text("UPDATE round_department SET group_code = 'PS'"))
    db.expire_all()
    assert rows.find_round_by_id(db, kept.id) == kept


def test_two_rounds_never_share_a_code(db: Session) -> None:
    make_round(db)
    with pytest.raises(Refused, match="已经用过"):
        make_round(db)
    assert [line.code for line in rounds.all_rounds(db)] == ["2026-1"]


def test_the_round_before_has_to_be_there(db: Session) -> None:
    with pytest.raises(Refused, match=r"round\.toml的previous写的是“2025-9”.*先导入那一轮"):
        make_round(db, previous="2025-9")
    make_round(db, code="2025-9")
    assert make_round(db, previous="2025-9").plan.previous == "2025-9"


def test_a_department_is_the_same_over_rounds_and_keeps_its_name_in_each(db: Session) -> None:
    first = make_round(db, code="2025-1")
    second = make_round(db)
    assert first.department_ids == second.department_ids
    assert not set(first.stratum_ids.values()) & set(second.stratum_ids.values())


def test_a_round_that_somebody_moved_meanwhile_is_not_moved_again(db: Session, now: datetime) -> None:
    seen = make_open(db)
    rounds.close(db, "2026-1", "fuhe", now)
    with pytest.raises(Moved):
        rows.move_round(db, seen, RoundState.CLOSED, "zhuban", "close", now)


def test_every_move_is_written_into_the_history(db: Session, now: datetime) -> None:
    make_open(db, "OTHER")
    kept = make_open(db)
    rounds.close(db, "2026-1", "fuhe", now)
    steps = round_steps(db, kept.id)
    assert [(step.actor, step.action) for step in steps] == [
        ("zhuban", "create"),
        ("zhuban", "open"),
        ("fuhe", "close"),
    ]
    assert steps[1].note == kept.frozen_sha256
    assert steps[2].at == now


def test_a_round_that_is_not_there_is_said_by_its_code(db: Session, now: datetime) -> None:
    with pytest.raises(Refused, match="2030-1"):
        rounds.close(db, "2030-1", "zhuban", now)
