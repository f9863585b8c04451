"""So many respondents at once, in processes of their own; either as fast as they can or at a steady pace."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from math import ceil
from multiprocessing import get_context
from typing import Final, Self

from appraisal.cli.ballot_bench.browser import Browser, Unanswered
from appraisal.cli.ballot_bench.journeys import JOURNEYS, Walked

PROCESSES: Final = 2


@dataclass(frozen=True, slots=True)
class Errand:
    """What one load process does: ``pace`` journeys a second, 0 for as many as it can."""

    kind: str
    port: int
    codes: tuple[str, ...]
    respondents: int
    pace: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """The load processes, started once."""

    pool: ProcessPoolExecutor
    respondents: int

    @classmethod
    @contextmanager
    def gathered(cls, respondents: int) -> Iterator[Self]:
        with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
            list(pool.map(time.sleep, [0.2] * PROCESSES))
            yield cls(pool, respondents)

    def walk(self, kind: str, port: int, codes: Sequence[str], pace: float = 0.0) -> Walked:
        """One journey a code; what all load processes saw together."""
        shares = [tuple(codes[start::PROCESSES]) for start in range(PROCESSES)]
        each = max(1, self.respondents // PROCESSES)
        errands = [Errand(kind, port, share, each, pace / PROCESSES) for share in shares if share]
        return _together(list(self.pool.map(run, errands)))


def run(errand: Errand) -> Walked:
    """All journeys of one load process, each respondent a thread with a connection of its own."""
    walked, turns = Walked(began=time.monotonic()), count()
    seats = min(errand.respondents, len(errand.codes))
    threads = [threading.Thread(target=_sit, args=(errand, walked, turns)) for _ in range(seats)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    walked.ended = time.monotonic()
    return walked


def percentile(times: Sequence[float], share: float) -> float:
    """The least time that at least ``share`` of the times do not exceed; 0 for none.

    >>> percentile([0.1, 0.2, 0.3, 0.4], 0.5)
    0.2
    """
    return sorted(times)[max(0, ceil(share * len(times)) - 1)] if times else 0.0


def _sit(errand: Errand, walked: Walked, turns: "count[int]") -> None:
    browser = Browser(errand.port)
    while (turn := next(turns)) < len(errand.codes):
        if errand.pace:
            time.sleep(max(0.0, walked.began + turn / errand.pace - time.monotonic()))
        browser.forget()
        try:
            walked.receipts.append(JOURNEYS[errand.kind](browser, errand.codes[turn], walked))
        except (OSError, Unanswered, ValueError) as trouble:
            walked.troubles.append(f"{errand.kind}: {type(trouble).__name__} {trouble}")
            browser.close()
    browser.close()


def _together(parts: Sequence[Walked]) -> Walked:
    whole = Walked(
        began=min(part.began for part in parts),
        ended=max(part.ended for part in parts),
        page_bytes=max(part.page_bytes for part in parts),
    )
    for part in parts:
        whole.receipts += part.receipts
        whole.posts += part.posts
        whole.troubles += part.troubles
    return whole
