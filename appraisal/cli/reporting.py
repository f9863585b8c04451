"""``appraisal report``: what a round says, as documents."""

import hashlib
from pathlib import Path

import click

from appraisal import scoring
from appraisal.cli.edge import as_json, place, say
from appraisal.i18n import DEFAULT, LANGUAGES
from appraisal.rounds import kept_round
from appraisal.settings import city_now
from appraisal.web.ledger_book import workbook


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

    _write(out, render(facts, language), as_json)


@report.command("round")
@click.argument("code")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the PDF is written.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=DEFAULT, show_default=True)
@as_json
def whole_round(code: str, out: Path, language: str, as_json: bool) -> None:
    """Print the report on the round CODE, for its organiser: exact counts, all departments, how it was computed."""
    with place() as here, here.reading() as db:
        facts = scoring.round_facts(db, code)
        choices = scoring.sensitivity(db, code)
    from appraisal.reports.round_report import render

    _write(out, render(facts, choices, language), as_json)


def _write(out: Path, pdf: bytes, as_json: bool) -> None:
    out.write_bytes(pdf)
    sha256 = hashlib.sha256(pdf).hexdigest()
    say(as_json, f"{out}: {len(pdf) // 1000} kB, sha256 {sha256}", file=str(out), bytes=len(pdf), sha256=sha256)


@click.command("ledger")
@click.argument("code", required=False)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the XLSX is written."
)
@as_json
def export_ledger(code: str | None, out: Path, as_json: bool) -> None:
    """Write the ledger of the round CODE, or of all rounds, as a workbook in the shape offices use."""
    with place() as here, here.reading() as db:
        if code is not None:
            kept_round(db, code)
        content = workbook(db, code, city_now().date())
    out.write_bytes(content)
    say(as_json, f"{out}: {len(content) // 1000} kB", file=str(out), bytes=len(content))
