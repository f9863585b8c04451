"""``appraisal mask``: personal data masked in a file of texts."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from appraisal.cli.edge import as_json, say
from appraisal.masking import Roster, mask
from appraisal.model.faults import Fault, Faulty

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
NOT_UTF8: Final = "不是UTF-8文字，请另存为UTF-8"
NOT_AN_OBJECT: Final = '这一行不是JSON对象，请写成 {"id": "…", "text": "…"}'
NO_TEXT: Final = "应当是文字，加引号"
NO_ID: Final = "应当是文字或整数"
TWICE: Final = "“%(id)s”在第%(row)s行已经用过，每行要有自己的编号"
NO_COLUMN: Final = "没有这一列，第一行应当是 kind,text"
NO_KIND: Final = "“%(value)s”不是种类，请写 name、company 或 public"
EMPTY: Final = "空着，请填写或者删去这一行"
SAME_FILE: Final = "与读入的是同一个文件，请换一个文件名"
ROSTER_KINDS: Final = ("name", "company", "public")


@click.command("mask")
@click.argument("source", metavar="IN.jsonl", type=FILE)
@click.argument("target", metavar="OUT.jsonl", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--roster", type=FILE, help="CSV with the columns kind and text; kind is name, company or public.")
@as_json
def mask_file(source: Path, target: Path, roster: Path | None, as_json: bool) -> None:
    """Mask personal data: lines {"id", "text"} become lines {"id", "masked"}.

    Every fault is named by file, row and field; nothing is written then, and the exit code is 2.
    """
    if target.exists() and target.samefile(source):
        raise Faulty((Fault.of(str(target), 0, "", SAME_FILE),))
    texts = read_texts(source)
    known = read_roster(roster) if roster else Roster()
    masked = [{"id": id, "masked": mask(text, known).text} for id, text in texts]
    lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in masked)
    target.write_text(lines, encoding="utf-8")
    say(as_json, f"{len(masked)} texts written to {target}", texts=len(masked), file=str(target))


def read_texts(path: Path) -> list[tuple[str | int, str]]:
    """Ids and texts in their order; empty lines are passed over. Raises ``Faulty`` with every fault."""
    faults: list[Fault] = []
    texts: list[tuple[str | int, str]] = []
    rows: dict[str | int, int] = {}
    for row, line in _lines(path):
        try:
            kept = json.loads(line)
        except ValueError:
            kept = None
        found = list(_faults_of(str(path), row, kept, rows))
        faults += found
        if not found:
            rows[kept["id"]] = row
            texts.append((kept["id"], kept["text"]))
    if faults:
        raise Faulty(tuple(faults))
    return texts


def _faults_of(file: str, row: int, kept: object, rows: dict[str | int, int]) -> Iterator[Fault]:
    if not isinstance(kept, dict):
        yield Fault.of(file, row, "", NOT_AN_OBJECT)
        return
    id = kept.get("id")
    if isinstance(id, bool) or not isinstance(id, str | int):
        yield Fault.of(file, row, "id", NO_ID)
    elif id in rows:
        yield Fault.of(file, row, "id", TWICE, id=id, row=rows[id])
    if not isinstance(kept.get("text"), str):
        yield Fault.of(file, row, "text", NO_TEXT)


def read_roster(path: Path) -> Roster:
    """The strings that the organiser knows. Raises ``Faulty`` with every fault."""
    rows = csv.reader(line for _row, line in _lines(path, keep_empty=True))
    header = next(rows, [])
    missing = [name for name in ("kind", "text") if name not in header]
    if missing:
        raise Faulty(tuple(Fault.of(str(path), 1, name, NO_COLUMN) for name in missing))
    faults: list[Fault] = []
    known: dict[str, set[str]] = {kind: set() for kind in ROSTER_KINDS}
    for cells in rows:
        line = dict(zip(header, cells, strict=False))
        kind, text = line.get("kind", "").strip(), line.get("text", "").strip()
        if not any(cells):
            continue
        if kind not in known:
            faults.append(Fault.of(str(path), rows.line_num, "kind", NO_KIND, value=kind))
        if not text:
            faults.append(Fault.of(str(path), rows.line_num, "text", EMPTY))
        known.get(kind, set()).add(text)
    if faults:
        raise Faulty(tuple(faults))
    return Roster(*(frozenset(known[kind]) for kind in ROSTER_KINDS))


def _lines(path: Path, *, keep_empty: bool = False) -> Iterator[tuple[int, str]]:
    """Lines with their numbers from 1; a byte order mark is passed over."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as wrong:
        row = path.read_bytes()[: wrong.start].count(b"\n") + 1
        raise Faulty((Fault.of(str(path), row, "", NOT_UTF8),)) from None
    for row, line in enumerate(text.split("\n"), start=1):
        if keep_empty or line.strip():
            yield row, line.rstrip("\r")
