"""Thousands of starts: a process that has loaded the program's modules forks, and the copy runs the shipped command line.

Loading them takes a second or more of processor time, starting what was loaded a tenth of that. Each start is a process group of
its own that runs, word for word, the web server's command line of ``appraisal serve``.

``python -m tests.faults.harness.warm`` reads ``HOME PORT WORKERS`` lines and answers each with the number of the group.
"""

import importlib
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from appraisal.settings import Settings
from tests.faults.harness import server, skew

LOADED = (
    "appraisal.web.app",
    "appraisal.web.office",
    "appraisal.jobs",
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "appraisal.web.server_log",
)


APART = ("unshare", "--mount", "--propagation", "private")


class WarmStarts:
    """The forking process; ``start`` gives a server that can be waited for and killed."""

    def __init__(self, log: Path, apart: bool = False, extra: Mapping[str, str] | None = None) -> None:
        """``apart``: in a namespace of its own, where file systems can be mounted that nobody else sees; needs root."""
        self.log = log
        self._log = log.open("ab")
        self.process = subprocess.Popen(
            [*(APART if apart else ()), sys.executable, "-m", "tests.faults.harness.warm"],
            cwd=server.TOP,
            env={**os.environ, "PYTHONPATH": str(server.TOP), **(extra or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            bufsize=1,
        )

    def start(self, settings: Settings, workers: int = 2) -> int:
        """The number of the group, whose server answers when this returns."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{settings.home}\t{settings.port}\t{workers}\n")
        group = int(self.process.stdout.readline())
        server.wait_ready(settings.port, lambda: bool(server.members(group)), server.STARTING, self.log)
        return group

    def enter(self, *command: str | Path) -> None:
        """Run a command where the servers see it: in their namespace. Raises when it fails."""
        where = ["nsenter", "--mount", "--target", str(self.process.pid)]
        subprocess.run([*where, *map(str, command)], check=True, capture_output=True)

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self._log.close()


def main() -> None:
    skew.install()
    for module in LOADED:
        importlib.import_module(module)
    from appraisal.cli import serving

    # Nobody waits for the killed: the system takes them away.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    groups: list[int] = []
    for line in sys.stdin:
        home, port, workers = line.rstrip("\n").split("\t")
        settings = Settings(home=Path(home), port=int(port), demo=True)
        # A group that has ended is forgotten: its number may be given to somebody else's.
        groups = [group for group in groups if _is_ours(group)]
        pid = os.fork()
        if pid == 0:
            _run(serving.web_command(f"{serving.LOOPBACK}:{port}", int(workers)), settings)
        _lead(pid)
        groups.append(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    # Whoever asked is done, or dead: no server of ours outlives that.
    for group in filter(_is_ours, groups):
        server.kill_group(group)


def _run(line: list[str], settings: Settings) -> None:
    """Become the process of that command line: ``python -m MODULE WORDS``."""
    _lead(0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.environ.update(server.environment(settings, {"APPRAISAL_DEMO": "1"}))
    assert line[1] == "-m", line
    sys.argv = line[2:]
    runpy.run_module(line[2], run_name="__main__", alter_sys=True)
    os._exit(0)


def _is_ours(group: int) -> bool:
    """Whether somebody lives in it, forked by this program."""
    return any(b"tests.faults.harness.warm" in command_line(pid) for pid in server.members(group))


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _lead(pid: int) -> None:
    """Both sides do it, so that the group is there whoever comes first."""
    try:
        os.setpgid(pid, pid)
    except OSError:
        pass


if __name__ == "__main__":
    main()
