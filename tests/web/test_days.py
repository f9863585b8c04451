"""The days of a round at the respondent's door: nobody new after the last one, and a day more for who is inside."""

from datetime import timedelta

import pytest
from flask import Flask

from appraisal import collect, store
from appraisal.secrecy.cookies import seal_cookie
from appraisal.settings import city_now
from appraisal.web.respondent.visit import COOKIE
from tests.makers import OpenRound, make_nonce, make_open_round, make_plan
from tests.web.conftest import place_of
from tests.web.respondent_journey import FULL, Respondent


def begun(app: Flask, days_over: int) -> tuple[Respondent, OpenRound]:
    """A respondent who came in on the last day of a round, so many days ago, and is still in."""
    place, now = place_of(app), city_now()
    last = now - timedelta(days=days_over)
    with store.transaction(place.engine) as db:
        plan = make_plan(opens_on=last.date() - timedelta(days=9), closes_on=last.date())
        opened = make_open_round(db, place.secrets, plan, now=last)
        entry = collect.enter(db, opened.issued[0].code, place.secrets, last.date())
        blank = collect.read_draft(db, entry, place.secrets, lambda _: make_nonce(0))
        collect.keep_draft(db, entry, blank, place.secrets, last.date())
    respondent = Respondent(app)
    sealed = seal_cookie(place.secrets.cookie_key, {"code": opened.issued[0].code}, now)
    respondent.client.set_cookie(COOKIE, sealed)
    return respondent, opened


@pytest.mark.parametrize("days_over", [0, 1])
def test_who_is_inside_answers_and_submits_until_the_day_after_the_last_one(app: Flask, days_over: int) -> None:
    respondent, _ = begun(app, days_over)
    respondent.answer(respondent.departments()[0], **FULL)
    assert len(respondent.submit(respondent.nonce()).replace("-", "")) == 16


def test_two_days_after_the_last_one_nobody_is_inside(app: Flask) -> None:
    respondent, _ = begun(app, 2)
    assert respondent.get("/ballot").location == "/"
    assert respondent.answer("D1", **FULL).status_code == 403


def test_after_the_last_day_a_code_that_was_begun_is_refused_at_the_door(app: Flask) -> None:
    _, opened = begun(app, 1)
    stranger = Respondent(app)
    begun_code, fresh, unknown = (
        stranger.enter(code) for code in (opened.issued[0].code, opened.issued[1].code, "AAAA-BBBB-CCCC")
    )
    assert {answer.status_code for answer in (begun_code, fresh, unknown)} == {403}
    assert "不能使用" in fresh.text
    assert stranger.get("/ballot").location == "/"


def test_before_the_first_day_a_good_code_is_refused_at_the_door(app: Flask) -> None:
    place, today = place_of(app), city_now().date()
    with store.transaction(place.engine) as db:
        plan = make_plan(opens_on=today + timedelta(days=1), closes_on=today + timedelta(days=9))
        opened = make_open_round(db, place.secrets, plan, now=city_now())
    assert Respondent(app).enter(opened.issued[0].code).status_code == 403
