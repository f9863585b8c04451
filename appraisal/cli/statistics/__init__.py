"""``appraisal stats …``: the statistics of ``appraisal.stats`` on files, for whoever has answers but no round.

Every fault of every file is listed with its row and column; then the exit code is 2 and no output file is written.
"""

import click

from appraisal.cli.statistics import coverage, estimating, flagging, helped_chances, planning, raking, ranking, tuning
from appraisal.cli.statistics.timing import bench

__all__ = ["bench", "statistics"]


@click.group("stats")
def statistics() -> None:
    """Estimates, ranks, flags, items, planning and weights from CSV and JSON files."""


for command in (
    estimating.estimate,
    ranking.ranks,
    flagging.flags,
    tuning.items,
    planning.plan,
    planning.assign,
    raking.rake,
):
    statistics.add_command(command)
bench.add_command(coverage.coverage)
bench.add_command(helped_chances.helped)
