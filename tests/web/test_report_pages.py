"""Reports and the ledger to download: by whom, when, and printed by whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from appraisal import jobs, store
from appraisal.settings import Settings
from appraisal.store import tables
from appraisal.store.engine import reading
from appraisal.web import create_app
from tests.web.conftest import place_of
from tests.web.staffed import Visitor, fill_city

REPORT = "/desk/results/2026-1/report"


@pytest.fixture
def city(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings, jobs.make_queue(settings, immediate=True))
    with store.transaction(place_of(app).engine) as db:
        fill_city(db)
    yield app
    place_of(app).engine.dispose()


def files_of(app: Flask) -> list[Path]:
    return sorted((place_of(app).settings.home / "reports").glob("*"))


def test_a_department_downloads_its_report_on_a_published_round(city: Flask) -> None:
    answer = Visitor(city, "d1").get(REPORT)
    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_a_report_that_is_there_is_served_and_not_printed_again(city: Flask) -> None:
    first = Visitor(city, "d1").get(REPORT).data
    (path,) = files_of(city)
    printed = path.stat().st_mtime_ns
    assert Visitor(city, "organiser").get("/office/rounds/2026-1/departments/D1/report").data == first
    assert [each.stat().st_mtime_ns for each in files_of(city)] == [printed]


def test_whoever_takes_a_report_is_on_record(city: Flask) -> None:
    Visitor(city, "d1").get(REPORT)
    with reading(place_of(city).engine) as db:
        noted = db.scalars(select(tables.AuditEvent.object).where(tables.AuditEvent.action == "report.download")).all()
    assert noted == ["2026-1/D1"]


def test_a_web_process_only_puts_the_report_into_the_queue_once(settings: Settings, city: Flask) -> None:
    app = create_app(settings)
    pages = [Visitor(app, "d1").get(REPORT) for _ in range(3)]
    assert {page.headers["Refresh"] for page in pages} == {"3"}
    assert place_of(app).queue.huey.pending_count() == 1
    assert [path.suffix for path in files_of(app)] == [".asked"]
    place_of(app).engine.dispose()


def test_the_ledger_comes_as_a_workbook_for_office_and_auditor(city: Flask) -> None:
    for role, address in (("organiser", "/office/ledger/workbook"), ("auditor", "/audit/ledger/workbook")):
        answer = Visitor(city, role).get(address)
        assert answer.data.startswith(b"PK")
        assert "ledger-all.xlsx" in answer.headers["Content-Disposition"]


def test_what_is_due_is_listed_by_date(city: Flask) -> None:
    page = Visitor(city, "organiser").get("/office/ledger/due").text
    assert "到期清单" in page
    assert page.count("WT-2026-") >= 4


ROUND_REPORT = "/office/rounds/2026-1/report"


def test_the_organiser_downloads_the_report_on_the_round_and_nobody_else(city: Flask) -> None:
    answer = Visitor(city, "organiser").get(ROUND_REPORT)
    assert answer.data.startswith(b"%PDF")
    assert "2026-1.pdf" in answer.headers["Content-Disposition"]
    assert {Visitor(city, who).get(ROUND_REPORT).status_code for who in ("d1", "auditor")} == {403}


def test_the_report_on_a_round_is_printed_by_the_worker_and_waited_for(settings: Settings, city: Flask) -> None:
    app = create_app(settings)
    pages = [Visitor(app, "organiser").get(ROUND_REPORT) for _ in range(2)]
    assert {page.headers["Refresh"] for page in pages} == {"3"}
    assert "评议结果报告" in pages[0].text
    assert place_of(app).queue.huey.pending_count() == 1
    place_of(app).engine.dispose()
