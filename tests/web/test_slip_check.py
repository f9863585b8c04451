"""The page that checks slips, as anybody who holds one sees it."""

import hashlib
import io
import re

import pytest
from flask import Flask
from sqlalchemy import text

from appraisal import followup, store
from appraisal.model.slip_moves import SlipState
from appraisal.web.app import LARGEST_BODY
from tests.makers import NOW, act_on_slip, make_ballot, make_letter, make_scored_round, make_slip
from tests.web.conftest import place_of
from tests.web.respondent_journey import Respondent

ADDRESS = "/slips/check"
UNKNOWN = "登记簿里没有相符的提示单。"


@pytest.fixture
def round_code(app: Flask) -> str:
    with store.transaction(place_of(app).engine) as db:
        return make_scored_round(db, [make_ballot("citizen", {"D1": "S2"})] * 4).code


def made(app: Flask, round_code: str, state: SlipState) -> tuple[int, str, str]:
    """A slip in that state: id, number, check code."""
    with store.transaction(place_of(app).engine) as db:
        slip_id = make_slip(db, state, round_code)
        document = followup.slip_document(db, slip_id)
    return slip_id, document.number, document.check_code


def file(content: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), "提示单.pdf"


def main_of(page: str) -> str:
    found = re.search(r"<main.*</main>", page, re.DOTALL)
    assert found is not None
    return found[0]


def test_number_and_code_of_an_issued_slip_are_genuine(app: Flask, round_code: str) -> None:
    _, number, code = made(app, round_code, SlipState.ISSUED)
    page = Respondent(app).post(ADDRESS, number=number, code=code.lower())
    assert f"{number}是主办单位发出的工作提示单。" in page.text
    assert "纸面上的发文字号应当就是上面这一个" in page.text


def test_the_address_in_the_qr_code_answers_at_once(app: Flask, round_code: str) -> None:
    _, number, code = made(app, round_code, SlipState.SIGNED)
    assert f"{number}是主办单位发出的工作提示单。" in Respondent(app).get(f"{ADDRESS}?code={code}").text


def test_a_file_tells_which_copy_it_is_and_not_whose(app: Flask, round_code: str) -> None:
    slip_id, number, _ = made(app, round_code, SlipState.ISSUED)
    page = Respondent(app).post(ADDRESS, file=file(make_letter(2, slip_id)))
    assert f"{number}是主办单位发出的工作提示单。" in page.text
    assert "第2份（份号000002），共发出3份" in page.text
    assert "市政府办公室" not in page.text


def test_a_forged_file_beside_number_and_code_is_called_altered(app: Flask, round_code: str) -> None:
    slip_id, number, code = made(app, round_code, SlipState.ISSUED)
    forged = file(make_letter(1, slip_id) + b" ")
    assert "您选的文件不是发出的那一个" in Respondent(app).post(ADDRESS, number=number, code=code, file=forged).text


def test_what_is_wrong_and_what_is_not_issued_get_the_same_page(app: Flask, round_code: str) -> None:
    _, number, code = made(app, round_code, SlipState.ISSUED)
    _, approved, secret = made(app, round_code, SlipState.APPROVED)
    visitor, pages = Respondent(app), set()
    for asked in (
        {"number": number, "code": "AAAAAAAAAA"},
        {"number": "示评办提〔2026〕99号", "code": code},
        {"number": approved, "code": secret},
        {"file": file(b"forged")},
    ):
        answer = visitor.post(ADDRESS, **asked)
        assert answer.status_code == 200
        pages.add(re.sub(r'value="[^"]*"', "", main_of(answer.text)))
    assert len(pages) == 1
    assert UNKNOWN in pages.pop()


def test_a_number_alone_is_asked_for_more_and_the_file_must_not_be_huge(app: Flask, round_code: str) -> None:
    _, number, _ = made(app, round_code, SlipState.ISSUED)
    visitor = Respondent(app)
    alone = visitor.post(ADDRESS, number=number)
    assert (alone.status_code, "请填写校验码" in alone.text) == (422, True)
    huge = visitor.client.post(ADDRESS, data=bytes(LARGEST_BODY + 1), content_type="multipart/form-data; boundary=x")
    assert (huge.status_code, "文件太大" in huge.text) == (413, True)


def test_a_recalled_slip_names_the_one_that_replaces_it(app: Flask, round_code: str) -> None:
    slip_id, number, code = made(app, round_code, SlipState.RECALLED)
    with store.transaction(place_of(app).engine) as db:
        new = followup.correct(db, slip_id, "zhuban", NOW)
        newer = followup.approve(db, new, "fuhe", NOW)
        act_on_slip(db, new, "issue")
    page = Respondent(app, "en").post(ADDRESS, number=number, code=code)
    assert "has been recalled" in page.text
    assert f"replaced by {newer}" in page.text


def test_nothing_of_a_slip_is_told_and_nothing_is_kept(app: Flask, round_code: str) -> None:
    slip_id, number, code = made(app, round_code, SlipState.ISSUED)
    engine = place_of(app).engine
    with store.reading(engine) as db:
        document = followup.slip_document(db, slip_id)
        before = db.execute(text("SELECT count(*) FROM audit_event")).scalar_one()
    page = Respondent(app).post(ADDRESS, number=number, code=code, file=file(make_letter(1, slip_id)))
    for hidden in (document.department, document.title, document.findings[0].statement, document.findings[0].number):
        assert hidden not in page.text
    with store.reading(engine) as db:
        assert db.execute(text("SELECT count(*) FROM audit_event")).scalar_one() == before


def test_the_hash_on_the_desk_may_be_typed_instead_of_the_code(app: Flask, round_code: str) -> None:
    slip_id, number, _ = made(app, round_code, SlipState.ISSUED)
    sha256 = hashlib.sha256(make_letter(1, slip_id)).hexdigest()
    assert f"{number}是主办单位" in Respondent(app).post(ADDRESS, number=number, code=sha256[:16]).text
