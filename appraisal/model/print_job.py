"""What the worker does with an approved slip, as the slip's own history tells it: its letter waits, or could not be printed.

So nothing is lost with a queue or a worker, and a letter that cannot be printed is not tried for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from appraisal.model.faults import Refused
from appraisal.model.round_job import read_failure
from appraisal.model.slip import Event

MISPRINTED: Final = "misprint"
ASKED: Final = "ask_print"
# What happens to a letter before it is one: nothing that a department has to read.
INSIDE: Final = frozenset({MISPRINTED, ASKED})
# Once, and once more: what made a printer die may have been passing.
TRIES: Final = 2


@dataclass(frozen=True, slots=True)
class PrintJob:
    """How often it was tried to print a letter since somebody asked, and why it failed the last time."""

    tries: int = 0
    reason: Refused | None = None

    @property
    def waits(self) -> bool:
        """Whether it will be tried again by itself."""
        return self.tries < TRIES


@dataclass(frozen=True, slots=True)
class Unprintable:
    """An approved slip whose letter could not be printed: its number, round and department, and why."""

    slip_id: int
    number: str
    round_code: str
    department: str
    reason: Refused


@dataclass(frozen=True, slots=True)
class PrintRun:
    """How far the letters of approved slips are: how many wait, how many of them were printed, and what failed."""

    waiting: int
    printed: int
    failed: tuple[Unprintable, ...]

    @property
    def all(self) -> int:
        return self.waiting + self.printed + len(self.failed)


def print_job(events: Iterable[Event]) -> PrintJob:
    """How it stands with the letter of an approved slip, from the slip's history, oldest first.

    >>> print_job([]).waits
    True
    """
    now = PrintJob()
    for event in events:
        if event.action == MISPRINTED:
            now = PrintJob(now.tries + 1, read_failure(event.note))
        elif event.action == ASKED:
            now = PrintJob()
    return now
