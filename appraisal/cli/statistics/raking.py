"""``appraisal stats rake``: weights that add up to what is known of the population."""

from pathlib import Path

import click
import numpy as np

from appraisal import stats
from appraisal.cli.statistics import wrong
from appraisal.cli.statistics.survey import FILE, out_file, people_design, respondents_file
from appraisal.cli.statistics.table import Table, coded, read_table
from appraisal.cli.statistics.writing import write_csv
from appraisal.cli.statistics.wrong import Wrong, told_of
from appraisal.model.faults import Refused


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
    `estimate`, whose standard errors then take the weights as they are. Exit code 1 where the margins cannot be met.
    """
    faults = Wrong()
    asked = read_table(respondents, ("respondent", "stratum"), faults)
    known = read_table(margins, ("margin", "level", "total"), faults)
    wanted = _margins(asked, known) if asked and known else []
    population, weight = people_design(asked) if asked else (None, None)
    faults.settle()
    assert asked is not None
    with told_of(margins.name):
        design = stats.Design.of(coded(asked.columns["stratum"])[1], population, weight)
        given = [stats.Margin.of(name, level, total) for name, level, total in wanted]
        found = stats.rake(design.weight, given) if trim is None else stats.rake_and_trim(design, given, ratio=trim)
    if not found.converged:
        raise Refused("边际合计无法同时满足，未写出权重。请合并人数很少的类别。")
    check = stats.check_weights(found.weight)
    _write(out, asked, found)
    click.echo(f"{len(asked)} respondents, Kish design effect {check.kish:.2f}, n_eff {check.n_eff:.0f}", err=True)
    if check.alarmed:
        click.echo(f"extreme weights: the largest has {check.largest_share:.1%} of the sum; see --trim", err=True)


def _margins(asked: Table, known: Table) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """(name, level of each respondent, totals) of every margin."""
    names, levels, totals = known.names("margin"), known.names("level"), known.numbers("total")
    known.refuse("total", totals <= 0, wrong.NOT_OVER_0)
    known.once("level", list(zip(names, levels, strict=True)))
    found = []
    for name in dict.fromkeys(names):
        rows = [place for place, one in enumerate(names) if one == name]
        if name not in asked.columns:
            known.fault(rows[0], "margin", wrong.NO_COLUMN, value=name, source=asked.file)
            continue
        level = coded(asked.columns[name], [levels[place] for place in rows])[1]
        asked.refuse(name, level < 0, wrong.NO_LEVEL, source=known.file)
        found.append((name, level, totals[rows]))
    return found


def _write(out: Path, asked: Table, found: stats.Calibration) -> None:
    kept = [name for name in asked.columns if name not in ("weight", "base_weight")]
    columns = [asked.columns[name] for name in kept]
    write_csv(
        out,
        (*kept, "weight", "base_weight"),
        zip(*columns, found.weight.tolist(), found.base.tolist(), strict=True),
    )
