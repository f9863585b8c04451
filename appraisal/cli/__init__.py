"""The same deeds for an operator and for the clock: ``appraisal …``.

Every command says what it did in a line, or as one JSON value with ``--json``. Exit codes: 0 done, 1 refused, 2 wrong use or
faulty input (every fault is listed, nothing was stored).
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

from appraisal.cli.edge import Group

__all__ = ["main"]

# Name → module and command. Loaded when they are asked for: `serve` has no need of what `stats` computes with.
COMMANDS: Final[Mapping[str, str]] = {
    "account": "accounts:account",
    "bench": "benches:bench",
    "calendar": "calendars:calendar",
    "codes": "collecting:codes",
    "db": "backups:database",
    "demo": "demonstrating:demo",
    "doctor": "examining:doctor",
    "export": "exports:export",
    "flags": "scoring:flags",
    "jobs": "serving:jobs",
    "ledger": "following:ledger",
    "log": "verifying:log",
    "mask": "masking:mask_file",
    "questionnaire": "questionnaires:questionnaire",
    "recheck": "rechecking:recheck",
    "reminders": "reminding:reminders",
    "report": "reporting:report",
    "round": "rounds:round_",
    "serve": "serving:serve",
    "slips": "following:slips",
    "stats": "statistics:statistics",
    "verify": "verifying:verify",
}


class Commands(Group):
    """The commands of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"appraisal.cli.{module}"), name)
        return command


@click.group(cls=Commands)
@click.version_option(package_name="appraisal")
def main() -> None:
    """Democratic appraisal of a city's departments, from questionnaire to signed-for work-prompt slip."""
