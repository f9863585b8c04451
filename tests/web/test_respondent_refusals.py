"""What does not work for a respondent, and how calmly the pages say so."""

import re

import pytest
from flask import Flask

from tests.makers import OpenRound
from tests.web.respondent_journey import FULL, Respondent, checked


@pytest.fixture
def respondent(app: Flask, opened: OpenRound) -> Respondent:
    respondent = Respondent(app)
    respondent.enter(opened.issued[0].code)
    respondent.post("/ballot/choose", shown=["D1", "D2", "D3", "D4"], chosen=["D1", "D2"])
    return respondent


def used_code(app: Flask, opened: OpenRound) -> str:
    respondent = Respondent(app)
    respondent.enter(opened.issued[1].code)
    respondent.answer(respondent.departments()[0], **{"item-Z": "Z01"})
    assert respondent.submit(respondent.nonce())
    return opened.issued[1].code


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"|back=[^"]+"', "", page)


def test_every_code_that_does_not_open_gets_the_same_page(app: Flask, opened: OpenRound) -> None:
    good = opened.issued[2].code
    wrong = ["", "AAAA-BBBB-CCCC", good[:-1] + ("0" if good[-1] != "0" else "1"), used_code(app, opened), "x" * 5000]
    stranger = Respondent(app)
    answers = [stranger.enter(code) for code in wrong] + [stranger.get("/refused")]
    assert {answer.status_code for answer in answers} == {403}
    assert len({without_tokens(answer.text) for answer in answers}) == 1


def test_a_refused_code_leaves_the_address_bar_at_once(app: Flask, opened: OpenRound) -> None:
    links = [Respondent(app).get(f"/q/{code}") for code in ("AAAA-BBBB-CCCC", used_code(app, opened))]
    assert [(answer.status_code, answer.location) for answer in links] == [(303, "/refused")] * 2


def test_a_refused_code_is_not_shown_again(app: Flask, opened: OpenRound) -> None:
    assert "QQQQ" not in Respondent(app).enter("QQQQ-QQQQ-QQQQ").text


@pytest.mark.parametrize("address", ["/ballot", "/ballot/choose", "/ballot/d/D1", "/ballot/overall", "/ballot/review"])
def test_without_a_code_there_is_no_ballot(app: Flask, opened: OpenRound, address: str) -> None:
    assert Respondent(app).get(address).location == "/"


@pytest.mark.parametrize("department", ["D3", "D9", "..", "%00"])
def test_a_department_that_is_not_on_the_list_is_not_there(respondent: Respondent, department: str) -> None:
    assert respondent.get(f"/ballot/d/{department}").status_code == 404
    assert respondent.answer(department, **FULL).status_code == 404


def test_a_foreign_department_cannot_be_chosen(respondent: Respondent) -> None:
    respondent.post("/ballot/choose", shown=["D3", "XX"], chosen=["D3", "XX"])
    assert sorted(respondent.departments()) == ["D1", "D2", "D3"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"item-A1": "S9"}, "没有这个选项"),
        ({"item-A1": "Z01"}, "没有这个选项"),
        ({"item-Z": ["Z01", "B01"]}, "没有这个选项"),
        ({"item-Z": ["Z01", "Z00"]}, "不能再选其他项"),
        ({"item-T1": "长" * 501}, "文字太长"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_lost(respondent: Respondent, fields: dict[str, str], said: str) -> None:
    name = next(iter(fields))
    answer = respondent.answer("D1", **{"item-A2": "S1", **fields})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#{name}"' in answer.text
    assert checked(answer.text, "item-A2") == ["S1"]
    assert checked(respondent.get("/ballot/d/D1").text, "item-A2") == []


def test_a_text_that_is_too_long_stays_on_the_page(respondent: Respondent) -> None:
    assert "长" * 501 in respondent.answer("D1", **{"item-T1": "长" * 501}).text


def test_a_text_of_just_the_limit_is_kept_with_its_line_breaks_counted_once(respondent: Respondent) -> None:
    typed = "字" * 250 + "\r\n" + "字" * 249
    assert respondent.answer("D1", **{"item-T1": typed}).status_code == 303


def test_markup_in_a_text_stays_text(respondent: Respondent) -> None:
    respondent.answer("D1", **{"item-T1": "<script>alert(1)</script>{{7*7}}"})
    for address in ("/ballot/d/D1", "/ballot/review"):
        page = respondent.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def test_a_text_is_kept_without_control_signs(respondent: Respondent) -> None:
    respondent.answer("D1", **{"item-T1": "前\x00后\x07\r\n第二行"})
    assert "前后\n第二行" in respondent.get("/ballot/d/D1").text


def test_without_a_script_the_page_shows_the_limit_and_no_count(respondent: Respondent) -> None:
    respondent.answer("D1", **{"item-T1": "四个字啊"})
    page = respondent.get("/ballot/d/D1").text
    assert "最多 500 字" in page
    assert re.search(r'<p class="counter"[^>]* hidden></p>', page)
    assert "/ 500 字<" not in page


@pytest.mark.parametrize("nonce", ["", "00" * 16, "no hex"])
def test_an_empty_ballot_sent_by_hand_is_told_that_it_is_empty(respondent: Respondent, nonce: str) -> None:
    answer = respondent.post("/ballot/submit", nonce=nonce)
    assert answer.status_code == 409
    assert "还没有任何一题作答" in answer.text


def test_fields_that_are_not_asked_are_left_alone(respondent: Respondent) -> None:
    assert respondent.answer("D1", **{"item-XX": "1", "role": "organiser", "nonce": "00"}).status_code == 303
    assert respondent.get("/ballot/d/D1").text.count(" checked") == 0


@pytest.mark.parametrize(
    "address", ["/enter", "/ballot/choose", "/ballot/d/D1", "/ballot/overall", "/ballot/submit", "/leave"]
)
def test_a_post_without_a_token_changes_nothing(respondent: Respondent, address: str) -> None:
    answer = respondent.client.post(address, data={"item-A1": "S1", "item-T1": "写了很久"})
    assert answer.status_code == 400
    assert respondent.client.get_cookie("ballot") is not None
    assert " checked" not in respondent.get("/ballot/d/D1").text


def test_an_expired_token_gives_everything_back_that_was_typed(respondent: Respondent) -> None:
    answer = respondent.client.post("/ballot/d/D1", data={"csrf_token": "old", "item-A1": "S1", "item-T1": "写了很久"})
    assert answer.status_code == 400
    assert checked(answer.text, "item-A1") == ["S1"]
    assert "写了很久" in answer.text


def test_a_page_saved_after_the_code_has_gone_says_that_it_was_not_kept(respondent: Respondent) -> None:
    respondent.client.delete_cookie("ballot")
    answer = respondent.answer("D1", **FULL)
    assert answer.status_code == 403
    assert "没有保存" in answer.text


def test_a_spent_code_opens_nothing_any_more(respondent: Respondent) -> None:
    respondent.answer("D1", **FULL)
    cookie = respondent.client.get_cookie("ballot")
    assert cookie is not None
    assert respondent.submit(respondent.nonce())
    respondent.client.set_cookie("ballot", cookie.value)
    assert respondent.get("/ballot").location == "/"
    assert respondent.answer("D1", **FULL).status_code == 403


def test_the_nonce_of_an_older_page_submits_nothing(respondent: Respondent) -> None:
    respondent.answer("D1", **FULL)
    assert respondent.submit("00" * 16) == ""
    assert respondent.page.location == "/ballot/review"
    assert respondent.submit("not hexadecimal") == ""
    assert respondent.get("/ballot").status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "AAAA" * 40, "é", "a" * 5000])
def test_a_forged_cookie_opens_nothing(app: Flask, opened: OpenRound, cookie: str) -> None:
    stranger = Respondent(app)
    answer = stranger.client.get("/ballot", headers={"Cookie": f"ballot={cookie}"})
    assert answer.location == "/"
