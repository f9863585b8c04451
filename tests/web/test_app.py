"""The application around every page: headers, limits, languages, error pages, and when it refuses to start."""

import dataclasses
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from appraisal import store
from appraisal.settings import Secrets, Settings, SettingsError
from appraisal.web import create_app
from tests.makers import OpenRound
from tests.web.conftest import place_of
from tests.web.respondent_journey import FULL, Respondent

PAGES = ["/", "/privacy", "/leave", "/left", "/healthz", "/nowhere"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_carries_the_protective_headers(app: Flask, address: str) -> None:
    headers = app.test_client().get(address).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store, private"


def test_the_ballot_is_not_kept_by_the_browser(app: Flask, opened: OpenRound) -> None:
    respondent = Respondent(app)
    respondent.enter(opened.issued[0].code)
    for address in ("/ballot", "/ballot/choose", "/ballot/overall", "/ballot/review"):
        assert respondent.get(address).headers["Cache-Control"] == "no-store, private"


def test_no_page_holds_script_or_style_of_its_own(app: Flask, opened: OpenRound) -> None:
    respondent = Respondent(app)
    respondent.enter(opened.issued[0].code)
    for address in ("/", "/ballot", f"/ballot/d/{respondent.departments()[0]}", "/ballot/review", "/privacy"):
        page = respondent.get(address).text
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick" not in page


def test_a_style_sheet_under_its_version_is_kept_for_a_year(app: Flask) -> None:
    client = app.test_client()
    versioned = client.get("/").text.split('href="/static/app.css?v=')[1].split('"')[0]
    with client.get(f"/static/app.css?v={versioned}") as kept, client.get("/static/app.css?v=other") as asked_again:
        assert "max-age=31536000" in kept.headers["Cache-Control"]
        assert asked_again.headers["Cache-Control"] == "no-cache"


def test_cookies_cannot_be_read_by_scripts_nor_sent_by_other_sites(app: Flask, opened: OpenRound) -> None:
    respondent = Respondent(app)
    cookies = respondent.enter(opened.issued[0].code).headers.getlist("Set-Cookie")
    ballot = next(cookie for cookie in cookies if cookie.startswith("ballot="))
    assert "HttpOnly" in ballot
    assert "SameSite=Lax" in ballot
    assert opened.issued[0].code not in ballot


def test_a_body_that_is_too_large_is_refused(app: Flask) -> None:
    answer = app.test_client().post("/enter", data={"code": "x" * 1_000_000})
    assert answer.status_code == 413
    assert "内容太长" in answer.text


def test_room_for_evidence_is_made_for_who_is_logged_in_and_not_for_any_cookie(app: Flask) -> None:
    stranger = app.test_client()
    stranger.set_cookie("staff", "x" * 43)
    assert stranger.post("/desk/slips/1/answer", data={"cause": "x" * 1_000_000}).status_code == 413


def test_an_encoded_body_is_not_unpacked(app: Flask) -> None:
    answer = app.test_client().post("/enter", data=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("method", "address", "status"), [("get", "/nowhere", 404), ("get", "/enter", 405), ("post", "/", 405)]
)
@pytest.mark.parametrize(("language", "word"), [("zh", "首页"), ("en", "first page")])
def test_error_pages_are_calm_in_both_languages(
    app: Flask, method: str, address: str, status: int, language: str, word: str
) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    client = app.test_client()
    client.set_cookie("language", language)
    answer = getattr(client, method)(address)
    assert answer.status_code == status
    assert word in answer.text


def test_another_host_is_refused_in_the_demo(app: Flask) -> None:
    assert app.test_client().get("/", headers={"Host": "evil.example"}).status_code == 400
    assert app.test_client().get("/", headers={"Host": "127.0.0.1:8000"}).status_code == 200


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/q/ABCD",
        "\r\nX: y",
        "/language/en",
        "/enter",
        "",
        "%2f%2fevil",
    ],
)
def test_changing_the_language_leads_nowhere_else(app: Flask, back: str) -> None:
    answer = app.test_client().get("/language/en", query_string={"back": back})
    assert (answer.status_code, answer.location) == (303, "/")


def test_changing_the_language_comes_back_to_the_page(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/language/en?back=/privacy").location == "/privacy"
    assert '<html lang="en"' in client.get("/privacy").text
    assert client.get("/language/fr").status_code == 404


def test_a_browser_that_asks_for_english_gets_it(app: Flask) -> None:
    client = app.test_client()
    assert '<html lang="en"' in client.get("/", headers={"Accept-Language": "en-GB,en;q=0.8"}).text
    assert '<html lang="zh-CN"' in client.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}).text
    assert '<html lang="zh-CN"' in client.get("/").text


def test_health_tells_whether_the_schema_fits(app: Flask) -> None:
    assert app.test_client().get("/healthz").json == {"status": "ok"}
    with store.transaction(place_of(app).engine) as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert app.test_client().get("/healthz").status_code == 503


def test_neither_pages_nor_logs_tell_what_a_failure_held(
    app: Flask, opened: OpenRound, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("CANARY-VALUE")

    monkeypatch.setattr("appraisal.web.respondent.entry.open_visit", fail)
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().get("/q/CANARY-CODE")
    assert answer.status_code == 500
    assert "RuntimeError at GET /q/<code>" in caplog.text
    assert "CANARY" not in caplog.text
    assert "CANARY" not in answer.text


def test_a_journey_leaves_no_trace_in_the_log(app: Flask, opened: OpenRound, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        respondent = Respondent(app)
        respondent.enter(opened.issued[0].code)
        respondent.answer(respondent.departments()[0], **FULL)
        nonce = respondent.nonce()
        receipt = respondent.submit(nonce)
    assert receipt
    for trace in (opened.issued[0].code, nonce, receipt, "排队太久", "127.0.0.1"):
        assert trace not in caplog.text


def test_an_unmigrated_database_is_not_served(settings: Settings) -> None:
    engine = store.connect(settings.database)
    with store.transaction(engine) as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    engine.dispose()
    with pytest.raises(SettingsError, match="appraisal db upgrade"):
        create_app(settings)


def test_a_home_without_a_database_is_not_served(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, demo=True)
    settings.keep_secrets(Secrets.fresh(demo=True))
    with pytest.raises(SettingsError, match="is missing"):
        create_app(settings)


def test_the_secrets_of_the_demo_serve_the_demo_only(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="demo city"):
        create_app(dataclasses.replace(settings, demo=False))


def test_a_process_that_serves_loads_what_computes_and_cuts_words_only_when_it_does() -> None:
    loaded = "import sys; from appraisal.web import create_app; import appraisal.web.office, appraisal.web.desk; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True, text=True).stdout.split()
    heavy = {"scipy.optimize", "scipy.sparse", "scipy.special", "scipy.stats", "rjieba", "weasyprint", "xlsxwriter"}
    assert heavy & set(said) == set()
