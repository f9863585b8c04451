"""``appraisal demo``: the fictional city, filled, computed, and where to look."""

import fcntl
import json
import os
import random
import secrets as chance
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
from rich.progress import Progress

from appraisal import store
from appraisal.cli.edge import operator_settings, progress
from appraisal.cli.installing import bring_up
from appraisal.demo.again import ask_again
from appraisal.demo.fill import ORGANISER, SECOND, DemoCity, Filling, fill, keep_visitor
from appraisal.demo.story import TO_BE_SIGNED, remember, tell
from appraisal.jobs import tend_audit, tend_log
from appraisal.model.faults import Refused
from appraisal.rounds import questionnaire_codes
from appraisal.secrecy.codes import show_code
from appraisal.settings import Settings, city_now
from appraisal.store.people import all_accounts
from appraisal.store.rounds import all_rounds
from appraisal.web.access import create_account

AUDITOR = "shenji"
PASSWORD_BYTES = 9
# Written last, moved last: where it is, the city is whole.
KEPT = Path("demo") / "visitor.json"


@click.command()
@click.option(
    "--ballots", default=3000, show_default=True, type=click.IntRange(300, 100_000), help="Ballots of the closed round."
)
@click.option("--seed", default=2026, show_default=True, help="The same seed gives the same city, ballots and codes.")
@click.option("--if-empty", is_flag=True, help="Only say where to look when the city is there already.")
@click.option("--where", is_flag=True, help="Say where to look, and do nothing else.")
def demo(ballots: int, seed: int, if_empty: bool, where: bool) -> None:
    """Fill an empty installation with the demo city 示范市: three rounds, planted problems, slips in every state."""
    settings = operator_settings()
    if settings.database_server:
        raise Refused("the demo city is built in a file: run it without APPRAISAL_DATABASE")
    if not where:
        with _alone(settings):
            there = (settings.home / KEPT).exists()
            if there and if_empty:
                bring_up(settings).dispose()
            else:
                _fill(settings, ballots, seed)
    click.echo(_where_to_look(settings))


def _fill(settings: Settings, ballots: int, seed: int) -> None:
    """Fill a folder beside the installation and move it in when it is whole: a demo that was broken off leaves nothing behind."""
    beside = replace(settings, home=settings.home.with_name(f"{settings.home.name}.filling"))
    if (beside.home / KEPT).exists():
        _move_in(beside, settings)
        return
    _refuse_occupied(settings)
    shutil.rmtree(beside.home, ignore_errors=True)
    started = time.monotonic()
    slips = _build(beside, ballots, seed)
    _move_in(beside, settings)
    click.echo(f"示范市 filled in {time.monotonic() - started:.0f} s: {ballots} ballots, {slips} slips", err=True)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Two that start at once: the second waits here, and then finds the city."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with settings.home.with_name(f"{settings.home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _refuse_occupied(settings: Settings) -> None:
    """Refuse a place where somebody has begun to work: its database and keys would be replaced."""
    if any(settings.keys.glob("tally-*.key")):
        raise Refused(f"{settings.keys} holds tally keys: the demo needs an empty APPRAISAL_HOME")
    if not settings.database.exists():
        return
    engine = bring_up(settings, demo=True)
    with store.reading(engine) as db:
        occupied = all_rounds(db) or all_accounts(db) or questionnaire_codes(db)
    engine.dispose()
    if occupied:
        raise Refused(
            f"{settings.home} holds rounds, accounts or questionnaires: the demo needs an empty APPRAISAL_HOME"
        )


def _build(settings: Settings, ballots: int, seed: int) -> int:
    """Build the city in a folder of its own; the number of slips."""
    engine = bring_up(settings, demo=True)
    with progress() as bar:
        filling = Filling(
            settings=settings,
            secrets=settings.read_secrets(),
            writing=lambda: store.transaction(engine),
            now=city_now(),
            rng=np.random.default_rng(seed),
            chance=random.Random(seed),
            progress=Shown(bar),
        )
        city = fill(filling, ballots)
        remember(filling, city.last)
        slips = tell(filling, city.this)
        again = ask_again(filling, city.this, city.people)
    _open_accounts(filling, city, slips)
    for code in (city.last, city.this, city.thematic, *([again] if again else [])):
        tend_log(settings, engine, code)
    tend_audit(settings, engine)
    store.truncate_log(engine)
    engine.dispose()
    return len(slips)


def _move_in(beside: Settings, settings: Settings) -> None:
    """Move what was built into place, what says that it is whole last. Broken off, the next start goes on where this one stopped."""
    for name in ("appraisal.db", "keys", "slips", "public", "demo"):
        if (beside.home / name).exists():
            _drop(settings.home / name)
            os.replace(beside.home / name, settings.home / name)
    shutil.rmtree(beside.home)


def _drop(path: Path) -> None:
    for left in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        if left.is_dir():
            shutil.rmtree(left)
        left.unlink(missing_ok=True)


def _open_accounts(filling: Filling, city: DemoCity, departments: list[str]) -> None:
    shown = departments[min(TO_BE_SIGNED, len(departments) - 1)].lower()
    passwords = {login: chance.token_urlsafe(PASSWORD_BYTES) for login in (ORGANISER, SECOND, AUDITOR, shown)}
    with filling.writing() as db:
        create_account(db, ORGANISER, "主办岗", "organiser", None, passwords[ORGANISER])
        create_account(db, SECOND, "复核岗", "organiser", None, passwords[SECOND])
        create_account(db, AUDITOR, "审计岗", "auditor", None, passwords[AUDITOR])
        for code in departments:
            create_account(db, code.lower(), f"{code}联络岗", "department", code, passwords[shown])
    keep_visitor(filling.settings, city, passwords, departments)


class Shown:
    """Progress of the filling: a bar for each kind of work."""

    def __init__(self, bar: Progress) -> None:
        self.bar = bar
        self.tasks: dict[str, object] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self.tasks:
            self.tasks[what] = self.bar.add_task(what, total=total)
            if self.bar.disable:
                click.echo(f"… {what}", err=True)
        self.bar.update(self.tasks[what], completed=done, total=total)  # type: ignore[arg-type]


def _where_to_look(settings: Settings) -> str:
    path = settings.home / KEPT
    if not path.exists():
        raise Refused(f"{settings.home}: the demo city is not here; `appraisal demo` builds it")
    kept = json.loads(path.read_text("utf-8"))
    address = f"http://127.0.0.1:{settings.port}"
    # A city that was built before there was a short round has none.
    short = f"  the same on one page 单页    {address}/q/{kept['short_code']}\n" if "short_code" in kept else ""
    passwords = dict(kept["passwords"])
    named = {ORGANISER: "organiser 主办", SECOND: "second organiser 复核", AUDITOR: "auditor 审计"}
    logins = "\n".join(
        f"  {named.get(login, 'department 部门'):<24} {login} / {password}" for login, password in passwords.items()
    )
    return (
        f"\n示范市 Shifan City\n  respondent 评议人          {address}/   access code 评议码 {show_code(kept['code'])}\n"
        f"                           or straight in: {address}/q/{kept['code']}\n{short}"
        f"  staff log in at            {address}/login\n{logins}\n"
        f"  slip PDFs 工作提示单        {settings.slips}\n  planted truth              {settings.home / 'demo' / 'truth.json'}\n"
    )
