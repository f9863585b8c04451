"""The right of reply and of appeal: whose, until when, decided by whom, and what follows."""

from datetime import datetime
from itertools import product

import pytest
from sqlalchemy import text

from appraisal import followup, rounds
from appraisal.model.faults import Moved, Refused
from appraisal.model.finding import FindingState, Outcome
from appraisal.model.objection import APPEAL_MOVES, REPLY_MOVES, AppealLine, AppealState, ReplyState
from appraisal.model.slip_moves import Actor, SlipState
from appraisal.store import Session, following, objections
from appraisal.store.people import change_address
from tests.makers import ISSUED, NOW, act_on_slip, make_account, make_finding, make_slip

TODAY = ISSUED.date()
LAST = datetime(2026, 11, 17, 18, 0)
TOO_LATE = datetime(2026, 11, 18, 9, 0)
# Who makes a move: the one who judged, another organiser, the department, another department.
ROLES = {"zhuban": Actor.OFFICE, "fuhe": Actor.SECOND, "d1": Actor.DEPARTMENT, "d2": None}
WAYS = {
    AppealState.FILED: None,
    AppealState.WITHDRAWN: "withdraw_appeal",
    AppealState.UPHELD: "grant_appeal",
    AppealState.REJECTED: "reject_appeal",
}


@pytest.fixture
def number(db: Session, round_code: str) -> str:
    """A problem on an issued slip of D1 with one other."""
    return followup.slip(db, make_slip(db, SlipState.ISSUED, round_code), TODAY).findings[0].number


def appealed(db: Session, round_code: str, number: str) -> AppealLine:
    followup.appeal(db, round_code, "D1", "d1", ISSUED, "记录表明当日已办结", number)
    return followup.appeals(db, TODAY, round_code, "D1")[0]


def act(db: Session, line: AppealLine, action: str, who: str) -> None:
    if action == "withdraw_appeal":
        return followup.withdraw_appeal(db, line.id, who.upper(), who, ISSUED)
    decide = followup.grant_appeal if action == "grant_appeal" else followup.reject_appeal
    return decide(db, line.id, who, ISSUED, "经复核")


@pytest.mark.parametrize(
    ("state", "action", "who"),
    list(product(AppealState, sorted({action for _, action in APPEAL_MOVES}), ("zhuban", "fuhe"))),
)
def test_an_appeal_is_decided_only_where_the_table_leads_and_by_another_person(
    db: Session, round_code: str, number: str, state: AppealState, action: str, who: str
) -> None:
    line = appealed(db, round_code, number)
    if way := WAYS[state]:
        act(db, line, way, "d1" if way == "withdraw_appeal" else "fuhe")
    move = APPEAL_MOVES.get((state, action))
    if move is not None and move.actor is ROLES[who]:
        act(db, line, action, who)
        assert objections.appeals(db, appeal_id=line.id)[0].state is move.to
        return
    with pytest.raises(Refused):
        act(db, line, action, who)
    assert objections.appeals(db, appeal_id=line.id)[0].state is state


@pytest.mark.parametrize("state", AppealState)
@pytest.mark.parametrize("who", ["d1", "d2"])
def test_only_the_department_itself_takes_its_open_appeal_back(
    db: Session, round_code: str, number: str, state: AppealState, who: str
) -> None:
    line = appealed(db, round_code, number)
    if way := WAYS[state]:
        act(db, line, way, "d1" if way == "withdraw_appeal" else "fuhe")
    if state is AppealState.FILED and who == "d1":
        act(db, line, "withdraw_appeal", who)
        assert objections.appeals(db, appeal_id=line.id)[0].state is AppealState.WITHDRAWN
        return
    with pytest.raises(Refused):
        act(db, line, "withdraw_appeal", who)


@pytest.mark.parametrize("state", ReplyState)
@pytest.mark.parametrize("action", sorted({action for _, action in REPLY_MOVES}))
def test_a_reply_moves_only_where_the_table_leads(
    db: Session, round_code: str, number: str, state: ReplyState, action: str
) -> None:
    reply_id = followup.reply(db, round_code, "D1", "d1", NOW, "当日已办结", number)
    if state is ReplyState.SHOWN:
        followup.move_reply(db, reply_id, "show_reply", "zhuban", NOW)
    move = REPLY_MOVES.get((state, action))
    if move is None:
        with pytest.raises(Refused):
            followup.move_reply(db, reply_id, action, "zhuban", NOW)
        return
    followup.move_reply(db, reply_id, action, "zhuban", NOW)
    assert followup.replies(db, round_code)[0].state is move.to


def test_an_appeal_that_is_upheld_clears_the_department_and_takes_the_problem_off_its_slip(
    db: Session, round_code: str, number: str
) -> None:
    before = followup.ledger(db, round_code, TODAY).balance
    followup.grant_appeal(db, appealed(db, round_code, number).id, "fuhe", ISSUED, "调阅记录，当日已办结")
    (line,) = [one for one in followup.ledger(db, round_code, TODAY).lines if one.number == number]
    assert (line.state, line.outcome, line.cleared_on) == (FindingState.UNFOUNDED, Outcome.UNFOUNDED, TODAY)
    assert (line.slip, line.appeal) == (None, AppealState.UPHELD)
    after = followup.ledger(db, round_code, TODAY).balance
    assert (after.registered, after.running, after.unfounded) == (
        before.registered,
        before.running - 1,
        before.unfounded + 1,
    )
    assert after.adds_up


def test_a_slip_on_which_nothing_is_left_is_recalled_by_who_did_not_draft_it(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.SIGNED, round_code, findings=1)
    (line,) = followup.slip(db, slip_id, TODAY).findings
    followup.grant_appeal(db, appealed(db, round_code, line.number).id, "fuhe", ISSUED, "查无此事")
    view = followup.slip(db, slip_id, TODAY)
    assert (view.line.state, view.findings) == (SlipState.RECALLED, ())


def test_the_other_problems_of_a_slip_go_on_and_their_terms_do_not_stop(
    db: Session, round_code: str, number: str
) -> None:
    (slip,) = followup.slips(db, TODAY, round_code)
    followup.grant_appeal(db, appealed(db, round_code, number).id, "fuhe", ISSUED, "查无此事")
    (after,) = followup.slips(db, TODAY, round_code)
    assert (after.state, after.due) == (SlipState.ISSUED, slip.due)
    assert len(followup.slip(db, slip.id, TODAY).findings) == 1


@pytest.mark.parametrize("when", [LAST, TOO_LATE])
def test_ten_working_days_to_appeal(db: Session, round_code: str, number: str, when: datetime) -> None:
    due = followup.objections_to(db, when.date(), round_code, "D1", number).appeal_by
    assert due == (LAST.date() if when is LAST else None)
    if when is LAST:
        followup.appeal(db, round_code, "D1", "d1", when, "理由", number)
        return
    with pytest.raises(Refused, match="期限已过"):
        followup.appeal(db, round_code, "D1", "d1", when, "理由", number)


def test_a_problem_is_appealed_against_once(db: Session, round_code: str, number: str) -> None:
    act(db, appealed(db, round_code, number), "withdraw_appeal", "d1")
    with pytest.raises(Refused, match="只能申诉一次"):
        followup.appeal(db, round_code, "D1", "d1", ISSUED, "又想起来一条", number)
    assert followup.objections_to(db, TODAY, round_code, "D1", number).appeal_by is None


@pytest.mark.parametrize("deed", [followup.reply, followup.appeal])
def test_what_has_not_gone_out_to_a_department_is_nothing_to_it(
    db: Session, round_code: str, number: str, deed: object
) -> None:
    draft = followup.slip(db, make_slip(db, SlipState.APPROVED, round_code), TODAY).findings[0].number
    loose = make_finding(db, round_code)
    for department, about in (("D2", number), ("D1", draft), ("D1", loose), ("D1", "WT-1999-0001"), ("D1", "")):
        with pytest.raises(Refused):
            deed(db, round_code, department, "d", ISSUED, "理由", about)  # type: ignore[operator]
    assert followup.appeals(db, TODAY, round_code) == ()
    assert followup.replies(db, round_code) == ()


def test_results_are_appealed_against_once_they_are_published_and_not_decided_by_who_published(
    db: Session, round_code: str
) -> None:
    rounds.publish(db, round_code, "zhuban", ISSUED)
    line = appealed(db, round_code, "")
    with pytest.raises(Refused, match="另一人"):
        followup.grant_appeal(db, line.id, "zhuban", ISSUED, "隔离有误")
    followup.grant_appeal(db, line.id, "fuhe", ISSUED, "下一轮更正，本轮附说明")
    (decided,) = followup.appeals(db, TODAY, round_code)
    assert (decided.state, decided.decision) == (AppealState.UPHELD, "下一轮更正，本轮附说明")


def test_an_appeal_waits_ten_working_days_and_is_late_then(db: Session, round_code: str, number: str) -> None:
    appealed(db, round_code, number)
    assert [followup.appeals(db, day.date(), round_code)[0].late for day in (LAST, TOO_LATE)] == [False, True]
    (line,) = followup.appeals(db, TODAY, round_code)
    assert (followup.may_decide(db, line, "zhuban"), followup.may_decide(db, line, "fuhe")) == (False, True)


def test_two_who_decide_at_once_do_not_both_succeed(db: Session, round_code: str, number: str) -> None:
    kept = objections.appeals(db, appeal_id=appealed(db, round_code, number).id)[0]
    followup.reject_appeal(db, kept.id, "fuhe", ISSUED, "维持")
    with pytest.raises(Moved):
        objections.move_appeal(db, kept, AppealState.UPHELD, "sanhao", ISSUED, "成立")


def test_nothing_is_said_without_words(db: Session, round_code: str, number: str) -> None:
    for deed in (followup.reply, followup.appeal):
        with pytest.raises(Refused):
            deed(db, round_code, "D1", "d1", ISSUED, " ", number)
    line = appealed(db, round_code, number)
    with pytest.raises(Refused, match="理由"):
        followup.reject_appeal(db, line.id, "fuhe", ISSUED, " ")


def test_notices_tell_that_something_happened_and_never_why(db: Session, round_code: str, number: str) -> None:
    for login, role, department in (
        ("zhuban", "organiser", None),
        ("d1", "department", "D1"),
        ("d2", "department", "D2"),
    ):
        change_address(db, make_account(db, login, role, department), f"{login}@example.cn", "zh")
    line = appealed(db, round_code, number)
    followup.reject_appeal(db, line.id, "fuhe", ISSUED, "维持原来的结论")
    sent = db.execute(text("SELECT recipient, subject, body FROM outbox WHERE key LIKE 'appeal/%' ORDER BY 1")).all()
    assert [(row.recipient, number in row.subject) for row in sent] == [
        ("d1@example.cn", True),
        ("zhuban@example.cn", True),
    ]
    assert not any("当日已办结" in row.body or "维持原来的结论" in row.body for row in sent)


def test_every_step_is_in_the_history_of_the_problem(db: Session, round_code: str, number: str) -> None:
    followup.reply(db, round_code, "D1", "d1", ISSUED, "说明", number)
    followup.grant_appeal(db, appealed(db, round_code, number).id, "fuhe", ISSUED, "成立")
    (finding,) = following.find_findings(db, numbers=[number])
    done = db.execute(text("SELECT action FROM finding_event WHERE finding_id = :id ORDER BY id"), {"id": finding.id})
    assert [row.action for row in done][-5:] == ["reply", "appeal", "grant_appeal", "rejudge", "clear"]


def corrected_slip(db: Session, round_code: str, actor: str) -> tuple[AppealLine, int]:
    """An appeal against the only problem of a slip that was recalled meanwhile, and the draft by ``actor`` that corrects it."""
    slip_id = make_slip(db, SlipState.ISSUED, round_code, findings=1)
    line = appealed(db, round_code, followup.slip(db, slip_id, TODAY).findings[0].number)
    followup.recall(db, slip_id, "fuhe", ISSUED, "依据写错")
    return line, followup.correct(db, slip_id, actor, ISSUED)


@pytest.mark.parametrize("drafter", ["zhuban", "fuhe"])
def test_a_draft_on_which_nothing_is_left_is_thrown_away(db: Session, round_code: str, drafter: str) -> None:
    line, slip_id = corrected_slip(db, round_code, drafter)
    followup.grant_appeal(db, line.id, "fuhe", ISSUED, "查无此事")
    assert followup.slip(db, slip_id, TODAY).line.state is SlipState.DISCARDED


def test_an_appeal_waits_while_the_letter_is_being_printed(db: Session, round_code: str) -> None:
    line, slip_id = corrected_slip(db, round_code, "zhuban")
    followup.approve(db, slip_id, "fuhe", ISSUED)
    with pytest.raises(Refused, match="正在印制"):
        followup.grant_appeal(db, line.id, "fuhe", ISSUED, "查无此事")


def test_nothing_is_left_to_answer_on_a_slip_whose_problems_were_cleared(db: Session, round_code: str) -> None:
    number = make_finding(db, round_code)
    slip_id = followup.bundle(db, round_code, "D1", [number], "fuhe", NOW)
    followup.approve(db, slip_id, "zhuban", ISSUED)
    act_on_slip(db, slip_id, "issue")
    act_on_slip(db, slip_id, "sign")
    followup.grant_appeal(db, appealed(db, round_code, number).id, "fuhe", ISSUED, "查无此事")
    with pytest.raises(Refused, match="已没有问题"):
        followup.answer(db, slip_id, "D1", "d1", ISSUED, [])
