"""F12 to F15, F33, F34: answers that are lost, requests that arrive thrice, uploads that never end, two devices, a bad line."""

import http.client
import re
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.harness import proxy, server
from tests.faults.harness.history import History
from tests.faults.harness.installation import Installation
from tests.faults.harness.line import Line
from tests.faults.harness.respondent import Away, Respondent, Unexpected
from tests.faults.harness.storm import Storm, laws_hold, share
from tests.faults.results import record

FULL = [pytest.mark.full_faults, pytest.mark.timeout(0)]
LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')
GZIP = b"\x1f\x8b"
Serve = Callable[[], tuple[Installation, int]]


def through(line: Line, one: Installation, codes: int, clients: int = 8) -> Storm:
    """Everybody votes over that line until everybody has a receipt."""
    storm = Storm(iter(one.codes[:codes]), line.port, History(), clients=clients, timeout=60.0)
    storm.run_out()
    for _ in range(50):
        storm.settle()
    assert storm.begun == []
    return storm


@pytest.mark.parametrize("codes", [12, pytest.param(1000, marks=FULL)])
def test_f12_who_never_got_the_answer_gets_the_same_receipt_later(serve: Serve, codes: int) -> None:
    one, _ = serve()
    with Line(one.settings.port, lose=0.3) as line:
        storm = through(line, one, codes)
    found = laws_hold(one, storm)
    record("F12", f"30 % of answers lost {codes} ballots", **found, answers_lost=line.lost)
    assert line.lost > 0
    assert found["acknowledged"] == found["stored"] == codes


@pytest.mark.parametrize("codes", [12, pytest.param(1000, marks=FULL)])
def test_f13_a_form_that_arrives_three_times_is_stored_once(serve: Serve, codes: int) -> None:
    one, _ = serve()
    with Line(one.settings.port, repeat=3) as line:
        storm = through(line, one, codes)
    found = laws_hold(one, storm)
    record("F13", f"each POST three times {codes} ballots", **found, copies=line.repeated)
    assert line.repeated > codes
    assert found["stored"] == codes


@pytest.mark.full_faults
@pytest.mark.timeout(0)
@pytest.mark.skipif(proxy.why_not() != "", reason=proxy.why_not() or "can")
def test_f14_two_hundred_uploads_that_never_end_do_not_keep_others_out(serve: Serve, tmp_path: Path) -> None:
    one, _ = serve()
    # The proxy in front reads a request whole before it asks the server: that is what keeps its threads free.
    front = proxy.Proxy(tmp_path, one.settings.port)
    calm = Storm(iter(one.codes[:100]), front.port, History(), timeout=60.0)
    calm.run_out()
    with Dripping(front.port, 200) as dripping:
        storm = Storm(iter(one.codes[100:200]), front.port, History(), timeout=60.0)
        storm.run_out()
        still_open = len(dripping.open)
    front.stop()
    before, during = share(calm.latencies, 0.95), share(storm.latencies, 0.95)
    found = laws_hold(one, Storm(iter(()), front.port, History(lines=calm.history.lines + storm.history.lines)))
    kept = {"p95_before_s": round(before, 3), "p95_during_s": round(during, 3), "slow_connections": still_open}
    record("F14", "200 slow senders and readers behind nginx", **found, **kept, troubles=dict(storm.trouble))
    assert storm.trouble == {}
    assert during < 2 * before + 0.2


SENDER = b"POST /enter HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4000\r\n\r\n"
# Many pages in one go: more than the system keeps for a reader.
READER = b"GET /static/vendor/pico.min.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20


class Dripping:
    """Connections that send a byte of a body each second, and others that ask for pages and read a byte of them each second."""

    def __init__(self, port: int, count: int) -> None:
        self.open = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(count)]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._drip)

    def __enter__(self) -> "Dripping":
        for number, one in enumerate(self.open):
            one.sendall(READER if number % 2 else SENDER)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for one in self.open:
            one.close()

    def _drip(self) -> None:
        while not self._stop.wait(1.0):
            for number, one in enumerate(list(self.open)):
                try:
                    one.recv(1) if number % 2 else one.sendall(b"x")
                except OSError:
                    one.close()
                    self.open.remove(one)


@pytest.mark.parametrize("codes", [6, pytest.param(300, marks=FULL)])
def test_f15_two_devices_with_one_code_make_one_ballot(serve: Serve, codes: int) -> None:
    one, _ = serve()
    history, outcomes = History(), []
    for code in one.codes[:codes]:
        pair = [Respondent(code, rating, one.settings.port, history) for rating in ("S5", "S1")]
        for each in pair:
            each.come_in()
        for each in pair:
            each.fill_in()
        for each in pair:
            each.read_over()
            # Both show the draft as it was saved last.
            each.answer = pair[1].answer
        outcomes.append(at_once(pair))
    storm = Storm(iter(()), one.settings.port, history)
    found = laws_hold(one, storm)
    record("F15", f"two devices {codes} codes", **found, same_receipt=sum(len(set(each)) == 1 for each in outcomes))
    assert found["stored"] == codes
    assert all(len(set(each)) == 1 for each in outcomes)


def at_once(pair: list[Respondent]) -> list[str]:
    """Both press the button; what each was told."""
    said: list[str] = []

    def press(each: Respondent) -> None:
        try:
            said.append(each.hand_in())
        except (Away, Unexpected) as trouble:
            said.append(str(trouble))

    threads = [threading.Thread(target=press, args=(each,)) for each in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.mark.full_faults
@pytest.mark.timeout(0)
def test_f33_over_a_bad_line_the_first_page_is_small_and_the_draft_is_kept(serve: Serve) -> None:
    one, _ = serve()
    with Line(one.settings.port, lose=0.05, delay=0.2, rate=20_000 / 8) as line:
        storm = through(line, one, 12, clients=12)
    with Line(one.settings.port, delay=0.2, rate=20_000 / 8) as slow:
        begun = time.monotonic()
        files = load_all(slow.port)
        took = time.monotonic() - begun
    found = laws_hold(one, storm)
    record(
        "F33",
        "400 ms 20 kbit/s 5 % lost",
        **found,
        answers_lost=line.lost,
        first_load_files=files,
        first_load_bytes=slow.sent,
        first_load_s=round(took, 1),
    )
    assert slow.sent < 60_000
    assert found["stored"] == 12


def load_all(port: int) -> int:
    """Fetch the first page and every file that it names, one after the other, as a browser that has none of them; how many."""
    front = get(port, "/")
    files = set(LINKED.findall(front.decode()))
    for each in files:
        assert get(port, each).startswith(GZIP)
    return 1 + len(files)


def get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status == 200
    return content


@pytest.mark.full_faults
@pytest.mark.timeout(0)
def test_f34_a_page_that_was_saved_is_there_after_the_server_was_away(serve: Serve, warm: object) -> None:
    one, group = serve()
    away = Respondent(one.codes[0], "S2", one.settings.port, History())
    away.come_in()
    away.fill_in()
    server.kill_group(group)
    with pytest.raises(Away):
        away.read_over()
    again = warm.start(one.settings)  # type: ignore[attr-defined]
    away.read_over()
    receipt = away.hand_in()
    assert set(one.box().ballots.values()) == {away.answer}
    server.kill_group(again)
    record("F34", "server away while typing", saved_page_kept=True, receipt=bool(receipt))
