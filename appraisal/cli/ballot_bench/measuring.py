"""The measurement itself: ours and the bare view by turns, so that what else the machine does meets both alike."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, Final

from appraisal.cli.ballot_bench.installation import Installation, installed
from appraisal.cli.ballot_bench.load import Crowd, percentile
from appraisal.cli.ballot_bench.served import Served, free_port, served
from appraisal.cli.serving import web_command

WARM_UP: Final = 40
HALF: Final = 0.5
# At half of the pace of one-page ballots, so many seconds.
STEADY_SECONDS: Final = 10
BARE_APP: Final = "appraisal.cli.ballot_bench.bare:app"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    respondents: int
    journeys: int
    paged_journeys: int
    turns: int
    workers: int
    # Address of an empty database on PostgreSQL, on which the same is measured by turns; none is measured without.
    database: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Pace:
    """Journeys of one kind, the seconds they took by the clock, and the CPU seconds of the server."""

    journeys: int = 0
    seconds: float = 0.0
    cpu: float = 0.0

    @property
    def per_second(self) -> float:
        return self.journeys / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds of the server for one journey."""
        return 1000 * self.cpu / self.journeys if self.journeys else 0.0


@dataclass(slots=True)
class Figures:
    """What came out. ``load``: the machine's when it began, from whatever else it does; ``elsewhere``: ballots taken on PostgreSQL."""

    one_page: Pace = field(default_factory=Pace)
    bare: Pace = field(default_factory=Pace)
    paged: Pace = field(default_factory=Pace)
    on_postgresql: Pace = field(default_factory=Pace)
    ratios: list[float] = field(default_factory=list)
    load: float = 0.0
    post_p99: float = 0.0
    workers_mb: float = 0.0
    receipts: list[str] = field(default_factory=list)
    elsewhere: int = 0
    stored: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return len(self.receipts) + self.elsewhere

    @property
    def ratio(self) -> float:
        """One-page journeys a second over those of the bare view: the median of the turns, each a pair of measurements side by side."""
        return median(self.ratios) if self.ratios else 0.0

    @property
    def sound(self) -> bool:
        """Whether nothing failed and everything that was acknowledged is there."""
        return not self.troubles and self.stored == self.accepted

    @property
    def postgresql_to_sqlite(self) -> float:
        """The pace of one-page ballots on PostgreSQL, as a part of that on SQLite; 0 where it was not measured."""
        return self.on_postgresql.per_second / self.one_page.per_second if self.one_page.per_second else 0.0

    def plain(self) -> dict[str, Any]:
        """The figures as ``--json`` prints them."""
        beside = {"postgresql": self._plain_postgresql()} if self.on_postgresql.journeys else {}
        return beside | {
            "one_page": {
                "journeys_per_s": round(self.one_page.per_second, 1),
                "cpu_ms": round(self.one_page.cpu_ms, 2),
                "ratio_to_bare": round(self.ratio, 3),
                "post_p99_ms": round(1000 * self.post_p99, 1),
            },
            "paged": {
                "journeys_per_s": round(self.paged.per_second, 1),
                "cpu_ms": round(self.paged.cpu_ms, 2),
            },
            "ratios": [round(ratio, 3) for ratio in self.ratios],
            "load": round(self.load, 1),
            "bare": {"journeys_per_s": round(self.bare.per_second, 1), "cpu_ms": round(self.bare.cpu_ms, 2)},
            "accepted": self.accepted,
            "stored": self.stored,
            "errors": len(self.troubles),
            "workers_mb": round(self.workers_mb, 1),
        }

    def _plain_postgresql(self) -> dict[str, float]:
        return {
            "journeys_per_s": round(self.on_postgresql.per_second, 1),
            "cpu_ms": round(self.on_postgresql.cpu_ms, 2),
            "ratio_to_sqlite": round(self.postgresql_to_sqlite, 3),
        }


@dataclass(frozen=True, slots=True)
class Bench:
    """Both servers, the people in front of them, and the figures so far."""

    crowd: Crowd
    place: Installation
    figures: Figures

    def walk(self, kind: str, server: Served, journeys: int, pace: float = 0.0) -> tuple[Pace, list[float], int]:
        """So many journeys: their pace, the seconds of every POST, the size of the page."""
        codes = [str(n) for n in range(journeys)] if kind == "bare" else self.place.take(kind, journeys)
        before = server.cpu_seconds()
        walked = self.crowd.walk(kind, server.port, codes, pace)
        cpu = server.cpu_seconds() - before
        self.figures.troubles.extend(walked.troubles)
        if kind != "bare":
            self.figures.receipts += walked.receipts
        return Pace(len(walked.receipts), walked.ended - walked.began, cpu), walked.posts, walked.page_bytes


def measure(plan: Plan) -> Figures:
    """Start everything, measure, stop everything."""
    figures = Figures(load=os.getloadavg()[0])
    counts = {
        "one_page": plan.journeys * 2 + WARM_UP + 20 * STEADY_SECONDS * 50,
        "paged": plan.paged_journeys + WARM_UP,
    }
    with installed(free_port(), counts) as place, Crowd.gathered(plan.respondents) as crowd:
        bench = Bench(crowd, place, figures)
        with _ours(place, plan) as server, _beside(crowd, plan, figures) as walk_beside:
            _, _, size = bench.walk("one_page", server, WARM_UP)
            bench.walk("paged", server, WARM_UP // 4)
            _by_turns(bench, server, plan, size, walk_beside)
            _steady(bench, server)
            figures.workers_mb = server.workers_mb()
        figures.stored += _stored(place, figures.receipts)
    return figures


def _ours(place: Installation, plan: Plan) -> AbstractContextManager[Served]:
    home = {"APPRAISAL_HOME": str(place.settings.home), "PORT": str(place.settings.port)}
    ours = [sys.executable, "-m", "appraisal.cli", "serve", "--workers", str(plan.workers)]
    return served(ours, place.settings.port, {**home, "APPRAISAL_DATABASE": place.settings.database_server})


@contextmanager
def _beside(crowd: Crowd, plan: Plan, figures: Figures) -> Iterator[Callable[[], None]]:
    """The same program on PostgreSQL, where one is named; what yields lets it be walked through once in each turn."""
    if not plan.database:
        yield lambda: None
        return
    count = plan.journeys // plan.turns
    with installed(free_port(), {"one_page": plan.journeys + WARM_UP}, plan.database) as place:
        bench = Bench(crowd, place, Figures(receipts=[], troubles=figures.troubles))

        def walk() -> None:
            figures.on_postgresql = _more(figures.on_postgresql, bench.walk("one_page", server, count)[0])

        with _ours(place, plan) as server:
            bench.walk("one_page", server, WARM_UP)
            yield walk
        figures.stored += _stored(place, bench.figures.receipts)
    figures.elsewhere += bench.figures.accepted


def _by_turns(bench: Bench, server: Served, plan: Plan, size: int, walk_beside: Callable[[], None]) -> None:
    port = free_port()
    environment = {"BENCH_HOME": str(bench.place.settings.home), "BENCH_BYTES": str(size), "PYTHONPATH": os.getcwd()}
    figures = bench.figures
    with served(web_command(f"127.0.0.1:{port}", plan.workers, BARE_APP), port, environment) as bare:
        bench.walk("bare", bare, WARM_UP)
        for _ in range(plan.turns):
            beside = bench.walk("bare", bare, plan.journeys // plan.turns)[0]
            ours = bench.walk("one_page", server, plan.journeys // plan.turns)[0]
            figures.bare, figures.one_page = _more(figures.bare, beside), _more(figures.one_page, ours)
            figures.ratios.append(ours.per_second / beside.per_second if beside.per_second else 0.0)
            walk_beside()
            figures.paged = _more(figures.paged, bench.walk("paged", server, plan.paged_journeys // plan.turns)[0])


def _steady(bench: Bench, server: Served) -> None:
    """One-page ballots at half of the pace that was just reached; how long their POSTs took."""
    pace = bench.figures.one_page.per_second * HALF
    if pace > 0:
        _, posts, _ = bench.walk("one_page", server, int(pace * STEADY_SECONDS), pace)
        bench.figures.post_p99 = percentile(posts, 0.99)


def _more(sofar: Pace, pace: Pace) -> Pace:
    return replace(
        sofar,
        journeys=sofar.journeys + pace.journeys,
        seconds=sofar.seconds + pace.seconds,
        cpu=sofar.cpu + pace.cpu,
    )


def _stored(place: Installation, receipts: Sequence[str]) -> int:
    """How many of the acknowledged receipts belong to a ballot that is in the database."""
    there = place.stored()
    return sum(receipt in there for receipt in receipts)
