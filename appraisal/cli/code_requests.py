"""``appraisal codes revoke|reissue|requests|agree|decline``: codes out of use or replaced, by two people."""

import secrets as chance
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from appraisal import collect
from appraisal.cli.acting import organiser
from appraisal.cli.code_list import refuse_overwriting, write_list
from appraisal.cli.edge import as_json, place, say
from appraisal.collect import RequestKind
from appraisal.rounds import read_text_file
from appraisal.settings import city_now

Command = TypeVar("Command", bound=Callable[..., Any])
MOST_BYTES = 2_000_000
as_login = click.option("--as", "login", required=True, help="The organiser who does this.")
with_password = click.option("--password", prompt=True, hide_input=True, help="Asked for when left out.")
with_file = click.option(
    "--file", "path", required=True, type=click.Path(path_type=Path), help="CSV with a column `code`."
)
with_reason = click.option("--reason", required=True, help="Why; it stays on record.")


@click.command()
@click.argument("code")
@with_file
@with_reason
@as_login
@with_password
@as_json
def revoke(code: str, path: Path, reason: str, login: str, password: str, as_json: bool) -> None:
    """Ask that codes of the round CODE be taken out of use: letters that came back. Another organiser agrees."""
    _ask(code, RequestKind.REVOKE, path, reason, login, password, as_json)


@click.command()
@click.argument("code")
@with_file
@with_reason
@as_login
@with_password
@as_json
def reissue(code: str, path: Path, reason: str, login: str, password: str, as_json: bool) -> None:
    """Ask for new codes of the round CODE in the place of unused ones. Another organiser agrees and gets them."""
    _ask(code, RequestKind.REISSUE, path, reason, login, password, as_json)


def _ask(code: str, kind: RequestKind, path: Path, reason: str, login: str, password: str, as_json: bool) -> None:
    typed = collect.read_returns(read_text_file(path, MOST_BYTES), path.name)
    with place() as here:
        secrets = here.secrets
        with here.reading() as db:
            actor = organiser(db, login, password)
        with here.writing() as db:
            key = collect.ask_for(db, code, kind, typed, path.name, secrets, actor, city_now(), reason)
    say(as_json, f"{code}: request {key} waits for another organiser", id=key, kind=kind, codes=len(typed))


@click.command()
@click.argument("code")
@as_json
def requests(code: str, as_json: bool) -> None:
    """Every request of the round CODE, newest first."""
    with place() as here, here.reading() as db:
        found = collect.code_requests_of(db, code)
    lines = [f"{one.id:>4} {one.kind:<8} {one.state:<9} {one.codes:>5} {one.asked_by}: {one.reason}" for one in found]
    say(as_json, "\n".join(lines) or "no request yet", requests=[asdict(one) for one in found])


@click.command()
@click.argument("request_id", type=int)
@click.option("--list", "listed", type=click.Path(path_type=Path), help="CSV of the new codes; a reissue needs it.")
@click.option("--address", default="", help="Where respondents reach this server, https://…; goes into the list.")
@as_login
@with_password
@as_json
def agree(request_id: int, listed: Path | None, address: str, login: str, password: str, as_json: bool) -> None:
    """Do what another organiser asked for in REQUEST_ID. New codes are shown this once."""
    refuse_overwriting(listed)
    with place() as here:
        secrets = here.secrets
        with here.reading() as db:
            actor = organiser(db, login, password)
            _refuse_without_list(collect.request_kind(db, request_id), listed)
        with here.writing() as db:
            issued = collect.agree(db, request_id, secrets, actor, city_now(), chance.SystemRandom())
            # Before the commit: a code that is good is a code that somebody holds.
            if listed:
                write_list(listed, issued, address)
    say(as_json, f"request {request_id}: done, {len(issued)} new codes", id=request_id, issued=len(issued), list=listed)


def _refuse_without_list(kind: str, listed: Path | None) -> None:
    if kind == RequestKind.REISSUE and listed is None:
        raise click.UsageError("--list says where the new codes go: they cannot be shown again")


@click.command()
@click.argument("request_id", type=int)
@as_login
@with_password
@as_json
def decline(request_id: int, login: str, password: str, as_json: bool) -> None:
    """Leave the codes of REQUEST_ID as they are."""
    with place() as here:
        with here.reading() as db:
            actor = organiser(db, login, password)
        with here.writing() as db:
            collect.decline(db, request_id, actor, city_now())
    say(as_json, f"request {request_id}: declined", id=request_id)
