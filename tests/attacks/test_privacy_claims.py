"""The page "is my answer secret?", claim by claim: what it says is protected is, and what it says is not protected is not.

The name of each test is the id of its claim on the page; the first test reads both.
"""

import random
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from appraisal import collect, rounds, store
from appraisal.collect.envelope import unpack_ballot
from appraisal.model.faults import Refused
from appraisal.secrecy import codes, drafts, keys, sealed
from appraisal.secrecy.cookies import open_cookie
from appraisal.settings import Secrets, Settings, city_now
from appraisal.store import Session
from appraisal.store.tables import Base
from appraisal.web.headers import HEADERS
from tests.attacks.adversary import commits, everything, hits
from tests.makers import NOW, OpenRound, make_cast, make_entry, make_nonce, make_open_round, make_opened
from tests.secrecy.test_shares import KEY, SPLIT
from tests.web.conftest import app, opened, place_of
from tests.web.respondent_journey import FULL, Respondent
from tests.web.staffed import CANARY, Visitor, crawl, fill_city

__all__ = ["app", "opened"]
PAGE = Path(store.__file__).parents[1] / "web" / "templates" / "respondent" / "privacy.html"
RNG = random.Random(4)


def claims() -> list[str]:
    return re.findall(r'<li id="([\w-]+)">', PAGE.read_text("utf-8"))


def test_every_claim_on_the_page_has_the_test_of_its_name() -> None:
    tests = {name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")}
    assert len(claims()) == len(set(claims())) > 15
    assert set(claims()) - tests == set()
    assert PAGE.read_text("utf-8").count("<li") == len(claims())


@pytest.fixture
def sealed_round(db: Session, secrets: Secrets) -> OpenRound:
    """A round with thirty ballots."""
    opened = make_open_round(db, secrets)
    for number in range(30):
        make_cast(db, secrets, opened, number, f"话{number}")
    return opened


def opening(db: Session, opened: OpenRound) -> None:
    rounds.close(db, opened.code, "zhuban", NOW)
    make_opened(db, opened.code, opened.key.private, RNG)


def test_ballot_and_code_apart(db: Session, secrets: Secrets, sealed_round: OpenRound) -> None:
    for name in ("ballot", "sealed_comment", "opened_ballot", "rating", "comment"):
        table = Base.metadata.tables[name]
        assert {key.column.table.name for key in table.foreign_keys} <= {
            "round",
            "round_stratum",
            "department",
            "log_batch",
        }
    known = {keys.digest(secrets.pepper, sealed_round.code, one.code) for one in sealed_round.issued}
    assert not known & set(db.scalars(text("SELECT id FROM ballot")))
    box = db.scalars(text("SELECT sealed FROM ballot")).all()[0]
    inside = sealed.unseal(sealed_round.key.private, box)
    assert not any(one.code.encode() in inside for one in sealed_round.issued)


def test_sealed_until_the_close(db: Session, sealed_round: OpenRound) -> None:
    with pytest.raises(Refused, match="结束之后"):
        collect.open_ballots(db, sealed_round.code, sealed_round.key.private, RNG, bytes(32))
    for box in db.scalars(text("SELECT sealed FROM ballot")):
        assert b"ratings" not in box
        assert b"S3" not in box[:200]


def test_shuffled_at_the_opening(db: Session, secrets: Secrets) -> None:
    opened = make_open_round(db, secrets, codes=40)
    for number in range(120):
        make_cast(db, secrets, opened, number)
    opening(db, opened)
    strata = db.scalars(
        text("SELECT s.code FROM opened_ballot o JOIN round_stratum s ON s.id=o.stratum_id ORDER BY number")
    ).all()
    runs = 1 + sum(a != b for a, b in pairwise(strata))
    # They came stratum by stratum, three runs; shuffled there are about eighty.
    assert runs > 50


def test_draft_opens_with_the_code_alone(app: Flask, opened: OpenRound) -> None:
    comer, place = Respondent(app), place_of(app)
    comer.enter(opened.issued[0].code)
    comer.answer(comer.departments()[0], **FULL)
    with store.reading(place.engine) as db:
        (kept,) = db.scalars(text("SELECT sealed FROM draft"))
    for code in (opened.issued[1].code, codes.new_code(RNG)):
        with pytest.raises(sealed.SealBroken):
            drafts.open_draft(keys.draft_key(place.secrets.pepper, opened.code, code), kept)
    own = drafts.open_draft(keys.draft_key(place.secrets.pepper, opened.code, opened.issued[0].code), kept)
    assert FULL["item-T1"] in own.decode("unicode_escape") or str(FULL["item-T1"]).encode() in own
    assert comer.submit(comer.nonce())
    with store.reading(place.engine) as db:
        assert db.scalar(text("SELECT count(*) FROM draft")) == 0


def test_no_address_no_device_no_time(app: Flask, opened: OpenRound, settings: Settings, caplog: Any) -> None:
    comer = Respondent(app)
    comer.client.environ_base.update(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="PhoneCANARY/9.1")
    comer.enter(opened.issued[0].code)
    comer.answer(comer.departments()[0], **FULL)
    assert comer.submit(comer.nonce())
    held = {**everything(settings.home), "log": caplog.text.encode()}
    assert hits(held, ["203.0.113.77", "PhoneCANARY"]) == []
    for name in ("invitation", "draft", "ballot", "sealed_comment"):
        assert not [
            one
            for one in Base.metadata.tables[name].columns
            if "DATE" in str(one.type).upper() or "TIME" in str(one.type).upper()
        ]


def test_no_other_host(app: Flask) -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    for path in PAGE.parent.glob("*.html"):
        assert not re.search(r"(?:src|href|action)=[\"'](?:https?:)?//", path.read_text("utf-8")), path.name


def test_your_words_stay_in_the_office(app: Flask) -> None:
    with store.transaction(place_of(app).engine) as db:
        fill_city(db)
    assert any(CANARY in page for page in crawl(Visitor(app, "organiser"), "/office/").values())
    for role, start in (("d1", "/desk/"), ("d2", "/desk/"), ("auditor", "/audit/")):
        assert not [address for address, page in crawl(Visitor(app, role), start).items() if CANARY in page]


def test_no_results_before_the_close(app: Flask) -> None:
    with store.transaction(place_of(app).engine) as db:
        fill_city(db)
    office = Visitor(app, "organiser")
    for page in ("results", "items", "flags"):
        said = office.get(f"/office/rounds/2026-2/{page}")
        assert said.status_code in (200, 404, 409)
        assert not re.search(
            r"\d+\.\d", re.sub(r"<(?:head|style|script).*?</(?:head|style|script)>", "", said.text, flags=re.S)
        )


def test_no_score_from_few_answers(db: Session) -> None:
    from tests.makers import make_ballot, make_scored_round

    few = [make_ballot("citizen", {"D1": "S5", "D2": "S1"}) for _ in range(5)]
    found = make_scored_round(db, few)
    assert {one.standing.value for one in found.departments if one.code in ("D1", "D2")} <= {"indicative", "none"}


def test_stored_before_it_is_said(app: Flask, opened: OpenRound, settings: Settings) -> None:
    comer = Respondent(app)
    comer.enter(opened.issued[0].code)
    comer.answer(comer.departments()[0], **FULL)
    nonce = comer.nonce()
    receipt = comer.submit(nonce)
    asked = (
        "import sys, sqlite3; print(*sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM ballot').fetchone())"
    )
    seen = subprocess.run(
        [sys.executable, "-c", asked, str(settings.database)], capture_output=True, text=True, check=True
    )
    assert (bool(receipt), seen.stdout.strip()) == (True, "1")
    assert comer.submit(nonce) == receipt
    with store.reading(place_of(app).engine) as db:
        assert db.scalar(text("SELECT count(*) FROM ballot")) == 1


def test_receipt_tells_nothing(db: Session, secrets: Secrets, sealed_round: OpenRound) -> None:
    told = keys.receipt(keys.ballot_id(secrets.receipt_key, make_nonce(3)))
    # It is made of a random number that was drawn before the first answer, and of nothing else.
    assert told == keys.receipt(keys.ballot_id(secrets.receipt_key, make_nonce(3)))
    opening(db, sealed_round)
    ids = set(db.scalars(text("SELECT id FROM ballot")))
    for table in ("opened_ballot", "rating", "mark", "overall_answer", "comment"):
        for row in db.execute(text(f"SELECT * FROM {table}")):
            assert not ids & {value for value in row if isinstance(value, bytes)}


def test_receipt_with_the_key(db: Session, secrets: Secrets, sealed_round: OpenRound) -> None:
    shown = keys.receipt(keys.ballot_id(secrets.receipt_key, make_nonce(3)))
    rows = db.execute(text("SELECT id, sealed FROM ballot")).all()
    (box,) = [row.sealed for row in rows if keys.receipt(row.id) == shown]
    stratum, _ = unpack_ballot(sealed.unseal(sealed_round.key.private, box))
    assert stratum == sealed_round.issued[3].stratum, "receipt, database and key together lead to the ballot"


def test_nothing_left_in_this_browser(app: Flask, opened: OpenRound) -> None:
    comer = Respondent(app)
    comer.enter(opened.issued[0].code)
    comer.answer(comer.departments()[0], **FULL)
    assert comer.submit(comer.nonce())
    assert comer.client.get_cookie("ballot") is None
    assert comer.post("/leave").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "评议码已从这个浏览器里清除" in comer.get("/left").text


def test_whoever_handed_out_the_codes(app: Flask, opened: OpenRound) -> None:
    comer = Respondent(app)
    comer.enter(opened.issued[0].code)
    comer.answer(comer.departments()[0], **FULL)
    comer.submit(comer.nonce())
    answers = [Respondent(app).enter(one.code).status_code for one in opened.issued[:2]]
    assert answers == [403, 303], "a used code is refused, and so whoever holds it learns that it was used"


def test_your_words_may_show_you(app: Flask) -> None:
    with store.transaction(place_of(app).engine) as db:
        fill_city(db)
    read = [page for address, page in crawl(Visitor(app, "organiser"), "/office/").items() if CANARY in page]
    assert read, "the office reads what was written, word by word"


def test_small_groups(db: Session, secrets: Secrets) -> None:
    opened = make_open_round(db, secrets, codes=1)
    for number in range(3):
        make_cast(db, secrets, opened, number)
    opening(db, opened)
    counted = db.execute(text("SELECT stratum_id, count(*) FROM opened_ballot GROUP BY stratum_id")).all()
    assert [count for _, count in counted] == [1, 1, 1], "a group of one shows its answers"
    assert set(collect.small_strata({"deputy": 1, "citizen": 30})) == {"deputy"}


def test_who_holds_the_key(db: Session, sealed_round: OpenRound) -> None:
    boxes = db.scalars(text("SELECT sealed FROM ballot")).all()
    read = [unpack_ballot(sealed.unseal(sealed_round.key.private, box)) for box in boxes]
    assert len(read) == 30, "with key and database every ballot is read"
    assert {stratum for stratum, _ in read} <= {"enterprise", "citizen", "deputy"}
    assert keys_from(SPLIT[:2]) == KEY.private
    with pytest.raises(ValueError, match="the whole"):
        keys_from(SPLIT[:1])


def keys_from(shares: Any) -> bytes:
    from appraisal.secrecy.shares import combine

    return combine(shares)


def test_whoever_copies_the_server(engine: Any, settings: Settings, secrets: Secrets) -> None:
    with store.transaction(engine) as db:
        opened = make_open_round(db, secrets)
    store.truncate_log(engine)
    with store.transaction(engine) as db:
        make_cast(db, secrets, opened, 7)
    (pages,) = commits(settings.database.with_name("appraisal.db-wal").read_bytes())
    assert keys.ballot_id(secrets.receipt_key, make_nonce(7)) in pages
    assert keys.digest(secrets.pepper, opened.code, opened.issued[7].code) in pages, (
        "the code and the ballot in one commit"
    )


def test_a_seized_running_server(app: Flask, opened: OpenRound) -> None:
    comer = Respondent(app)
    comer.enter(opened.issued[0].code)
    cookie = comer.client.get_cookie("ballot")
    assert cookie is not None
    held = open_cookie(place_of(app).secrets.cookie_key, cookie.value, city_now())
    assert held == {"code": opened.issued[0].code}, "the server reads the code of whoever is in, and with it the draft"


def test_an_observer_of_the_network(app: Flask) -> None:
    # The name of the host and the lengths of the answers are not hidden by anything here: there is no padding of pages.
    lengths = {len(Respondent(app).get(address).data) for address in ("/", "/privacy", "/left")}
    assert len(lengths) == 3


def test_somebody_over_the_shoulder(app: Flask, opened: OpenRound) -> None:
    owner, other = Respondent(app), Respondent(app)
    owner.enter(opened.issued[0].code)
    owner.answer(owner.departments()[0], **FULL)
    other.enter(opened.issued[0].code)
    assert other.submit(other.nonce()), "whoever holds the code hands in in its owner's place"


def test_no_taking_back(db: Session, secrets: Secrets, sealed_round: OpenRound) -> None:
    with pytest.raises(Refused):
        make_entry(db, secrets, sealed_round, 3)
    digest = keys.digest(secrets.pepper, sealed_round.code, sealed_round.issued[3].code)
    row = db.execute(text("SELECT * FROM invitation WHERE digest=:d"), {"d": digest}).one()
    ids = set(db.scalars(text("SELECT id FROM ballot")))
    assert not ids & {value for value in row if isinstance(value, bytes)}, (
        "nothing leads from a code to a ballot to be deleted"
    )
