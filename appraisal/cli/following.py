"""``appraisal slips`` and ``appraisal ledger``."""

import hashlib
import sys
from dataclasses import asdict
from pathlib import Path

import click

from appraisal import followup
from appraisal.cli.edge import as_json, place, progress, say
from appraisal.jobs import issue_slip
from appraisal.model.faults import Refused
from appraisal.rounds import kept_round
from appraisal.secrecy.passwords import check_password
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.people import find_account
from appraisal.store.slips import waiting_slips


@click.group()
def slips() -> None:
    """Work-prompt slips: list, approve, issue, check."""


@slips.command("list")
@click.argument("code", required=False)
@as_json
def list_(code: str | None, as_json: bool) -> None:
    """Every slip of the round CODE, or of all rounds."""
    with place() as here, here.reading() as db:
        if code is not None:
            kept_round(db, code)
        found = followup.slips(db, city_now().date(), code)
    text = "\n".join(
        f"{slip.id:>4} {slip.number or '-':<16} {slip.state:<9} {slip.department:<6} {slip.sha256 or ''}"
        for slip in found
    )
    say(as_json, text or "no slip yet", slips=[asdict(slip) for slip in found])


@slips.command()
@click.argument("slip_id", type=int)
@click.option("--as", "login", required=True, help="The organiser who approves: another one than who drafted the slip.")
@click.option("--password", prompt=True, hide_input=True, help="Asked for when left out.")
@as_json
def approve(slip_id: int, login: str, password: str, as_json: bool) -> None:
    """Approve the draft SLIP_ID, which somebody else wrote; it gets its number."""
    with place() as here:
        with here.reading() as db:
            approver = _organiser(db, login, password)
        with here.writing() as db:
            number = followup.approve(db, slip_id, approver, city_now())
    say(as_json, f"slip {slip_id}: {number}", id=slip_id, number=number)


def _organiser(db: Session, login: str, password: str) -> str:
    """Four eyes are two people, at the console too: the login, if it is an organiser's and the password is right."""
    found = find_account(db, login)
    if not check_password(found[1] if found else None, password).right or found is None:
        raise Refused("the login or the password is wrong")
    if not found[0].active or found[0].role != "organiser":
        raise Refused(f"{login}: only an organiser may approve a slip")
    return found[0].login


@slips.command()
@as_json
def issue(as_json: bool) -> None:
    """Render every approved slip and lay it into the department's account; safe to repeat.

    Those that could not be printed before are tried again. One that fails does not hold up the others.
    """
    failed = {}
    with place() as here:
        with here.reading() as db:
            waiting = waiting_slips(db)
        with progress() as bar:
            for slip_id in bar.track(waiting, description="slips"):
                try:
                    issue_slip(here.settings, here.engine, slip_id)
                except Refused as refusal:
                    failed[slip_id] = str(refusal)
    issued = len(waiting) - len(failed)
    text = "\n".join([f"{issued} slips issued", *(f"slip {each}: {why}" for each, why in failed.items())])
    say(as_json, text, issued=issued, failed=failed)
    if failed:
        sys.exit(1)


@slips.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def check(file: Path, as_json: bool) -> None:
    """Compare FILE with the register: is it, to the byte, a slip that was issued here, and whose copy is it?"""
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    with place() as here, here.reading() as db:
        found = followup.check_slip(db, "", "", sha256)
    if found.slip is None or found.copy is None:
        raise Refused(f"{file.name}: not in the register (sha256 {sha256})")
    copy, slip = found.copy, found.slip
    ended = f", {found.verdict}" if slip.recalled else ""
    ended += f", replaced by {slip.replaced_by}" if slip.replaced_by else ""
    say(
        as_json,
        f"{file.name}: {slip.number}, {slip.department}; copy {copy.number} of {len(slip.copies)}, {copy.recipient}{ended}",
        number=slip.number,
        department=slip.department,
        verdict=found.verdict,
        copy=copy.number,
        copies=len(slip.copies),
        recipient=copy.recipient,
        replaced_by=slip.replaced_by,
    )


@click.command()
@click.argument("code", required=False)
@as_json
def ledger(code: str | None, as_json: bool) -> None:
    """Every problem with its state and colour, and the balance 挂号 = 销号 + 在办 + 不属实 + 转出."""
    with place() as here, here.reading() as db:
        if code is not None:
            kept_round(db, code)
        found = followup.ledger(db, code, city_now().date())
    balance = found.balance
    rows = [
        f"{line.number} {line.department:<6} {line.option} {line.state:<11} {line.colour:<7} {line.due or ''}"
        for line in found.lines
    ]
    ended = f"销号 {balance.closed} + 在办 {balance.running} + 不属实 {balance.unfounded} + 转出 {balance.transferred}"
    rows.append(f"挂号 {balance.registered} = {ended}")
    say(as_json, "\n".join(rows), lines=[asdict(line) for line in found.lines], balance=asdict(balance))
