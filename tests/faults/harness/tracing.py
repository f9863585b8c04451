"""System calls of a running server that fail or take long, by strace: what a disk does that is full of errors, read-only or slow."""

import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

FLUSHES = "fdatasync,fsync"
WRITES = "pwrite64,write,ftruncate"


@cache
def why_not() -> str:
    """Why system calls cannot be made to fail here; empty where they can."""
    try:
        tried = subprocess.run(["strace", "-e", "inject=none:delay_enter=1", "true"], check=False, capture_output=True)
    except FileNotFoundError:
        return "strace is not installed"
    return "" if tried.returncode == 0 else "strace may not trace here: " + tried.stderr.decode().strip()[-200:]


@contextmanager
def injected(processes: Sequence[int], *rules: str, paths: Sequence[str] = ()) -> Iterator[None]:
    """Let system calls of these processes and of what they fork do as the rules say, e.g. ``fdatasync:error=EIO:when=20+50``.

    ``paths``: only calls on these files. Until the block is left.
    """
    words = ["strace", "-f", "-qq", "-o", "/dev/null"]
    for path in paths:
        words += ["-P", path]
    for rule in rules:
        words += ["-e", f"inject={rule}"]
    for process in processes:
        words += ["-p", str(process)]
    tracer = subprocess.Popen(words, stderr=subprocess.PIPE)
    # It says nothing when it is ready, so the traced processes are asked.
    end = time.monotonic() + 10
    while time.monotonic() < end and not all(_is_traced(process) for process in processes):
        time.sleep(0.01)
    try:
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(20)
        if tracer.stderr is not None:
            tracer.stderr.close()


def _is_traced(process: int) -> bool:
    try:
        with open(f"/proc/{process}/status", encoding="ascii") as status:
            return any(line.startswith("TracerPid:") and line.split()[1] != "0" for line in status)
    except OSError:
        return True
