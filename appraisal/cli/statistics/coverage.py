"""``appraisal bench coverage``: do intervals, rank sets and flags keep what they promise? Tried on a city whose truth is known."""

import json
from typing import Final

import click
import numpy as np

from appraisal.cli.edge import as_json
from appraisal.cli.statistics.coverage_city import CEILING, LOT, MODERATE, Case
from appraisal.cli.statistics.coverage_families import flag_lines, rank_lines
from appraisal.cli.statistics.coverage_intervals import SIZES, interval_lines
from appraisal.cli.statistics.coverage_line import Line, table
from appraisal.cli.statistics.writing import plain

CASES: Final[tuple[Case, ...]] = (MODERATE, CEILING)
LOT_SIZES: Final = (30, 100, 300)
# Departments in a table, ratings of each: large ones cost most and get fewer rounds.
TABLES: Final = ((30, 30), (30, 100), (100, 100))
LARGE: Final = 100
FLAGGED: Final = (30, 100, 300)
# Counting ticks is cheap, and what is counted rare.
FLAG_TURNS: Final = 4
TITLES: Final = {
    "intervals": ("95 % interval of", "method", "case"),
    "ranks": ("sets of ranks hold the truth", "which", "case"),
    "flags": ("share of departments × marks", "rule", "case"),
}


@click.command("coverage")
@click.option(
    "--replicates", type=click.IntRange(4), default=300, show_default=True, help="Rounds drawn for every figure."
)
@click.option("--seed", type=click.IntRange(0), default=20260101, show_default=True, help="Where chance starts.")
@click.option("--markdown", is_flag=True, help="Tables for a page.")
@as_json
def coverage(replicates: int, seed: int, markdown: bool, as_json: bool) -> None:
    """Count how often nominal 95 % intervals and rank sets hold the truth, and how many flags are false.

    Rounds are drawn from a made-up finite city: five strata with unequal sampling fractions, people whose leniency moves all
    their answers. Once with answers all over the scale, once with 94 % satisfied, once with papers by lot and a stratum asked
    in full. In per cent ± Monte-Carlo standard error; ↓ ↑ where it lies outside what was aimed at by more than two of these.
    Takes some CPU minutes and stops by itself.
    """
    found = simulated(replicates, seed)
    if as_json:
        click.echo(json.dumps(plain({kind: [one.as_json() for one in lines] for kind, lines in found.items()})))
        return
    parts = [table(TITLES[kind], lines, markdown) for kind, lines in found.items()]
    click.echo("\n\n".join(parts))


def simulated(replicates: int, seed: int) -> dict[str, list[Line]]:
    """All figures: ``intervals``, ``ranks`` and ``flags``. Each part has its own chance, so that it can be repeated alone."""
    return {
        "intervals": [
            line
            for number, case in enumerate((*CASES, LOT))
            for ratings in (LOT_SIZES if case.lot else SIZES)
            for line in interval_lines(case, ratings, replicates, _chance(seed, 1, number, ratings))
        ],
        "ranks": [
            line
            for number, case in enumerate(CASES)
            for departments, ratings in TABLES
            if departments < LARGE or case is CEILING
            for line in rank_lines(
                case,
                ratings,
                departments,
                _rounds(departments, replicates),
                _chance(seed, 2, number, departments, ratings),
            )
        ],
        "flags": [
            line
            for ratings in FLAGGED
            for line in flag_lines(ratings, FLAG_TURNS * replicates, _chance(seed, 3, ratings))
        ],
    }


def _rounds(departments: int, replicates: int) -> int:
    """A large table costs ten times a small one and gets a sixth of the rounds."""
    return max(replicates // 6, 4) if departments >= LARGE else replicates


def _chance(*seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)
