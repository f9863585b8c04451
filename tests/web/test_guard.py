"""Codes that fail are counted, valid ones never; who is over the limit works or waits, and gets in."""

import dataclasses
import random
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from appraisal import store
from appraisal.secrecy.codes import new_code
from appraisal.settings import Settings, SettingsError
from appraisal.store import tables
from appraisal.store.engine import reading
from appraisal.web.guard.client import client_address, client_name
from tests.makers import OpenRound, make_cast
from tests.web.conftest import place_of
from tests.web.guarding import (
    OFFICE,
    altered,
    fail,
    is_inside,
    keeper_of,
    solution,
    ticket,
    visitor,
    with_clock,
)
from tests.web.respondent_journey import Respondent


def test_twenty_failures_make_the_next_try_of_that_client_cost_work(app: Flask, opened: OpenRound) -> None:
    with_clock(app)
    assert fail(visitor(app), 20).status_code == 403
    assert fail(visitor(app), 1).location == "/prove"
    assert fail(visitor(app, "192.0.2.8"), 1).status_code == 403


def test_valid_codes_of_an_office_are_never_counted(app: Flask, opened: OpenRound) -> None:
    with_clock(app)
    for _ in range(3):
        for issued in opened.issued[:10]:
            assert visitor(app).enter(issued.code).location == "/ballot"
    assert fail(visitor(app), 19).status_code == 403
    assert visitor(app).enter(opened.issued[0].code).location == "/ballot"


def test_a_slip_of_the_finger_costs_nothing(app: Flask, opened: OpenRound) -> None:
    with_clock(app)
    assert fail(visitor(app), 40, lambda: "7K2M-9QDX-4T0C").status_code == 403
    assert visitor(app).enter(opened.issued[0].code).location == "/ballot"


def test_used_codes_are_failures_too(app: Flask, opened: OpenRound) -> None:
    with_clock(app)
    place = place_of(app)
    with store.transaction(place.engine) as db:
        make_cast(db, place.secrets, opened, 0)
    assert fail(visitor(app), 21, lambda: opened.issued[0].code).location == "/prove"


def test_ten_minutes_later_nothing_is_held_against_anybody(app: Flask, opened: OpenRound) -> None:
    clock = with_clock(app)
    fail(visitor(app), 20)
    clock.now += 599
    assert visitor(app).enter(opened.issued[0].code).location == "/prove"
    clock.now += 2
    assert visitor(app).enter(opened.issued[0].code).location == "/ballot"


def test_a_valid_code_gets_in_by_work_from_a_network_over_the_limit(app: Flask, opened: OpenRound) -> None:
    with_clock(app)
    fail(visitor(app), 25)
    respondent = visitor(app)
    respondent.get(f"/q/{opened.issued[0].code}")
    assert respondent.page.location == "/prove"
    page = respondent.get("/prove").text
    assert opened.issued[0].code not in page
    assert respondent.post("/prove", altcha=solution(page)).location == "/ballot"
    assert is_inside(respondent.client)


def test_a_solution_is_good_once(app: Flask, opened: OpenRound) -> None:
    with_clock(app)
    fail(visitor(app), 20)
    respondent = visitor(app)
    respondent.enter(new_code(random.Random("stranger 1")))
    solved = solution(respondent.get("/prove").text)
    assert respondent.post("/prove", altcha=solved).location == "/refused"
    other = visitor(app)
    other.enter(opened.issued[0].code)
    assert other.post("/prove", altcha=solved).location == "/prove"
    assert not is_inside(other.client)


def test_a_solution_that_was_made_easier_is_none(app: Flask, opened: OpenRound) -> None:
    with_clock(app)
    fail(visitor(app), 20)
    respondent = visitor(app)
    respondent.enter(opened.issued[0].code)
    good = solution(respondent.get("/prove").text)
    for wrong in ("", "x", "e30=", "W10=", altered(good, keyPrefix=""), altered(good, expiresAt=9**12), good[:-8]):
        assert respondent.post("/prove", altcha=wrong).location == "/prove", wrong
    assert respondent.post("/prove", altcha=good).location == "/ballot"


def test_without_a_script_a_place_in_the_queue_leads_in(app: Flask, opened: OpenRound) -> None:
    clock = with_clock(app)
    fail(visitor(app), 20)
    respondent = visitor(app)
    respondent.enter(opened.issued[0].code)
    place = ticket(respondent.post("/queue").text)
    clock.now += 5
    early = respondent.post("/queue", ticket=place)
    assert "请等10秒" in early.text
    assert ticket(early.text) == place
    clock.now += 10
    assert respondent.post("/queue", ticket=place).location == "/ballot"
    assert is_inside(respondent.client)


def test_a_place_in_the_queue_is_good_once_and_nobody_waits_longer_than_a_minute(app: Flask, opened: OpenRound) -> None:
    clock = with_clock(app)
    fail(visitor(app), 20)
    respondent = visitor(app)
    respondent.enter(opened.issued[0].code)
    places = [ticket(respondent.post("/queue").text) for _ in range(12)]
    clock.now += 60
    unknown = visitor(app)
    unknown.enter(new_code(random.Random("stranger 2")))
    assert unknown.post("/queue", ticket=places[11]).location == "/refused"
    assert "请等" in respondent.post("/queue", ticket=places[11]).text
    assert respondent.post("/queue", ticket=places[0]).location == "/ballot"
    assert "请等" in visitor_with(app, opened).post("/queue", ticket="00" * 60).text


def visitor_with(app: Flask, opened: OpenRound) -> Respondent:
    respondent = visitor(app)
    respondent.enter(opened.issued[1].code)
    return respondent


def test_without_a_code_there_is_nothing_to_work_for(app: Flask) -> None:
    respondent = visitor(app)
    assert respondent.get("/prove").location == "/"
    assert respondent.post("/queue").location == "/"


def test_a_storm_over_all_makes_everybody_work_and_raises_one_alarm(app: Flask, opened: OpenRound) -> None:
    clock = with_clock(app)
    stranger = visitor(app)
    rng = random.Random("stranger 1")
    for number in range(301):
        stranger.client.environ_base["REMOTE_ADDR"] = f"198.51.{number // 200}.{number % 200}"
        assert stranger.enter(new_code(rng)).status_code == 403
        clock.now += 0.9
    assert visitor(app, "203.0.113.1").enter(opened.issued[0].code).location == "/prove"
    with reading(place_of(app).engine) as db:
        events = db.scalars(select(tables.AuditEvent).where(tables.AuditEvent.action == "codes.storm")).all()
        assert [(one.actor, one.object, one.note) for one in events] == [("-", "", "")]
    clock.now += 301
    assert visitor(app, "203.0.113.1").enter(opened.issued[0].code).location == "/ballot"


def test_three_hundred_failures_in_more_than_five_minutes_are_no_storm(app: Flask, opened: OpenRound) -> None:
    clock = with_clock(app)
    stranger, rng = visitor(app), random.Random("stranger 1")
    for number in range(310):
        stranger.client.environ_base["REMOTE_ADDR"] = f"198.51.{number // 200}.{number % 200}"
        stranger.enter(new_code(rng))
        clock.now += 1.02
    assert visitor(app, "203.0.113.1").enter(opened.issued[0].code).location == "/ballot"


SPOOFED = {
    "X-Forwarded-For": "6.6.6.6",
    "X-Real-IP": "6.6.6.6",
    "CF-Connecting-IP": "6.6.6.6",
    "True-Client-IP": "6.6.6.6",
    "X-Client-IP": "6.6.6.6",
    "X-Cluster-Client-IP": "6.6.6.6",
    "Forwarded": "for=6.6.6.6",
    "X-Forwarded": "for=6.6.6.6",
    "Forwarded-For": "6.6.6.6",
    "X-Original-Forwarded-For": "6.6.6.6",
}


@pytest.mark.parametrize("header", SPOOFED)
def test_w25_no_header_makes_a_client_another_one(app: Flask, opened: OpenRound, header: str) -> None:
    with_clock(app)
    respondent = visitor(app)
    rng = random.Random("stranger 3")
    for number in range(20):
        respondent.client.environ_base[f"HTTP_{header.upper().replace('-', '_')}"] = SPOOFED[header].replace(
            "6.6.6.6", f"6.6.6.{number}"
        )
        respondent.enter(new_code(rng))
    assert respondent.enter(opened.issued[0].code).location == "/prove"


@pytest.mark.parametrize(
    ("forwarded", "trusted", "found"),
    [
        (["203.0.113.9"], 1, "203.0.113.9"),
        (["6.6.6.6, 203.0.113.9"], 1, "203.0.113.9"),
        (["6.6.6.6", "203.0.113.9"], 1, "203.0.113.9"),
        (["6.6.6.6, 203.0.113.9, 10.0.0.1"], 2, "203.0.113.9"),
        (["203.0.113.9:4711"], 1, "203.0.113.9"),
        (["[2001:db8::1]:4711"], 1, "2001:db8::1"),
        (["6.6.6.6, unknown"], 1, OFFICE),
        (["6.6.6.6, "], 1, OFFICE),
        (["203.0.113.9"], 2, OFFICE),
        ([], 1, OFFICE),
        (["6.6.6.6"], 0, OFFICE),
    ],
)
def test_w25_the_nth_address_from_the_right_counts(forwarded: list[str], trusted: int, found: str) -> None:
    assert client_address(OFFICE, forwarded, trusted) == found


def test_a_network_of_ipv6_is_one_client_and_an_address_of_ipv4_another() -> None:
    def name(address: str, key: bytes = b"k", purpose: bytes = b"codes") -> bytes:
        return client_name(key, address, purpose)

    assert name("2001:db8:1:2::1") == name("2001:db8:1:2:ffff::9") != name("2001:db8:1:3::1")
    assert name("::ffff:192.0.2.7") == name("192.0.2.7") != name("192.0.2.8")
    assert name("192.0.2.7", key=b"j") != name("192.0.2.7") != name("192.0.2.7", purpose=b"open")
    assert name("") == name("unix:") != name("192.0.2.7")


def test_s9_no_address_is_in_the_memory_and_another_day_knows_nobody(app: Flask, opened: OpenRound) -> None:
    with_clock(app)
    fail(visitor(app), 20)
    memory = keeper_of(app).memory
    assert visitor(app).enter(opened.issued[0].code).location == "/prove"
    assert OFFICE.encode() not in bytes(memory._block)
    assert bytes(int(part) for part in OFFICE.split(".")) not in bytes(memory._block)
    key = memory.key_of_day(1)
    assert memory.key_of_day(1) == key != memory.key_of_day(2)
    app.extensions["doorkeeper"] = dataclasses.replace(keeper_of(app), wall=lambda: 3 * 86_400.0)
    assert visitor(app).enter(opened.issued[0].code).location == "/ballot"


@pytest.mark.parametrize("said", ["-1", "x", "10", "1.5"])
def test_a_number_of_proxies_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("APPRAISAL_TRUSTED_PROXIES", said)
    with pytest.raises(SettingsError, match="APPRAISAL_TRUSTED_PROXIES"):
        Settings.from_env()


def test_no_proxy_is_trusted_unless_one_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("APPRAISAL_TRUSTED_PROXIES", raising=False)
    assert Settings.from_env().trusted_proxies == 0
    monkeypatch.setenv("APPRAISAL_TRUSTED_PROXIES", "2")
    assert Settings.from_env().trusted_proxies == 2
