"""``appraisal questionnaire``: check, compare, publish, download."""

from pathlib import Path
from typing import Final

import click

from appraisal import rounds
from appraisal.cli.edge import as_json, operator, place, say
from appraisal.model.faults import Refused
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.rounds.plain_files import read_text
from appraisal.settings import city_now

LARGEST: Final = 1_000_000
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def questionnaire() -> None:
    """The questionnaire as a file."""


@questionnaire.command()
@FILE
@as_json
def check(file: Path, as_json: bool) -> None:
    """Read FILE and list every fault by line; nothing is stored."""
    read = read_questionnaire(read_text(file, LARGEST), file.name)
    items = [item.code for item in read.items()]
    say(as_json, f"{file.name}: {read.code}, {len(items)} items: {' '.join(items)}", code=read.code, items=items)


@questionnaire.command()
@FILE
@as_json
def publish(file: Path, as_json: bool) -> None:
    """Store FILE as the next version of its questionnaire. The same text is the same version."""
    source = read_text(file, LARGEST)
    with place() as here, here.writing() as db:
        version = rounds.publish_questionnaire(db, source, operator(), city_now())
    say(as_json, f"{file.name}: version {version}", version=version)


@questionnaire.command()
@click.argument("code")
def show(code: str) -> None:
    """Print the newest version of the questionnaire CODE as it was written."""
    with place() as here, here.reading() as db:
        kept = rounds.latest_questionnaire(db, code)
    if kept is None:
        raise Refused(f"{code}: there is no such questionnaire")
    click.echo(kept.source, nl=False)
