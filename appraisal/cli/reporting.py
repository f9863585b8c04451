"""``appraisal report``: what a round says, as documents."""

import hashlib
from pathlib import Path

import click

from appraisal import scoring
from appraisal.cli.edge import as_json, place, say
from appraisal.i18n import DEFAULT, LANGUAGES


@click.group()
def report() -> None:
    """Documents about a scored round."""


@report.command()
@click.argument("code")
@click.argument("department")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the PDF is written.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=DEFAULT, show_default=True)
@as_json
def department(code: str, department: str, out: Path, language: str, as_json: bool) -> None:
    """Print the report on DEPARTMENT in the round CODE, for the department: counts in bands, no comment."""
    with place() as here, here.reading() as db:
        facts = scoring.department_facts(db, code, department)
    # Only who prints pays for loading the typesetter.
    from appraisal.reports.department_report import render

    pdf = render(facts, language)
    out.write_bytes(pdf)
    sha256 = hashlib.sha256(pdf).hexdigest()
    say(as_json, f"{out}: {len(pdf) // 1000} kB, sha256 {sha256}", file=str(out), bytes=len(pdf), sha256=sha256)
