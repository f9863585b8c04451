"""``appraisal stats estimate``: means, preset scores and shares of marks with their intervals."""

from pathlib import Path

import click
import numpy as np

from appraisal import stats
from appraisal.cli.statistics.estimators import AsWeighted, Estimator, Raked
from appraisal.cli.statistics.margins import met
from appraisal.cli.statistics.survey import (
    COLUMNS_HELP,
    FILE,
    Survey,
    lonely_rule,
    out_file,
    ratings_file,
    read_survey,
    respondents_file,
)
from appraisal.cli.statistics.writing import write_json
from appraisal.cli.statistics.wrong import told_of
from appraisal.stats.preset import MISSING_LIMIT, POOL_BELOW

HELP = f"""
    Estimate every department's mean with its interval, and the share of every mark.
    {COLUMNS_HELP}
    M.csv: margin,level,total, as for `rake`; R.csv then has a column for every margin. Its weights are raked to these totals
    first, and standard errors, intervals and covariance know of the raking. Weights that `rake` wrote may be given too.

    E.json: degf; departments, each with department, n, mean, se, df, ci95 (t on df, cut off at 0 and 100), deff and
    preset (mean, se, weight_covered; null without category_weight); covariance of the means in that order; marks by mark
    and department with share, se, ci95 (Korn and Graubard). null: no result.
"""


@click.command("estimate", help=HELP)
@respondents_file
@ratings_file
@out_file
@lonely_rule
@click.option("--calibrate", type=FILE, help="M.csv, known totals that the weights are raked to first.")
@click.option(
    "--pool-below",
    type=click.IntRange(min=0),
    default=POOL_BELOW,
    show_default=True,
    help="Preset scores: a stratum with fewer ratings takes the spread pooled over its departments; 0 never, as R.",
)
@click.option(
    "--missing-limit",
    type=click.FloatRange(0, 1),
    default=MISSING_LIMIT,
    show_default=True,
    help="Preset scores: no result where strata with more of the weight than this have no rating.",
)
def estimate(
    respondents: Path,
    ratings: Path,
    out: Path,
    lonely: str,
    calibrate: Path | None,
    pool_below: int,
    missing_limit: float,
) -> None:
    survey = read_survey(respondents, ratings, lonely, calibrate)
    with told_of(ratings.name):
        estimator = _estimator(survey)
        content = {
            "degf": survey.people.design.degf,
            "departments": departments(survey, estimator, pool_below, missing_limit),
            "covariance": estimator.covariance(),
            "marks": marks(survey, estimator),
        }
    write_json(out, content)


def _estimator(survey: Survey) -> Estimator:
    if survey.margins is None:
        return AsWeighted(survey.cells)
    with told_of(survey.margins.file):
        known = stats.rake(survey.people.design.weight, [one.margin for one in survey.margins.known])
    return Raked(survey.cells, met(known))


def departments(survey: Survey, estimator: Estimator, pool_below: int, missing_limit: float) -> list[dict[str, object]]:
    """One object a department, in the order of their names."""
    means = estimator.means()
    ends, deff = np.stack(means.interval(), axis=1), estimator.deff()
    preset = _preset(survey, estimator, pool_below, missing_limit)
    return [
        {
            "department": name,
            "n": means.n[d],
            "mean": means.value[d],
            "se": means.se[d],
            "df": means.df[d],
            "ci95": ends[d],
            "deff": deff[d],
            "preset": preset[d],
        }
        for d, name in enumerate(survey.departments)
    ]


def _preset(
    survey: Survey, estimator: Estimator, pool_below: int, missing_limit: float
) -> list[dict[str, float] | None]:
    rows = survey.preset_rows
    if rows is None:
        return [None] * len(survey.departments)
    found = estimator.preset(rows, missing_limit, pool_below)
    parts = zip(found.value, found.se, found.covered, strict=True)
    return [{"mean": mean, "se": se, "weight_covered": covered} for mean, se, covered in parts]


def marks(survey: Survey, estimator: Estimator) -> dict[str, dict[str, dict[str, object]]]:
    """Mark → department → share among those who rated."""
    found: dict[str, dict[str, dict[str, object]]] = {}
    for mark, ticked in survey.marks.items():
        shares = estimator.shares(ticked)
        ends = np.stack(shares.interval(), axis=1)
        found[mark] = {
            name: {"share": shares.value[d], "se": shares.se[d], "ci95": ends[d]}
            for d, name in enumerate(survey.departments)
        }
    return found
