"""What the tests of the door need: a clock that they turn, addresses, and a browser that does its sums."""

import base64
import dataclasses
import html
import json
import random
import re
from collections.abc import Callable

from altcha import Challenge, Payload, solve_challenge
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appraisal.secrecy.codes import new_code
from appraisal.web.guard import Doorkeeper
from tests.web.respondent_journey import Respondent

OFFICE = "192.0.2.7"


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def with_clock(app: Flask, **changes: object) -> Clock:
    """Let the application's doorkeeper read this clock from now on."""
    clock = Clock()
    app.extensions["doorkeeper"] = dataclasses.replace(keeper_of(app), steady=clock, **changes)
    return clock


def keeper_of(app: Flask) -> Doorkeeper:
    keeper = app.extensions["doorkeeper"]
    assert isinstance(keeper, Doorkeeper)
    return keeper


def visitor(app: Flask, address: str = OFFICE) -> Respondent:
    """A browser behind that address."""
    respondent = Respondent(app)
    respondent.client.environ_base["REMOTE_ADDR"] = address
    return respondent


def fail(respondent: Respondent, times: int, draw: Callable[[], str] | None = None) -> TestResponse:
    """Try so many codes that were never issued."""
    rng = random.Random(f"stranger {times}")
    for _ in range(times):
        answer = respondent.enter(draw() if draw else new_code(rng))
    return answer


def solution(page: str) -> str:
    """What a browser hands in for the challenge on the page."""
    found = re.search(r'data-challenge="([^"]+)"', page)
    assert found is not None
    challenge = Challenge.from_dict(json.loads(html.unescape(found[1])))
    solved = solve_challenge(challenge)
    assert solved is not None
    return Payload(challenge, solved).to_base64()


def ticket(page: str) -> str:
    found = re.search(r'name="ticket" value="(\w+)"', page)
    assert found is not None
    return found[1]


def is_inside(client: FlaskClient) -> bool:
    return client.get("/ballot").status_code == 200


def altered(payload: str, **changes: object) -> str:
    """The same payload with other parameters of its challenge."""
    said = json.loads(base64.b64decode(payload))
    said["challenge"]["parameters"].update(changes)
    return base64.b64encode(json.dumps(said).encode()).decode()
