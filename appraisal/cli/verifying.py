"""``appraisal verify`` and ``appraisal log``: whether the public logs hold, and whether a proof does."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from appraisal import i18n
from appraisal.cli.edge import Place, as_json, place, say
from appraisal.collect.log_check import check_log
from appraisal.model.discrepancy import Mismatch
from appraisal.model.faults import Refused
from appraisal.rounds.audit_chain import check_audit
from appraisal.secrecy.ballot_log import AUDIT, Proof, faults_of_proof
from appraisal.secrecy.chain import Link, NotALog, read_published
from appraisal.secrecy.signing import public_half

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
HEADERS = "A log file that was published earlier: every header in it must still stand."


@click.command()
@click.argument("code", required=False)
@click.option("--audit", is_flag=True, help="Check the chain over the staff's events instead of a round's ballots.")
@click.option("--headers", type=FILE, help=HEADERS)
@as_json
def verify(code: str | None, audit: bool, headers: Path | None, as_json: bool) -> None:
    """Check the public log of the round CODE against its ballots. Exit code 1 when anything does not hold.

    Every leaf, root, header and signature is made again from the database, and the counts of ballots, codes and opened ballots
    are compared. The file that this installation published itself is compared too.
    """
    if (code is None) != audit:
        raise click.UsageError("either the code of a round or --audit is needed")
    with place() as here:
        if code is None:
            _verify_audit(here, headers, as_json)
        else:
            _verify_round(here, code, headers, as_json)


def _verify_round(here: Place, code: str, headers: Path | None, as_json: bool) -> None:
    published = _to_compare(here.settings.log_file(code), code, headers)
    with here.reading() as db:
        checked = check_log(db, code, public_half(here.settings.read_log_key()), published)
    good = f"{code}: {checked.batches} batches, {checked.ballots} ballots, {checked.waiting} waiting for a batch"
    counts = {"batches": checked.batches, "ballots": checked.ballots, "waiting": checked.waiting}
    _report(checked.mismatches, good, as_json, round=code, **counts)


def _verify_audit(here: Place, headers: Path | None, as_json: bool) -> None:
    published = _to_compare(here.settings.audit_file, AUDIT, headers)
    with here.reading() as db:
        checked = check_audit(db, public_half(here.settings.read_log_key()), published)
    good = (
        f"audit: {checked.stretches} stretches, {checked.events} events, {checked.waiting} waiting for the next stretch"
    )
    counts = {"stretches": checked.stretches, "events": checked.events, "waiting": checked.waiting}
    _report(checked.mismatches, good, as_json, **counts)


@click.group("log")
def log() -> None:
    """Check what the public log proves, on this machine or on any other."""


@log.command("check-proof")
@click.argument("proof", type=FILE)
@click.option("--headers", type=FILE, required=True, help="The published log of the round, /log/ROUND.json.")
@click.option("--key", help="The public key that you trust, 64 hexadecimal digits; left out: the one in the log file.")
@as_json
def check_proof(proof: Path, headers: Path, key: str | None, as_json: bool) -> None:
    """Check a downloaded PROOF against a published log. It needs neither a database nor the server. Exit code 1 when it does not hold."""
    about, links = _read_log(headers)
    try:
        read = Proof.read(proof.read_bytes())
        public_key = bytes.fromhex(key or str(about.get("public_key")))
    except (NotALog, ValueError) as fault:
        raise Refused(f"{proof}: {fault}") from None
    faults = faults_of_proof(read, links, public_key)
    line = "\n".join(faults) or f"{read.receipt}: included in batch {read.n} of {read.round}"
    say(as_json, line, holds=not faults, round=read.round, receipt=read.receipt, batch=read.n, faults=faults)
    sys.exit(1 if faults else 0)


def _report(mismatches: Sequence[Mismatch], good: str, as_json: bool, **fields: object) -> None:
    found = [
        {"what": one.what, "batch": one.batch, "count": one.count, "expected": one.expected, "names": list(one.names)}
        for one in mismatches
    ]
    lines = "\n".join(f"{one}\n  {i18n.text('en', one.source, **one.parts)}" for one in mismatches)
    say(as_json, lines or f"{good}; 全部相符 / all of it holds", **fields, holds=not found, findings=found)
    sys.exit(1 if found else 0)


def _to_compare(own: Path, name: str, given: Path | None) -> tuple[tuple[Link, ...], ...]:
    """The file that was given and the one that this installation published, as far as they are there."""
    return tuple(_published(path, name) for path in (given, own) if path is not None and path.exists())


def _published(path: Path, name: str) -> tuple[Link, ...]:
    about, links = _read_log(path)
    found = about.get("round", about.get("log"))
    if found != name:
        raise Refused(f"{path} is the log of {found}, not of {name}")
    return links


def _read_log(path: Path) -> tuple[dict[str, object], tuple[Link, ...]]:
    try:
        return read_published(path.read_bytes())
    except NotALog as fault:
        raise Refused(f"{path}: {fault}") from None
