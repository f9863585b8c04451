"""Four worker processes of the production command count together, and forget together."""

import random
import time
from pathlib import Path

import pytest

from appraisal import store
from appraisal.secrecy.codes import new_code
from appraisal.settings import Secrets, Settings
from appraisal.store import shared_memory
from tests.faults.harness.respondent import TOKEN, Browser
from tests.faults.harness.server import Server, free_port, members
from tests.makers import OpenRound, make_running_round


@pytest.fixture
def served(settings: Settings) -> tuple[Settings, OpenRound]:
    engine = store.connect(settings.database)
    with store.transaction(engine) as db:
        opened = make_running_round(db, settings.read_secrets())
    engine.dispose()
    return Settings(home=settings.home, port=free_port(), demo=True), opened


def enter(port: int, code: str) -> tuple[int, str]:
    """Status and where it leads, from a fresh browser: the next free worker answers."""
    browser = Browser(port)
    token = TOKEN.search(browser.get("/").text)
    assert token is not None
    answer = browser.post("/enter", csrf_token=token[1], code=code)
    return answer.status, answer.headers.get("Location", "")


def _come(group: int, processes: int) -> bool:
    """Whether so many processes are there within 20 s: the first worker answers before the last one has begun."""
    end = time.monotonic() + 20
    while len(members(group)) < processes and time.monotonic() < end:
        time.sleep(0.1)
    return len(members(group)) >= processes


@pytest.mark.slow
def test_four_workers_count_together_and_a_restart_forgets(served: tuple[Settings, OpenRound]) -> None:
    settings, opened = served
    rng = random.Random("stranger")
    with Server(settings, workers=4) as server:
        assert _come(server.group, 6), "the command, the web server, four workers"
        assert [enter(settings.port, new_code(rng)) for _ in range(20)] == [(403, "")] * 20
        assert {enter(settings.port, new_code(rng)) for _ in range(12)} == {(303, "/prove")}
        assert {enter(settings.port, opened.issued[0].code) for _ in range(4)} == {(303, "/prove")}
    with Server(settings, workers=4):
        assert {enter(settings.port, opened.issued[n].code) for n in range(8)} == {(303, "/ballot")}
    held = b"".join(path.read_bytes() for path in sorted(settings.home.rglob("*")) if path.is_file())
    assert b"127.0.0.1" not in held.replace(f"http://127.0.0.1:{settings.port}/".encode(), b"")


def test_a_memory_that_was_not_handed_over_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shared = shared_memory.make()
    monkeypatch.setenv(shared_memory.VARIABLE, str(shared))
    assert shared_memory.handed_over() == shared
    for wrong in ("", "x", "999999", "0"):
        monkeypatch.setenv(shared_memory.VARIABLE, wrong)
        assert str(shared_memory.handed_over()) != wrong


def test_two_views_of_one_memory_see_the_same(secrets: Secrets) -> None:
    shared = shared_memory.make()
    one, other = shared_memory.SharedMemory(shared), shared_memory.SharedMemory(shared)
    client, proof = b"c" * shared_memory.NAME, b"p" * shared_memory.NAME
    for number in range(20):
        (one if number % 2 else other).note_failure(client, 100.0 + number)
    assert one.failed_often(client, 99.0)
    assert not other.failed_often(client, 100.0)
    assert one.start_key() == other.start_key()
    assert (one.spend(proof, 1.0, 50.0), other.spend(proof, 49.0, 60.0), other.spend(proof, 51.0, 60.0)) == (
        True,
        False,
        True,
    )


def test_a_full_memory_forgets_who_failed_longest_ago_and_takes_no_proof() -> None:
    memory = shared_memory.SharedMemory(shared_memory.make())
    same_set = [bytes(4) + number.to_bytes(12, "big") for number in range(1, 30)]
    for number, client in enumerate(same_set[:9]):
        for _ in range(20):
            memory.note_failure(client, 100.0 + number)
    assert [memory.failed_often(client, 1.0) for client in same_set[:9]] == [False] + [True] * 8
    taken = [memory.spend(proof, 1.0, 50.0) for proof in same_set]
    assert taken == [True] * shared_memory.PROOFS[1] + [False] * (29 - shared_memory.PROOFS[1])
