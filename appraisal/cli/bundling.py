"""``appraisal export bundle``: what everybody needs to check the published figures, in a folder or a ZIP file."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from appraisal import scoring
from appraisal.cli.edge import Place, as_json, place, say
from appraisal.model.faults import Refused
from appraisal.settings import city_now
from appraisal.store.publications import rounds_without_figures


@click.command("bundle")
@click.argument("code")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="A folder to be made, or a file ending in .zip."
)
@as_json
def export_bundle(code: str, out: Path, as_json: bool) -> None:
    """Write the open tabulation bundle of the published round CODE: tables, figures, rules, log and verify.py.

    Where nobody has decided yet what may be said of the round, this is done first; it takes a minute or two.
    """
    if out.exists():
        raise Refused(f"{out} is there already")
    with place() as here:
        _decide(here, code)
        with here.reading() as db:
            key = here.settings.read_log_key()
            if out.suffix == ".zip":
                out.write_bytes(scoring.bundle(db, code, key))
            else:
                _write(out, scoring.bundle_files(db, code, key))
    say(as_json, f"{code}: {out}; check it by `python {out}/verify.py`", code=code, file=str(out))


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _decide(here: Place, code: str) -> None:
    """Decide what may be said on a snapshot, and keep it, unless that was done."""
    with here.reading() as db:
        if code not in rounds_without_figures(db):
            return
        with _solver_aside():
            said = scoring.compute_publication(db, code)
    with here.writing() as db:
        scoring.keep_publication(db, said, city_now())


@contextmanager
def _solver_aside() -> Iterator[None]:
    """HiGHS prints a line about itself now and then, past Python: it goes to stderr, so that stdout stays JSON."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
