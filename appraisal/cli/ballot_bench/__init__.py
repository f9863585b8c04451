"""``appraisal bench collect``: how fast ballots are taken in, beside a bare view that only inserts a row."""

import json
import sys

import click

from appraisal.cli.ballot_bench.measuring import Figures, Pace, Plan, measure
from appraisal.cli.edge import as_json

__all__ = ["bench_collect"]


@click.command("collect")
@click.option("--respondents", default=32, show_default=True, type=click.IntRange(2, 512), help="So many at once.")
@click.option(
    "--journeys", default=2000, show_default=True, type=click.IntRange(40), help="Ballots of the one-page layout."
)
@click.option(
    "--paged-journeys", default=200, show_default=True, type=click.IntRange(8), help="Ballots of the other layout."
)
@click.option("--turns", default=4, show_default=True, type=click.IntRange(1), help="Ours and the bare view by turns.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option(
    "--database", default="", help="Address of an empty PostgreSQL database: measured beside SQLite, by turns."
)
@as_json
def bench_collect(
    respondents: int, journeys: int, paged_journeys: int, turns: int, workers: int, database: str, as_json: bool
) -> None:
    """Measure whole respondent journeys on the production server, in a temporary installation of its own.

    From the link on the letter to the receipt, in both layouts, and beside them a bare Flask view that inserts one row as
    durably and renders a page of the same size, on the same server with the same load. Then the database is asked whether
    every ballot that was acknowledged is in it. CPU time is that of the server's processes, per journey; what a database server
    takes is not in it. A database that is named by --database is left filled.
    """
    figures = measure(Plan(respondents, journeys, paged_journeys, turns, workers, database))
    click.echo(json.dumps(figures.plain()) if as_json else said(figures))
    for trouble in sorted(set(figures.troubles))[:20]:
        click.echo(trouble, err=True)
    sys.exit(0 if figures.sound else 1)


def _measured(figures: Figures) -> list[tuple[str, Pace]]:
    measured = [("one page", figures.one_page), ("bare view", figures.bare), ("paged", figures.paged)]
    return [*measured, ("PostgreSQL", figures.on_postgresql)] if figures.on_postgresql.journeys else measured


def said(figures: Figures) -> str:
    """The figures in lines."""
    p99 = 1000 * figures.post_p99
    lines = [
        f"{name:<10} {pace.per_second:7.1f} journeys/s  {pace.cpu_ms:6.2f} CPU-ms each"
        for name, pace in _measured(figures)
    ]
    lines.append(
        f"one page: {figures.ratio:.2f} times the bare view (median of the turns); at half of its pace 99 % of POSTs within {p99:.1f} ms"
    )
    if figures.on_postgresql.journeys:
        lines.append(f"on PostgreSQL {figures.postgresql_to_sqlite:.2f} times the pace of the one page on SQLite")
    stored = f"{figures.accepted} ballots acknowledged, {figures.stored} of them stored"
    lines.append(f"{stored}, {len(figures.troubles)} errors; workers {figures.workers_mb:.0f} MiB together")
    lines.append(f"load of the machine when it began: {figures.load:.1f}")
    return "\n".join(lines)
