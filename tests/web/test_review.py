"""The review desk as organisers see it: masked first, masks changed by hand, released by one and confirmed by another."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from appraisal import scoring, store
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.store import tables
from appraisal.store.engine import reading
from tests.makers import NOW, make_account, make_closed_round
from tests.web.staffed import Visitor

SAID = "窗口王芳科长说大嗓门不行，打13800138000没人接。"
DESK = "/office/rounds/2026-1/review"


@pytest.fixture
def text(app: Flask) -> str:
    """The address of the one comment of a closed round."""
    sheet = Sheet({"A3": "S4"}, {}, {"T1": SAID})
    with store.transaction(app.extensions["appraisal"].engine) as db:
        code = make_closed_round(db, [ImportedBallot("enterprise", Answers({"D1": sheet}, Sheet()))])
        for login in ("zhuban", "fuhe"):
            make_account(db, login, "organiser")
        make_account(db, "d1", "department", "D1")
        (comment,) = scoring.comments(db, code, None)
    return f"{DESK}/{comment.id}"


def seen(visitor: Visitor, text: str) -> str:
    """What the page's forms say was seen."""
    found = re.search(r'name="seen" value="([^"]+)"', visitor.get(text).text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("deed", ["mask", "release"])
def test_nobody_decides_upon_a_text_that_a_colleague_changed_since(app: Flask, text: str, deed: str) -> None:
    first, second = Visitor(app, "organiser"), Visitor(app, "second")
    old = seen(first, text)
    second.post(f"{text}/mask", words="大嗓门", kind="隐去", seen=seen(second, text))
    answer = first.post(f"{text}/{deed}", words="科长", kind="隐去", pieces=["0"], seen=old)
    assert (answer.status_code, "再看一遍" in answer.text) == (409, True)
    assert "窗口【姓名】科长说【隐去】不行" in first.get(text).text


def test_the_overview_leads_to_the_first_text_and_shows_none(app: Flask, text: str) -> None:
    page = Visitor(app, "organiser").get(DESK).text
    assert text in page
    assert "窗口" not in page


def test_the_text_is_shown_masked_with_what_was_masked_apart(app: Flask, text: str) -> None:
    page = Visitor(app, "organiser").get(text).text
    assert "窗口【姓名】科长说大嗓门不行，打【电话】没人接。" in page
    assert SAID not in page
    assert "13800138000" in page


def test_masks_are_changed_by_hand(app: Flask, text: str) -> None:
    visitor = Visitor(app, "organiser")
    assert (
        visitor.post(f"{text}/mask", words="大嗓门", kind="隐去", pieces=["1"], seen=seen(visitor, text)).status_code
        == 303
    )
    assert "窗口【姓名】科长说【隐去】不行，打13800138000没人接。" in visitor.get(text).text


def test_a_kind_that_is_none_comes_back_with_what_is_missing(app: Flask, text: str) -> None:
    answer = Visitor(app, "organiser").post(f"{text}/mask", words="大嗓门", kind="x")
    assert (answer.status_code, "请选择这是哪一类内容" in answer.text) == (422, True)


def test_words_that_are_not_in_the_text_are_refused_with_the_reason(app: Flask, text: str) -> None:
    visitor = Visitor(app, "organiser")
    answer = visitor.post(f"{text}/mask", words="没有的字", kind="隐去", seen=seen(visitor, text))
    assert (answer.status_code, "原文里没有" in answer.text) == (409, True)


def test_who_released_a_text_is_not_offered_to_confirm_it_and_another_is(app: Flask, text: str) -> None:
    first, second = Visitor(app, "organiser"), Visitor(app, "second")
    assert first.post(f"{text}/release", seen=seen(first, text)).status_code == 303
    assert f"{text}/confirm" not in first.get(text).text
    assert first.post(f"{text}/confirm", seen=seen(first, text)).status_code == 409
    assert f"{text}/confirm" in second.get(text).text
    assert second.post(f"{text}/confirm", seen=seen(second, text)).status_code == 303
    assert "已复核" in first.get(text).text


def test_every_look_and_every_step_is_on_record(app: Flask, text: str) -> None:
    visitor = Visitor(app, "organiser")
    visitor.post(f"{text}/release", seen=seen(visitor, text))
    with reading(app.extensions["appraisal"].engine) as db:
        done = set(db.scalars(select(tables.AuditEvent.action)))
    assert {"comment.look", "comment.release"} <= done


def test_no_department_and_no_stranger_sees_a_text(app: Flask, text: str) -> None:
    assert Visitor(app, "d1").get(text).status_code == 403
    assert Visitor(app, "anonymous").get(text).status_code == 303


def test_the_departments_page_shows_its_comments_masked(app: Flask, text: str) -> None:
    with store.transaction(app.extensions["appraisal"].engine) as db:
        scoring.score_round(db, "2026-1", "zhuban", NOW)
    page = Visitor(app, "organiser").get("/office/rounds/2026-1/departments/D1").text
    assert "窗口【姓名】科长" in page
    assert "王芳" not in page
