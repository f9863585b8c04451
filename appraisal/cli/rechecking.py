"""``appraisal recheck``: ask one problem of one department again, between rounds."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import click

from appraisal import rounds, scoring
from appraisal.cli import collecting
from appraisal.cli import rounds as round_commands
from appraisal.cli.edge import as_json, operator, place, say
from appraisal.model.faults import Refused
from appraisal.model.helped import RecheckNeed
from appraisal.reports import figures
from appraisal.reports.helped_wording import office_row, verdict_words
from appraisal.settings import city_now
from appraisal.store.rechecks import all_rechecks, find_recheck

CODE = click.argument("code")
LANGUAGE = "en"


@click.group()
def recheck() -> None:
    """A mini-sample: fresh codes, one department, one question; a small round of its own."""


@recheck.command()
@click.argument("number")
@click.option("--stratum", "strata", multiple=True, required=True, help="Whom to ask; may be given several times.")
@click.option("--aim", type=click.FloatRange(0, 99), required=True, help="Per cent the share is to have come down to.")
@click.option("--power", type=click.FloatRange(0.5, 0.99), default=0.8, show_default=True, help="Chance to show it.")
@click.option("--days", type=click.IntRange(1, 60), default=14, show_default=True, help="From today; the end is fixed.")
@click.option("--only-say", is_flag=True, help="Say what it takes, and set up nothing.")
@as_json
def plan(
    number: str, strata: tuple[str, ...], aim: float, power: float, days: int, only_say: bool, as_json: bool
) -> None:
    """Work out how many have to be asked about the problem NUMBER, and set up the round."""
    with place() as here:
        with here.reading() as db:
            need = scoring.recheck_need(db, number, strata, aim / 100, power)
        if need.answers is None:
            raise Refused("问到所有人也显示不出这样的改善，不能这样复测。")
        code = ""
        if not only_say:
            codes, today = {each.stratum: each.codes for each in need.strata}, city_now().date()
            new = rounds.NewRecheck(number, codes, today, today + timedelta(days=days), need.aim, need.answers)
            with here.writing() as db:
                code = rounds.plan_recheck(db, new, operator(), city_now())
    say(as_json, _told(need, code), code=code or None, **asdict(need))


def _told(need: RecheckNeed, code: str) -> str:
    rows = [
        f"before: {figures.share(need.before.share)} ({need.before.count} of {need.before.n})",
        f"to show {figures.share(need.aim)} with chance {figures.share(need.power)}: {need.answers} answers",
        *(f"  {each.stratum}: {each.answers} answers, {each.codes} codes" for each in need.strata),
    ]
    return "\n".join([*rows, f"{code}: draft" if code else "nothing set up"])


@recheck.command("list")
@as_json
def list_(as_json: bool) -> None:
    """Every mini-sample with its problem, its last day and its verdict."""
    with place() as here, here.reading() as db:
        found = all_rechecks(db)
    rows = [
        f"{one.round_code:<16} {one.finding} {one.state:<9} {one.closes_on} {one.answers:>5} {one.verdict or ''}"
        for one in found
    ]
    say(as_json, "\n".join(rows) or "no mini-sample yet", rechecks=[asdict(one) for one in found])


@recheck.command("open")
@CODE
@click.option("--list", "listed", type=click.Path(path_type=Path), help="CSV of the codes: stratum, paper, code, link.")
@click.option("--letters", type=click.Path(path_type=Path), help="PDF, one letter a code with its QR code.")
@click.option("--address", help="Where respondents will reach this server, https://…; as for `codes issue`.")
@as_json
@click.pass_context
def open_(
    ctx: click.Context, code: str, listed: Path | None, letters: Path | None, address: str | None, as_json: bool
) -> None:
    """Issue the codes of the mini-sample CODE and let people answer."""
    _refuse_other(code)
    ctx.invoke(collecting.issue, code=code, counts=(), listed=listed, letters=letters, address=address, as_json=as_json)
    ctx.invoke(round_commands.open_, code=code, as_json=as_json)


@recheck.command()
@CODE
@as_json
@click.pass_context
def close(ctx: click.Context, code: str, as_json: bool) -> None:
    """Close the mini-sample CODE after its last day (or when every code is used), open its ballots and score it."""
    _refuse_other(code)
    ctx.invoke(round_commands.close, code=code, files=(), typed=0, as_json=as_json)
    ctx.invoke(round_commands.score, code=code, as_json=as_json)


@recheck.command()
@CODE
@as_json
def result(code: str, as_json: bool) -> None:
    """Record what the mini-sample CODE showed in the history of its problem, once."""
    with place() as here, here.writing() as db:
        found = scoring.conclude_recheck(db, code, operator(), city_now())
    row = office_row(found, LANGUAGE)
    said = (
        f"{found.number}: {verdict_words(found.verdict, LANGUAGE)}; {row.then} → {row.now}; {row.step} ({row.interval})"
    )
    say(as_json, said, **asdict(found))


def _refuse_other(code: str) -> None:
    with place() as here, here.reading() as db:
        if find_recheck(db, code) is None:
            raise Refused(f"{code}: not a mini-sample; `appraisal recheck list` names them")
