"""What every command shares: the place it works on, how it reports, and what it makes of a refusal."""

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import Progress

from appraisal import collect, store
from appraisal.model.faults import Faulty, Refused
from appraisal.settings import Secrets, Settings, SettingsError
from appraisal.store import Session, UnsafeStore, trouble

REFUSED: Final = 1
FAULTY: Final = 2
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON value for a machine to read.")


class Group(click.Group):
    """Turns a refusal into one line on stderr and an exit code; anything else that is raised is a fault of ours and is shown whole."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Faulty as faulty:
            for fault in faulty.faults:
                click.echo(str(fault), err=True)
            click.echo(f"{len(faulty.faults)} 处需要修改，未保存任何内容 / to be mended; nothing was stored", err=True)
            ctx.exit(FAULTY)
        except (Refused, SettingsError, UnsafeStore) as refused:
            click.echo(str(refused), err=True)
            ctx.exit(REFUSED)
        except (trouble.OperationalError, trouble.NoConnection) as unreachable:
            click.echo(f"the database does not answer: {trouble.reason(unreachable)}", err=True)
            ctx.exit(REFUSED)
        except OSError as wrong:
            # A file that cannot be read or written: its name and the system's reason are what the operator needs.
            click.echo(f"{wrong.filename or 'file'}: {wrong.strerror or wrong}", err=True)
            ctx.exit(REFUSED)


@dataclass(frozen=True, slots=True)
class Place:
    """The installation that the command works on."""

    settings: Settings
    engine: store.Engine

    @property
    def secrets(self) -> Secrets:
        """Those of this installation. Raises ``SettingsError`` for another's, with which no code would ever let anybody in."""
        kept = self.settings.read_secrets()
        with self.reading() as db:
            collect.refuse_foreign_secrets(db, kept)
        return kept

    def writing(self) -> AbstractContextManager[Session]:
        return store.transaction(self.engine)

    def reading(self) -> AbstractContextManager[Session]:
        return store.reading(self.engine)


@contextmanager
def place() -> Iterator[Place]:
    """Open the installation of ``APPRAISAL_HOME``; refuse one whose database is not there or not of this version."""
    settings = operator_settings()
    if not settings.has_database:
        raise SettingsError(f"{settings.database_name} is missing: `appraisal db upgrade` makes it")
    engine = store.connect(settings.database_address)
    try:
        if store.revision(engine) != store.newest_revision():
            raise SettingsError(f"{settings.database_name} is of another version: `appraisal db upgrade` migrates it")
        yield Place(settings, engine)
    finally:
        engine.dispose()


def operator_settings() -> Settings:
    """Settings for somebody at the console: the demo's secrets may be used, since nothing is served."""
    return replace(Settings.from_env(), demo=True)


def operator() -> str:
    """Who is at the console, for the event rows: the account name of the system."""
    return f"cli:{os.environ.get('SUDO_USER') or os.environ.get('USER') or os.geteuid()}"


def say(as_json: bool, line: str, **fields: object) -> None:
    """Report a deed: as one line, or as the fields in JSON."""
    click.echo(json.dumps(fields, ensure_ascii=False, default=str) if as_json else line)


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress bar on stderr; plain lines where there is no terminal."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        yield bar
