"""The same deeds for an operator and for the clock: ``appraisal …``.

Every command says what it did in a line, or as one JSON value with ``--json``. Exit codes: 0 done, 1 refused, 2 wrong use or
faulty input (every fault is listed, nothing was stored).
"""

import click

from appraisal.cli import (
    accounts,
    attacking,
    backups,
    bundling,
    calendars,
    collecting,
    demonstrating,
    examining,
    following,
    masking,
    questionnaires,
    rechecking,
    reminding,
    reporting,
    rounds,
    scoring,
    serving,
    statistics,
    verifying,
)
from appraisal.cli.ballot_bench import bench_collect
from appraisal.cli.document_bench import bench_documents
from appraisal.cli.edge import Group

__all__ = ["main"]


@click.group(cls=Group)
@click.version_option(package_name="appraisal")
def main() -> None:
    """Democratic appraisal of a city's departments, from questionnaire to signed-for work-prompt slip."""


for command in (
    backups.database,
    examining.doctor,
    accounts.account,
    calendars.calendar,
    questionnaires.questionnaire,
    rounds.round_,
    collecting.codes,
    reminding.reminders,
    scoring.export,
    reporting.report,
    scoring.flags,
    masking.mask_file,
    following.slips,
    following.ledger,
    rechecking.recheck,
    serving.serve,
    serving.jobs,
    demonstrating.demo,
    verifying.verify,
    verifying.log,
    statistics.statistics,
    statistics.bench,
):
    main.add_command(command)

scoring.export.add_command(bundling.export_bundle)
statistics.bench.add_command(bench_collect)
statistics.bench.add_command(bench_documents)
statistics.bench.add_command(attacking.attacks)
