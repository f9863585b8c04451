"""Words of the comments, near-duplicates, and advice about items."""

import doctest

import pytest

from appraisal import scoring
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.faults import Refused
from appraisal.scoring import words
from appraisal.store import Session
from tests.makers import make_closed_round, make_scored_round

QUEUES = "市场监管局窗口排队时间太长，第{}次去还是等了半天。"
LIGHTS = "路口的信号灯坏了{}天，没有人来修，晚上很危险。"
COPIED = "发展改革局的审批材料重复提交，来回跑了很多趟"


def ballot(number: int) -> ImportedBallot:
    """Everybody writes about queues at D2 and lights at D3; six of 30 send the same text about D1."""
    texts = {"D2": QUEUES.format(number), "D3": LIGHTS.format(number)}
    if number % 5 == 0:
        texts["D1"] = COPIED + "！" * (number % 2)
    sheets = {code: Sheet({"A3": "S4"}, {}, {"T1": text}) for code, text in texts.items()}
    return ImportedBallot("enterprise", Answers(sheets, Sheet()))


@pytest.fixture
def told(db: Session) -> str:
    return make_closed_round(db, [ballot(number) for number in range(30)])


def test_the_words_of_one_department_stand_out_there(db: Session, told: str) -> None:
    found = {line.word: line for line in scoring.department_words(db, told, "D2").words}
    assert found["窗口"].here == 30
    assert found["窗口"].elsewhere == 0
    assert "信号灯" not in found


def test_a_departments_name_is_one_word(db: Session, told: str) -> None:
    assert "市场监管局" in [line.word for line in scoring.department_words(db, told, "D2").words]


def test_the_same_text_sent_several_times_is_one_group(db: Session, told: str) -> None:
    (group,) = scoring.department_words(db, told, "D1").alike
    assert len(group.texts) == 6
    assert group.likeness >= 0.8


def test_a_department_without_comments_has_no_words(db: Session, told: str) -> None:
    found = scoring.department_words(db, told, "D4")
    assert (found.comments, found.words, found.alike) == (0, (), ())


def test_words_of_an_unknown_department_are_refused(db: Session, told: str) -> None:
    with pytest.raises(Refused, match="D9"):
        scoring.department_words(db, told, "D9")


def test_the_examples_of_words_are_true() -> None:
    assert doctest.testmod(words).failed == 0


def rated(number: int) -> ImportedBallot:
    """A1 is always the best, A2 and A3 agree in all but one of ten."""
    level = f"S{number % 5 + 1}"
    third = "S3" if number % 10 == 9 else level
    return ImportedBallot("enterprise", Answers({"D1": Sheet({"A1": "S5", "A2": level, "A3": third}, {}, {})}, Sheet()))


def test_an_item_that_all_answer_alike_and_two_that_ask_the_same_get_advice(db: Session) -> None:
    make_scored_round(db, [rated(number) for number in range(100)])
    found = scoring.tuning(db, "2026-1")
    assert found is not None
    said = {(one.item, one.code, one.other) for one in found.advice}
    assert ("A1", "alike", "") in said
    assert ("A2", "redundant", "A3") in said
    assert found.rows == 100


def test_a_round_in_which_nobody_rated_has_nothing_to_tune(db: Session) -> None:
    empty = ImportedBallot("enterprise", Answers({}, Sheet()))
    make_scored_round(db, [empty] * 3)
    assert scoring.tuning(db, "2026-1") is None
