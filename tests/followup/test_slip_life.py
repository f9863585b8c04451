"""The life of a slip: who may move it when, what it needs, what it leaves behind."""

from contextlib import nullcontext
from datetime import date, datetime

import pytest

from appraisal import followup
from appraisal.model.calendar import Chase
from appraisal.model.faults import Moved, Refused
from appraisal.model.finding import FindingState, Outcome
from appraisal.model.slip import FindingAnswer
from appraisal.model.slip_moves import SLIP_MOVES, SlipState
from appraisal.store import Session, following, slips
from tests.makers import ISSUED, NOW, act_on_slip, make_finding, make_letter, make_slip

TODAY = date(2026, 11, 3)
PDF = b"%PDF"


ACTIONS = sorted({action for _, action in SLIP_MOVES})


@pytest.mark.parametrize("state", list(SlipState))
@pytest.mark.parametrize("action", ACTIONS)
def test_a_slip_moves_only_where_the_table_leads(db: Session, round_code: str, state: SlipState, action: str) -> None:
    slip_id = make_slip(db, state, round_code)
    if action == "close" and state is SlipState.VERIFIED:
        act_on_slip(db, slip_id, "strike_off")
    if (state, action) not in SLIP_MOVES:
        # The clock is never refused; it passes by what it has nothing to do with.
        with nullcontext() if action == "serve" else pytest.raises(Refused):
            act_on_slip(db, slip_id, action)
        assert followup.slip(db, slip_id, TODAY).line.state is state
        return
    act_on_slip(db, slip_id, action)
    view = followup.slip(db, slip_id, TODAY)
    actions = [event.action for event in view.events if event.action not in tuple(Chase)]
    assert (view.line.state, actions[-1]) == (SLIP_MOVES[state, action].to, action)


def test_who_drafted_a_slip_cannot_approve_it(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.DRAFTED, round_code)
    with pytest.raises(Refused, match="另一人"):
        followup.approve(db, slip_id, "zhuban", NOW)


def test_numbers_count_up_over_all_rounds_and_carry_mark_and_year(db: Session, round_code: str) -> None:
    numbers = [followup.slip(db, make_slip(db, SlipState.APPROVED, round_code), TODAY).line.number for _ in range(2)]
    mark = slips.all_slips(db, "noise")[0].number
    assert mark is not None
    assert numbers == [mark.replace("〕1号", "〕2号"), mark.replace("〕1号", "〕3号")]


def test_another_departments_slip_looks_as_if_it_were_not_there(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.ISSUED, round_code)
    with pytest.raises(Refused, match="没有这份工作提示单"):
        followup.sign(db, slip_id, "D2", "d2", NOW, "办公室")
    with pytest.raises(Refused, match="没有这份工作提示单"):
        followup.sign(db, 10_000, "D2", "d2", NOW, "办公室")


def test_two_people_at_once_leave_one_move_and_one_notice(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.ANSWERED, round_code)
    seen = slips.find_slip(db, slip_id)
    assert seen is not None
    followup.accept(db, slip_id, "zhuban", NOW, "看过")
    with pytest.raises(Moved):
        slips.move_slip(db, seen, SlipState.SIGNED, "return", "fuhe", NOW)
    assert [event.action for event in followup.slip(db, slip_id, TODAY).events].count("accept") == 1


@pytest.mark.parametrize("left", ["missing", "twice", "foreign", "empty"])
def test_every_finding_is_answered_once_or_nothing_is_stored(db: Session, round_code: str, left: str) -> None:
    slip_id = make_slip(db, SlipState.SIGNED, round_code)
    first, second = (line.number for line in followup.slip(db, slip_id, TODAY).findings)
    answered = {
        "missing": [first],
        "twice": [first, first],
        "foreign": [first, "WT-2020-0001"],
        "empty": [first, second],
    }
    said = [FindingAnswer(number, " " if left == "empty" else "原因", "措施") for number in answered[left]]
    with pytest.raises(Refused):
        followup.answer(db, slip_id, "D1", "d1", NOW, said)
    assert followup.slip(db, slip_id, TODAY).answers == {}


def test_a_returned_slip_is_answered_again_and_keeps_both_answers(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.ANSWERED, round_code, findings=1)
    number = followup.slip(db, slip_id, TODAY).findings[0].number
    followup.send_back(db, slip_id, "zhuban", NOW, "缺完成时间")
    followup.answer(db, slip_id, "D1", "d1", NOW, [FindingAnswer(number, "原因", "补充措施", NOW.date())])
    view = followup.slip(db, slip_id, TODAY)
    assert [said.measures for said in view.answers[number]] == ["措施", "补充措施"]


def test_a_late_return_gives_five_working_days_more(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.ANSWERED, round_code)
    followup.send_back(db, slip_id, "zhuban", datetime(2026, 12, 4, 9), "缺佐证")
    assert followup.slip(db, slip_id, TODAY).answer_by == date(2026, 12, 11)


def test_terms_run_from_delivery_in_working_days(db: Session, round_code: str) -> None:
    view = followup.slip(db, make_slip(db, SlipState.ISSUED, round_code), TODAY)
    assert (view.line.issued_on, view.sign_by, view.answer_by) == (ISSUED.date(), date(2026, 11, 5), date(2026, 11, 24))


def test_a_slip_closes_only_when_every_finding_is_struck_off(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.VERIFIED, round_code)
    first, second = (line.number for line in followup.slip(db, slip_id, TODAY).findings)
    followup.strike_off(db, first, "zhuban", NOW, "一致")
    with pytest.raises(Refused, match="没有销号"):
        followup.close(db, slip_id, "zhuban", NOW)
    followup.strike_off(db, second, "zhuban", NOW, "一致")
    followup.close(db, slip_id, "zhuban", NOW)
    assert followup.slip(db, slip_id, TODAY).line.state is SlipState.CLOSED


@pytest.mark.parametrize("outcome", [None, Outcome.UNFOUNDED, Outcome.ELSEWHERE, Outcome.UNVERIFIABLE])
def test_only_what_was_found_true_goes_onto_a_slip(db: Session, round_code: str, outcome: Outcome | None) -> None:
    number = make_finding(db, round_code, outcome=outcome)
    with pytest.raises(Refused):
        followup.bundle(db, round_code, "D1", [number], "zhuban", NOW)


def test_a_finding_goes_onto_one_slip_and_onto_its_own_departments(db: Session, round_code: str) -> None:
    number = make_finding(db, round_code)
    with pytest.raises(Refused):
        followup.bundle(db, round_code, "D2", [number], "zhuban", NOW)
    followup.bundle(db, round_code, "D1", [number], "zhuban", NOW)
    with pytest.raises(Refused):
        followup.bundle(db, round_code, "D1", [number], "zhuban", NOW)


def test_the_issued_bytes_are_served_again_as_they_were(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.APPROVED, round_code)
    with pytest.raises(Refused):
        followup.pdf(db, slip_id)
    with pytest.raises(Refused, match="校验值"):
        followup.issue(db, slip_id, PDF, "0" * 64, NOW)
    act_on_slip(db, slip_id, "issue")
    assert followup.pdf(db, slip_id) == make_letter(1, slip_id)


def test_a_printed_slip_is_frozen_at_its_approval(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.APPROVED, round_code)
    document = followup.slip_document(db, slip_id)
    for line in followup.slip(db, slip_id, TODAY).findings:
        kept = following.find_findings(db, numbers=[line.number])[0]
        following.move_finding(db, kept, FindingState.ON_SLIP, "noise", "x", NOW, statement="改过的描述")
    assert followup.slip_document(db, slip_id) == document
    assert document.findings[0].statement == "职责交叉，答复不清。"


def test_a_draft_with_no_problem_on_it_is_not_approved(db: Session, round_code: str) -> None:
    number = make_finding(db, round_code)
    slip_id = followup.bundle(db, round_code, "D1", [number], "zhuban", NOW)
    (kept,) = following.find_findings(db, numbers=[number])
    following.move_finding(db, kept, FindingState.UNFOUNDED, "rejudge", "fuhe", NOW, slip_id=None)
    with pytest.raises(Refused, match="作废"):
        followup.approve(db, slip_id, "fuhe", NOW)
