"""A server started for a measurement and ended after it, with the CPU time and the memory of its processes."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appraisal.cli.ballot_bench.browser import HOST, Browser, Unanswered
from appraisal.model.faults import Refused

PROC: Final = Path("/proc")
START_SECONDS: Final = 60
TICK: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its first process and its port."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """User and system time of the server and everything under it, since it began."""
        return sum(_cpu(pid) for pid in _family(self.pid))

    def workers_mb(self) -> float:
        """MiB that the web workers take together: their own pages and their share of those that are shared (PSS)."""
        return sum(_taken_kib(pid) for pid in self.workers()) / 1024

    def workers(self) -> list[int]:
        """Web workers: those that hold the listening socket and were started by another one that holds it."""
        family = _family(self.pid)
        listening = [pid for pid in family if _listens(pid, self.port)]
        return [pid for pid in listening if _parent(pid) in listening]


@contextmanager
def served(command: Sequence[str], port: int, environment: Mapping[str, str]) -> Iterator[Served]:
    """Start a server and wait until it answers; end it with everything it started."""
    started = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_until_it_answers(started, port)
        yield Served(started.pid, port)
    finally:
        started.send_signal(signal.SIGTERM)
        try:
            started.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()


def free_port() -> int:
    """A port of the loopback address that nobody holds now."""
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        return int(trial.getsockname()[1])


def _wait_until_it_answers(started: "subprocess.Popen[bytes]", port: int) -> None:
    last = time.monotonic() + START_SECONDS
    while time.monotonic() < last:
        if started.poll() is not None:
            break
        browser = Browser(port)
        with suppress(OSError, Unanswered):
            if browser.get("/healthz").status == 200:
                return
        browser.close()
        time.sleep(0.1)
    raise Refused("the server that was to be measured did not start; what it said stands above")


def _family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            children.setdefault(_parent(int(entry.name)), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name, which may hold blanks itself; none for a process that is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def _cpu(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICK if fields else 0.0


def _taken_kib(pid: int) -> int:
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _listens(pid: int, port: int) -> bool:
    """Whether the process holds the socket that listens at the port."""
    inodes = set()
    for line in (PROC / "net" / "tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
            inodes.add(f"socket:[{fields[9]}]")
    for entry in (PROC / str(pid) / "fd").iterdir():
        with suppress(OSError):
            if os.readlink(entry) in inodes:
                return True
    return False
