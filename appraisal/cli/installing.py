"""``appraisal db`` and ``appraisal doctor``: make, migrate and examine an installation."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

import click

from appraisal import store
from appraisal.cli.edge import as_json, operator_settings, say
from appraisal.settings import Secrets, Settings, SettingsError

ENOUGH_SPACE: Final = 1_000_000_000


@click.group("db")
def database() -> None:
    """Make and migrate the database."""


@database.command()
@as_json
def upgrade(as_json: bool) -> None:
    """Make the database and the secrets where they are missing, and migrate to the newest schema."""
    settings = operator_settings()
    engine = bring_up(settings)
    say(
        as_json,
        f"{settings.database}: {store.revision(engine)}",
        database=settings.database,
        revision=store.revision(engine),
    )


def bring_up(settings: Settings, demo: bool = False) -> store.Engine:
    """The engine of an installation that is there and up to date when this returns."""
    engine = store.connect(settings.database)
    store.upgrade(engine)
    if not (settings.keys / "secrets.json").exists():
        settings.keep_secrets(Secrets.fresh(demo))
    return engine


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that ``doctor`` looked at."""

    what: str
    good: bool
    said: str


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Examine this installation: engine, schema, secrets, disk, fonts. Exit code 1 when something is wrong."""
    found = tuple(_examine(operator_settings()))
    lines = "\n".join(f"{'ok  ' if one.good else 'BAD '} {one.what}: {one.said}" for one in found)
    say(as_json, lines, findings=[asdict(one) for one in found])
    sys.exit(0 if all(one.good for one in found) else 1)


def _examine(settings: Settings) -> Iterator[Finding]:
    yield Finding("python", sys.version_info >= (3, 11), sys.version.split()[0])
    yield Finding("sqlite", True, f"{store.sqlite_version()} (3.51.3 or later is needed)")
    yield from _database(settings)
    yield _secrets(settings)
    free = shutil.disk_usage(settings.home if settings.home.exists() else settings.home.parent).free
    yield Finding("disk", free > ENOUGH_SPACE, f"{free / 1e9:.1f} GB free")


def _database(settings: Settings) -> Iterator[Finding]:
    if not settings.database.exists():
        yield Finding("database", False, f"{settings.database} is missing: run `appraisal db upgrade`")
        return
    engine = store.connect(settings.database)
    revision, newest = store.revision(engine), store.newest_revision()
    yield Finding("schema", revision == newest, f"{revision}, newest is {newest}")
    with store.reading(engine) as db:
        answer = store.integrity(db)
    yield Finding("integrity", answer == "ok", answer)
    yield Finding("durability", True, "journal_mode=WAL, synchronous=FULL, checked at every start")


def _secrets(settings: Settings) -> Finding:
    try:
        kept = settings.read_secrets()
    except SettingsError as missing:
        return Finding("secrets", False, str(missing))
    return Finding("secrets", True, "the demo's: never for a real round" if kept.demo else "of this installation")
