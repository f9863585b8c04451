"""``appraisal codes``: issue access codes and print them."""

import csv
import secrets as chance
from pathlib import Path

import click

from appraisal import collect
from appraisal.cli.edge import as_json, place, say
from appraisal.model.faults import Refused
from appraisal.reports.letters import render as render_letters
from appraisal.store.rounds import find_round


@click.command()
@click.argument("code")
@click.option(
    "--count",
    "counts",
    multiple=True,
    metavar="STRATUM=N",
    help="How many for a stratum; all of strata.csv when left out.",
)
@click.option("--list", "listed", type=click.Path(path_type=Path), help="CSV of the codes: stratum, paper, code, link.")
@click.option("--letters", type=click.Path(path_type=Path), help="PDF, one letter a code with its QR code.")
@click.option(
    "--address", default="http://127.0.0.1:8000", show_default=True, help="Where respondents will reach this server."
)
@as_json
def codes(
    code: str, counts: tuple[str, ...], listed: Path | None, letters: Path | None, address: str, as_json: bool
) -> None:
    """Issue access codes for the round CODE. They are shown this once: the database keeps only their keyed digests."""
    if listed is None and letters is None:
        raise click.UsageError("--list or --letters (or both) says where the codes go: they cannot be shown again")
    with place() as here, here.writing() as db:
        kept = find_round(db, code)
        if kept is None:
            raise Refused(f"{code}: there is no such round")
        wanted = _wanted(counts) or {stratum.code: stratum.codes for stratum in kept.plan.strata}
        collect.make_papers(db, code, chance.SystemRandom())
        issued = collect.issue_codes(db, code, wanted, here.secrets, chance.SystemRandom())
        # Written before the commit: a code that exists is a code that somebody holds.
        if listed:
            _write_list(listed, issued, address)
        if letters:
            letters.write_bytes(render_letters(issued, kept.plan, address))
    say(as_json, f"{code}: {len(issued)} codes issued", code=code, issued=len(issued), list=listed, letters=letters)


def _wanted(counts: tuple[str, ...]) -> dict[str, int]:
    wanted = {}
    for said in counts:
        stratum, _, number = said.partition("=")
        if not number.isdecimal():
            raise click.BadParameter(f"{said!r}: STRATUM=N is needed, as in citizen=500", param_hint="--count")
        wanted[stratum] = int(number)
    return wanted


def _write_list(path: Path, issued: tuple[collect.IssuedCode, ...], address: str) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("stratum", "paper", "code", "link"))
        rows.writerows((one.stratum, one.paper_number, one.code, f"{address}/q/{one.code}") for one in issued)
