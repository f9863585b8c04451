"""``appraisal stats rake``: weights that add up to what is known of the population."""

from pathlib import Path

import click

from appraisal import stats
from appraisal.cli.statistics.margins import MARGIN_COLUMNS, margins_of, met
from appraisal.cli.statistics.survey import FILE, out_file, people_design, respondents_file
from appraisal.cli.statistics.table import Table, coded, read_table
from appraisal.cli.statistics.writing import write_csv
from appraisal.cli.statistics.wrong import Wrong, told_of


@click.command("rake")
@respondents_file
@click.option("--margins", type=FILE, required=True, help="M.csv, one row a level of a characteristic.")
@out_file
@click.option(
    "--trim", type=click.FloatRange(1, min_open=True), help="Also trim inside strata at so many times the median."
)
def rake(respondents: Path, margins: Path, out: Path, trim: float | None) -> None:
    """Weights that meet known margins of the population.

    R.csv: respondent,stratum and a column for every margin; population and weight may be there as for `estimate`.
    M.csv: margin,level,total; all margins sum to the same population, every level has a respondent.

    Output, a CSV: all columns of R.csv with weight, the new one, and base_weight, the old one. It can be given to
    `estimate`: with the same margins as --calibrate there, its standard errors know of the raking. Exit code 1 where the
    margins cannot be met.
    """
    faults = Wrong()
    asked = read_table(respondents, ("respondent", "stratum"), faults)
    known = read_table(margins, MARGIN_COLUMNS, faults)
    wanted = margins_of(asked, known) if asked and known else []
    population, weight = people_design(asked) if asked else (None, None)
    faults.settle()
    assert asked is not None
    with told_of(margins.name):
        design = stats.Design.of(coded(asked.columns["stratum"])[1], population, weight)
        given = [one.margin for one in wanted]
        found = stats.rake(design.weight, given) if trim is None else stats.rake_and_trim(design, given, ratio=trim)
    met(found)
    check = stats.check_weights(found.weight)
    _write(out, asked, found)
    click.echo(f"{len(asked)} respondents, Kish design effect {check.kish:.2f}, n_eff {check.n_eff:.0f}", err=True)
    if check.alarmed:
        click.echo(f"extreme weights: the largest has {check.largest_share:.1%} of the sum; see --trim", err=True)


def _write(out: Path, asked: Table, found: stats.Calibration) -> None:
    kept = [name for name in asked.columns if name not in ("weight", "base_weight")]
    columns = [asked.columns[name] for name in kept]
    write_csv(
        out,
        (*kept, "weight", "base_weight"),
        zip(*columns, found.weight.tolist(), found.base.tolist(), strict=True),
    )
