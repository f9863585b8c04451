"""The schema of a database file: made and migrated by Alembic, and checked before anything is served."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest revision; a database that is there already keeps its rows."""
    config = _config()
    config.attributes["engine"] = engine
    command.upgrade(config, "head")


def revision(engine: Engine) -> str | None:
    """The revision that the database is at, ``None`` for an empty one."""
    with engine.connect().execution_options(read_only=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
