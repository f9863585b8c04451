"""``appraisal stats …``: the statistics of ``appraisal.stats`` on files, for whoever has answers but no round.

Every fault of every file is listed with its row and column; then the exit code is 2 and no output file is written.
"""

import click

from appraisal.cli.statistics import estimating, flagging, ranking

__all__ = ["statistics"]


@click.group("stats")
def statistics() -> None:
    """Estimates, ranks, flags, items, planning and weights from CSV and JSON files."""


for command in (estimating.estimate, ranking.ranks, flagging.flags):
    statistics.add_command(command)
