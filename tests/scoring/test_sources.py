"""What a finding rests on: ballots counted once over several marks, texts that are no copies, and two findings made one."""

from collections.abc import Sequence
from itertools import count

import pytest
from sqlalchemy import text

from appraisal import followup, rounds, scoring
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.faults import Moved, Refused
from appraisal.model.finding import FindingState, Outcome, Sources
from appraisal.model.review import ReviewAction
from appraisal.scoring import NewFinding
from appraisal.store import Session
from appraisal.store.findings import find_finding, merge, sources_of
from tests.makers import NOW, make_closed_round

ROUND = "2026-1"
TOLD = count(1)
Z01, Z02, B01 = ("Z", "Z01"), ("Z", "Z02"), ("B", "B01")
COPIED = "窗口排队要等很长时间，叫号机常常是坏的"
TEXTS = (COPIED, COPIED + "！", "电话打了几天都没有人接听", "材料要求前后说法不一样，跑了三趟")


def ballot(marks: Sequence[str], said: str = "", rating: str = "S3", department: str = "D1") -> ImportedBallot:
    ticked = {item: tuple(one for one in marks if one.startswith(item)) for item in ("Z", "B")}
    sheet = Sheet(
        {"A3": rating}, {item: codes for item, codes in ticked.items() if codes}, {"T1": said} if said else {}
    )
    return ImportedBallot("citizen", Answers({department: sheet}, Sheet()))


@pytest.fixture
def comments(db: Session) -> list[str]:
    """A scored round; the ids of D1's four comments by their text, read by two people. Another department's rows are planted."""
    marked = [ballot(["Z01"])] * 4 + [ballot(["Z01", "Z02"])] * 2 + [ballot(["Z02", "B01"])] * 3
    noise = [ballot(["Z01"], "D2的意见也不少，也有人说", department="D2")] * 7 + [ballot(["Z01"], rating="S0")] * 5
    code = make_closed_round(db, [*marked, *noise, *(ballot([], said) for said in TEXTS)])
    scoring.score_round(db, code, "zhuban", NOW)
    known = scoring.public_terms(rounds.kept_round(db, code))
    by_text = {line.text: line.id for line in scoring.comments(db, code, "D1")}
    for line in scoring.comments(db, code, None):
        for action, who in ((ReviewAction.RELEASE, "zhuban"), (ReviewAction.CONFIRM, "fuhe")):
            scoring.review_comment(db, code, line.id, action, who, known)
    return [by_text[said] for said in TEXTS]


def register(db: Session, sources: Sources, department: str = "D1") -> str:
    # Other words each time: the same words over the same sources would be the same problem.
    new = NewFinding(department, f"排队久（第{next(TOLD)}次）", "增开窗口", "", sources)
    return scoring.register_finding(db, ROUND, new, "zhuban", NOW)


def weight(db: Session, number: str) -> tuple[int, int]:
    found = find_finding(db, number)
    assert found is not None
    return found.ballots, found.texts


@pytest.mark.parametrize(
    ("marks", "ballots"), [((Z01,), 6), ((Z02,), 5), ((Z01, Z02), 9), ((Z02, B01), 5), ((Z01, Z02, B01), 9)]
)
def test_a_ballot_that_ticked_several_of_the_marks_counts_once(
    db: Session, comments: list[str], marks: tuple[tuple[str, str], ...], ballots: int
) -> None:
    assert weight(db, register(db, Sources(marks=marks))) == (ballots, 0)


def test_comments_are_never_added_to_ballots_and_copies_count_once(db: Session, comments: list[str]) -> None:
    assert weight(db, register(db, Sources(marks=(Z01,), comments=tuple(comments)))) == (6, 3)
    assert weight(db, register(db, Sources(comments=tuple(comments)))) == (3, 3)


def test_three_different_comments_are_needed_where_there_is_nothing_else(db: Session, comments: list[str]) -> None:
    with pytest.raises(Refused, match=r"互不重复.*现在是 2 条"):
        register(db, Sources(comments=tuple(comments[:3])))


def test_a_comment_of_another_department_or_that_one_person_read_is_no_source(db: Session, comments: list[str]) -> None:
    foreign = scoring.comments(db, ROUND, "D2")[0].id
    with pytest.raises(Refused, match="1条不是"):
        register(db, Sources(marks=(Z01,), comments=(*comments, foreign)))
    known = scoring.public_terms(rounds.kept_round(db, ROUND))
    scoring.review_comment(db, ROUND, comments[0], ReviewAction.TAKE_BACK, "fuhe", known)
    with pytest.raises(Refused, match="1条不是"):
        register(db, Sources(marks=(Z01,), comments=tuple(comments)))


def test_merged_problems_rest_on_the_sources_of_both_counted_anew(db: Session, comments: list[str]) -> None:
    stays, gone = register(db, Sources(marks=(Z01,))), register(db, Sources(marks=(Z02,), comments=tuple(comments)))
    scoring.merge_findings(db, gone, stays, "一回事", "zhuban", NOW)
    found = find_finding(db, stays)
    assert found is not None
    assert (found.ballots, found.texts, found.state) == (9, 3, FindingState.REGISTERED)
    assert sources_of(db, found.id) == Sources((Z01, Z02), (), tuple(sorted(comments)))


def test_a_merged_number_stays_on_the_ledger_is_not_reused_and_the_balance_adds_up(
    db: Session, comments: list[str]
) -> None:
    stays, gone, other = (register(db, Sources(marks=(Z01,))) for _ in range(3))
    scoring.merge_findings(db, gone, stays, "一回事", "zhuban", NOW)
    assert register(db, Sources(marks=(Z02,))) == "WT-2026-0004"
    found = followup.ledger(db, ROUND, NOW.date())
    assert {line.number: line.into for line in found.lines} == {
        stays: None,
        gone: stays,
        other: None,
        "WT-2026-0004": None,
    }
    assert (found.balance.registered, found.balance.running, found.balance.transferred) == (4, 3, 1)
    assert found.balance.adds_up


def test_only_two_unjudged_problems_of_one_department_are_merged_and_with_a_reason(
    db: Session, comments: list[str]
) -> None:
    one, two, judged = (register(db, Sources(marks=(Z01,))) for _ in range(3))
    foreign = register(db, Sources(marks=(Z01,)), "D2")
    scoring.judge_finding(db, judged, Outcome.TRUE, "属实", "fuhe", NOW)
    for gone, stays in ((one, one), (one, judged), (judged, one), (one, foreign), (one, "WT-1999-0001")):
        with pytest.raises(Refused):
            scoring.merge_findings(db, gone, stays, "一回事", "zhuban", NOW)
    with pytest.raises(Refused, match="理由"):
        scoring.merge_findings(db, one, two, " ", "zhuban", NOW)
    assert db.execute(text("SELECT count(*) FROM finding WHERE state = 'merged'")).scalar_one() == 0


def test_a_merged_problem_is_neither_judged_nor_taken_up_again(db: Session, comments: list[str]) -> None:
    stays, gone = (register(db, Sources(marks=(Z01,))) for _ in range(2))
    scoring.merge_findings(db, gone, stays, "一回事", "zhuban", NOW)
    with pytest.raises(Refused):
        scoring.judge_finding(db, gone, Outcome.TRUE, "属实", "fuhe", NOW)
    with pytest.raises(Refused):
        followup.take_up_again(db, gone, "zhuban", NOW, "又来了")


def test_a_problem_that_was_judged_meanwhile_is_not_merged(db: Session, comments: list[str]) -> None:
    kept = [find_finding(db, register(db, Sources(marks=(Z01,)))) for _ in range(2)]
    first, second = (one for one in kept if one is not None)
    scoring.judge_finding(db, second.number, Outcome.TRUE, "属实", "fuhe", NOW)
    with pytest.raises(Moved):
        merge(db, first, second, 6, 0, "zhuban", "一回事", NOW)
