"""The review desk: masks by people, release by one, confirmation by another."""

import pytest

from appraisal import scoring
from appraisal.masking import Kind, Roster
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.faults import Refused
from appraisal.model.review import MOVES, KeptComment, ReviewAction, ReviewState, next_review_state
from appraisal.store import Session
from tests.makers import make_closed_round

SAID = "找王芳科长三次，大嗓门说不行，电话13800138000没人接。"
NONE = Roster()


@pytest.fixture
def told(db: Session) -> str:
    texts = {"D1": [SAID, "窗口排队时间太长第一次来", "窗口排队时间太长第一次来！"], "D2": ["下班太早"]}
    ballots = [
        ImportedBallot("enterprise", Answers({code: Sheet({"A3": "S4"}, {}, {"T1": text})}, Sheet()))
        for code, said in texts.items()
        for text in said
    ]
    return make_closed_round(db, ballots)


def said(db: Session, code: str) -> KeptComment:
    (found,) = [one for one in scoring.comments_to_review(db, code, "D1") if one.text == SAID]
    return found


def move(db: Session, code: str, action: ReviewAction, actor: str) -> None:
    scoring.review_comment(db, code, said(db, code).id, action, actor, NONE)


def test_a_comment_is_shown_masked_with_what_was_masked(db: Session, told: str) -> None:
    shown = scoring.shown(said(db, told), NONE)
    assert shown.text == "找【姓名】科长三次，大嗓门说不行，电话【电话】没人接。"
    assert [piece.said for piece in shown.pieces] == ["王芳", "13800138000"]


def test_a_person_masks_more_and_lays_open_what_was_masked_for_nothing(db: Session, told: str) -> None:
    scoring.remask(db, told, said(db, told).id, "大嗓门", Kind.OTHER, {1}, NONE)
    shown = scoring.shown(said(db, told), NONE)
    assert shown.text == "找【姓名】科长三次，【隐去】说不行，电话13800138000没人接。"
    assert shown.kept.state is ReviewState.READ


def test_words_that_are_not_in_the_text_are_refused(db: Session, told: str) -> None:
    with pytest.raises(Refused, match="不在文中"):
        scoring.remask(db, told, said(db, told).id, "不在文中", Kind.OTHER, (), NONE)
    assert said(db, told).masks is None


def test_what_overlaps_a_mask_is_masked_as_one(db: Session, told: str) -> None:
    scoring.remask(db, told, said(db, told).id, "芳科长三次", Kind.OTHER, (), NONE)
    assert scoring.shown(said(db, told), NONE).text.startswith("找【姓名】，大嗓门")


def test_a_second_person_confirms_what_the_first_released(db: Session, told: str) -> None:
    move(db, told, ReviewAction.RELEASE, "zhuban")
    with pytest.raises(Refused, match="另一个账号"):
        move(db, told, ReviewAction.CONFIRM, "zhuban")
    move(db, told, ReviewAction.CONFIRM, "fuhe")
    kept = said(db, told)
    assert (kept.state, kept.released_by, kept.confirmed_by) == (ReviewState.CONFIRMED, "zhuban", "fuhe")


def test_masks_stay_as_they_were_when_released(db: Session, told: str) -> None:
    move(db, told, ReviewAction.RELEASE, "zhuban")
    with pytest.raises(Refused, match="先撤回"):
        scoring.remask(db, told, said(db, told).id, "大嗓门", Kind.OTHER, (), NONE)
    known = Roster(people=frozenset({"大嗓门"}))
    assert "大嗓门" in scoring.shown(said(db, told), known).text


def test_taking_back_forgets_who_released_and_confirmed(db: Session, told: str) -> None:
    for action, actor in ((ReviewAction.RELEASE, "a"), (ReviewAction.CONFIRM, "b"), (ReviewAction.TAKE_BACK, "c")):
        move(db, told, action, actor)
    kept = said(db, told)
    assert (kept.state, kept.released_by, kept.confirmed_by) == (ReviewState.READ, None, None)


@pytest.mark.parametrize("state", ReviewState)
@pytest.mark.parametrize("action", ReviewAction)
def test_only_the_moves_of_the_table_are_possible(
    db: Session, told: str, state: ReviewState, action: ReviewAction
) -> None:
    way = {
        ReviewState.RAW: [],
        ReviewState.READ: [ReviewAction.READ],
        ReviewState.RELEASED: [ReviewAction.RELEASE],
        ReviewState.CONFIRMED: [ReviewAction.RELEASE, ReviewAction.CONFIRM],
    }
    for number, step in enumerate(way[state]):
        move(db, told, step, f"reader {number}")
    if (state, action) in MOVES:
        move(db, told, action, "another")
        assert said(db, told).state is next_review_state(state, action)
    else:
        with pytest.raises(Refused):
            move(db, told, action, "another")


def test_nearly_the_same_comments_are_told_at_each(db: Session, told: str) -> None:
    every = scoring.comments_to_review(db, told, None)
    queue = [one for one in every if one.text.startswith("窗口")]
    assert [one.id for one in scoring.alike(every, queue[0].id)] == [queue[1].id]
    assert scoring.alike(every, said(db, told).id) == ()


def test_the_second_reader_is_led_to_what_others_released(db: Session, told: str) -> None:
    move(db, told, ReviewAction.RELEASE, "zhuban")
    every = scoring.comments_to_review(db, told, "D1")
    assert scoring.next_comment(every, "D1", ReviewState.RELEASED, "zhuban") is None
    found = scoring.next_comment(every, "D1", ReviewState.RELEASED, "fuhe")
    assert found is not None
    assert found.text == SAID


def test_an_id_that_is_none_is_refused(db: Session, told: str) -> None:
    for wrong in ("not hex", "00" * 16):
        with pytest.raises(Refused, match="没有这条意见"):
            scoring.one_comment(db, told, wrong)


def test_counts_are_told_by_department_and_state(db: Session, told: str) -> None:
    move(db, told, ReviewAction.RELEASE, "zhuban")
    counts = scoring.by_state(scoring.comments_to_review(db, told, None))
    assert counts["D1"] == {ReviewState.RELEASED: 1, ReviewState.RAW: 2}
    assert counts["D2"] == {ReviewState.RAW: 1}
