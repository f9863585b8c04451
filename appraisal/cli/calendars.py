"""``appraisal calendar``: holidays and worked weekends, which terms in working days are counted by."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from appraisal.cli.edge import as_json, place, say
from appraisal.model.faults import Fault, Faulty, Refused
from appraisal.store.calendar import SpecialDay, drop_day, keep_days, special_days

COLUMNS: Final = ("day", "working", "note")
ANSWERS: Final = {"yes": True, "no": False}


@click.group()
def calendar() -> None:
    """Days that differ from Monday to Friday: holidays (放假) and weekends that are worked (调休)."""


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def import_(file: Path, as_json: bool) -> None:
    """Keep the days of FILE, a CSV with the columns day (2026-10-01), working (yes or no) and note; a day given again is replaced."""
    days = _read(file)
    with place() as here, here.writing() as db:
        keep_days(db, days)
    say(as_json, f"{file.name}: {len(days)} days", days=len(days))


@calendar.command()
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@as_json
def remove(day: datetime, as_json: bool) -> None:
    """Count DAY (2026-10-01) by the week's rule again. Dates that a slip carries already stay as they are."""
    with place() as here, here.writing() as db:
        if not drop_day(db, day.date()):
            raise Refused(f"{day.date()}: no such day is kept, see `appraisal calendar list`")
    say(as_json, f"{day.date()}: by the week's rule again", day=day.date())


@calendar.command("list")
@as_json
def list_(as_json: bool) -> None:
    """Every such day that is kept."""
    with place() as here, here.reading() as db:
        days = special_days(db)
    text = "\n".join(f"{one.day} {'worked' if one.working else 'off'} {one.note}" for one in days)
    say(
        as_json,
        text or "no day yet: Monday to Friday are worked",
        days=[[one.day, one.working, one.note] for one in days],
    )


def _read(file: Path) -> list[SpecialDay]:
    """The days of the file. Raises ``Faulty`` with every row that is no day."""
    try:
        rows = csv.DictReader(file.read_text("utf-8-sig").splitlines())
    except UnicodeDecodeError:
        raise Faulty((Fault.of(file.name, 0, "", "不是UTF-8编码的文件，请另存为UTF-8。"),)) from None
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise Faulty((Fault.of(file.name, 1, "", "第一行应当是 %(columns)s。", columns=",".join(COLUMNS)),))
    listed = list(enumerate(rows, start=2))
    faults = tuple(fault for number, row in listed for fault in _faults(file.name, number, row))
    if faults:
        raise Faulty(faults)
    return [SpecialDay(date.fromisoformat(row["day"]), ANSWERS[row["working"]], row["note"] or "") for _, row in listed]


def _faults(name: str, number: int, row: dict[str, str]) -> Iterator[Fault]:
    try:
        date.fromisoformat(row["day"] or "")
    except ValueError:
        yield Fault.of(name, number, "day", "“%(day)s”不是日期，应当写成2026-10-01。", day=row["day"])
    if row["working"] not in ANSWERS:
        yield Fault.of(name, number, "working", "“%(said)s”应当是yes或no。", said=row["working"])
