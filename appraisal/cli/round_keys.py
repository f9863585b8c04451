"""``appraisal round key``: split a round's tally key among three trustees, and rehearse with their shares."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from appraisal import collect, rounds
from appraisal.cli.edge import as_json, operator, place, say
from appraisal.cli.share_entry import SHARE_FILE, TYPED, combined, given_shares
from appraisal.cli.share_sheet import sheet
from appraisal.model.faults import Refused
from appraisal.secrecy.sealed import new_tally_key
from appraisal.secrecy.shares import NEEDED, SHARES, show_fingerprint
from appraisal.secrecy.shares import split as split_key
from appraisal.settings import city_now

PRIVATE = 0o600


@click.group()
def key() -> None:
    """Split the tally key of a round among three trustees, and rehearse their shares."""


@key.command()
@click.argument("code")
@SHARE_FILE
@as_json
def split(code: str, files: tuple[Path, ...], as_json: bool) -> None:
    """Make the tally key of the draft round CODE and write its three shares to three files; any two open the ballots.

    The files have to be in three folders, best on three media of three trustees. The private key itself is written nowhere. A key
    that was split before is replaced, and its shares open nothing any more.
    """
    _refuse_crowded(files)
    with place() as here:
        with here.reading() as db:
            plan = collect.splittable_round(db, code).plan
        made = new_tally_key()
        sheets = [sheet(share, plan, made.public, city_now().date()) for share in split_key(made.private)]
        with here.writing() as db:
            collect.keep_split_key(db, code, made.public, operator(), city_now())
            # Inside the transaction: no round keeps a key of which a share could not be written.
            _write_all(files, sheets)
    named = show_fingerprint(made.public)
    line = f"{code}: tally key {named} in {SHARES} shares, any {NEEDED} open; the round opens when each was rehearsed"
    say(as_json, line, code=code, key=named, shares=[str(path) for path in files])


@key.command()
@click.argument("code")
@SHARE_FILE
@TYPED
@as_json
def rehearse(code: str, files: tuple[Path, ...], typed: int, as_json: bool) -> None:
    """Open a test ballot with two or three shares of the round CODE.

    The round opens only when every share of its key was tried: once with all three, or twice with two.
    """
    with place() as here:
        with here.reading() as db:
            public = rounds.kept_round(db, code).tally_public_key
        given = given_shares(code, files, typed)
        private, numbers = combined(given, public), sorted(share.number for share in given)
        with here.writing() as db:
            collect.rehearse(db, code, private, numbers, operator(), city_now())
            untried = rounds.untried_shares(db, rounds.kept_round(db, code))
    tried = ", ".join(map(str, numbers))
    rest = f"not tried yet: {', '.join(map(str, untried))}" if untried else "every share was tried"
    say(as_json, f"{code}: shares {tried} opened a test ballot; {rest}", code=code, shares=numbers, untried=untried)


def _refuse_crowded(files: Sequence[Path]) -> None:
    """Shares that lie together are no shares; and none is written over another thing."""
    if len(files) != SHARES:
        raise click.UsageError(f"--share {SHARES} times: one file for each trustee")
    if len({path.absolute().parent.resolve() for path in files}) != SHARES:
        raise Refused("the shares belong in three folders, on three media: two that lie together open the ballots")
    for path in files:
        if path.exists():
            raise Refused(f"{path} is there already: name another file")


def _write_all(files: Sequence[Path], sheets: Sequence[str]) -> None:
    """All three or none: what was written is taken away again when another cannot be."""
    written: list[Path] = []
    try:
        for path, content in zip(files, sheets, strict=True):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
            written.append(path)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content.encode())
                file.flush()
                os.fsync(file.fileno())
    except OSError:
        for path in written:
            path.unlink()
        raise
