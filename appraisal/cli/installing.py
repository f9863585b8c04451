"""``appraisal db``: make and migrate an installation."""

import click

from appraisal import collect, store
from appraisal.cli.edge import as_json, operator_settings, say
from appraisal.settings import Secrets, Settings


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
        with store.reading(engine) as db:
            collect.refuse_missing_secrets(db)
        settings.keep_secrets(Secrets.fresh(demo))
    with store.transaction(engine) as db:
        collect.know_secrets(db, settings.read_secrets())
    # An installation that is older than the public logs has secrets, but no key for these yet.
    settings.keep_log_key()
    return engine
