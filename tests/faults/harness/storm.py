"""Many respondents at once, until something happens to the server."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.harness.history import History, faults, tally
from tests.faults.harness.installation import Installation
from tests.faults.harness.respondent import SCALE, Away, Respondent, Unexpected


@dataclass
class Storm:
    """``clients`` threads that vote with the codes of ``codes``, one after the other; what was begun and not ended is kept.

    ``trouble`` counts the answers that were not the page that should follow, by where and status.
    """

    codes: Iterator[str]
    port: int
    history: History
    clients: int = 8
    seed: int = 1
    timeout: float = 20.0
    begun: list[Respondent] = field(default_factory=list)
    trouble: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        self._stop.clear()
        self._threads = [
            threading.Thread(target=self._vote_on, args=(number,), daemon=True) for number in range(self.clients)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def run_for(self, seconds: float) -> None:
        self.start()
        time.sleep(seconds)
        self.stop()

    def wait(self) -> None:
        """Until every code was used."""
        for thread in self._threads:
            thread.join()

    def run_out(self) -> None:
        self.start()
        self.wait()

    def settle(self) -> None:
        """Let everybody who was left without an answer try once more, until nobody is; nobody new comes in."""
        waiting, self.codes = self.codes, iter(())
        self.run_out()
        self.codes = waiting

    def settle_once(self) -> None:
        """Everybody who was left without an answer tries once more, whatever comes of it."""
        again, self.begun = self.begun, []
        for one in again:
            self._vote(one)

    def _vote_on(self, number: int) -> None:
        rng = random.Random(f"{self.seed} {number}")
        while not self._stop.is_set():
            one = self._next(rng)
            if one is None:
                return
            if not self._vote(one):
                # Whoever gets no answer waits a little before the next try.
                self._stop.wait(0.02)

    def _next(self, rng: random.Random) -> Respondent | None:
        """Somebody who was left without an answer, else somebody new."""
        with self._lock:
            if self.begun:
                return self.begun.pop(0)
            code = next(self.codes, None)
        return None if code is None else Respondent(code, rng.choice(SCALE), self.port, self.history, self.timeout)

    def vote_alone(self, one: Respondent) -> None:
        """One journey, in the thread that calls."""
        self._vote(one)

    def _vote(self, one: Respondent) -> bool:
        try:
            one.vote()
        except (Away, Unexpected) as trouble:
            with self._lock:
                self.begun.append(one)
                self.trouble[str(trouble) if isinstance(trouble, Unexpected) else "no answer"] += 1
            return False
        with self._lock:
            self.latencies += one.latencies
        return True


def share(values: Sequence[float], part: float) -> float:
    """The value below which this part of the values lies; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def storm_on(one: Installation, codes: int | None = None, **options: Any) -> Storm:
    """Respondents with the first so many codes of an installation."""
    return Storm(iter(one.codes[:codes]), one.settings.port, History(), **options)


def laws_hold(one: Installation, storm: Storm, settled: bool = True) -> dict[str, int]:
    """The figures of a run whose every law holds; fails the test otherwise."""
    box = one.box(opened=settled)
    assert faults(storm.history.lines, box, one.secrets.receipt_key, settled) == []
    return tally(storm.history.lines, box)
