"""Documents are printed by a child process that can be killed: one that runs away or eats memory fails alone.

The child opens the fonts once and prints one document after another; when it died, or was killed, the next document finds a fresh one.
It is handed what is to be printed and nothing else: no database, no keys, none of the installation's settings.
"""

import atexit
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from threading import Lock
from typing import Any, Final

from appraisal.model.faults import Refused
from appraisal.reports.press_child import BROKEN, MISPRINT, PRINTED, REFUSED, TOO_LARGE, read_refusal

LOG: Final = logging.getLogger(__name__)

TOO_LONG_SAID: Final = (
    "排版用了%(seconds)s秒还没有排完，已经停下。请管理员放宽排版的时间限制（APPRAISAL_PRINT_SECONDS），然后再次生成。"
)
TOO_LARGE_SAID: Final = (
    "排版用的内存超过了%(megabytes)s兆字节，已经停下。"
    "请管理员放宽排版的内存限制（APPRAISAL_PRINT_MEGABYTES），然后再次生成。"
)
ENDED_SAID: Final = "排版程序中途退出，没有排成。请再次生成；再不成，请管理员查看服务日志。"
MISPRINT_SAID: Final = "排版程序报错，没有排成。请管理员查看服务日志，改好以后再次生成。"
# A machine with other work to do gives a document a part of its time: so many times the processor's seconds are waited.
PATIENCE: Final = 5
# How a process ends whose C libraries were refused memory.
OUT_OF_MEMORY: Final = frozenset({signal.SIGABRT, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS})
ENDING: Final = 5.0
# Settings of the installation, addresses and passwords among them.
SETTINGS: Final = ("APPRAISAL_", "PG")
# The C library sets aside much address space for every thread that asks for memory; the child has one thread.
HEAPS: Final = {"MALLOC_ARENA_MAX": "1"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take: seconds of processor time, and megabytes of address space for the whole child."""

    seconds: int = 60
    megabytes: int = 1024


class Unprinted(Refused):
    """The document took more than it may, or its printer failed: no other document is touched, and it may be tried again."""


class _Child:
    """A running child and the line to it."""

    def __init__(self, limits: Limits) -> None:
        ours, theirs = socket.socketpair()
        line = [sys.executable, "-m", "appraisal.reports.press_child", str(theirs.fileno())]
        with theirs:
            self.process = subprocess.Popen(
                [*line, str(limits.seconds), str(limits.megabytes)],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                env=_bare(os.environ),
            )
        self.line = Connection(ours.detach())

    def end(self) -> int:
        """Close the line, which ends a child that waits, and kill one that does not; how it ended."""
        self.line.close()
        try:
            return self.process.wait(ENDING)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Printer:
    """Prints one document at a time; whoever comes meanwhile waits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._one_at_a_time = Lock()
        self._child: _Child | None = None

    @property
    def pid(self) -> int | None:
        """The number of the child, if one was needed so far."""
        return self._child.process.pid if self._child else None

    def printed(self, kind: str, *given: Any) -> bytes:
        """The PDF of a document, of a kind that ``press_child`` knows, the same bytes as its own process would get.

        Raises ``Refused`` where the kind does, for letters that the fonts lack; ``Unprinted`` when WeasyPrint warns, the document takes
        more than its limits, or the child dies.
        """
        with self._one_at_a_time:
            child, overdue = self._ready(), False
            try:
                child.line.send((kind, given))
                overdue = not child.line.poll(self.limits.seconds * PATIENCE)
                if overdue:
                    child.process.kill()
                answer = child.line.recv_bytes()
            except (EOFError, OSError):
                raise self._reason(self._end(), overdue) from None
            return self._read(answer)

    def rest(self) -> None:
        """Let go of the child and its memory; the next document starts another one."""
        with self._one_at_a_time:
            self._end()

    def _ready(self) -> _Child:
        # One that was killed while nobody needed it is replaced without a word.
        if self._child is not None and self._child.process.poll() is not None:
            self._end()
        if self._child is None:
            self._child = _Child(self.limits)
        return self._child

    def _read(self, answer: bytes) -> bytes:
        mark, rest = answer[:1], answer[1:]
        if mark == PRINTED:
            return rest
        if mark == REFUSED:
            raise read_refusal(rest)
        if mark == TOO_LARGE:
            self._end()
            raise Unprinted(TOO_LARGE_SAID, megabytes=self.limits.megabytes)
        assert mark in (MISPRINT, BROKEN), mark
        LOG.error("a document was not printed: %s", rest.decode("utf-8", "replace"))
        raise Unprinted(MISPRINT_SAID)

    def _end(self) -> int:
        """How the child ended; 0 where there is none."""
        child, self._child = self._child, None
        return child.end() if child else 0

    def _reason(self, ended: int, overdue: bool) -> Unprinted:
        LOG.error("a printing child ended with %s", ended)
        if overdue or ended == -signal.SIGXCPU:
            return Unprinted(TOO_LONG_SAID, seconds=self.limits.seconds)
        if -ended in OUT_OF_MEMORY:
            return Unprinted(TOO_LARGE_SAID, megabytes=self.limits.megabytes)
        return Unprinted(ENDED_SAID)


@cache
def printer_for(limits: Limits) -> Printer:
    """The one printer of this process with these limits; its child ends with the process."""
    printer = Printer(limits)
    atexit.register(printer.rest)
    return printer


def _bare(environment: Mapping[str, str]) -> dict[str, str]:
    """What a child may know of its surroundings: where its libraries are, not where the installation keeps its things."""
    return {name: value for name, value in environment.items() if not name.startswith(SETTINGS)} | HEAPS
