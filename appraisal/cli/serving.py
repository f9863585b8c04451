"""``appraisal serve`` and ``appraisal jobs``: the production server, and the queue beside it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Final

import click

from appraisal import collect, store
from appraisal.model.faults import Refused
from appraisal.settings import Settings
from appraisal.store import shared_memory, trouble

PROJECT: Final = Path(__file__).parents[2]
LOOPBACK: Final = "127.0.0.1"
THREADS: Final = "12"
# The C library keeps a heap for every few threads and gives little of it back; two are enough where one thread computes at a time.
HEAPS: Final = ("MALLOC_ARENA_MAX", "2")


@click.command()
@click.option("--demo", "is_demo", is_flag=True, help="Allow the demo's secrets; serves on the loopback address only.")
@click.option(
    "--host",
    default=LOOPBACK,
    show_default=True,
    help="Address to listen on; a proxy with TLS belongs in front of any other.",
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(is_demo: bool, host: str, workers: int) -> None:
    """Serve the site and work the queue, until a signal ends both."""
    if is_demo and host != LOOPBACK:
        raise click.UsageError("--demo serves on 127.0.0.1 only: its secrets and passwords are not secret")
    if is_demo:
        os.environ["APPRAISAL_DEMO"] = "1"
    settings = Settings.from_env()
    _refuse_foreign_secrets(settings)
    _refuse_taken(host, settings.port)
    os.environ["APPRAISAL_HOME"] = str(settings.home)
    click.echo(f"http://{host}:{settings.port}/")
    os.environ.setdefault(*HEAPS)
    # Made before the workers begin, so that all of them count together; it has no name and ends with them.
    shared = shared_memory.make()
    os.environ[shared_memory.VARIABLE] = str(shared)
    os.set_inheritable(shared, True)
    sys.exit(_both(web_command(f"{host}:{settings.port}", workers), [sys.executable, "-m", "appraisal.cli", "jobs"]))


def _refuse_foreign_secrets(settings: Settings) -> None:
    """Said in one line before anything is started. A disk that cannot be used just now is left to the web processes, which wait for it."""
    kept = settings.read_secrets()
    if not settings.has_database:
        return
    try:
        engine = store.connect(settings.database_address)
        if store.revision(engine) == store.newest_revision():
            with store.reading(engine) as db:
                collect.refuse_foreign_secrets(db, kept)
        engine.dispose()
    except (trouble.OperationalError, trouble.NoConnection, OSError):
        return


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as trial:
        # As the server will: a port that was just given back may be taken at once.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as taken:
            raise Refused(
                f"{host}:{port}: {taken.strerror}; PORT=8080 in front of the command serves on another port"
            ) from None


def web_command(address: str, workers: int, app: str = "wsgi:app") -> list[str]:
    """The command of the web server. It writes no access log: addresses and times beside codes would tell who answered when."""
    # Loaded once and then forked, so that workers share what they do not change. Threads wait for the disk most of the time.
    options = [
        "--preload",
        "--workers",
        str(workers),
        "--threads",
        THREADS,
        "--worker-class",
        "appraisal.web.server.Worker",
        "--bind",
        address,
    ]
    quiet = [
        "--log-level",
        "warning",
        "--logger-class",
        "appraisal.web.server_log.ServerLog",
        "--no-control-socket",
        "--timeout",
        "60",
        "--graceful-timeout",
        "20",
    ]
    return [sys.executable, "-m", "gunicorn", *options, *quiet, "--chdir", str(PROJECT), app]


def _both(*commands: Sequence[str]) -> int:
    """Run the commands until one ends or a signal comes, end the others, and return the exit code of the first that ended."""
    shared = int(os.environ[shared_memory.VARIABLE])
    running = [subprocess.Popen(command, pass_fds=(shared,)) for command in commands]

    def end(_number: int, _frame: FrameType | None) -> None:
        for one in running:
            one.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    while all(one.poll() is None for one in running):
        time.sleep(0.2)
    ended = next(one.returncode for one in running if one.poll() is not None)
    end(0, None)
    for one in running:
        one.wait()
    return 0 if ended in (0, -signal.SIGTERM, -signal.SIGINT) else 1


@click.command()
def jobs() -> None:
    """Work the queue: render approved slips, open ballots, compute scores, send messages. ``appraisal serve`` starts this by itself."""
    from appraisal.jobs import make_queue, work
    from appraisal.sending import MailServer

    work(make_queue(Settings.from_env(), mail=MailServer.from_env()))
