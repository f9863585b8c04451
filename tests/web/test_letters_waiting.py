"""How far the letters are, and why one was not printed: on the organiser's pages, in both languages, and to nobody else."""

from collections.abc import Iterator

import pytest
from flask import Flask

from appraisal import followup, jobs, store
from appraisal.model.faults import Refused
from appraisal.model.slip_moves import SlipState
from appraisal.reports.printer import TOO_LONG_SAID
from appraisal.settings import Settings, city_now
from appraisal.web import create_app
from tests.makers import make_slip
from tests.web.conftest import place_of
from tests.web.staffed import Visitor, fill_city


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Nobody works its queue."""
    app = create_app(settings, jobs.make_queue(settings))
    with store.transaction(place_of(app).engine) as db:
        fill_city(db)
    yield app
    place_of(app).engine.dispose()


@pytest.fixture
def failed(app: Flask) -> int:
    """One slip that was given up, beside one that waits; the first one's id."""
    with store.transaction(place_of(app).engine) as db:
        failed, _ = (make_slip(db, SlipState.APPROVED, "2026-1", "D2") for _ in range(2))
        for _ in range(2):
            followup.note_misprint(db, failed, Refused(TOO_LONG_SAID, seconds=60), city_now())
    return failed


def printed(app: Flask) -> int:
    """Letters that exist."""
    with store.reading(place_of(app).engine) as db:
        return sum(line.sha256 is not None for line in followup.slips(db, city_now().date()))


def test_the_list_tells_how_many_wait_are_printed_and_failed_and_what_helps(app: Flask, failed: int) -> None:
    page = Visitor(app, "organiser").get("/office/slips").text
    assert f"等待印制1份，已印{printed(app)}份，没有印成1份。" in page
    assert "<progress" in page
    assert "排版用了60秒还没有排完，已经停下。请管理员放宽" in page
    assert f'action="/office/slips/{failed}/issue"' in page
    assert "<script" not in page.split("<main", 1)[1]


def test_the_list_is_told_in_english_too(app: Flask, failed: int) -> None:
    office = Visitor(app, "organiser")
    office.get("/language/en?back=/office/slips")
    page = office.get("/office/slips").text
    assert f"1 wait to be printed, {printed(app)} are printed, 1 could not be printed." in page
    assert "After 60 seconds of typesetting" in page


def test_nothing_is_said_of_printing_when_every_letter_is_printed(app: Flask) -> None:
    assert "等待印制" not in Visitor(app, "organiser").get("/office/slips").text


def test_the_slip_tells_why_and_asking_again_makes_it_wait(app: Flask, failed: int) -> None:
    office, address = Visitor(app, "organiser"), f"/office/slips/{failed}"
    assert office.get(address).text.count("排版用了60秒") == 3  # above, and twice in its history
    assert office.post(f"{address}/issue").location == address
    again = office.get(address).text
    assert "正式文件在等待印制。" in again
    assert "要求再次印制" in again
    assert place_of(app).queue.huey.pending_count() == 1


def test_a_printed_letter_is_not_asked_for_again(app: Flask) -> None:
    with store.transaction(place_of(app).engine) as db:
        issued = make_slip(db, SlipState.ISSUED, "2026-1", "D1")
    answer = Visitor(app, "organiser").post(f"/office/slips/{issued}/issue")
    assert answer.status_code == 409
    assert "不在等待印制" in answer.text


def test_the_department_reads_nothing_of_what_went_wrong_before(app: Flask, failed: int) -> None:
    engine = place_of(app).engine
    with store.transaction(engine) as db:
        followup.ask_print(db, failed, "zhuban", city_now())
    jobs.issue_slip(place_of(app).settings, engine, failed)
    page = Visitor(app, "d2").get(f"/desk/slips/{failed}").text
    assert "排版" not in page
    assert "再次印制" not in page


def test_a_report_that_cannot_be_printed_says_why_and_is_asked_for_again(app: Flask) -> None:
    visitor, address = Visitor(app, "d1"), "/desk/results/2026-1/report"
    visitor.get(address)
    (mark,) = (place_of(app).settings.home / "reports").glob("*.asked")
    mark.with_suffix(".failed").write_text(
        '["排版程序中途退出，没有排成。请再次生成；再不成，请管理员查看服务日志。", {}]'
    )
    page = visitor.get(address)
    assert "报告没有排成。排版程序中途退出" in page.text
    assert "Refresh" not in page.headers
    mark.unlink()
    again = visitor.get(f"{address}?again=1")
    assert again.headers["Refresh"] == f"3; url={address}"
    assert not mark.with_suffix(".failed").exists()
