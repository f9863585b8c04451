"""The office's page for codes: one asks, another agrees, the new code is shown once; and what came through the open channel."""

import io
import random
import re

import pytest
from flask import Flask
from sqlalchemy import Insert, delete, insert

from appraisal import rounds, scoring, store
from appraisal.settings import city_now
from appraisal.store import Session, tables
from appraisal.store.open_comments import open_comments
from tests.makers import OpenRound, make_account, make_cast, make_opened, make_running_round
from tests.web.conftest import place_of
from tests.web.guarding import solution, ticket, visitor, with_clock
from tests.web.respondent_journey import Respondent
from tests.web.staffed import Visitor

SAID = "窗口排队两小时CANARY9"


@pytest.fixture
def channel(app: Flask) -> OpenRound:
    """A round with an open channel and two organisers."""
    place = place_of(app)
    with store.transaction(place.engine) as db:
        make_account(db, "zhuban", "organiser")
        make_account(db, "fuhe", "organiser")
        return make_running_round(db, place.secrets, open_channel=True)


def ask(app: Flask, kind: str, **fields: object) -> int:
    asked = Visitor(app, "organiser").post("/office/rounds/2026-1/codes", kind=kind, note="信函退回", **fields)
    return asked.status_code


def decide(app: Flask, role: str, action: str, request: int = 1) -> tuple[int, str]:
    answer = Visitor(app, role).post(f"/office/rounds/2026-1/codes/{request}/{action}")
    return answer.status_code, answer.text


def test_a_new_code_is_shown_once_to_whoever_agrees(app: Flask, channel: OpenRound) -> None:
    old = channel.issued[0].code
    assert ask(app, "reissue", typed=old) == 303
    assert "#1" in Visitor(app, "second").get("/office/rounds/2026-1/codes").text
    assert "复核评议码的作废和补发" in Visitor(app, "second").get("/office/").text
    assert decide(app, "organiser", "agree")[0] == 409
    status, page = decide(app, "second", "agree")
    (new,) = re.findall(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", page)
    assert status == 200
    assert new not in Visitor(app, "second").get("/office/rounds/2026-1/codes").text
    assert Respondent(app).enter(old).status_code == 403
    assert Respondent(app).enter(new).location == "/ballot"


def test_a_list_of_returned_letters_is_taken_as_a_file_with_its_faults_by_row(app: Flask, channel: OpenRound) -> None:
    listed = f"stratum,code\ncitizen,{channel.issued[3].code}\ncitizen,oops\n".encode()
    answer = Visitor(app, "organiser").post(
        "/office/rounds/2026-1/codes", kind="revoke", note="退回", file=(io.BytesIO(listed), "back.csv")
    )
    assert answer.status_code == 422
    assert "back.csv:3" in answer.text
    assert ask(app, "revoke", file=(io.BytesIO(listed[:-13]), "back.csv")) == 303
    assert decide(app, "second", "agree")[0] == 303
    assert Respondent(app).enter(channel.issued[3].code).status_code == 403


@pytest.mark.parametrize("fields", [{"kind": "revoke"}, {"typed": "X", "note": "x"}, {"kind": "delete", "note": "x"}])
def test_a_request_without_kind_or_reason_is_asked_again(
    app: Flask, channel: OpenRound, fields: dict[str, str]
) -> None:
    assert Visitor(app, "organiser").post("/office/rounds/2026-1/codes", **fields).status_code == 422


def report(app: Flask, **fields: str) -> Respondent:
    respondent = visitor(app)
    respondent.post("/open/2026-1", department="D1", said=SAID, **fields)
    return respondent


def test_a_word_without_a_code_is_kept_once_it_was_worked_for(app: Flask, channel: OpenRound) -> None:
    with_clock(app)
    proving = report(app)
    assert SAID in proving.text
    solved = solution(proving.text)
    assert report(app, altcha=solved).page.location == "/open/2026-1/said"
    assert report(app, altcha=solved).page.status_code == 200, "a proof is good once"
    assert list(said_in(app, channel)) == [("D1", (SAID,))]


def test_without_a_script_a_word_waits_in_the_queue(app: Flask, channel: OpenRound) -> None:
    clock = with_clock(app)
    place = ticket(report(app, queue="1").text)
    assert ticket(report(app, ticket=place).text) == place
    clock.now += 16
    assert report(app, ticket=place).page.location == "/open/2026-1/said"


def test_a_network_that_floods_the_channel_is_held_up_and_its_codes_are_not(app: Flask, channel: OpenRound) -> None:
    clock = with_clock(app)
    for _ in range(20):
        place = ticket(report(app, queue="1").text)
        clock.now += 16
        assert report(app, ticket=place).page.location == "/open/2026-1/said"
    flooded = report(app)
    assert (flooded.page.status_code, SAID in flooded.text) == (429, True)
    assert visitor(app).enter(channel.issued[0].code).location == "/ballot"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"said": " "}, "还没有写"),
        ({"said": "长" * 501}, "最多500字"),
        ({"said": "x", "department": "D9"}, "选择一个部门"),
    ],
)
def test_what_cannot_be_kept_is_given_back_before_any_work(
    app: Flask, channel: OpenRound, fields: dict[str, str], why: str
) -> None:
    respondent = visitor(app)
    respondent.post("/open/2026-1", **{"department": "D1", **fields})
    assert respondent.page.status_code == 422
    assert why in respondent.text
    assert fields["said"].strip() in respondent.text


def test_a_round_without_the_channel_has_no_such_page(app: Flask, opened: OpenRound) -> None:
    assert visitor(app).get("/open/2026-1").status_code == 404
    assert visitor(app).get("/open/nowhere").status_code == 404


def said_in(app: Flask, channel: OpenRound) -> list[tuple[str, tuple[str, ...]]]:
    with store.transaction(place_of(app).engine) as db:
        return list(open_comments(db, rounds.kept_round(db, channel.code).id).items())


def scored(app: Flask, channel: OpenRound) -> tuple[object, ...]:
    """The round cast, closed, opened and scored: every department's results."""
    place = place_of(app)
    with store.transaction(place.engine) as db:
        for number in range(len(channel.issued)):
            make_cast(db, place.secrets, channel, number, "一句话")
        rounds.close(db, channel.code, "zhuban", city_now())
    with store.transaction(place.engine) as db:
        make_opened(db, channel.code, channel.key.private, random.Random(3))
        scoring.score_round(db, channel.code, "zhuban", city_now())
    with store.transaction(place.engine) as db:
        return tuple(scoring.results(db, channel.code).departments)


def test_no_score_and_no_list_of_comments_knows_of_the_open_channel(app: Flask, channel: OpenRound) -> None:
    with_clock(app)
    assert report(app, altcha=solution(report(app).text)).page.status_code == 303
    office = Visitor(app, "organiser")
    assert office.get("/office/rounds/2026-1/open-channel").status_code == 409, "nothing of a round before its close"
    with_it = scored(app, channel)
    with store.transaction(place_of(app).engine) as db:
        db.execute(delete(tables.OpenComment))
        scoring.score_round(db, channel.code, "zhuban", city_now())
        assert tuple(scoring.results(db, channel.code).departments) == with_it
        db.execute(insert_open(db, channel))
    listed = office.get("/office/rounds/2026-1/open-channel").text
    assert SAID in listed
    assert "一句话" not in listed
    for page in ("departments/D1", "departments/D1/words", "results", "flags", "quality"):
        shown = office.get(f"/office/rounds/2026-1/{page}")
        assert (shown.status_code, SAID in shown.text) == (200, False), page


def insert_open(db: Session, channel: OpenRound) -> Insert:
    kept = rounds.kept_round(db, channel.code)
    return insert(tables.OpenComment).values(
        id=bytes(16), round_id=kept.id, department_id=kept.department_ids["D1"], said=SAID
    )
