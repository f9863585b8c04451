"""The public bulletin: who may read it, when, and what it costs."""

from collections.abc import Iterator

import pytest
from flask import Flask

from appraisal import jobs, store
from appraisal.reports import bulletin
from appraisal.scoring.publication import keep_publication
from appraisal.settings import Settings
from appraisal.web import create_app
from tests.makers import NOW, make_bulletin_facts
from tests.web.conftest import place_of
from tests.web.staffed import Visitor, fill_city

ADDRESS = "/bulletin/2026-1"


@pytest.fixture
def bare(settings: Settings) -> Iterator[Flask]:
    """A city with a published round of which it is not decided yet what may be said."""
    app = create_app(settings, jobs.make_queue(settings, immediate=True))
    with store.transaction(place_of(app).engine) as db:
        fill_city(db)
    yield app
    place_of(app).engine.dispose()


@pytest.fixture
def city(bare: Flask) -> Flask:
    with store.transaction(place_of(bare).engine) as db:
        keep_publication(db, make_bulletin_facts().said, NOW)
    return bare


def test_everybody_reads_a_published_round(city: Flask) -> None:
    page = city.test_client().get(ADDRESS)
    assert page.status_code == 200
    assert "统计上分不出先后" in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize("code", ["2026-2", "2026-3", "nothing"])
def test_a_round_that_is_not_published_is_as_unknown_as_one_that_is_not_there(city: Flask, code: str) -> None:
    for form in ("/bulletin/{}", "/bulletin/{}.pdf"):
        answer, unknown = (city.test_client().get(form.format(each)) for each in (code, "nowhere"))
        assert (answer.status_code, answer.text.replace(code, "")) == (404, unknown.text.replace("nowhere", ""))


def test_only_published_rounds_are_listed(city: Flask) -> None:
    page = city.test_client().get("/bulletin").text
    assert ADDRESS in page
    assert "2026-2" not in page


def test_the_pdf_is_that_of_the_page(city: Flask) -> None:
    answer = city.test_client().get(f"{ADDRESS}.pdf")
    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_the_pdf_is_printed_by_the_worker_once_and_waited_for(settings: Settings, city: Flask) -> None:
    app = create_app(settings)
    answers = [app.test_client().get(f"{ADDRESS}.pdf") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {503}
    assert {answer.headers["Refresh"] for answer in answers} == {"3"}
    assert place_of(app).queue.huey.pending_count() == 1
    place_of(app).engine.dispose()


def test_before_it_is_decided_what_may_be_said_the_page_waits(bare: Flask) -> None:
    answer = bare.test_client().get(ADDRESS)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"


def test_the_body_is_rendered_once(city: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first = city.test_client().get(ADDRESS).text
    monkeypatch.setattr(bulletin, "body", lambda *_: pytest.fail("rendered again"))
    assert city.test_client().get(ADDRESS).text == first


def test_caches_may_keep_it_for_strangers_and_for_nobody_whom_we_know(city: Flask) -> None:
    stranger = city.test_client().get(ADDRESS)
    assert stranger.headers["Cache-Control"] == "public, max-age=300"
    assert "Accept-Language" in stranger.headers["Vary"]
    known = Visitor(city, "organiser").get(ADDRESS)
    assert known.headers["Cache-Control"] == "no-store, private"


def test_what_did_not_change_is_not_sent_again(city: Flask) -> None:
    first = city.test_client().get(ADDRESS)
    again = city.test_client().get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_bulletin_leads_to_what_proves_it(city: Flask) -> None:
    page = city.test_client().get(ADDRESS).text
    assert [f'href="{address}"' in page for address in ("/log/2026-1", f"{ADDRESS}.zip", f"{ADDRESS}.pdf")] == [
        True
    ] * 3


def test_it_speaks_the_language_of_the_reader(city: Flask) -> None:
    page = city.test_client().get(ADDRESS, headers={"Accept-Language": "en"}).text
    assert "statistically tied" in page


def test_the_organiser_and_the_front_page_point_to_it(city: Flask) -> None:
    assert f'href="{ADDRESS}"' in Visitor(city, "organiser").get("/office/rounds/2026-1").text
    assert 'href="/bulletin"' in city.test_client().get("/").text
    assert "/bulletin" not in Visitor(city, "organiser").get("/office/rounds/2026-2").text
