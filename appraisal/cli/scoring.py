"""``appraisal export`` and ``appraisal flags``: what a scored round says, for a machine."""

import csv
import json
import sys
from dataclasses import asdict

import click

from appraisal import scoring
from appraisal.cli.edge import as_json, place, say
from appraisal.i18n import LANGUAGES
from appraisal.model.flags import FlagResult
from appraisal.model.results import DepartmentResult, Estimate, RoundResults
from appraisal.model.round import RoundPlan
from appraisal.reports.flag_wording import why
from appraisal.store.rounds import find_round


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
    rows.writerow(("department", "name", "group", "standing", *_COLUMNS, "weight_covered", *_STANDING))
    rows.writerows(_rows(found))


_MEASURES = ("score", "design_score", "satisfied", "dissatisfied", "awareness")
_COLUMNS = tuple(f"{measure}{part}" for measure in _MEASURES for part in ("", "_se", "_low", "_high", "_n"))


def _rows(found: RoundResults) -> list[list[object]]:
    return [
        [one.code, one.name.zh, one.group, one.standing.value]
        + [value for measure in _MEASURES for value in _figures(getattr(one, measure))]
        + [one.weight_covered, *_standing(one)]
        for one in found.departments
    ]


_STANDING = (
    *("place_first", "place_last", "place_joint_first", "place_joint_last", "tier", "places"),
    *("peers_difference", "peers_low", "peers_high", "peers_q", "band", "negative", "negative_position"),
)


def _standing(one: DepartmentResult) -> list[object]:
    """Places in the department's group, the peers, the band and the funnel; empty cells where it has none."""
    places, peers, negatives = one.in_group, one.peers, one.negatives
    where = (
        (places.first, places.last, places.joint_first, places.joint_last, places.tier, places.of)
        if places
        else [""] * 6
    )
    against = (peers.difference, peers.low, peers.high, peers.q) if peers else [""] * 4
    share = (negatives.share.value, negatives.position.value) if negatives else ["", ""]
    return [*where, *against, one.band.band if one.band else "", *share]


def _figures(estimate: Estimate) -> tuple[object, ...]:
    return estimate.value, estimate.se, estimate.low, estimate.high, estimate.n


@click.command()
@click.argument("code")
@as_json
def flags(code: str, as_json: bool) -> None:
    """What stands out in the round CODE, the strongest evidence first, each with the sentence that explains it (中文 / English).

    "flags" may begin a finding; "hints" are what the further rules say (eb05, funnel, worse, gap), of the same marks or others.
    """
    with place() as here, here.reading() as db:
        found, kept = scoring.results(db, code), find_round(db, code)
    assert kept is not None  # a round without results was refused
    flagged = [_explained(kept.plan, one) for one in sorted(found.flags, key=lambda flag: flag.p)]
    hints = [_explained(kept.plan, one) for one in found.hints]
    lines = [
        f"{one['department']:<6} {one['option'] or '-':<4} {one['rule']:<7} {one['why']}" for one in (*flagged, *hints)
    ]
    say(as_json, "\n".join(lines) or "no flag", flags=flagged, hints=hints)


def _explained(plan: RoundPlan, flag: FlagResult) -> dict[str, object]:
    return {**asdict(flag), "why": " / ".join(why(plan, flag, language) for language in LANGUAGES)}
