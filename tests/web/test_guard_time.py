"""Unknown, used and revoked codes cannot be told apart by their answers, nor by how long those take."""

import random
import time
from collections.abc import Callable

from flask import Flask
from scipy.stats import ks_2samp

from appraisal import store
from appraisal.secrecy import keys
from appraisal.secrecy.codes import new_code
from appraisal.store import code_requests
from tests.makers import OpenRound, make_cast
from tests.web.conftest import place_of
from tests.web.guarding import visitor, with_clock

TRIES = 400
# Two samples of 400 from one law differ by so much once in 8,000 times; a state that took a tenth longer differs by 0.5 and more.
APART = 0.16


def samples(app: Flask, opened: OpenRound) -> dict[str, list[tuple[int, int, int]]]:
    """State → (status, length, thread's nanoseconds) of many tries, the states in random turns within one run."""
    place, rng, clock = place_of(app), random.Random("turns"), with_clock(app)
    with store.transaction(place.engine) as db:
        make_cast(db, place.secrets, opened, 0)
        code_requests.revoke(db, keys.digest(place.secrets.pepper, opened.code, opened.issued[1].code))
    draw: dict[str, Callable[[], str]] = {
        "unknown": lambda: new_code(rng),
        "used": lambda: opened.issued[0].code,
        "revoked": lambda: opened.issued[1].code,
    }
    turns = [state for state in draw for _ in range(TRIES)]
    rng.shuffle(turns)
    client = visitor(app).client
    token = client.get("/").text.split('name="csrf_token" value="')[1].split('"')[0]
    found: dict[str, list[tuple[int, int, int]]] = {state: [] for state in draw}
    for number, state in enumerate(turns):
        # Another address each time, and slowly: nobody comes over the limit.
        clock.now += 2
        where = {"REMOTE_ADDR": f"10.{number // 250}.{number % 250}.1"}
        code = draw[state]()
        begun = time.thread_time_ns()
        answer = client.post("/enter", data={"csrf_token": token, "code": code}, environ_overrides=where)
        found[state].append((answer.status_code, len(answer.data), time.thread_time_ns() - begun))
    return found


def apart(one: list[int], other: list[int]) -> float:
    """How far two samples are from being of one law: the largest distance of their distribution functions."""
    return float(ks_2samp(one, other).statistic)


def test_w17_unknown_used_and_revoked_codes_get_one_page_in_one_time(app: Flask, opened: OpenRound) -> None:
    found = samples(app, opened)
    assert {(status, length) for each in found.values() for status, length, _ in each} == {(403, found["used"][0][1])}
    times = {state: [took for _, _, took in each] for state, each in found.items()}
    assert {pair: apart(times[pair[0]], times[pair[1]]) < APART for pair in PAIRS} == dict.fromkeys(PAIRS, True)
    # The measure itself: the same answers with a tenth more work are told apart.
    assert apart(times["used"], [int(took * 1.1) for took in times["used"]]) > APART


PAIRS = (("unknown", "used"), ("used", "revoked"), ("unknown", "revoked"))
