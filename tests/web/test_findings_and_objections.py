"""Pages of findings, replies and appeals as each side sees them."""

import re

import pytest
from flask import Flask
from sqlalchemy import select, update

from appraisal import followup, store
from appraisal.model.finding import FindingState
from appraisal.model.objection import AppealState
from appraisal.settings import city_now
from appraisal.store import tables
from appraisal.store.engine import reading
from appraisal.web.access import create_account
from tests.makers import NOW, lay_finding
from tests.web.staffed import CANARY, Objects, Visitor, fill_city

FORM = "/office/rounds/2026-1/departments/D1/finding"
WRITTEN = {"statement": "排队久", "demand": "增开窗口", "basis": ""}


@pytest.fixture
def objects(app: Flask) -> Objects:
    with store.transaction(app.extensions["appraisal"].engine) as db:
        return fill_city(db)


def state_of(app: Flask, number: str) -> tuple[str, str | None]:
    with reading(app.extensions["appraisal"].engine) as db:
        (line,) = [one for one in followup.ledger(db, None, NOW.date()).lines if one.number == number]
    return line.state, line.into


def test_the_sources_are_counted_before_anything_is_written(app: Flask, objects: Objects) -> None:
    page = Visitor(app, "organiser").post(FORM, count="1", marks=["Z:Z01", "Z:Z02"], statement="写了一半").text
    assert "至少40份各自独立的评议票反映" in page
    assert "30–99人次" in page
    assert "写了一半" in page


def test_a_count_that_is_too_low_is_said(app: Flask, objects: Objects) -> None:
    assert "至少勾选" not in Visitor(app, "organiser").get(FORM).text
    office = Visitor(app, "organiser")
    assert "写成问题至少要3份" in office.post(FORM, count="1").text
    assert "至少要有 3 张" in office.post(FORM, marks=["B:B01"], **WRITTEN).text


def test_an_unread_comment_is_shown_but_cannot_be_ticked(app: Flask, objects: Objects) -> None:
    office = Visitor(app, "organiser")
    page = office.get(FORM).text
    assert "还有3条没有经两个人审阅" in page
    assert 'name="comments"' not in page
    assert "还没有经两个人审阅" in office.post(FORM, comments=[objects.comment], **WRITTEN).text


def test_two_problems_are_merged_on_the_page_of_one(app: Flask, objects: Objects) -> None:
    with store.transaction(app.extensions["appraisal"].engine) as db:
        other = lay_finding(db, "2026-1", "D1", ("同一件事", "改正", ""))
    office = Visitor(app, "organiser")
    assert other in office.get(f"/office/findings/{objects.finding}").text
    answer = office.post(f"/office/findings/{other}/merge", **{"merge-into": objects.finding, "merge-note": "一回事"})
    assert answer.location.endswith(objects.finding)
    assert state_of(app, other) == (FindingState.MERGED, objects.finding)
    assert objects.finding in office.get("/office/ledger?state=merged").text
    assert office.post(f"/office/findings/{objects.finding}/merge").status_code == 422


def test_a_problem_of_another_department_is_registered_there_as_it_is_judged(app: Flask, objects: Objects) -> None:
    office = Visitor(app, "organiser")
    said = {"outcome": "elsewhere", "note": "职责在市场监管局", "department": "D2"}
    answer = office.post(f"/office/findings/{objects.finding}/judge", **said)
    new = answer.location.rpartition("/")[2]
    assert state_of(app, objects.finding) == (FindingState.TRANSFERRED, None)
    assert state_of(app, new) == (FindingState.REGISTERED, None)
    assert objects.finding in office.get(answer.location).text


@pytest.mark.parametrize("outcome", ["true", "unfounded"])
def test_a_department_named_beside_another_outcome_is_passed_over(app: Flask, objects: Objects, outcome: str) -> None:
    said = {"outcome": outcome, "note": "查过", "department": "D2"}
    answer = Visitor(app, "organiser").post(f"/office/findings/{objects.finding}/judge", **said)
    assert answer.location.endswith(objects.finding)


def test_a_department_appeals_takes_it_back_and_cannot_again(app: Flask, objects: Objects) -> None:
    department = Visitor(app, "d1")
    slip = department.get(f"/desk/slips/{objects.own_slip}").text
    address = next(one for one in re.findall(r'href="(/desk/objections/[^"]+)"', slip))
    with store.transaction(app.extensions["appraisal"].engine) as db:
        db.execute(update(tables.Slip).values(issued_on=city_now().date()))
    assert department.post(f"{address}/appeal", **{"appeal-note": ""}).status_code == 422
    assert department.post(f"{address}/appeal", **{"appeal-note": "理由"}).status_code == 303
    (withdraw,) = re.findall(r'action="(/desk/appeals/\d+/withdraw)"', department.get(address).text)
    assert Visitor(app, "d2").post(withdraw).status_code == 404
    assert department.post(withdraw).status_code == 303
    assert "提交申诉" not in department.get(address).text


def test_an_appeal_waits_on_the_desk_and_who_judged_is_offered_no_decision(app: Flask, objects: Objects) -> None:
    assert "复核部门的申诉" in Visitor(app, "second").get("/office/").text
    pages = [Visitor(app, who).get(f"/office/appeals/{objects.appeal}").text for who in ("organiser", "second")]
    assert ["grant_appeal" in page for page in pages] == [False, True]
    answer = Visitor(app, "organiser").post(f"/office/appeals/{objects.appeal}/grant_appeal", note="成立")
    assert answer.status_code == 409
    with reading(app.extensions["appraisal"].engine) as db:
        assert db.scalar(select(tables.Appeal.state).where(tables.Appeal.id == objects.appeal)) == AppealState.FILED


def test_a_clearing_says_what_was_found_and_nothing_of_who_said_it(app: Flask, objects: Objects) -> None:
    page = Visitor(app, "d1").get(f"/desk/clearings/{objects.cleared}").text
    assert "经查核，该反映不属实" in page
    assert "调阅记录，不属实" in page
    assert (CANARY in page, "人次" in page, "12" in re.sub(r"<[^>]+>", "", page)) == (False, False, False)


def test_no_department_account_is_an_organisers_so_no_reviewer_is_of_the_judged_department(app: Flask) -> None:
    with store.transaction(app.extensions["appraisal"].engine) as db, pytest.raises(ValueError, match="and no other"):
        create_account(db, "x", "x岗", "organiser", "D1", "a password for tests")


def test_a_problem_from_comments_alone_has_a_name_on_every_page(app: Flask, objects: Objects) -> None:
    with store.transaction(app.extensions["appraisal"].engine) as db:
        number = lay_finding(db, "2026-1", "D1", ("门口没有标识", "补上", ""), ("", ""))
    office = Visitor(app, "organiser")
    for address in (f"/office/findings/{number}", "/office/rounds/2026-1/findings"):
        assert "意见建议反映的问题" in office.get(address).text
