"""Where it does not all go well: contested, extended, recalled, corrected, pressed for, watched, cleared, taken up again."""

from datetime import date, datetime, timedelta

import pytest

from appraisal import followup, scoring
from appraisal.model.calendar import Chase, Colour
from appraisal.model.faults import Refused
from appraisal.model.finding import Outcome
from appraisal.model.slip import FindingAnswer
from appraisal.model.slip_moves import SlipState
from appraisal.store import Session
from tests.makers import ISSUED, NOW, act_on_slip, make_finding, make_slip

TODAY = date(2026, 11, 3)


def state_of(db: Session, number: str) -> str:
    return {line.number: line.state for line in followup.ledger(db, None, TODAY).lines}[number]


def numbers_on(db: Session, slip_id: int) -> list[str]:
    return [line.number for line in followup.slip(db, slip_id, TODAY).findings]


def test_a_slip_that_nobody_signs_is_served_and_its_term_runs_from_the_issue(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.ISSUED, round_code)
    followup.chase_slips(db, datetime(2026, 11, 5, 18))
    assert followup.slip(db, slip_id, TODAY).line.state is SlipState.ISSUED
    followup.chase_slips(db, datetime(2026, 11, 6, 0, 1))
    line = followup.slip(db, slip_id, date(2026, 11, 6)).line
    assert (line.state, line.due, line.colour) == (SlipState.SERVED, date(2026, 11, 24), Colour.YELLOW)


def test_a_date_is_pressed_for_once_a_level_and_late_levels_are_not_made_up_for(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.SIGNED, round_code)
    pressed = []
    # The worker was down over the reminder, and looks twice a day afterwards.
    for day in (10, 25, 25, 26):
        pressed += followup.chase_slips(db, datetime(2026, 11, day, 9))
    pressed += followup.chase_slips(db, datetime(2026, 12, 10, 9))
    assert [each.level for each in pressed if each.slip_id == slip_id] == [Chase.SUPERVISE, Chase.REFER]


def test_the_clock_takes_no_write_lock_when_there_is_nothing_new(db: Session, round_code: str) -> None:
    make_slip(db, SlipState.SIGNED, round_code)
    late = datetime(2026, 11, 25, 9)
    assert followup.clock_has_work(db, late.date())
    followup.chase_slips(db, late)
    assert not followup.clock_has_work(db, late.date())


def test_a_slip_is_contested_within_three_working_days_and_once(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.SIGNED, round_code)
    with pytest.raises(Refused, match="期限已过"):
        act_on_slip(db, slip_id, "contest", now=datetime(2026, 11, 9, 9))
    act_on_slip(db, slip_id, "contest", now=datetime(2026, 11, 6, 9))
    act_on_slip(db, slip_id, "uphold")
    with pytest.raises(Refused, match="已经申请过"):
        act_on_slip(db, slip_id, "contest")


@pytest.mark.parametrize(("reason", "ground"), [("", "规定"), ("理由", " ")])
def test_a_slip_is_not_contested_without_reason_and_ground(
    db: Session, round_code: str, reason: str, ground: str
) -> None:
    slip_id = make_slip(db, SlipState.ISSUED, round_code)
    with pytest.raises(Refused):
        followup.contest(db, slip_id, "D1", "d1", ISSUED, reason, ground)
    assert followup.slip(db, slip_id, TODAY).line.state is SlipState.ISSUED


def test_findings_of_a_reassigned_slip_go_on_with_the_other_department(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.CONTESTED, round_code)
    old = numbers_on(db, slip_id)
    new = followup.reassign(db, slip_id, "zhuban", NOW, "确属另一部门", "D2")
    lines = {line.number: line for line in followup.ledger(db, round_code, TODAY).lines}
    assert {lines[number].state for number in old} == {"transferred"}
    assert [(lines[number].department, lines[number].parent) for number in new] == [("D2", one) for one in old]
    assert followup.ledger(db, round_code, TODAY).balance.adds_up


@pytest.mark.parametrize(
    ("now", "until", "why"),
    [
        (datetime(2026, 11, 25, 9), date(2026, 12, 4), "期限已过"),
        (ISSUED, date(2026, 11, 24), "晚于原来的期限"),
        (ISSUED, date(2026, 12, 31), "最多"),
    ],
)
def test_an_extension_is_asked_for_in_time_and_within_bounds(
    db: Session, round_code: str, now: datetime, until: date, why: str
) -> None:
    slip_id = make_slip(db, SlipState.SIGNED, round_code)
    with pytest.raises(Refused, match=why):
        followup.ask_extension(db, slip_id, "D1", "d1", now, until, "涉及三个单位", "已摸底")


@pytest.mark.parametrize(("decision", "due"), [("extend", date(2026, 12, 4)), ("keep_term", date(2026, 11, 24))])
def test_an_extension_is_decided_and_not_asked_for_again(
    db: Session, round_code: str, decision: str, due: date
) -> None:
    slip_id = make_slip(db, SlipState.EXTENDING, round_code)
    act_on_slip(db, slip_id, decision)
    assert followup.slip(db, slip_id, TODAY).line.due == due
    with pytest.raises(Refused, match="一次"):
        act_on_slip(db, slip_id, "ask_extension")


def test_an_answer_may_come_before_the_office_has_decided_on_more_time(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.EXTENDING, round_code)
    act_on_slip(db, slip_id, "answer")
    view = followup.slip(db, slip_id, TODAY)
    assert (view.line.state, view.asked_until) == (SlipState.ANSWERED, None)


def test_a_recalled_slip_keeps_number_and_file_and_gives_its_findings_back(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.SIGNED, round_code)
    numbers, before = numbers_on(db, slip_id), followup.slip(db, slip_id, TODAY).line
    act_on_slip(db, slip_id, "recall")
    after = followup.slip(db, slip_id, TODAY).line
    assert (after.number, after.sha256) == (before.number, before.sha256)
    assert followup.pdf(db, slip_id).startswith(b"%PDF")
    assert {state_of(db, number) for number in numbers} == {"confirmed"}


def test_who_drafted_a_slip_cannot_recall_it(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.ISSUED, round_code)
    with pytest.raises(Refused, match="另一人"):
        followup.recall(db, slip_id, "zhuban", NOW, "内容有误")


def test_a_correction_is_a_new_slip_that_names_the_one_it_replaces(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.RECALLED, round_code)
    old = followup.slip(db, slip_id, TODAY).line.number
    new = followup.correct(db, slip_id, "zhuban", NOW)
    followup.approve(db, new, "fuhe", NOW)
    assert followup.slip_document(db, new).replaces == old
    assert len(numbers_on(db, new)) == 2
    with pytest.raises(Refused, match="另行列入"):
        followup.correct(db, slip_id, "zhuban", NOW)


def test_a_discarded_draft_frees_its_findings_and_never_gets_a_number(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.DRAFTED, round_code)
    numbers = numbers_on(db, slip_id)
    act_on_slip(db, slip_id, "discard")
    assert followup.slip(db, slip_id, TODAY).line.number is None
    assert {state_of(db, number) for number in numbers} == {"confirmed"}


def test_a_watched_problem_stays_on_the_ledger_until_it_is_struck_off(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.VERIFIED, round_code, findings=1)
    (number,) = numbers_on(db, slip_id)
    assert followup.watch(db, number, "zhuban", datetime(2026, 8, 31), "要长期抓") == date(2027, 2, 28)
    followup.close(db, slip_id, "zhuban", NOW)
    assert followup.ledger(db, round_code, TODAY).balance.running == 1
    followup.strike_off(db, number, "zhuban", NOW, "半年后没有反弹")
    assert followup.ledger(db, round_code, TODAY).balance.closed == 1


def test_a_problem_that_came_back_gets_a_new_number_and_a_parent(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.CLOSED, round_code, findings=1)
    (number,) = numbers_on(db, slip_id)
    new = followup.take_up_again(db, number, "zhuban", NOW, "回访又有反映")
    line = {each.number: each for each in followup.ledger(db, round_code, TODAY).lines}[new]
    assert (line.state, line.parent, state_of(db, number)) == ("registered", number, "closed")


def test_a_problem_is_not_taken_up_again_twice_while_its_new_number_runs(db: Session, round_code: str) -> None:
    (number,) = numbers_on(db, make_slip(db, SlipState.CLOSED, round_code, findings=1))
    new = followup.take_up_again(db, number, "zhuban", NOW, "回访又有反映")
    with pytest.raises(Refused) as refusal:
        followup.take_up_again(db, number, "fuhe", NOW, "回访又有反映")
    assert refusal.value.parts == {"again": new}


def test_a_problem_whose_new_number_is_over_may_come_back_once_more(db: Session, round_code: str) -> None:
    (number,) = numbers_on(db, make_slip(db, SlipState.CLOSED, round_code, findings=1))
    again = followup.take_up_again(db, number, "zhuban", NOW, "回访又有反映")
    scoring.judge_finding(db, again, Outcome.UNVERIFIABLE, "查无实据", "zhuban", NOW)
    assert followup.take_up_again(db, number, "zhuban", NOW, "第三次反映") > again


def test_a_transferred_problem_goes_to_each_other_department_once(db: Session, round_code: str) -> None:
    number = make_finding(db, round_code, outcome=Outcome.ELSEWHERE)
    followup.take_up_again(db, number, "zhuban", NOW, "转办", "D2")
    with pytest.raises(Refused, match="已经重新挂号"):
        followup.take_up_again(db, number, "zhuban", NOW, "转办", "D2")


@pytest.mark.parametrize("outcome", [None, Outcome.TRUE, Outcome.UNFOUNDED])
def test_what_is_in_work_or_was_untrue_is_not_taken_up_again(
    db: Session, round_code: str, outcome: Outcome | None
) -> None:
    with pytest.raises(Refused, match="可以重新挂号"):
        followup.take_up_again(db, make_finding(db, round_code, outcome=outcome), "zhuban", NOW, "再看")


def test_a_department_is_cleared_once_of_what_was_found_untrue_and_of_nothing_else(
    db: Session, round_code: str
) -> None:
    number = make_finding(db, round_code, outcome=Outcome.UNFOUNDED)
    followup.clear(db, number, "zhuban", NOW, "查核不属实，予以澄清。")
    assert {line.cleared_on for line in followup.ledger(db, round_code, TODAY).lines} == {NOW.date()}
    for other in (number, make_finding(db, round_code, outcome=Outcome.UNVERIFIABLE)):
        with pytest.raises(Refused):
            followup.clear(db, other, "zhuban", NOW, "澄清")


def test_an_answer_that_fails_on_the_spot_goes_back(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.ACCEPTED, round_code)
    act_on_slip(db, slip_id, "return")
    assert followup.slip(db, slip_id, TODAY).line.state is SlipState.SIGNED


def test_two_returned_answers_make_a_slip_red_before_its_date(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.ANSWERED, round_code)
    act_on_slip(db, slip_id, "return")
    assert followup.slip(db, slip_id, TODAY).line.colour is Colour.YELLOW
    for action in ("answer", "return"):
        act_on_slip(db, slip_id, action)
    assert followup.slip(db, slip_id, TODAY).line.colour is Colour.RED


def test_the_office_has_five_working_days_to_decide(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.ANSWERED, round_code)
    line = followup.slip(db, slip_id, date(2026, 11, 11)).line
    assert (line.due, line.office_due, line.office_late) == (None, date(2026, 11, 10), True)


def test_a_completion_to_come_is_a_plan_and_no_answer(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.SIGNED, round_code, findings=1)
    said = [FindingAnswer(numbers_on(db, slip_id)[0], "原因", "措施", ISSUED.date() + timedelta(days=1))]
    with pytest.raises(Refused, match="不能晚于今天"):
        followup.answer(db, slip_id, "D1", "d1", ISSUED, said)
