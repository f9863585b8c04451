"""``appraisal account``: who may log in."""

import click

from appraisal.cli.edge import as_json, place, say
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
@click.password_option(help="Asked for when left out.")
@as_json
def add(login: str, name: str, role: str, department: str | None, password: str, as_json: bool) -> None:
    """Make the account LOGIN."""
    if (role == "department") != (department is not None):
        raise click.UsageError("--department goes with --role department, and is needed there")
    with place() as here, here.writing() as db:
        try:
            create_account(db, login, name, role, department, password)
        except ValueError as wrong:
            raise click.UsageError(str(wrong)) from None
    say(as_json, f"{login}: {role}", login=login, role=role)
