"""Random requests to every public address: no error page of ours, no detail of the program, no answer that takes seconds."""

import random
import time
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from appraisal.web import create_app
from appraisal.web.policy import STAFF_BLUEPRINTS
from tests.faults.harness.installation import Installation
from tests.web.respondent_journey import FULL, Respondent

METHODS = ("GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS")
ODD = (
    *("", " ", "0", "-1", "%00", "../../etc/passwd", "' OR 1=1 --", "<script>", "＝1+1"),
    *("\ud7ff", "𝟘", "{{7*7}}", "a" * 5000, "\x1b[2J", "NaN"),
)
NAMES = (
    "csrf_token",
    "code",
    "nonce",
    "then",
    "language",
    "find",
    "shown",
    "chosen",
    "item-A3",
    "item-Z",
    "item-T1",
    "back",
    "receipt",
)
SLOW = 5.0


@pytest.mark.parametrize("count", [250, pytest.param(20_000, marks=[pytest.mark.fuzz, pytest.mark.timeout(0)])])
def test_no_random_request_breaks_a_public_page(fresh: Callable[[], Installation], count: int) -> None:
    one, rng = fresh(), random.Random(count)
    app = create_app(one.settings)
    seen, codes = Counter[int](), iter(one.codes)
    inside = [Respondent(app) for _ in range(4)]
    for number in range(count):
        visitor = rng.choice(inside)
        if number % 50 == 0:
            come_in_anew(visitor, next(codes, one.codes[0]))
        begun = time.process_time()
        answer = ask(visitor, rng, public_rules(app))
        assert time.process_time() - begun < SLOW
        seen[answer.status_code] += 1
        assert answer.status_code < 500, (answer.request.method, answer.request.path)
        assert b"Traceback" not in answer.data
        answer.close()
    app.extensions["appraisal"].engine.dispose()
    # Otherwise nothing but refusals would have been tried.
    assert seen[200] > count / 20


def public_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] not in STAFF_BLUEPRINTS]


def come_in_anew(visitor: Respondent, code: str) -> None:
    visitor.enter(code)
    departments = visitor.departments()
    if departments:
        visitor.answer(departments[0], **FULL)


def ask(visitor: Respondent, rng: random.Random, rules: list[Rule]) -> TestResponse:
    """One request to a route with arguments, fields and cookies that are right, wrong or strange."""
    path = rng.choice(rules).rule
    for part in [piece for piece in path.split("/") if "<" in piece]:
        path = path.replace(part, rng.choice((*ODD[:9], "D1", "D2", "zh", "2026-1", "app.css")))
    method = rng.choice(METHODS)
    fields = {
        rng.choice(NAMES): rng.choice((*ODD, "S3", "Z01", "next", "hub", "drop")) for _ in range(rng.randrange(6))
    }
    if rng.random() < 0.6:
        fields["csrf_token"] = token_of(visitor)
    body = rng.randbytes(rng.randrange(200)) if rng.random() < 0.1 else None
    given = {"data": body} if body is not None else {"data": fields} if method == "POST" else {"query_string": fields}
    return visitor.client.open(path.encode("utf-8", "replace").decode(), method=method, **given)


def token_of(visitor: Respondent) -> str:
    page = visitor.client.get("/").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]
