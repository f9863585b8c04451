"""``appraisal stats plan`` and ``appraisal stats assign``: how many to ask, and about what."""

from pathlib import Path
from typing import Final

import click
import numpy as np

from appraisal import stats
from appraisal.cli.statistics import wrong
from appraisal.cli.statistics.survey import FILE, OutFile, out_file, respondents_file
from appraisal.cli.statistics.table import Table, coded, read_table
from appraisal.cli.statistics.writing import write_csv, write_json
from appraisal.cli.statistics.wrong import Wrong, told_of
from appraisal.stats.design import Floats, Ints

SHARE: Final = click.FloatRange(0, 1, min_open=True)
OVER_0: Final = click.FloatRange(0, min_open=True)


@click.command("plan")
@click.option("--strata", type=FILE, required=True, help="S.csv, one row a stratum.")
@out_file
@click.option("--margin", type=OVER_0, default=3.0, show_default=True, help="± points wanted for a department.")
@click.option("--sd", type=OVER_0, default=25.7, show_default=True, help="Spread of the ratings in points.")
@click.option("--deff", type=OVER_0, default=2.5, show_default=True, help="Design effect expected.")
@click.option("--response", type=SHARE, default=0.3, show_default=True, help="Share of the invited who answer.")
@click.option("--unknown", type=click.FloatRange(0, 0.99), default=0.14, show_default=True, help="Share of 不了解.")
@click.option("--departments", type=click.IntRange(1), default=100, show_default=True)
@click.option("--load", type=click.IntRange(1), default=12, show_default=True, help="Departments on a ballot.")
@click.option(
    "--minimum", type=click.IntRange(1), default=30, show_default=True, help="Ratings of a department in a stratum."
)
def plan(
    strata: Path,
    out: Path,
    margin: float,
    sd: float,
    deff: float,
    response: float,
    unknown: float,
    departments: int,
    load: int,
    minimum: int,
) -> None:
    """How many ratings a department needs, and whom to invite for them.

    S.csv: stratum,population,sd,weight; sd (spread within the stratum) and weight (preset) may be absent.

    Output: ratings (per department), respondents, invitations; strata, each with stratum, population, ratings (per
    department), respondents (who answer), invitations, census (everybody is asked); margin, what the ratings give.
    Ratings are shared out by Neyman's rule, no stratum under the minimum or all its people.
    """
    faults = Wrong()
    table = read_table(strata, ("stratum", "population"), faults)
    faults.settle()
    assert table is not None
    names, population, spread, weight = _strata(table)
    faults.settle()
    part = min(load / departments, 1.0)
    with told_of(strata.name):
        needed = int(stats.ratings_needed(margin, sd=sd, deff=deff, population=float(population.sum())))
        floor = int(np.minimum(minimum, population).sum())
        total = min(max(needed, floor), int(population.sum()))
        shared = stats.allocate(total, population, sd=spread, weight=weight, minimum=minimum)
        answers = np.minimum(stats.invitations(shared.sampled, response=1.0, unknown=unknown, load=part), population)
        invited = np.minimum(stats.invitations(answers, response=response), population)
        reached = float(stats.margin_expected(total, sd=sd, deff=deff, population=float(population.sum())))
    rows = _rows(names, population, shared.sampled, answers, invited)
    sums = {"ratings": total, "needed": needed, "respondents": answers.sum(), "invitations": invited.sum()}
    write_json(out, {**sums, "margin": reached, "strata": rows})


def _rows(
    names: tuple[str, ...], population: Ints, ratings: Ints, answers: Ints, invited: Ints
) -> list[dict[str, object]]:
    return [
        {
            "stratum": name,
            "population": people,
            "ratings": rated,
            "respondents": answering,
            "invitations": asked,
            "census": bool(asked == people),
        }
        for name, people, rated, answering, asked in zip(names, population, ratings, answers, invited, strict=True)
    ]


def _strata(table: Table) -> tuple[tuple[str, ...], Ints, Floats | None, Floats | None]:
    names = table.names("stratum")
    table.once("stratum", names)
    population = table.numbers("population")
    table.refuse("population", np.logical_not((population >= 1) & (population == np.rint(population))), wrong.NO_COUNT)
    spread = table.numbers("sd") if "sd" in table.columns else None
    weight = table.numbers("weight") if "weight" in table.columns else None
    for name, column in (("sd", spread), ("weight", weight)):
        if column is not None:
            table.refuse(name, column <= 0, wrong.NOT_OVER_0)
    return names, np.nan_to_num(population).astype(np.int64), spread, weight


@click.command("assign")
@respondents_file
@click.option("--departments", type=FILE, required=True, help="D.csv, one row a department.")
@out_file
@click.option("--report", type=OutFile(), help="Where to write how even it came out.")
@click.option("--load", type=click.IntRange(1), default=12, show_default=True, help="Departments on a ballot.")
@click.option(
    "--seed", type=click.IntRange(0), default=20260101, show_default=True, help="The same seed, the same ballots."
)
def assign(respondents: Path, departments: Path, out: Path, report: Path | None, load: int, seed: int) -> None:
    """Who is asked about which departments: nearly balanced blocks, in an order drawn by lot.

    R.csv: respondent,stratum. D.csv: department, and for every stratum that may not rate all a column of its name with 1
    (may rate) or 0.

    Output, a CSV: respondent,position,department. Report, JSON: short (respondents with fewer departments than the load);
    replication by stratum [fewest, most]; concurrence [fewest, most] of pairs with mean, spread and apart (pairs that
    nobody has); position [fewest, most].
    """
    faults = Wrong()
    asked = read_table(respondents, ("respondent", "stratum"), faults)
    offered = read_table(departments, ("department",), faults)
    if asked:
        asked.once("respondent", asked.names("respondent"))
        asked.names("stratum")
    names = offered.names("department") if offered else ()
    if offered:
        offered.once("department", names)
    strata, stratum = coded(asked.columns["stratum"] if asked else ())
    may = np.array([_eligible(offered, one) for one in strata], dtype=bool) if offered else np.ones((0, 0), dtype=bool)
    faults.settle()
    assert asked is not None
    with told_of(respondents.name):
        found = stats.assign(may[stratum], load=load, stratum=stratum, rng=np.random.default_rng(seed))
    if report is not None:
        write_json(report, _report(found.report(), strata))
    people = asked.columns["respondent"]
    write_csv(
        out,
        ("respondent", "position", "department"),
        (
            (people[i], place + 1, names[d])
            for i, row in enumerate(found.department.tolist())
            for place, d in enumerate(row)
            if d >= 0
        ),
    )


def _eligible(offered: Table, stratum: str) -> list[bool]:
    """(D,) which departments a stratum may rate; all of them without a column."""
    cells = offered.columns.get(stratum)
    if cells is None:
        return [True] * len(offered)
    offered.refuse(stratum, [cell not in ("0", "1") for cell in cells], wrong.NO_MARK)
    return [cell == "1" for cell in cells]


def _report(found: stats.AssignmentReport, strata: tuple[str, ...]) -> dict[str, object]:
    return {
        "short": found.short,
        "replication": dict(zip(strata, found.replication, strict=True)),
        "concurrence": {
            "least": found.concurrence[0],
            "most": found.concurrence[1],
            "mean": found.mean,
            "spread": found.spread,
            "apart": found.apart,
        },
        "position": found.position,
    }
