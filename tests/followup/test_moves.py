"""Every state against every action; who may; what is left when a move is refused."""

import itertools

import pytest

from appraisal import followup, scoring, store
from appraisal.model.faults import Moved, Refused
from appraisal.model.finding import FINDING_MOVES, JUDGED, FindingState, Outcome
from appraisal.model.slip import SLIP_MOVES, Actor, FindingAnswer, SlipState
from appraisal.store import Engine, Session, following
from tests.followup.story import (
    DEPARTMENT,
    DRAFTER,
    NOW,
    SECOND,
    TODAY,
    act,
    answers_to,
    bring_to,
    make_city,
    make_finding,
    make_slip,
    state_of,
    strike_all,
)

ACTIONS = sorted({action for _, action in SLIP_MOVES})


@pytest.mark.parametrize(("state", "action"), list(itertools.product(SlipState, ACTIONS)))
def test_a_slip_makes_the_moves_of_its_table_and_no_other(db: Session, state: SlipState, action: str) -> None:
    slip_id = make_slip(db, make_city(db), findings=1)
    bring_to(db, slip_id, state)
    if action == "close" and state is SlipState.ACCEPTED:
        strike_all(db, slip_id)
    before = followup.slip(db, slip_id, TODAY).events
    move = SLIP_MOVES.get((state, action))
    if move is None:
        with pytest.raises(Refused):
            act(db, slip_id, action)
        assert (state_of(db, slip_id), followup.slip(db, slip_id, TODAY).events) == (state, before)
    else:
        act(db, slip_id, action)
        assert state_of(db, slip_id) is move.to
        assert [event.action for event in followup.slip(db, slip_id, TODAY).events[len(before) :]] == [action]


def test_every_state_but_the_last_leads_on_and_all_are_reached() -> None:
    assert {state for state, _ in SLIP_MOVES} == set(SlipState) - {SlipState.CLOSED}
    assert {move.to for move in SLIP_MOVES.values()} == set(SlipState) - {SlipState.DRAFTED}


@pytest.mark.parametrize(
    "action", [action for (_, action), move in SLIP_MOVES.items() if move.actor is Actor.DEPARTMENT]
)
def test_another_department_is_told_that_there_is_no_such_slip(db: Session, action: str) -> None:
    slip_id = make_slip(db, make_city(db))
    bring_to(db, slip_id, SlipState.ISSUED if action == "sign" else SlipState.SIGNED)
    with pytest.raises(Refused, match="没有这份工作提示单"):
        act(db, slip_id, action, department="D2")


def test_the_drafter_may_not_approve(db: Session) -> None:
    slip_id = make_slip(db, make_city(db))
    with pytest.raises(Refused, match="另一人审签"):
        followup.approve(db, slip_id, DRAFTER, NOW)
    assert state_of(db, slip_id) is SlipState.DRAFTED


def test_of_two_who_are_at_it_together_the_second_is_told(engine: Engine) -> None:
    with store.transaction(engine) as db:
        slip_id = make_slip(db, make_city(db))
        seen = following.find_slip(db, slip_id)
    assert seen is not None
    with store.transaction(engine) as db:
        followup.approve(db, slip_id, SECOND, NOW)
    with pytest.raises(Moved), store.transaction(engine) as db:
        following.move_slip(db, seen, SlipState.APPROVED, "approve", "shenqian", NOW)
    with store.reading(engine) as db:
        assert [event.actor for event in followup.slip(db, slip_id, TODAY).events] == [DRAFTER, SECOND]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_what_was_found_true_goes_onto_a_slip(db: Session, outcome: Outcome) -> None:
    code = make_city(db)
    number = make_finding(db, code, outcome=outcome)
    if JUDGED[outcome] is FindingState.CONFIRMED:
        followup.bundle(db, code, "D1", [number], DRAFTER, NOW)
        assert followup.ledger(db, code, TODAY).lines[0].state == FindingState.ON_SLIP
    else:
        with pytest.raises(Refused, match="查核属实"):
            followup.bundle(db, code, "D1", [number], DRAFTER, NOW)


def test_a_finding_that_was_judged_or_bundled_is_judged_no_more(db: Session) -> None:
    code = make_city(db)
    number = make_finding(db, code)
    followup.bundle(db, code, "D1", [number], DRAFTER, NOW)
    assert (FindingState.ON_SLIP, "judge") not in FINDING_MOVES
    with pytest.raises(Refused, match="已经查核过"):
        scoring.judge_finding(db, number, Outcome.UNFOUNDED, "再看一次", DRAFTER, NOW)


@pytest.mark.parametrize("numbers", [[], ["WT-2026-0099"], ["WT-2026-0002"], ["WT-2026-0001", "WT-2026-0002"]])
def test_a_slip_takes_findings_of_its_own_department_alone(db: Session, numbers: list[str]) -> None:
    code = make_city(db)
    assert [make_finding(db, code), make_finding(db, code, "D2")] == ["WT-2026-0001", "WT-2026-0002"]
    with pytest.raises(Refused, match="请选择"):
        followup.bundle(db, code, "D1", numbers, DRAFTER, NOW)
    assert followup.slips(db, TODAY) == ()


def test_a_finding_goes_onto_one_slip_only(db: Session) -> None:
    code = make_city(db)
    number = make_finding(db, code)
    followup.bundle(db, code, "D1", [number], DRAFTER, NOW)
    with pytest.raises(Refused, match="还没有列入"):
        followup.bundle(db, code, "D1", [number], DRAFTER, NOW)


def test_every_finding_is_answered_once_and_in_words(db: Session) -> None:
    slip_id = make_slip(db, make_city(db))
    bring_to(db, slip_id, SlipState.SIGNED)
    one, two = answers_to(db, slip_id)
    empty = FindingAnswer(two.finding, "人手不足", " ")
    for wrong in ([one], [one, one], [one, two, two], [one, empty]):
        with pytest.raises(Refused, match="每个问题"):
            followup.answer(db, slip_id, "D1", DEPARTMENT, NOW, wrong)
    assert state_of(db, slip_id) is SlipState.SIGNED


def test_what_is_returned_is_answered_again_beside_the_first_answer(db: Session) -> None:
    slip_id = make_slip(db, make_city(db), findings=1)
    bring_to(db, slip_id, SlipState.ANSWERED)
    act(db, slip_id, "return")
    followup.answer(db, slip_id, "D1", DEPARTMENT, NOW, answers_to(db, slip_id, "增设窗口，12月1日启用"))
    (kept,) = followup.slip(db, slip_id, TODAY).answers.values()
    assert [answer.measures for answer in kept] == ["增设窗口", "增设窗口，12月1日启用"]


def test_returning_takes_a_reason(db: Session) -> None:
    slip_id = make_slip(db, make_city(db))
    bring_to(db, slip_id, SlipState.ANSWERED)
    with pytest.raises(Refused, match="退回的理由"):
        followup.send_back(db, slip_id, DRAFTER, NOW, "  ")


def test_a_slip_closes_only_when_each_finding_is_struck_off(db: Session) -> None:
    slip_id = make_slip(db, make_city(db))
    bring_to(db, slip_id, SlipState.ACCEPTED)
    followup.strike_off(db, followup.slip(db, slip_id, TODAY).findings[0].number, DRAFTER, NOW, "已核")
    with pytest.raises(Refused, match="没有销号"):
        followup.close(db, slip_id, DRAFTER, NOW)


@pytest.mark.parametrize("state", [SlipState.ISSUED, SlipState.ANSWERED])
def test_nothing_is_struck_off_before_the_answer_is_accepted(db: Session, state: SlipState) -> None:
    code = make_city(db)
    slip_id = make_slip(db, code, findings=1)
    bring_to(db, slip_id, state)
    with pytest.raises(Refused, match="才能销号"):
        strike_all(db, slip_id)
    assert followup.ledger(db, code, TODAY).balance.closed == 0


def test_a_file_that_is_not_the_one_rendered_is_not_issued(db: Session) -> None:
    slip_id = make_slip(db, make_city(db))
    act(db, slip_id, "approve")
    with pytest.raises(Refused, match="校验值"):
        followup.issue(db, slip_id, b"%PDF-", "0" * 64, NOW)
    with pytest.raises(Refused, match="还没有发出"):
        followup.pdf(db, slip_id)
