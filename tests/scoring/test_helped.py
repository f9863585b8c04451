"""Did it help: a struck-off problem beside the same mark in the next round, and in a mini-sample."""

import dataclasses
import random
from datetime import timedelta

import pytest

from appraisal import collect, followup, rounds, scoring
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.faults import Moved, Refused
from appraisal.model.finding import FindingState, Sources
from appraisal.model.helped import Helped, Verdict
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.model.slip_moves import Check, SlipState
from appraisal.model.wording import Wording
from appraisal.secrecy.sealed import new_tally_key
from appraisal.settings import Secrets
from appraisal.store import Session
from appraisal.store.following import find_findings, move_finding
from appraisal.store.rechecks import keep_verdict, rechecks_of
from appraisal.store.rounds import find_round
from appraisal.store.trails import finding_steps
from tests.makers import NOW, lay_finding, make_finding, make_plan, make_scored_round, make_slip
from tests.scoring.two_rounds import AMPLE, LAST, THIS, ballots, last_round, recheck, run_recheck, this_round


def only(db: Session) -> Helped:
    (found,) = scoring.helped(db, LAST)
    return found


@pytest.mark.parametrize(("now", "verdict"), [(10, Verdict.IMPROVED), (37, Verdict.NOT_SHOWN), (60, Verdict.WORSE)])
def test_a_struck_off_problem_is_compared_with_the_next_round(db: Session, now: int, verdict: Verdict) -> None:
    number = last_round(db)
    this_round(db, now)
    found = only(db)
    assert (found.number, found.verdict, found.against) == (number, verdict, THIS)
    assert found.figures is not None
    assert (found.figures.before.count, found.figures.now.count, found.figures.now.n) == (120, now * 3, 300)
    assert found.figures.difference == pytest.approx((now - 40) / 100)
    assert found.figures.low <= found.figures.difference <= found.figures.high


def test_before_the_next_round_is_scored_nothing_is_said(db: Session) -> None:
    last_round(db)
    found = only(db)
    assert (found.verdict, found.figures, found.against) == (Verdict.WAITING, None, "")


def test_a_problem_that_only_comments_told_of_has_nothing_to_compare(db: Session) -> None:
    make_scored_round(db, ballots(40), strata=AMPLE, code=LAST, title=Wording("2025年评议"))
    number = lay_finding(db, LAST, "D1", ("热线无人接听。", "安排专人值守。", ""), mark=("", ""))
    close_by_hand(db, number)
    assert only(db).verdict is Verdict.COMMENTS
    this_round(db, 10)
    assert only(db).verdict is Verdict.COMMENTS
    with pytest.raises(Refused, match="意见建议"):
        recheck(db, number)
    with pytest.raises(Refused, match="意见建议"):
        scoring.recheck_need(db, number, ["citizen"], 0.1)


def close_by_hand(db: Session, number: str) -> None:
    """Strike a finding off whatever its slip is, as if the way there had been gone."""
    (finding,) = find_findings(db, numbers=[number])
    move_finding(db, finding, FindingState.CLOSED, "strike_off", "zhuban", NOW)


def test_a_mark_in_other_words_is_not_compared(db: Session) -> None:
    last_round(db)
    plan = make_plan()
    source = plan.questionnaire_source.replace("[title]", "[title]", 1)
    label = plan.questionnaire.item("Z").option("Z01").label.zh
    source = source.replace(label, f"{label}（窗口）")
    this_round(db, 10, questionnaire=read_questionnaire(source, "q"), questionnaire_source=source)
    assert only(db).verdict is Verdict.NOT_ASKED


def test_few_ballots_say_too_little_either_way(db: Session) -> None:
    last_round(db, ticked=4, each=9)
    make_scored_round(db, ballots(0, 9), strata=AMPLE, previous=LAST)
    assert only(db).verdict is Verdict.TOO_FEW


def test_a_problem_flagged_near_the_edge_is_judged_by_how_it_was_chosen(db: Session) -> None:
    last_round(db, ticked=4)
    this_round(db, 1)
    found = only(db)
    assert found.figures is not None
    assert found.figures.chosen_from >= 10
    assert found.figures.high > 0
    assert found.verdict in (Verdict.TOO_FEW, Verdict.NOT_SHOWN)


def test_a_problem_that_no_flag_raised_is_judged_from_the_fewest_ballots_on(db: Session) -> None:
    last_round(db, ticked=3)
    this_round(db, 0)
    found = only(db)
    assert found.figures is not None
    assert (found.figures.chosen_from, found.verdict) == (3, Verdict.IMPROVED)


def test_the_need_grows_as_the_aim_comes_closer(db: Session) -> None:
    number = last_round(db)
    far, near = (scoring.recheck_need(db, number, ["citizen"], aim) for aim in (0.1, 0.22))
    assert far.answers is not None
    assert near.answers is not None
    assert far.answers < near.answers
    assert far.strata[0].codes >= far.strata[0].answers
    assert scoring.recheck_need(db, number, ["citizen"], 0.39).answers is None
    with pytest.raises(Refused, match="低于"):
        scoring.recheck_need(db, number, ["citizen"], 0.5)
    with pytest.raises(Refused, match="主体类别"):
        scoring.recheck_need(db, number, ["nobody"], 0.1)


def test_a_mini_sample_asks_the_same_words_of_one_department(db: Session) -> None:
    number = last_round(db)
    plan = rounds.kept_round(db, recheck(db, number)).plan
    whole = make_plan().questionnaire
    assert [item.code for item in plan.questionnaire.items()] == ["A3", "Z"]
    assert plan.questionnaire.item("Z").options == whole.item("Z").options
    assert plan.questionnaire.item("A3").options == whole.item("A3").options
    assert ([one.code for one in plan.departments], plan.kind, plan.previous) == (["D1"], "专项", LAST)


@pytest.mark.parametrize(("now", "verdict"), [(8, Verdict.IMPROVED), (48, Verdict.NOT_SHOWN), (90, Verdict.WORSE)])
def test_a_mini_sample_tells_what_became_of_the_problem(
    db: Session, secrets: Secrets, now: int, verdict: Verdict
) -> None:
    number = last_round(db)
    code = recheck(db, number)
    assert scoring.recheck_result(db, code) is None
    run_recheck(db, secrets, code, now)
    assert scoring.conclude_recheck(db, code, "zhuban", NOW).verdict is verdict
    (kept,) = rechecks_of(db, number)
    assert kept.verdict is verdict
    assert [step.action for step in finding_steps(db, number)][-2:] == ["recheck", "recheck_result"]
    with pytest.raises(Refused, match="已经记入"):
        scoring.conclude_recheck(db, code, "zhuban", NOW)


def test_a_verdict_is_recorded_once_even_by_two_at_the_same_time(db: Session) -> None:
    kept = find_round(db, recheck(db, last_round(db)))
    assert kept is not None
    keep_verdict(db, kept.id, Verdict.IMPROVED)
    with pytest.raises(Moved):
        keep_verdict(db, kept.id, Verdict.WORSE)


def test_a_mini_sample_is_not_stopped_while_codes_are_left_and_its_day_is_not_over(
    db: Session, secrets: Secrets
) -> None:
    code = recheck(db, last_round(db))
    collect.issue_codes(db, code, {"citizen": 120}, secrets, random.Random(1))
    rounds.open_round(db, code, new_tally_key().public, "zhuban", NOW)
    with pytest.raises(Refused, match="评议码全部用完"):
        rounds.close(db, code, "zhuban", NOW)
    rounds.close(db, code, "zhuban", NOW + timedelta(days=11))


def test_a_mini_sample_is_not_taken_for_the_next_round(db: Session, secrets: Secrets) -> None:
    code = recheck(db, last_round(db))
    run_recheck(db, secrets, code, 8)
    assert only(db).verdict is Verdict.WAITING


def test_a_second_mini_sample_waits_for_the_first_and_errs_half_as_often(db: Session, secrets: Secrets) -> None:
    number = last_round(db)
    code = recheck(db, number)
    with pytest.raises(Refused, match="还没有结果"):
        recheck(db, number)
    run_recheck(db, secrets, code, 48)
    scoring.conclude_recheck(db, code, "zhuban", NOW)
    assert scoring.recheck_need(db, number, ["citizen"], 0.1).level == 0.975
    assert recheck(db, number).endswith("-2")


def test_too_few_codes_and_impossible_days_are_refused(db: Session) -> None:
    number = last_round(db)
    with pytest.raises(Refused, match="至少30个"):
        recheck(db, number, codes=29)
    yesterday = NOW.date() - timedelta(days=1)
    new = rounds.NewRecheck(number, {"citizen": 60}, yesterday, NOW.date(), 0.1, 60)
    with pytest.raises(Refused, match="60天"):
        rounds.plan_recheck(db, new, "zhuban", NOW)
    with pytest.raises(Refused, match="主体类别"):
        rounds.plan_recheck(db, dataclasses.replace(new, codes={}), "zhuban", NOW)


def test_a_problem_nobody_works_on_yet_is_not_measured_again(db: Session) -> None:
    make_scored_round(db, ballots(40), strata=AMPLE, code=LAST, title=Wording("2025年评议"))
    with pytest.raises(Refused, match="才能复测"):
        recheck(db, make_finding(db, LAST))
    with pytest.raises(Refused, match="台账上没有"):
        recheck(db, "WT-2000-0001")


def test_a_check_by_a_small_survey_rests_on_a_recorded_mini_sample(db: Session, secrets: Secrets) -> None:
    make_scored_round(db, ballots(40), strata=AMPLE, code=LAST, title=Wording("2025年评议"))
    slip_id = make_slip(db, SlipState.ACCEPTED, LAST, findings=1)
    (finding,) = find_findings(db, slip_id=slip_id)
    with pytest.raises(Refused, match="没有可用的复测结果"):
        followup.verify(db, slip_id, "zhuban", NOW, Check.MINI_SURVEY, "见复测")
    code = recheck(db, finding.number)
    run_recheck(db, secrets, code, 8)
    scoring.conclude_recheck(db, code, "zhuban", NOW)
    followup.verify(db, slip_id, "zhuban", NOW, Check.MINI_SURVEY, "见复测")
    events = followup.slip(db, slip_id, NOW.date()).events
    assert [each.note for each in events if each.action == "verify"] == [f"小样本复测（{code}有改善）：见复测"]


def test_the_marks_of_a_department_that_nobody_rates_weigh_and_are_compared_too(db: Session) -> None:
    def heard(ticked: int) -> list[ImportedBallot]:
        sheets = [Sheet({}, {"Z": ("Z01",) if number < ticked else ("Z00",)}, {}) for number in range(100)]
        return [ImportedBallot("citizen", Answers({"D4": sheet}, Sheet())) for sheet in sheets]

    make_scored_round(db, heard(40), strata=AMPLE, code=LAST, title=Wording("2025年评议"))
    new = scoring.NewFinding("D4", "资料难查。", "延长开放时间。", "", Sources(marks=(("Z", "Z01"),)))
    number = scoring.register_finding(db, LAST, new, "zhuban", NOW)
    close_by_hand(db, number)
    make_scored_round(db, heard(5), strata=AMPLE, previous=LAST)
    assert only(db).verdict is Verdict.IMPROVED


def test_no_mini_sample_is_planned_too_small_for_a_verdict(db: Session) -> None:
    need = scoring.recheck_need(db, last_round(db), ["citizen"], 0.0)
    assert need.answers == 30
