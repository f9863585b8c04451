"""What a respondent's browser loads before the first page can be read and used: little enough for a bad line."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appraisal.web.assets import STATIC, pack

LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')
SMALL = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def loaded(client: FlaskClient, path: str) -> dict[str, TestResponse]:
    """A page and every file that it names, as a browser that reads gzip gets them."""
    page = client.get(path, headers=SMALL)
    return {path: page, **{each: client.get(each, headers=SMALL) for each in set(LINKED.findall(page.text))}}


def size(answer: TestResponse) -> int:
    """Bytes on the line: the head and what follows."""
    return len(str(answer.headers)) + len(answer.status) + len(answer.data)


@pytest.mark.parametrize("path", ["/", "/privacy", "/login"])
def test_a_first_page_with_all_that_it_needs_is_under_sixty_kilobytes(client: FlaskClient, path: str) -> None:
    answers = loaded(client, path)
    assert {answer.status_code for answer in answers.values()} == {200}
    assert len(answers) >= 4
    assert sum(map(size, answers.values())) < 60_000


def test_what_is_unpacked_is_the_file(client: FlaskClient) -> None:
    for name in ("app.css", "vendor/pico.min.css", "mark.svg"):
        answer = client.get(f"/static/{name}", headers=SMALL)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data) == (STATIC / name).read_bytes()
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("accepted", [None, "identity", "gzip;q=0", "br"])
def test_who_cannot_read_gzip_gets_the_file_itself(client: FlaskClient, accepted: str | None) -> None:
    with client.get("/static/app.css", headers={"Accept-Encoding": accepted} if accepted else {}) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.data == (STATIC / "app.css").read_bytes()
        assert answer.headers["Vary"] == "Accept-Encoding"


def test_no_page_is_compressed_whatever_is_accepted(client: FlaskClient) -> None:
    for path in ("/", "/login", "/check", "/privacy"):
        assert "Content-Encoding" not in client.get(path, headers=SMALL).headers


def test_what_a_browser_has_already_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/static/app.css", headers=SMALL)
    again = client.get("/static/app.css", headers={**SMALL, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"


def test_a_versioned_file_is_kept_for_a_year_packed_or_not(client: FlaskClient) -> None:
    address = next(each for each in LINKED.findall(client.get("/").text) if "app.css" in each)
    for headers in (SMALL, {}):
        with client.get(address, headers=headers) as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000"


def test_a_file_that_is_not_there_is_not_found_either_way(client: FlaskClient) -> None:
    for name in ("nothing.css", "../assets.py", "%2e%2e/assets.py", "vendor/../../assets.py"):
        assert client.get(f"/static/{name}", headers=SMALL).status_code == 404
    assert pack(STATIC).keys() >= {"app.css", "staff.css", "vendor/pico.min.css"}
