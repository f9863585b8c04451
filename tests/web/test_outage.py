"""A disk that is full, read-only or broken: one calm page, nothing half kept, and on it goes when it can."""

import errno
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, text
from werkzeug.test import Client

from appraisal import store
from appraisal.settings import Settings
from appraisal.store import trouble
from appraisal.web import create_app, outage
from tests.makers import OpenRound
from tests.web.conftest import place_of
from tests.web.respondent_journey import Respondent


@pytest.fixture
def full(app: Flask, opened: OpenRound) -> Iterator[None]:
    """The database may not grow by a page, as on a full disk."""
    engine = place_of(app).engine
    # What lies free in the file would be room all the same.
    with store.reading(engine) as db:
        pages = db.scalar(text("PRAGMA page_count"))

    def limit(connection: object, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    event.listen(engine, "connect", limit)
    engine.dispose()
    yield
    event.remove(engine, "connect", limit)


def test_a_full_disk_is_told_in_both_languages_and_says_when_to_come_again(
    app: Flask, opened: OpenRound, full: None
) -> None:
    pages = [Respondent(app).enter(issued.code) for issued in opened.issued]
    refused = [page for page in pages if page.status_code == 503]
    assert refused
    assert {page.status_code for page in pages} <= {303, 503}
    assert refused[0].headers["Retry-After"] == "20"
    assert "暂时不能保存" in refused[0].text
    assert "Nothing can be saved just now" in refused[0].text
    assert not any(issued.code in page.text for issued in opened.issued for page in refused)


def test_an_error_that_is_no_lack_of_room_is_an_error(app: Flask) -> None:
    def broken() -> str:
        raise FileNotFoundError(errno.ENOENT, "no such file")

    app.add_url_rule("/broken", "broken", broken)
    assert app.test_client().get("/broken").status_code == 500


@pytest.mark.parametrize("number", sorted(trouble.OUT_OF))
def test_a_system_without_room_or_files_is_an_outage(app: Flask, number: int) -> None:
    def broken() -> str:
        raise OSError(number, "told by the system")

    app.add_url_rule("/broken", "broken", broken)
    assert app.test_client().get("/broken").status_code == 503


def failing(words: str) -> Exception:
    return trouble.OperationalError("COMMIT", {}, RuntimeError(words))


@pytest.mark.parametrize(("words", "ends"), [("disk I/O error", 1), ("database or disk is full", 0), ("locked", 0)])
def test_a_process_whose_write_failed_ends_after_its_answer(
    settings: Settings, opened: OpenRound, words: str, ends: int
) -> None:
    ended: list[bool] = []
    app = create_app(settings, end_process=lambda: ended.append(True))

    def broken() -> str:
        raise failing(words)

    app.add_url_rule("/broken", "broken", broken)
    assert app.test_client().get("/broken").status_code == 503
    assert len(ended) == ends
    place_of(app).engine.dispose()


def test_an_application_that_cannot_be_made_yet_is_tried_again_once_a_second(app: Flask) -> None:
    tries, now = [], [10.0]

    def make() -> Flask:
        tries.append(now[0])
        if len(tries) < 3:
            raise OSError(errno.EROFS, "read-only")
        return app

    client = Client(outage.Waiting(make, lambda: now[0]))
    assert [client.get("/healthz").status_code for _ in range(3)] == [503, 503, 503]
    now[0] = 11.5
    assert client.get("/healthz").status_code == 503
    now[0] = 13.0
    assert client.get("/healthz").status_code == 200
    assert tries == [10.0, 11.5, 13.0]


def test_a_mistake_in_the_settings_ends_the_start() -> None:
    def make() -> Flask:
        raise FileNotFoundError(errno.ENOENT, "no such file")

    with pytest.raises(FileNotFoundError):
        outage.Waiting(make)


def test_a_refusal_out_of_an_error_page_is_no_error(app: Flask) -> None:
    # Posted without a token, to a department that is on nobody's list.
    answer = app.test_client().post("/ballot/d/NOBODY", data={"item-A3": "S3"})
    assert answer.status_code < 500
