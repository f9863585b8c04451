"""``appraisal reminders``: contacts of codes, and reminders to those that are unused."""

import secrets as chance
from pathlib import Path

import click

from appraisal.cli.edge import as_json, operator, place, say
from appraisal.collect.contacts import RosterRow, keep_roster, read_roster
from appraisal.collect.reminding import draw_batch, keep_batch
from appraisal.collect.reminding import reminders as reminders_of
from appraisal.model.faults import Fault, Faulty
from appraisal.model.reminder import read_wording
from appraisal.rounds.csv_rows import records
from appraisal.settings import city_now

COLUMNS = ("code", "contact")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def reminders() -> None:
    """Reminders to unused codes: two batches a round at most, never caused by what somebody did."""


@reminders.command("import")
@click.argument("code")
@click.argument("file", type=FILE)
@as_json
def import_(code: str, file: Path, as_json: bool) -> None:
    """Keep whom the codes of round CODE went to. FILE: a CSV with the columns code and contact (mail address or mobile number).

    Kept sealed, apart from the ballots, until 30 days after the round's last day. Delete FILE afterwards: it leads from people to codes.
    """
    rows = _rows(file)
    with place() as here:
        with here.reading() as db:
            roster = read_roster(db, code, rows, file.name, here.secrets)
        with here.writing() as db:
            kept = keep_roster(db, roster)
    say(as_json, f"{code}: {kept} contacts kept; delete {file.name} now", code=code, contacts=kept)


@reminders.command()
@click.argument("code")
@as_json
def show(code: str, as_json: bool) -> None:
    """How many could be reminded in round CODE, in whole steps of 20, and what was sent so far."""
    with place() as here, here.reading() as db:
        view = reminders_of(db, code, city_now().date())
    sent = [str(batch.day) for batch in view.batches]
    hindrance = str(view.hindrance) if view.hindrance else None
    line = f"{code}: contacts {view.contacts}+, unused {view.unused}+, batches {', '.join(sent) or '-'}"
    say(
        as_json,
        f"{line}\n{hindrance}" if hindrance else line,
        contacts=view.contacts,
        unused=view.unused,
        batches=sent,
        hindrance=hindrance,
    )


@reminders.command()
@click.argument("code")
@click.option("--wording", type=FILE, required=True, help="Subject, an empty line, the text: the same for everybody.")
@as_json
def send(code: str, wording: Path, as_json: bool) -> None:
    """Put one reminder for each unused code of round CODE that has a contact into the outbox; the worker sends them."""
    text = read_wording(_text(wording), wording.name)
    with place() as here:
        with here.reading() as db:
            batch = draw_batch(db, code, text, here.secrets, chance.SystemRandom(), city_now().date())
        with here.writing() as db:
            count = keep_batch(db, batch, operator(), city_now())
    say(as_json, f"{code}: {count} or more reminders wait in the outbox", code=code, at_least=count)


def _rows(file: Path) -> list[RosterRow]:
    found = list(records(_text(file), file.name, COLUMNS))
    short = [
        Fault.of(file.name, line, "", "这一行应当有%(wanted)d个单元格；多了或少了逗号", wanted=2)
        for line, cells in found
        if not cells
    ]
    if short or not found:
        raise Faulty(tuple(short) or (Fault.of(file.name, 0, "", "表头下面一行内容也没有"),))
    return [RosterRow(line, code, contact) for line, (code, contact) in found]


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Faulty((Fault.of(file.name, 0, "", "不是UTF-8编码的文本，请另存为UTF-8"),)) from None
