"""``appraisal stats estimate``: means, preset scores and shares of marks with their intervals."""

from pathlib import Path

import click
import numpy as np

from appraisal import stats
from appraisal.cli.statistics.survey import (
    COLUMNS_HELP,
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
    E.json: degf; departments, each with department, n, mean, se, df, ci95 (t on df, cut off at 0 and 100), deff and
    preset (mean, se, weight_covered; null without category_weight); covariance of the means in that order; marks by mark
    and department with share, se, ci95 (Korn and Graubard). null: no result.
"""


@click.command("estimate", help=HELP)
@respondents_file
@ratings_file
@out_file
@lonely_rule
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
def estimate(respondents: Path, ratings: Path, out: Path, lonely: str, pool_below: int, missing_limit: float) -> None:
    survey = read_survey(respondents, ratings, lonely)
    with told_of(ratings.name):
        content = {
            "degf": survey.people.design.degf,
            "departments": departments(survey, pool_below, missing_limit),
            "covariance": stats.means_covariance(survey.cells),
            "marks": marks(survey),
        }
    write_json(out, content)


def departments(survey: Survey, pool_below: int, missing_limit: float) -> list[dict[str, object]]:
    """One object a department, in the order of their names."""
    means = stats.design_means(survey.cells)
    ends, deff = np.stack(means.interval(), axis=1), stats.design_effects(survey.cells).deff
    preset = _preset(survey, pool_below, missing_limit)
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


def _preset(survey: Survey, pool_below: int, missing_limit: float) -> list[dict[str, float] | None]:
    rows = survey.preset_rows
    if rows is None:
        return [None] * len(survey.departments)
    found = stats.preset_means(survey.cells, rows, limit=missing_limit, pool_below=pool_below)
    parts = zip(found.value, found.se, found.covered, strict=True)
    return [{"mean": mean, "se": se, "weight_covered": covered} for mean, se, covered in parts]


def marks(survey: Survey) -> dict[str, dict[str, dict[str, object]]]:
    """Mark → department → share among those who rated."""
    found: dict[str, dict[str, dict[str, object]]] = {}
    for mark, ticked in survey.marks.items():
        shares = stats.design_shares(survey.cells.valued(ticked))
        ends = np.stack(shares.interval(), axis=1)
        found[mark] = {
            name: {"share": shares.value[d], "se": shares.se[d], "ci95": ends[d]}
            for d, name in enumerate(survey.departments)
        }
    return found
