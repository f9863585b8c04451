"""Flags and comments become findings: numbered once, judged once, written up once."""

import dataclasses
from datetime import datetime

import pytest
from sqlalchemy import text

from appraisal import scoring
from appraisal.model.faults import Moved, Refused
from appraisal.model.finding import JUDGED, FindingState, Outcome, Sources
from appraisal.model.flags import FlagResult
from appraisal.scoring import NewFinding
from appraisal.store import Session
from appraisal.store.findings import find_finding, findings_of_flags, judge
from tests.makers import NOW, make_ballot, make_closed_round, make_scored_round

ROUND = "2026-1"
MARKED = NewFinding("D1", "窗口排队久", "一个月内增开窗口", "服务承诺第3条", Sources(marks=(("Z", "Z01"),)))


@pytest.fixture
def flag(db: Session) -> FlagResult:
    ballots = [
        make_ballot(stratum, dict.fromkeys(("D1", "D2", "D3"), "S3"), {"D1": ("Z01",)})
        for stratum in ("enterprise", "citizen", "deputy")
        for _ in range(15)
    ]
    (raised,) = make_scored_round(db, ballots).flags
    return raised


def from_flag(flag: FlagResult, **changes: object) -> NewFinding:
    new = NewFinding(flag.department, "推诿", "限期整改", "首问负责制", Sources(flags=(flag.id,)))
    return dataclasses.replace(new, **changes)  # type: ignore[arg-type]


def test_numbers_count_up_by_year(db: Session, flag: FlagResult) -> None:
    given = [
        scoring.register_finding(
            db, ROUND, dataclasses.replace(MARKED, statement=words), "zhuban", datetime(year, 12, 31)
        )
        for words, year in (("推诿", 2026), ("扯皮", 2026), ("推诿扯皮", 2027))
    ]
    assert given == ["WT-2026-0001", "WT-2026-0002", "WT-2027-0001"]


def test_a_form_that_is_sent_twice_is_one_problem_until_it_is_judged(db: Session, flag: FlagResult) -> None:
    number = scoring.register_finding(db, ROUND, MARKED, "zhuban", NOW)
    with pytest.raises(Refused, match=number):
        scoring.register_finding(db, ROUND, MARKED, "zhuban", NOW)
    scoring.judge_finding(db, number, Outcome.UNVERIFIABLE, "查无实据", "zhuban", NOW)
    assert scoring.register_finding(db, ROUND, MARKED, "zhuban", NOW) > number


def test_a_flag_is_written_up_once(db: Session, flag: FlagResult) -> None:
    number = scoring.register_finding(db, ROUND, from_flag(flag), "zhuban", NOW)
    assert findings_of_flags(db, [flag.id, 999]) == {flag.id: number}
    with pytest.raises(Refused, match=number):
        scoring.register_finding(db, ROUND, from_flag(flag), "zhuban", NOW)


def test_a_flag_that_was_written_up_stays_so_when_the_round_is_scored_again(db: Session, flag: FlagResult) -> None:
    number = scoring.register_finding(db, ROUND, from_flag(flag), "zhuban", NOW)
    scoring.score_round(db, ROUND, "zhuban", NOW)
    again = next(one for one in scoring.results(db, ROUND).flags if one.option == flag.option)
    assert again.id != flag.id
    with pytest.raises(Refused, match=number):
        scoring.register_finding(db, ROUND, from_flag(again), "zhuban", NOW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"department": "D9"}, "D9"),
        ({"department": "D2"}, "不属于"),
        ({"sources": Sources()}, "至少勾选一条"),
        ({"sources": Sources(marks=(("Z", "Z00"),))}, "没有这一项"),
        ({"sources": Sources(marks=(("A3", "S1"),))}, "没有这一项"),
        ({"sources": Sources(marks=(("Z", "Z02"),))}, "至少要有 3 张"),
        ({"sources": Sources(flags=(999,))}, "不属于"),
        ({"sources": Sources(comments=("00" * 16,))}, "1条不是"),
        ({"statement": " "}, "写明问题"),
        ({"demand": ""}, "整改要求"),
    ],
)
def test_an_unfit_finding_is_refused_and_takes_no_number(
    db: Session, flag: FlagResult, change: dict[str, object], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        scoring.register_finding(db, ROUND, from_flag(flag, **change), "zhuban", NOW)
    assert scoring.register_finding(db, ROUND, MARKED, "zhuban", NOW) == "WT-2026-0001"


def test_findings_wait_for_the_scores(db: Session) -> None:
    make_closed_round(db, [make_ballot("citizen", {"D1": "S5"})])
    with pytest.raises(Refused, match="还没有计分"):
        scoring.register_finding(db, ROUND, MARKED, "zhuban", NOW)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_leads_where_the_table_says_and_leaves_an_event(
    db: Session, flag: FlagResult, outcome: Outcome
) -> None:
    other = scoring.register_finding(db, ROUND, MARKED, "zhuban", NOW)
    number = scoring.register_finding(db, ROUND, from_flag(flag), "zhuban", NOW)
    scoring.judge_finding(db, number, outcome, " 已调阅记录 ", "fuhe", NOW)
    states = {each: kept.state for each in (other, number) if (kept := find_finding(db, each))}
    assert states == {other: FindingState.REGISTERED, number: JUDGED[outcome]}
    events = db.execute(text("SELECT actor, action, note FROM finding_event ORDER BY id")).all()
    assert [tuple(event) for event in events[1:]] == [("zhuban", "register", ""), ("fuhe", "judge", "已调阅记录")]


def test_a_finding_is_judged_once_with_a_reason(db: Session, flag: FlagResult) -> None:
    number = scoring.register_finding(db, ROUND, from_flag(flag), "zhuban", NOW)
    with pytest.raises(Refused, match="查核经过"):
        scoring.judge_finding(db, number, Outcome.TRUE, " ", "fuhe", NOW)
    scoring.judge_finding(db, number, Outcome.UNFOUNDED, "查无此事", "fuhe", NOW)
    with pytest.raises(Refused, match="已经查核过"):
        scoring.judge_finding(db, number, Outcome.TRUE, "属实", "fuhe", NOW)
    with pytest.raises(Refused, match="WT-1999-0001"):
        scoring.judge_finding(db, "WT-1999-0001", Outcome.TRUE, "属实", "fuhe", NOW)


def test_two_who_judge_at_once_do_not_both_succeed(db: Session, flag: FlagResult) -> None:
    number = scoring.register_finding(db, ROUND, from_flag(flag), "zhuban", NOW)
    read_before = find_finding(db, number)
    assert read_before is not None
    scoring.judge_finding(db, number, Outcome.TRUE, "属实", "fuhe", NOW)
    with pytest.raises(Moved):
        judge(db, read_before, FindingState.UNFOUNDED, Outcome.UNFOUNDED, "zhuban", "不属实", NOW)
