"""``appraisal bench stats``: how fast the statistics are on this machine, in CPU time beside plain numpy."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import click
import numpy as np

from appraisal import stats, store
from appraisal.cli.edge import as_json
from appraisal.cli.statistics import in_memory, peers
from appraisal.cli.statistics.bench_city import bench_city
from appraisal.cli.statistics.writing import plain
from appraisal.scoring import flags
from appraisal.scoring.before import Before
from appraisal.scoring.counted import count, rating_cells
from appraisal.scoring.estimates import design_scores, marked, official_scores
from appraisal.scoring.further_flags import Found, hints
from appraisal.scoring.negatives import count_negatives, negative_figures
from appraisal.scoring.places import place_figures
from appraisal.store.rounds import KeptRound

PAGE_DRAWS: Final = 2_000
FULL_DRAWS: Final = 10_000
TURNS: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement: CPU seconds and the seconds of plain numpy on the same ratings in memory."""

    what: str
    respondents: int
    cpu_s: float
    numpy_s: float


class Clock:
    """CPU seconds of what ran inside ``running``, the least of several turns."""

    def __init__(self) -> None:
        self.least = float("inf")

    @contextmanager
    def running(self) -> Iterator[None]:
        start = time.process_time()
        yield
        self.least = min(self.least, time.process_time() - start)


@click.group("bench")
def bench() -> None:
    """Measure on this machine."""


@bench.command("stats")
@click.option("--small", type=click.IntRange(100), default=10_000, show_default=True, help="Respondents, from SQLite.")
@click.option("--large", type=click.IntRange(100), default=100_000, show_default=True, help="Respondents, from SQLite.")
@click.option("--huge", type=click.IntRange(100), default=1_000_000, show_default=True, help="Respondents, in memory.")
@click.option(
    "--beside",
    type=click.IntRange(100),
    multiple=True,
    default=(10_000,),
    show_default=True,
    help="Respondents of the comparison with svy and R's survey; may be given several times.",
)
@as_json
def bench_stats(small: int, large: int, huge: int, beside: tuple[int, ...], as_json: bool) -> None:
    """Time scores, the results page, covariance and rank sets on made-up answers about the demo city's departments.

    From an installation's own database in a temporary folder (12 ratings a respondent), and in memory in a process of its
    own with its peak. Where svy or Rscript with its package survey are installed, they are timed in the same run on the
    same answers, and must give the same figures. Everything is gone afterwards. Takes a few minutes and stops by itself.
    """
    near, far = from_database(small), from_database(large)
    memory, ranking = in_memory_apart(huge), rank_sets_cpu()
    if as_json:
        found = {
            str(small): {"scores_cpu_s": near["scores"], "page_cpu_s": near["page"]},
            str(large): {"scores_cpu_s": far["scores"], "covariance_cpu_s": far["covariance"]},
            str(huge): {key: memory[key] for key in ("ratio_to_numpy", "peak_mb")},
        }
        click.echo(json.dumps(plain(found)))
        return
    lines = [
        Line(f"SQLite: {what}", size, seconds, found["numpy"])
        for size, found in ((small, near), (large, far))
        for what, seconds in found.items()
        if what != "numpy"
    ]
    lines.append(Line("in memory: scores", huge, memory["cpu_s"], memory["numpy_cpu_s"]))
    click.echo(table(lines))
    click.echo(peers.table([line for size in beside for line in peers.beside(size)]))
    click.echo(f"peak memory at {huge:,} respondents: {memory['peak_mb']:,.0f} MB")
    click.echo(f"rank sets of {in_memory.DEPARTMENTS} departments, {FULL_DRAWS:,} draws: {ranking:.2f} CPU s")


def table(lines: list[Line]) -> str:
    """The measurements as aligned text."""
    heading = f"{'what':<28}{'respondents':>12}{'CPU s':>10}{'numpy s':>10}{'ratio':>8}"
    rows = [
        f"{one.what:<28}{one.respondents:>12,}{one.cpu_s:>10.3f}{one.numpy_s:>10.3f}{one.cpu_s / one.numpy_s:>8.1f}"
        for one in lines
    ]
    return "\n".join([heading, *rows])


def from_database(respondents: int) -> dict[str, float]:
    """CPU seconds of scores with intervals; of those with covariance; of the whole page; and of plain numpy in memory."""
    scores, covariance, page = Clock(), Clock(), Clock()
    with bench_city(respondents) as (engine, kept):
        for _ in range(TURNS):
            with scores.running():
                read_scores(engine, kept)
            with covariance.running():
                read_covariance(engine, kept)
            with page.running():
                read_page(engine, kept)
    arrays = in_memory.made(respondents)
    floor, _ = in_memory.least_cpu(lambda: in_memory.lower_bound(*arrays))
    return {"scores": scores.least, "covariance": covariance.least, "page": page.least, "numpy": floor}


def read_scores(engine: store.Engine, kept: KeptRound) -> None:
    """Official and population-weighted scores with their intervals."""
    with store.reading(engine) as db:
        counted = count(db, kept)
    for found in (official_scores(counted), design_scores(counted)):
        found.interval()


def read_covariance(engine: store.Engine, kept: KeptRound) -> None:
    """Scores, intervals and the covariance of the official scores."""
    with store.reading(engine) as db:
        counted = count(db, kept)
        cells = rating_cells(db, counted)
    official_scores(counted).interval()
    stats.preset_covariance(cells, counted.weights, limit=counted.policy.missing_weight)


def read_page(engine: store.Engine, kept: KeptRound) -> None:
    """Everything on the results page: scores, intervals, covariance, places among all and in groups, the funnel, all flags."""
    with store.reading(engine) as db:
        counted = count(db, kept)
        cells, negatives = rating_cells(db, counted), count_negatives(db, counted)
    scores, marks = official_scores(counted), marked(counted)
    for means in (scores, design_scores(counted)):
        means.interval()
    for shares in marks.shares:
        shares.interval()
    tested = flags.against_pooled(counted, marks)
    covariance = stats.preset_covariance(cells, counted.weights, limit=counted.policy.missing_weight)
    tuple(place_figures(counted, scores, covariance, draws=PAGE_DRAWS))
    tuple(negative_figures(counted, negatives))
    tuple(hints(Found(counted, marks, tested), scores, Before({})))


def in_memory_apart(respondents: int) -> dict[str, float]:
    """``in_memory.measured`` in a fresh process, so that the peak is its own."""
    words = [sys.executable, "-m", in_memory.__name__, str(respondents)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def rank_sets_cpu() -> float:
    """CPU seconds of rank sets with full draws, for scores a league table has: hard to tell apart, correlated."""
    rng = np.random.default_rng(in_memory.SEED)
    scores = rng.normal(82, 3, in_memory.DEPARTMENTS)
    loading = rng.normal(0, 0.5, (in_memory.DEPARTMENTS, 3))
    covariance = loading @ loading.T + np.diag(rng.uniform(0.5, 2, in_memory.DEPARTMENTS))
    clock = Clock()
    for _ in range(TURNS):
        with clock.running():
            stats.rank_sets(scores, covariance, draws=FULL_DRAWS)
    return clock.least
