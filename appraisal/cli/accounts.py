"""``appraisal account``: who may log in."""

from dataclasses import asdict

import click

from appraisal.cli.edge import as_json, place, say
from appraisal.i18n import DEFAULT, LANGUAGES
from appraisal.model.faults import Refused
from appraisal.store import Session, people
from appraisal.store.people import StaffAccount
from appraisal.web.access import create_account

ROLES = ("organiser", "department", "auditor")


@click.group()
def account() -> None:
    """Accounts of the office, the departments and the auditors."""


@account.command()
@click.argument("login")
@click.option("--name", required=True, help="Shown in the register of events: a post, not a person, where possible.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--department", help="Code of the department, for the role department alone.")
@click.option("--email", help="Where notices about slips go; none are sent without it.")
@click.option(
    "--language", type=click.Choice(tuple(LANGUAGES)), default=DEFAULT, help="Of the notices; zh when left out."
)
@click.password_option(help="Asked for when left out.")
@as_json
def add(
    login: str,
    name: str,
    role: str,
    department: str | None,
    email: str | None,
    language: str,
    password: str,
    as_json: bool,
) -> None:
    """Make the account LOGIN."""
    if (role == "department") != (department is not None):
        raise click.UsageError("--department goes with --role department, and is needed there")
    with place() as here, here.writing() as db:
        try:
            account_id = create_account(db, login, name, role, department, password)
            people.change_address(db, account_id, email, language)
        except ValueError as wrong:
            raise click.UsageError(str(wrong)) from None
    say(as_json, f"{login}: {role}", login=login, role=role)


@account.command()
@click.argument("login")
@click.argument("address", required=False)
@click.option(
    "--language", type=click.Choice(tuple(LANGUAGES)), default=DEFAULT, help="Of the notices; zh when left out."
)
@as_json
def email(login: str, address: str | None, language: str, as_json: bool) -> None:
    """Send the notices of the account LOGIN to ADDRESS from now on, or to nowhere when it is left out."""
    with place() as here, here.writing() as db:
        try:
            people.change_address(db, _account(db, login).id, address, language)
        except ValueError as wrong:
            raise click.UsageError(str(wrong)) from None
    say(as_json, f"{login}: {address or 'no notices'}", login=login, email=address, language=language)


@account.command("list")
@as_json
def list_(as_json: bool) -> None:
    """Every account, shut ones too."""
    with place() as here, here.reading() as db:
        found = people.all_accounts(db)
    text = "\n".join(_line(one) for one in found)
    say(as_json, text or "no account yet", accounts=[asdict(one) for one in found])


@account.command()
@click.argument("login")
@click.password_option(help="Asked for when left out.")
@as_json
def password(login: str, password: str, as_json: bool) -> None:
    """Give the account LOGIN a new password and end its log-ins."""
    with place() as here, here.writing() as db:
        try:
            people.change_password(db, _account(db, login).id, password)
        except ValueError as wrong:
            raise click.UsageError(str(wrong)) from None
    say(as_json, f"{login}: new password, log-ins ended", login=login)


@account.command()
@click.argument("login")
@as_json
def shut(login: str, as_json: bool) -> None:
    """Shut the account LOGIN: its log-ins end, it cannot log in again, what it did stays on record."""
    with place() as here, here.writing() as db:
        people.deactivate(db, _account(db, login).id)
    say(as_json, f"{login}: shut", login=login, active=False)


def _line(one: StaffAccount) -> str:
    state = "" if one.active else "shut "
    return f"{one.login:<12} {one.role:<10} {one.department or '-':<8} {state}{one.name}"


def _account(db: Session, login: str) -> StaffAccount:
    found = people.find_account(db, login)
    if found is None:
        raise Refused(f"{login}: there is no such account")
    return found[0]
