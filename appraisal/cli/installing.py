"""``appraisal db``: make and migrate an installation."""

import click

from appraisal import collect, store
from appraisal.cli.edge import as_json, operator_settings, say
from appraisal.settings import Secrets, Settings, SettingsError
from appraisal.store import logs


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
        f"{settings.database_name}: {store.revision(engine)}",
        database=settings.database_name,
        revision=store.revision(engine),
    )


def bring_up(settings: Settings, demo: bool = False) -> store.Engine:
    """The engine of an installation that is there and up to date when this returns."""
    engine = store.connect(settings.database_address)
    store.upgrade(engine)
    if not (settings.keys / "secrets.json").exists():
        with store.reading(engine) as db:
            collect.refuse_missing_secrets(db)
        settings.keep_secrets(Secrets.fresh(demo))
    with store.transaction(engine) as db:
        collect.know_secrets(db, settings.read_secrets())
    _keep_log_key(settings, engine)
    return engine


def _keep_log_key(settings: Settings, engine: store.Engine) -> None:
    """An installation that is older than the public logs has secrets, but no key for these yet; a lost one is not made anew."""
    try:
        settings.read_log_key()
    except SettingsError:
        with store.reading(engine) as db:
            if logs.is_begun(db):
                raise
        settings.keep_log_key()
