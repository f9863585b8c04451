"""One frozen ``Settings``, read from the environment, and the secrets that live beside the data, never inside it.

Eight variables are read: ``APPRAISAL_HOME`` (folder of the data, ``var`` by default), ``APPRAISAL_DATABASE`` (address of a PostgreSQL
database; without it a SQLite file in the home), ``APPRAISAL_QUEUE`` (the same for the queue of jobs), ``PORT`` (8000),
``APPRAISAL_TRUSTED_PROXIES`` (how many proxies stand in front, 0 by default), ``APPRAISAL_PRINT_SECONDS`` and
``APPRAISAL_PRINT_MEGABYTES`` (what one document may take: 60 s of processor time and 1024 MB by default) and ``APPRAISAL_DEMO`` (set by
``appraisal serve --demo``: allows the demo's secrets, on the loopback address only).
"""

import json
import os
import re
import secrets as chance
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final, Self

SECRET_BYTES: Final = 32
POSTGRESQL: Final = ("postgresql://", "postgresql+psycopg://")
# Every time that is kept or shown is the wall clock of the city: China has one zone and no summer time.
CITY_TIME: Final = timezone(timedelta(hours=8), "UTC+8")


class SettingsError(Exception):
    """The place cannot be served as it stands; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys of one installation, 32 random bytes each.

    ``pepper`` turns access codes into digests and opens drafts, ``receipt_key`` turns form nonces into ballot ids,
    ``cookie_key`` seals cookies. ``demo`` is true for those that ``appraisal demo`` made: a real deployment refuses them.
    """

    pepper: bytes = field(repr=False)
    receipt_key: bytes = field(repr=False)
    cookie_key: bytes = field(repr=False)
    demo: bool

    @classmethod
    def fresh(cls, demo: bool) -> Self:
        pepper, receipt_key, cookie_key = (chance.token_bytes(SECRET_BYTES) for _ in range(3))
        return cls(pepper, receipt_key, cookie_key, demo)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where this installation keeps its things and how it is served."""

    home: Path
    port: int = 8000
    demo: bool = False
    trusted_proxies: int = 0
    # They may hold a password.
    database_server: str = field(default="", repr=False)
    queue_server: str = field(default="", repr=False)
    print_seconds: int = 60
    print_megabytes: int = 1024

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment.

        Raises ``SettingsError`` when a number is none or out of its range, or an address is none of PostgreSQL's.
        """
        return cls(
            home=Path(os.environ.get("APPRAISAL_HOME") or "var").absolute(),
            port=_number("PORT", 8000, range(1, 65536), "a number from 1 to 65535"),
            demo=os.environ.get("APPRAISAL_DEMO") == "1",
            trusted_proxies=_number(
                "APPRAISAL_TRUSTED_PROXIES", 0, range(10), "how many proxies stand in front, from 0 to 9,"
            ),
            database_server=_server("APPRAISAL_DATABASE"),
            queue_server=_server("APPRAISAL_QUEUE"),
            print_seconds=_number("APPRAISAL_PRINT_SECONDS", 60, range(1, 3601), "a number of seconds from 1 to 3600"),
            print_megabytes=_number(
                "APPRAISAL_PRINT_MEGABYTES", 1024, range(256, 65537), "a number of megabytes from 256 to 65536"
            ),
        )

    @property
    def database(self) -> Path:
        """The file of the database, where it is one."""
        return self.home / "appraisal.db"

    @property
    def database_address(self) -> Path | str:
        """What ``store.connect`` opens: the file, or the address of the database on its server."""
        return self.database_server or self.database

    @property
    def has_database(self) -> bool:
        """Whether there is something to open. A server is asked by opening it."""
        return bool(self.database_server) or self.database.exists()

    @property
    def database_name(self) -> str:
        """The database as it may be shown: without a password."""
        shown = self.database_server.partition("?")[0]
        return re.sub(r"(?<=//)([^:/@]*):[^/]*@", r"\1@", shown) or str(self.database)

    @property
    def queue(self) -> Path:
        return self.home / "jobs.db"

    @property
    def keys(self) -> Path:
        """Folder of secrets and tally keys: outside the database and its backups, readable by the owner alone."""
        return self.home / "keys"

    @property
    def slips(self) -> Path:
        """Folder where issued slips are laid as PDF files, beside the copy in the database."""
        return self.home / "slips"

    @property
    def public(self) -> Path:
        """Folder of what anybody may have: the public logs, one file each."""
        return self.home / "public"

    def tally_key(self, round_code: str) -> Path:
        return self.keys / f"tally-{round_code}.key"

    def log_file(self, round_code: str) -> Path:
        """The published log of the round of that code."""
        return self.public / "log" / f"{round_code}.json"

    def bundle_file(self, round_code: str) -> Path:
        """The open tabulation bundle of the published round of that code."""
        return self.public / "rounds" / f"{round_code}.zip"

    @property
    def audit_file(self) -> Path:
        """The published chain over the staff's events, beside the folder of the rounds' logs."""
        return self.public / "audit.json"

    def read_log_key(self) -> bytes:
        """The 32 bytes that sign the public logs. Raises ``SettingsError`` when they are missing."""
        path = self.keys / "log.key"
        if not path.exists():
            raise SettingsError(
                f"{path} is missing: restore it from its backup; `appraisal db upgrade` makes one where no log was begun"
            )
        return path.read_bytes()

    def keep_log_key(self) -> None:
        """Make the key of the public logs, unless there is one: another key would not fit what is published."""
        path = self.keys / "log.key"
        if not path.exists():
            write_private(path, chance.token_bytes(SECRET_BYTES))

    def read_secrets(self) -> Secrets:
        """The secrets of this installation. Raises ``SettingsError`` when they are missing, or the demo's where not allowed."""
        path = self.keys / "secrets.json"
        if not path.exists():
            raise SettingsError(
                f"{path} is missing: `appraisal db upgrade` makes it, or restore it from its own backup"
            )
        kept = json.loads(path.read_text("utf-8"))
        if kept["demo"] and not self.demo:
            raise SettingsError(
                f"{path} was made for the demo city: a real deployment needs an APPRAISAL_HOME of its own"
            )
        pepper, receipt_key, cookie_key = (
            bytes.fromhex(kept[name]) for name in ("pepper", "receipt_key", "cookie_key")
        )
        return Secrets(pepper, receipt_key, cookie_key, kept["demo"])

    def keep_secrets(self, made: Secrets) -> None:
        """Write the secrets once, and the key of the public logs beside them.

        Raises ``FileExistsError`` rather than replace a pepper that codes depend on.
        """
        kept = {
            "pepper": made.pepper.hex(),
            "receipt_key": made.receipt_key.hex(),
            "cookie_key": made.cookie_key.hex(),
            "demo": made.demo,
        }
        write_private(self.keys / "secrets.json", json.dumps(kept).encode())
        self.keep_log_key()


def _number(name: str, default: int, allowed: range, needed: str) -> int:
    said = os.environ.get(name) or str(default)
    if not (said.isascii() and said.isdecimal()) or len(said) > 5 or int(said) not in allowed:
        raise SettingsError(f"{name}={said!r}: {needed} is needed")
    return int(said)


def _server(name: str) -> str:
    said = os.environ.get(name) or ""
    if said and not said.startswith(POSTGRESQL):
        raise SettingsError(
            f"{name}: postgresql+psycopg://ROLE@HOST/NAME is needed, or nothing for a file in APPRAISAL_HOME"
        )
    return said


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read. Raises ``FileExistsError`` when it is there already."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def city_now() -> datetime:
    """The city's wall clock, to the second, without a zone: for the edges, which hand it to the deeds."""
    return datetime.now(CITY_TIME).replace(microsecond=0, tzinfo=None)
