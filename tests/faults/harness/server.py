"""The production server under test: the command that is shipped, in a process group of its own."""

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from appraisal.settings import Settings

TOP = Path(__file__).parents[3]
STARTING = 90.0


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def command(workers: int = 2) -> list[str]:
    """``appraisal serve`` as it is installed."""
    return [str(Path(sys.executable).with_name("appraisal")), "serve", "--demo", "--workers", str(workers)]


def environment(settings: Settings, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    ours = {"APPRAISAL_HOME": str(settings.home), "PORT": str(settings.port), "PYTHONPATH": str(TOP)}
    if settings.database_server:
        ours["APPRAISAL_DATABASE"] = settings.database_server
    return {**os.environ, **ours, **(extra or {})}


class Server:
    """A running ``appraisal serve``; whatever it starts is in its group, and ends with it."""

    def __init__(
        self, settings: Settings, workers: int = 2, wrapped: Sequence[str] = (), extra: Mapping[str, str] | None = None
    ) -> None:
        self.port = settings.port
        self.log = settings.home / "server.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*wrapped, *command(workers)],
                cwd=TOP,
                env=environment(settings, extra),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def group(self) -> int:
        return self.process.pid

    def wait_ready(self, limit: float = STARTING) -> None:
        """Until /healthz answers 200. Raises ``RuntimeError`` with the log when the command ended or the time is over."""
        wait_ready(self.port, lambda: self.process.poll() is None, limit, self.log)

    def kill(self) -> None:
        """SIGKILL for the whole group."""
        kill_group(self.group)
        self.process.wait()

    def terminate(self, limit: float = 60.0) -> int:
        """SIGTERM for the command alone, as systemd sends it; the exit code. Whatever still lives after that is killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(limit)
        finally:
            kill_group(self.group)

    def __enter__(self) -> "Server":
        self.wait_ready()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                pass
        self.kill()


def wait_ready(port: int, alive: Callable[[], bool], limit: float, log: Path | None = None) -> None:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if status(port) == 200:
            return
        if not alive():
            break
        time.sleep(0.01)
    said = log.read_text("utf-8", "replace")[-3000:] if log and log.exists() else ""
    raise RuntimeError(f"no server on port {port}: {said}")


def status(port: int, path: str = "/healthz", timeout: float = 5.0) -> int:
    """The status of a page; 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def members(group: int, leader: bool = True) -> list[int]:
    """The living processes of a group; without its leader where that is asked for."""
    found = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [pid for pid in found if _group_of(pid) == group and (leader or pid != group)]


def limit_files(process: int, count: int) -> None:
    """How many files a running process may have open from now on."""
    resource.prlimit(process, resource.RLIMIT_NOFILE, (count, resource.prlimit(process, resource.RLIMIT_NOFILE)[1]))


def _group_of(pid: int) -> int:
    try:
        state, _parent, group, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if state in "ZX" else int(group)
