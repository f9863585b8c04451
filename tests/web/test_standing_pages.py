"""Pages say between which places a department lies, which rules raised a flag and why, and never a single rank."""

import re

import pytest
from flask import Flask

from appraisal import rounds, store
from tests.makers import NOW, make_account, make_ballot, make_scored_round
from tests.scoring.test_further_flags import PLANTED, ballots, scored
from tests.web.staffed import Visitor

ROUND = "2026-1"


@pytest.fixture
def city(app: Flask) -> Flask:
    """A published round: D1 with a planted problem, D2 rated badly by citizens alone."""
    with store.transaction(app.extensions["appraisal"].engine) as db:
        scored(db, ballots(1, PLANTED, low=(("citizen", "D2"),), each=150))
        rounds.publish(db, ROUND, "zhuban", NOW)
        for login, role, department in (("zhuban", "organiser", None), ("d1", "department", "D1")):
            make_account(db, login, role, department)
    return app


def page(city: Flask, role: str, address: str, language: str = "zh") -> str:
    visitor = Visitor(city, role)
    visitor.client.set_cookie("language", language)
    text = visitor.get(address).text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


def test_a_department_reads_its_own_places_in_plain_words(city: Flask) -> None:
    said = page(city, "d1", f"/desk/results/{ROUND}")
    assert re.search(r"在\d+个部门中(排第\d+至第\d+位之间|排第\d+位|分不出位次)", said)
    assert "与它分不出先后" in said


def test_the_office_reads_the_same_in_english(city: Flask) -> None:
    said = page(city, "organiser", f"/office/rounds/{ROUND}/departments/D1", "en")
    assert re.search(
        r"between \d+(st|nd|rd|th) and \d+(st|nd|rd|th) of \d|no place among \d|\d(st|nd|rd|th) of \d", said
    )


def test_the_results_have_places_peers_and_the_share_with_a_problem_in_the_table(city: Flask) -> None:
    said = page(city, "organiser", f"/office/rounds/{ROUND}/results")
    assert all(heading in said for heading in ("位次范围", "与同组其他部门比", "指出问题的占比"))


def test_one_line_tells_every_rule_that_sees_the_problem(city: Flask) -> None:
    said = page(city, "organiser", f"/office/rounds/{ROUND}/flags")
    line = said[said.index("推诿扯皮") :]
    assert line.index("多于预计") < line.index("比值仍高") < line.index("写成问题")
    assert re.search(r"估计是预计的[\d.]+倍，有95%的把握不低于[\d.]+倍", line)


def test_what_only_a_further_rule_sees_is_worth_a_look_but_has_no_button(city: Flask) -> None:
    said = page(city, "organiser", f"/office/rounds/{ROUND}/flags")
    hints = said[said.index("值得再看") :]
    assert "主体之间分歧" in hints
    assert re.search(r"前者减后者为[+−][\d.]+分", hints)
    assert "写成问题" not in hints


def test_the_form_beside_a_flag_says_the_sentence_of_the_list(city: Flask) -> None:
    flags = Visitor(city, "organiser").get(f"/office/rounds/{ROUND}/flags").text
    address = re.search(r'href="(/office/rounds/[^"]+/flags/\d+/finding)"', flags)
    assert address
    sentence = re.search(r"评价[^。<]+份评议票中，[^。]+。", flags)
    assert sentence
    assert sentence[0] in Visitor(city, "organiser").get(address[1]).text


@pytest.mark.parametrize(("ratings", "shown"), [(4, False), (5, True)])
def test_a_score_of_a_few_ratings_is_shown_to_the_office_and_not_to_the_department(
    app: Flask, ratings: int, shown: bool
) -> None:
    cast = [make_ballot("citizen", {"D1": "S5" if number < ratings else "S0", "D2": "S2"}) for number in range(20)]
    with store.transaction(app.extensions["appraisal"].engine) as db:
        make_scored_round(db, [*cast, *(make_ballot("enterprise", {"D2": "S2"}) for _ in range(20))])
        rounds.publish(db, ROUND, "zhuban", NOW)
        make_account(db, "zhuban", "organiser", None)
        make_account(db, "d1", "department", "D1")
    own = page(app, "d1", f"/desk/results/{ROUND}")
    assert ("得分和比率不显示" in own) is not shown
    assert ("满意率" in own) is shown
    assert "满意率" in page(app, "organiser", f"/office/rounds/{ROUND}/departments/D1")
