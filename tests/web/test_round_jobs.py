"""Opening the ballots and scoring from the browser: asked for in the request, done by the worker, told on the round's page."""

from collections.abc import Iterator

import pytest
from flask import Flask

from appraisal import jobs, rounds, store
from appraisal.secrecy.sealed import new_tally_key
from appraisal.settings import Settings, write_private
from appraisal.store.trails import runs
from appraisal.web import create_app
from tests.makers import OpenRound, make_account, make_pointed_casts, make_round, make_running_round
from tests.web.conftest import place_of
from tests.web.staffed import Visitor

ROUND = "/office/rounds/2026-1"


@pytest.fixture
def queue(settings: Settings) -> Iterator[jobs.Queue]:
    queue = jobs.make_queue(settings)
    yield queue
    queue.huey.storage.close()


@pytest.fixture
def app(settings: Settings, queue: jobs.Queue) -> Iterator[Flask]:
    app = create_app(settings, queue)
    yield app
    place_of(app).engine.dispose()


@pytest.fixture
def running(app: Flask) -> OpenRound:
    """An open round with twelve ballots, its key where it belongs."""
    place = place_of(app)
    with store.transaction(place.engine) as db:
        make_account(db, "zhuban", "organiser", None)
        opened = make_running_round(db, place.secrets)
        make_pointed_casts(db, place.secrets, opened, range(12))
    write_private(place.settings.tally_key(opened.code), opened.key.private)
    return opened


@pytest.fixture
def office(app: Flask, running: OpenRound) -> Visitor:
    return Visitor(app, "organiser")


def work(queue: jobs.Queue) -> None:
    while queue.huey.pending_count():
        queue.huey.execute(queue.huey.dequeue())


def test_a_close_returns_at_once_and_the_page_says_what_is_under_way(office: Visitor, queue: jobs.Queue) -> None:
    assert office.post(f"{ROUND}/close").status_code == 303
    page = office.get(ROUND).text
    assert "评议票正在打乱顺序开启" in page
    assert f"{ROUND}/score" not in page
    assert queue.huey.pending_count() == 1


def test_after_the_worker_the_page_offers_the_scoring(office: Visitor, queue: jobs.Queue) -> None:
    office.post(f"{ROUND}/close")
    work(queue)
    page = office.get(ROUND).text
    assert "正在打乱顺序开启" not in page
    assert f"{ROUND}/score" in page
    assert "<strong>开启评议票</strong>" in page


def test_nothing_else_is_done_with_a_round_while_a_step_is_under_way(office: Visitor, queue: jobs.Queue) -> None:
    office.post(f"{ROUND}/close")
    assert office.get(f"{ROUND}/score").status_code == 404
    assert office.post(f"{ROUND}/reopen").status_code == 409
    assert office.post(f"{ROUND}/publish").status_code == 409


def put_key(settings: Settings, private: bytes) -> None:
    path = settings.tally_key("2026-1")
    path.unlink(missing_ok=True)
    write_private(path, private)


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "评议票没有开启：12 张评议票或意见打不开"), ("en", "The ballots were not opened: 12 ballots or comments")],
)
def test_a_refusal_of_the_worker_is_told_in_both_languages(
    office: Visitor, queue: jobs.Queue, settings: Settings, language: str, said: str
) -> None:
    office.post(f"{ROUND}/close")
    put_key(settings, new_tally_key().private)
    work(queue)
    office.client.set_cookie("language", language)
    assert said in office.get(ROUND).text


def test_an_opening_that_failed_can_be_asked_for_again(
    office: Visitor, queue: jobs.Queue, settings: Settings, running: OpenRound
) -> None:
    office.post(f"{ROUND}/close")
    put_key(settings, new_tally_key().private)
    work(queue)
    put_key(settings, running.key.private)
    assert office.get(f"{ROUND}/score").status_code == 404
    assert office.get(f"{ROUND}/reopen").status_code == 200
    assert office.post(f"{ROUND}/reopen").status_code == 303
    work(queue)
    assert f"{ROUND}/score" in office.get(ROUND).text


def test_a_round_is_not_closed_with_the_key_of_another(office: Visitor, settings: Settings) -> None:
    put_key(settings, new_tally_key().private)
    answer = office.post(f"{ROUND}/close")
    assert answer.status_code == 409
    assert "密钥文件不是本轮的" in answer.text
    assert "评议中" in office.get(ROUND).text


def test_scoring_twice_is_asked_for_once(office: Visitor, queue: jobs.Queue, app: Flask) -> None:
    office.post(f"{ROUND}/close")
    work(queue)
    assert office.post(f"{ROUND}/score").status_code == 303
    assert office.post(f"{ROUND}/score").status_code == 409
    work(queue)
    assert "已计分" in office.get(ROUND).text
    with store.reading(place_of(app).engine) as db:
        assert len(runs(db, rounds.kept_round(db, "2026-1").id)) == 1


def test_what_can_never_be_scored_is_refused_at_once(office: Visitor, queue: jobs.Queue) -> None:
    answer = office.post(f"{ROUND}/score")
    assert (answer.status_code, queue.huey.pending_count()) == (409, 0)
    assert "结果封存" in answer.text


def test_a_queue_that_was_lost_loses_nothing_that_was_asked_for(
    office: Visitor, queue: jobs.Queue, app: Flask, settings: Settings
) -> None:
    office.post(f"{ROUND}/close")
    queue.huey.flush()
    jobs.tend_rounds(settings, place_of(app).engine)
    assert f"{ROUND}/score" in office.get(ROUND).text


def test_a_fault_of_the_program_is_told_too(office: Visitor, queue: jobs.Queue, app: Flask, settings: Settings) -> None:
    office.post(f"{ROUND}/close")
    settings.tally_key("2026-1").unlink()
    settings.tally_key("2026-1").mkdir()
    with pytest.raises(IsADirectoryError):
        jobs.tend_rounds(settings, place_of(app).engine)
    assert "评议票没有开启：程序出错" in office.get(ROUND).text


def test_a_round_is_not_opened_over_a_key_that_ballots_may_need(
    office: Visitor, app: Flask, settings: Settings
) -> None:
    with store.transaction(place_of(app).engine) as db:
        make_round(db, code="2026-9")
    write_private(settings.tally_key("2026-9"), b"older")
    answer = office.post("/office/rounds/2026-9/open")
    assert answer.status_code == 409
    assert "密钥文件已经存在" in answer.text
