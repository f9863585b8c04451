"""``appraisal export`` and ``appraisal flags``: what a scored round says, for a machine."""

import csv
import json
import sys
from dataclasses import asdict

import click

from appraisal import scoring
from appraisal.cli.edge import as_json, place, say
from appraisal.model.results import Estimate, RoundResults


@click.group()
def export() -> None:
    """Take results out as CSV or JSON."""


@export.command()
@click.argument("code")
@as_json
def estimates(code: str, as_json: bool) -> None:
    """Scores, rates and intervals of every department of the round CODE: CSV, or everything with covariances as JSON."""
    with place() as here, here.reading() as db:
        found = scoring.results(db, code)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("department", "name", "group", "standing", *_COLUMNS, "weight_covered"))
    rows.writerows(_rows(found))


_MEASURES = ("score", "design_score", "satisfied", "dissatisfied", "awareness")
_COLUMNS = tuple(f"{measure}{part}" for measure in _MEASURES for part in ("", "_se", "_low", "_high", "_n"))


def _rows(found: RoundResults) -> list[list[object]]:
    return [
        [one.code, one.name.zh, one.group, one.standing.value]
        + [value for measure in _MEASURES for value in _figures(getattr(one, measure))]
        + [one.weight_covered]
        for one in found.departments
    ]


def _figures(estimate: Estimate) -> tuple[object, ...]:
    return estimate.value, estimate.se, estimate.low, estimate.high, estimate.n


@click.command()
@click.argument("code")
@as_json
def flags(code: str, as_json: bool) -> None:
    """Department × mark pairs that stand out in the round CODE, the strongest evidence first."""
    with place() as here, here.reading() as db:
        found = sorted(scoring.results(db, code).flags, key=lambda flag: flag.p)
    text = "\n".join(
        f"{flag.department:<6} {flag.option}  {flag.count}/{flag.n}  {flag.share:.1%} (expected {flag.expected:.1%})  q={flag.q_bh:.2g}"
        for flag in found
    )
    say(as_json, text or "no flag", flags=[asdict(flag) for flag in found])
