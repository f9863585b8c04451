"""The open bundle is decided on and laid out by the worker, and everybody may download it."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask

from appraisal import jobs, rounds, scoring, store
from appraisal.settings import Settings
from appraisal.web import create_app
from tests.makers import NOW, make_ballot, make_scored_round
from tests.web.conftest import place_of

ADDRESS = "/bulletin/2026-1.zip"


@pytest.fixture
def city(settings: Settings) -> Iterator[Flask]:
    """A published round with a log, and one whose results are sealed."""
    (settings.keys / "log.key").parent.mkdir(exist_ok=True)
    app = create_app(settings, jobs.make_queue(settings, immediate=True))
    with store.transaction(place_of(app).engine) as db:
        code = make_scored_round(db, [make_ballot("citizen", {"D1": "S4"}) for _ in range(40)]).code
        make_scored_round(db, [make_ballot("citizen", {"D1": "S5"})], code="2026-2")
        rounds.publish(db, code, "zhuban", NOW)
    yield app
    place_of(app).engine.dispose()


def test_it_is_waited_for_until_the_worker_has_laid_it_out_and_then_it_is_a_file(city: Flask) -> None:
    place = place_of(city)
    assert city.test_client().get(ADDRESS).status_code == 503
    jobs.tend_publications(place.settings, place.engine)
    answer = city.test_client().get(ADDRESS)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert "verify.py" in archive.namelist()
    with store.reading(place.engine) as db:
        assert answer.data == scoring.bundle(db, "2026-1", place.settings.read_log_key())


def test_of_a_round_that_is_not_published_there_is_none(city: Flask) -> None:
    place = place_of(city)
    jobs.tend_publications(place.settings, place.engine)
    for code in ("2026-2", "nowhere"):
        assert city.test_client().get(f"/bulletin/{code}.zip").status_code == 404


def test_the_worker_does_nothing_twice(city: Flask) -> None:
    place = place_of(city)
    jobs.tend_publications(place.settings, place.engine)
    path = place.settings.bundle_file("2026-1")
    before = path.stat().st_mtime_ns
    jobs.tend_publications(place.settings, place.engine)
    assert path.stat().st_mtime_ns == before


def test_a_round_without_a_log_has_figures_and_no_bundle(city: Flask, caplog: pytest.LogCaptureFixture) -> None:
    place = place_of(city)
    with store.transaction(place.engine) as db:
        db.connection().exec_driver_sql("DELETE FROM log_batch")
    jobs.tend_publications(place.settings, place.engine)
    assert "was not laid out" in caplog.text
    with store.reading(place.engine) as db:
        assert scoring.publication(db, "2026-1").code == "2026-1"
