"""``appraisal codes``: issue access codes and print them."""

import secrets as chance
from pathlib import Path

import click

from appraisal import collect, rounds
from appraisal.cli import code_requests, code_tool
from appraisal.cli.code_list import PRIVATE, refuse_overwriting, write_list
from appraisal.cli.edge import Place, as_json, place, progress, say
from appraisal.model.round import RoundPlan
from appraisal.reports.letters import files as letter_files
from appraisal.reports.letters import render as render_letters


class Codes(click.Group):
    """``appraisal codes CODE …`` issues, as ``appraisal codes issue CODE …`` does."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = not args or args[0] in self.commands
        return super().resolve_command(ctx, args if known else ["issue", *args])


@click.group(cls=Codes)
def codes() -> None:
    """Access codes: issue, print, revoke, replace, or have them drawn elsewhere."""


@codes.command()
@click.argument("code")
@click.option(
    "--count",
    "counts",
    multiple=True,
    metavar="STRATUM=N",
    help="How many for a stratum; left out: what is still missing of strata.csv.",
)
@click.option("--list", "listed", type=click.Path(path_type=Path), help="CSV of the codes: stratum, paper, code, link.")
@click.option("--letters", type=click.Path(path_type=Path), help="PDF, one letter a code with its QR code.")
@click.option(
    "--address", help="Where respondents will reach this server, https://…; may be left out in the demo alone."
)
@as_json
def issue(
    code: str, counts: tuple[str, ...], listed: Path | None, letters: Path | None, address: str | None, as_json: bool
) -> None:
    """Issue access codes for the round CODE. They are shown this once: the database keeps only their keyed digests."""
    if listed is None and letters is None:
        raise click.UsageError("--list or --letters (or both) says where the codes go: they cannot be shown again")
    for target in (listed, letters):
        refuse_overwriting(target)
    with place() as here:
        link = address or _demo_address(here)
        with here.writing() as db:
            collect.make_papers(db, code, chance.SystemRandom())
        with here.reading() as db:
            plan = rounds.kept_round(db, code).plan
            wanted = _wanted(counts) or collect.missing_codes(db, code)
            issued = collect.draw_codes(db, code, wanted, chance.SystemRandom())
        # Written before they are kept: a code that is good is a code that somebody holds. And while nobody waits for it.
        if listed:
            write_list(listed, issued, link)
        if letters:
            _write_letters(letters, issued, plan, link)
        with here.writing() as db:
            collect.keep_codes(db, code, issued, here.secrets)
    for stratum in collect.small_strata(wanted):
        click.echo(f"{stratum}: fewer than 30 codes; so small a group could be recognised, better merge it", err=True)
    say(as_json, f"{code}: {len(issued)} codes issued", code=code, issued=len(issued), list=listed, letters=letters)


def _demo_address(here: Place) -> str:
    if not here.secrets.demo:
        raise click.UsageError("--address says where respondents will reach this server; it is printed on every letter")
    return f"http://127.0.0.1:{here.settings.port}"


def _wanted(counts: tuple[str, ...]) -> dict[str, int]:
    wanted = {}
    for said in counts:
        stratum, _, number = said.partition("=")
        if not number.isdecimal():
            raise click.BadParameter(f"{said!r}: STRATUM=N is needed, as in citizen=500", param_hint="--count")
        wanted[stratum] = int(number)
    return wanted


def _write_letters(path: Path, issued: tuple[collect.IssuedCode, ...], plan: RoundPlan, address: str) -> None:
    """One file up to 500 letters; more go to ``NAME-001.pdf``, ``NAME-002.pdf`` …"""
    lots = letter_files(issued)
    with progress() as bar:
        for number, lot in enumerate(bar.track(lots, description="letters"), start=1):
            name = path if len(lots) == 1 else path.with_stem(f"{path.stem}-{number:03}")
            name.touch(mode=PRIVATE, exist_ok=False)
            name.write_bytes(render_letters(lot, plan, address))


for command in (
    code_tool.key,
    code_tool.make,
    code_tool.import_digests,
    code_requests.revoke,
    code_requests.reissue,
    code_requests.requests,
    code_requests.agree,
    code_requests.decline,
):
    codes.add_command(command)
