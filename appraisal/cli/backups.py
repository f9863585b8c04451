"""``appraisal db backup``, ``restore`` and ``drill``: database and slips, copied while they are served, examined, brought back."""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import click

from appraisal import collect, store
from appraisal.cli.edge import as_json, operator_settings, place, say
from appraisal.cli.installing import database
from appraisal.model.faults import Refused
from appraisal.model.round import RoundState
from appraisal.settings import Settings, city_now
from appraisal.store import backups
from appraisal.store.rounds import all_rounds

__all__ = ["bring_back", "database"]

LIST: Final = "backup.json"
DATABASE: Final = "appraisal.db"
NOT_INCLUDED: Final = "keys/ is not included: back it up apart, never on one medium with this"
FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
BACKUP = click.argument("backup", type=click.Path(path_type=Path, exists=True, file_okay=False))


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup turned out to hold. ``seconds``: how long it took to check it, lay it out and open it."""

    revision: str | None
    is_newest: bool
    files: int
    ballots: int
    seconds: float


@database.command("backup")
@FOLDER
@as_json
def back_up(folder: Path, as_json: bool) -> None:
    """Copy the database and the slips into a new folder under FOLDER while they are being served. The keys are NOT included.

    The copy is examined by SQLite, and backup.json beside it holds the SHA-256 of every file. A backup that was broken off has no
    backup.json.
    """
    with place() as here:
        _refuse_server(here.settings)
        target = folder / f"appraisal-{city_now():%Y%m%dT%H%M%S}"
        target.mkdir(parents=True, mode=0o700)
        backups.copy_database(here.engine, target / DATABASE)
        revision = store.revision(here.engine)
        with here.reading() as db:
            open_rounds = [line.code for line in all_rounds(db) if line.state is RoundState.OPEN]
        _copy_folder(here.settings.slips, target / "slips")
    _refuse_broken(target / DATABASE)
    _drop_companions(target / DATABASE)
    sums = {name: _sum(target / name) for name in _files(target)}
    _write_list(target / LIST, revision, sums)
    lines = [f"{target}: {len(sums)} files, whole", NOT_INCLUDED, *_advice(folder, open_rounds)]
    say(as_json, "\n".join(lines), backup=target, files=len(sums), revision=revision, not_included=NOT_INCLUDED)


@database.command()
@BACKUP
@as_json
def restore(backup: Path, as_json: bool) -> None:
    """Bring BACKUP back into APPRAISAL_HOME, where no database may lie; the server must not be running.

    Every file is held against its SHA-256 before anything is written. The keys are brought back from their own backup.
    """
    settings = operator_settings()
    _refuse_server(settings)
    # A log left beside it would be read as the restored database's own.
    left = [path for path in (settings.database, *_companions(settings.database)) if path.exists()]
    if left:
        raise Refused(f"{', '.join(map(str, left))}: there already. Stop the server and move it away first")
    found = bring_back(backup, settings)
    remedy = "`appraisal doctor` examines it" if found.is_newest else "`appraisal db upgrade` migrates it"
    told = f"{settings.home}: {found.files} files, {found.ballots} sealed ballots, schema {found.revision}; {remedy}"
    say(as_json, told, home=settings.home, **asdict(found))


@database.command()
@BACKUP
@as_json
def drill(backup: Path, as_json: bool) -> None:
    """Rehearse: restore BACKUP with the keys of this installation into a folder that is thrown away, and say how long it took."""
    keys = operator_settings().keys
    with tempfile.TemporaryDirectory() as folder:
        trial = Settings(home=Path(folder) / "var", demo=True)
        _copy_folder(keys, trial.keys)
        found = bring_back(backup, trial)
    say(as_json, f"{backup}: whole; {found.ballots} sealed ballots back in {found.seconds:.1f} s", **asdict(found))


def _refuse_server(settings: Settings) -> None:
    if settings.database_server:
        raise Refused("this database is kept by PostgreSQL: pg_dump and pg_restore copy it, see docs/operating.md")


def bring_back(backup: Path, settings: Settings) -> Restored:
    """Lay a backup out at an empty place. Raises ``Refused``, and nothing lies there, when a file is not what it was when it was
    written, and ``SettingsError`` when the keys that are there belong to another database."""
    begun, (revision, sums) = time.monotonic(), _read_list(backup)
    _refuse_changed(backup, sums)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = settings.home / f"{DATABASE}.part"
    try:
        shutil.copyfile(backup / DATABASE, half)
        half.chmod(0o600)
        _refuse_broken(half)
        ballots, is_newest = _look_into(half, settings)
        _copy_folder(backup / "slips", settings.slips)
        _flush(half)
        half.rename(settings.database)
    finally:
        half.unlink(missing_ok=True)
        _drop_companions(half)
    return Restored(revision, is_newest, len(sums), ballots, round(time.monotonic() - begun, 2))


def _look_into(path: Path, settings: Settings) -> tuple[int, bool]:
    """How many ballots it holds, and whether its schema is ours. Raises ``SettingsError`` for a database of other secrets."""
    engine = store.connect(path)
    try:
        is_newest = store.revision(engine) == store.newest_revision()
        with store.reading(engine) as db:
            if is_newest and (settings.keys / "secrets.json").exists():
                collect.refuse_foreign_secrets(db, settings.read_secrets())
            return backups.ballots_of(db), is_newest
    finally:
        engine.dispose()


def _refuse_broken(path: Path) -> None:
    found = backups.faults_of_file(path)
    if found != "ok":
        raise Refused(f"{path}: not a whole database: {found}")


def _refuse_changed(backup: Path, sums: Mapping[str, str]) -> None:
    changed = [name for name, kept in sums.items() if not (backup / name).is_file() or _sum(backup / name) != kept]
    if changed:
        raise Refused(f"{backup}: changed or missing since it was made: {', '.join(changed)}. Take another backup")


def _write_list(path: Path, revision: str | None, sums: Mapping[str, str]) -> None:
    listed = {"revision": revision, "files": sums, "not_included": NOT_INCLUDED}
    path.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", "utf-8")
    path.chmod(0o600)
    _flush(path)


def _read_list(backup: Path) -> tuple[str | None, dict[str, str]]:
    """Schema and SHA-256 by file. Raises ``Refused`` for a backup that has no list: it was broken off, or is none."""
    try:
        listed = json.loads((backup / LIST).read_text("utf-8"))
        sums = {str(name): str(kept) for name, kept in listed["files"].items()}
        if DATABASE in sums and not any(Path(name).is_absolute() or ".." in Path(name).parts for name in sums):
            return listed["revision"], sums
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise Refused(f"{backup / LIST}: missing or not readable; this backup was broken off or changed. Take another")


def _advice(folder: Path, open_rounds: list[str]) -> list[str]:
    older = len(list(folder.glob("appraisal-*"))) - 1
    if not open_rounds or not older:
        return []
    told = "delete them: the difference of two backups tells which codes were spent between them"
    return [f"{', '.join(open_rounds)} is open and {older} older backups lie in {folder}; {told}"]


def _files(backup: Path) -> list[str]:
    return [DATABASE, *(f"slips/{path.name}" for path in sorted((backup / "slips").glob("*")))]


def _copy_folder(source: Path, target: Path) -> None:
    """Every file of a folder that may not be there, for the owner alone, and flushed. Files on their way are left out."""
    for path in sorted(source.glob("*")):
        if path.is_file() and path.suffix != ".part":
            target.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(path, target / path.name)
            (target / path.name).chmod(0o600)
            _flush(target / path.name)


def _companions(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in ("-wal", "-shm")]


def _drop_companions(path: Path) -> None:
    """What looking into a database leaves beside it."""
    for each in path.parent.glob(f"{path.name}-*"):
        each.unlink()


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Bring the file and its name to the disk."""
    for each in (path, path.parent):
        opened = os.open(each, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
