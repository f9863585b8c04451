"""The public log and the check of a receipt, as anybody sees them."""

import json
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from appraisal import store
from appraisal.collect.log import first_batch, full_batch, keep_batch
from appraisal.jobs import tend_audit
from appraisal.secrecy.ballot_log import Proof, faults_of_proof
from appraisal.secrecy.chain import read_published
from appraisal.store import Session
from tests.makers import OpenRound, make_cast
from tests.web.conftest import place_of
from tests.web.respondent_journey import Respondent

TODAY = date(2026, 11, 2)


def batch_up(db: Session, app: Flask, opened: OpenRound) -> None:
    """Whatever batches are due."""
    for due in (first_batch, full_batch):
        batch = due(db, opened.code, place_of(app).settings.read_log_key(), TODAY)
        if batch is not None:
            assert keep_batch(db, batch)


@pytest.fixture
def receipts(app: Flask, many: OpenRound) -> list[str]:
    """Fifty ballots in the second batch and one that waits, its receipt last."""
    with store.transaction(place_of(app).engine) as db:
        receipts = [make_cast(db, place_of(app).secrets, many, number) for number in range(50)]
        batch_up(db, app, many)
        return [*receipts, make_cast(db, place_of(app).secrets, many, 50)]


@pytest.fixture
def many(app: Flask) -> OpenRound:
    from tests.makers import make_running_round

    with store.transaction(place_of(app).engine) as db:
        return make_running_round(db, place_of(app).secrets, codes=20)


def test_a_receipt_in_a_batch_is_told_its_batch_and_gives_a_proof_that_holds(
    app: Flask, many: OpenRound, receipts: list[str]
) -> None:
    visitor = Respondent(app)
    assert "第 2 批" in visitor.post("/check", receipt=receipts[7].lower().replace("-", " ")).text
    given = visitor.post("/check/proof", receipt=receipts[7])
    assert given.headers["Content-Disposition"].startswith("attachment")
    about, links = read_published(visitor.get(f"/log/{many.code}.json").data)
    assert faults_of_proof(Proof.read(given.data), links, bytes.fromhex(str(about["public_key"]))) == []


def test_a_receipt_that_waits_is_recorded_and_has_no_proof_yet(app: Flask, receipts: list[str]) -> None:
    visitor = Respondent(app)
    assert "已存进票箱" in visitor.post("/check", receipt=receipts[-1]).text
    assert "还在等下一批" in visitor.post("/check/proof", receipt=receipts[-1]).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "不像回执号"), ("7" * 64, "不像回执号"), ("000G-40R4-0M30-E200", "没有查到"), ("<b>", "不像回执号")],
)
def test_a_receipt_that_leads_nowhere_is_answered_calmly(
    app: Flask, receipts: list[str], typed: str, said: str
) -> None:
    page = Respondent(app).post("/check", receipt=typed)
    assert page.status_code == 200
    assert said in page.text
    assert "<b>" not in page.text


def test_no_page_of_the_log_lists_a_receipt_or_the_id_of_a_ballot(
    app: Flask, many: OpenRound, receipts: list[str]
) -> None:
    visitor = Respondent(app)
    shown = [visitor.get(address).text for address in ("/log", f"/log/{many.code}", f"/log/{many.code}.json", "/check")]
    proof = json.loads(visitor.post("/check/proof", receipt=receipts[0]).data)
    for trace in (*receipts, proof["ballot_id"], proof["sealed_sha256"]):
        assert not any(trace in page for page in shown)


def test_the_log_tells_totals_at_batches_only(app: Flask, many: OpenRound, receipts: list[str]) -> None:
    links = read_published(Respondent(app).get(f"/log/{many.code}.json").data)[1]
    assert [link.fields()["ballots_total"] for link in links] == [0, 50]
    assert {"at", "time"}.isdisjoint(links[-1].fields())


@pytest.mark.parametrize("address", ["/log/2030-9", "/log/2030-9.json", "/log/audit"])
def test_a_round_without_a_log_is_not_there(app: Flask, many: OpenRound, address: str) -> None:
    assert Respondent(app).get(address).status_code == 404
    assert Respondent(app).get(f"/log/{many.code}").status_code == 404


@pytest.mark.parametrize("address", ["/check", "/log", "/log/2026-1"])
def test_the_pages_of_the_log_are_in_english_too_and_are_not_kept(
    app: Flask, receipts: list[str], address: str
) -> None:
    page = Respondent(app, "en").get(address)
    assert 'lang="en"' in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_a_ballot_that_was_changed_has_no_proof_and_its_owner_is_told(
    app: Flask, many: OpenRound, receipts: list[str]
) -> None:
    with store.transaction(place_of(app).engine) as db:
        db.execute(text("UPDATE ballot SET sealed=X'00'"))
    visitor = Respondent(app)
    assert "核对不上" in visitor.post("/check", receipt=receipts[7]).text
    assert "核对不上" in visitor.post("/check/proof", receipt=receipts[7]).text


def test_the_chain_of_the_staffs_events_is_there_once_it_was_begun(app: Flask, many: OpenRound) -> None:
    assert Respondent(app).get("/audit-log.json").status_code == 404
    tend_audit(place_of(app).settings, place_of(app).engine)
    about, links = read_published(Respondent(app).get("/audit-log.json").data)
    assert (about["log"], len(links)) == ("audit-v1", 1)
    assert "操作记录的日志文件" in Respondent(app).get("/log").text
