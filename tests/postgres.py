"""A PostgreSQL server of our own for tests: made in a temporary folder, reached over a Unix socket there and by nothing else.

Its programs refuse to run as root, so there they run as ``nobody``. ``PG_BINDIR`` names the folder of the programs; else the newest of
/usr/lib/postgresql is taken. Data lies in memory where it can: what is tested here is the engine, not a disk.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SHARED_MEMORY = Path("/dev/shm")
# What docs/operating.md asks for; nothing here weakens a write.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "wal_recycle": "off",
    "min_wal_size": "32MB",
    "log_parameter_max_length": "0",
    "log_error_verbosity": "terse",
}


class NoPostgres(Exception):
    """No PostgreSQL can be had here; says why."""


def programs() -> Path:
    """The folder with initdb and pg_ctl. Raises ``NoPostgres``."""
    named = os.environ.get("PG_BINDIR")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: float(found.parent.name))
    for folder in [Path(named)] if named else installed[::-1]:
        if (folder / "initdb").exists():
            return folder
    raise NoPostgres(
        "no PostgreSQL here: install the package postgresql, or name the folder of its programs by PG_BINDIR"
    )


class Postgres:
    """A server that runs; ``stop`` ends it and removes everything."""

    def __init__(self, settings: Mapping[str, str] | None = None, in_memory: bool = True) -> None:
        self._programs = programs()
        parent = str(SHARED_MEMORY) if in_memory and os.access(SHARED_MEMORY, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="appraisal-pg-", dir=parent))
        self.log = self.folder / "server.log"
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self.settings = {**SETTINGS, **(settings or {}), "unix_socket_directories": str(self.folder)}
        try:
            self._run("initdb", "-U", "appraisal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
            self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://appraisal@/{database}?host={self.folder}"

    def start(self, patience: float = 20.0) -> None:
        """Start it and wait until it answers. After a kill its other processes may need a moment to see that they are alone."""
        options = " ".join(f"-c {name}='{value}'" for name, value in self.settings.items())
        end = time.monotonic() + patience
        while True:
            try:
                return self._run("pg_ctl", "start", "-w", "-t", "60", "-s", "-l", str(self.log), "-o", options)
            except RuntimeError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def halt(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "stop", "-w", "-s", "-m", mode)

    def restart(self, mode: str = "immediate") -> None:
        """Stop in that mode and start again: ``immediate`` is as good as a crash."""
        self.halt(mode)
        self.start()

    def pid(self) -> int:
        """The first process of the server."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """SIGKILL for the first process, by its pid file; the others see it and end."""
        os.kill(self.pid(), signal.SIGKILL)

    def create(self, database: str, template: str = "template0") -> str:
        """A new database; its address."""
        self.run(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        """One statement outside every transaction, past the program; what it gives."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="appraisal", dbname=database, autocommit=True) as connection:
            answer = connection.execute(statement)  # type: ignore[call-overload]
            return list(answer.fetchall()) if answer.description else []

    def stop(self) -> None:
        try:
            self.halt("immediate")
        except RuntimeError:
            pass
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *options: str) -> None:
        line = [str(self._programs / program), "-D", str(self.data), *options]
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        with tempfile.TemporaryFile() as said:
            # A pipe would stay open in the server that this starts, and nobody would ever read its end.
            done = subprocess.run(
                line,
                stdout=said,
                stderr=said,
                cwd=self.folder,
                env={**environment, "LC_ALL": "C.UTF-8"},
                check=False,
                **who,
            )
            said.seek(0)
            if done.returncode:
                raise RuntimeError(f"{program}: {said.read().decode(errors='replace')[-2000:]}")
