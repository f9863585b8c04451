"""When a try at a code has to be worked for, and whether it was."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app, request

from appraisal import store
from appraisal.secrecy.codes import is_code
from appraisal.settings import city_now
from appraisal.store import people, shared_memory
from appraisal.store.shared_memory import SharedMemory
from appraisal.web.guard import proof
from appraisal.web.guard.client import client_address, client_name
from appraisal.web.place import here

# 20 failures of one client in 10 minutes, more than one a second of all over 5 minutes.
OF_ONE: Final = 600.0
OF_ALL: Final = 300.0
ALARM_EVERY: Final = 600.0
# A place in the queue for those without a script; however many wait in front, nobody waits longer than a minute.
QUEUE: Final = 15.0
LONGEST_QUEUE: Final = 60.0
TICKET_GOOD_FOR: Final = 600.0
KEY: Final = "doorkeeper"
CODES: Final = b"codes"
OPEN_CHANNEL: Final = b"open channel"

log = logging.getLogger("appraisal.web")


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """The rules over the shared memory, for one process. ``steady`` and ``wall``: the two clocks, in seconds."""

    memory: SharedMemory
    trusted_proxies: int = 0
    steady: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time

    def asks_for_work(self, purpose: bytes = CODES) -> bool:
        """Whether this client, or everybody, has failed so often that a try has to be worked for."""
        now = self.steady()
        if self.memory.all_failed_often(now - OF_ALL):
            return True
        return self.memory.failed_often(self._client(purpose), now - OF_ONE)

    def has_often(self, purpose: bytes) -> bool:
        """Whether this client did it 20 times in 10 minutes."""
        return self.memory.failed_often(self._client(purpose), self.steady() - OF_ONE)

    def note(self, purpose: bytes) -> None:
        """Count a deed of this client that is no failure to enter."""
        self.memory.note_deed(self._client(purpose), self.steady())

    def note_failure(self, code: str) -> None:
        """Count a code that did not open. A slip of the finger, which the check symbol tells, costs nothing."""
        if not is_code(code):
            return
        now = self.steady()
        self.memory.note_failure(self._client(CODES), now)
        if self.memory.all_failed_often(now - OF_ALL) and self.memory.raise_alarm(now, ALARM_EVERY):
            _tell()

    def challenge(self) -> str:
        return proof.new_challenge(self.memory.start_key(), self.wall())

    def accepts_work(self, payload: str) -> bool:
        """Whether that is a right solution that was not used before; from now on it is."""
        name = proof.proven(self.memory.start_key(), payload)
        now = self.steady()
        return name is not None and self.memory.spend(name, now, now + 2 * proof.GOOD_FOR)

    def new_ticket(self, purpose: bytes = CODES) -> str:
        """A place at the end of this client's queue."""
        now = self.steady()
        reached = self.memory.queue_up(self._client(purpose), now, QUEUE, LONGEST_QUEUE)
        return proof.seal_ticket(self.memory.start_key(), reached, reached + TICKET_GOOD_FOR)

    def seconds_left(self, ticket: str) -> int | None:
        """How long to wait until the place is reached, 0 once it is; ``None`` for a ticket that is not good any more."""
        read = proof.read_ticket(self.memory.start_key(), ticket)
        now = self.steady()
        if read is None or read.until <= now:
            return None
        return max(0, -int(-(read.reached - now) // 1))

    def accepts_ticket(self, ticket: str) -> bool:
        """Whether that place is reached and was not used before; from now on it is."""
        read = proof.read_ticket(self.memory.start_key(), ticket)
        now = self.steady()
        return read is not None and read.reached <= now < read.until and self.memory.spend(read.name, now, read.until)

    def _client(self, purpose: bytes) -> bytes:
        address = client_address(
            request.remote_addr or "", request.headers.getlist("X-Forwarded-For"), self.trusted_proxies
        )
        return client_name(self.memory.key_of_day(proof.day_of(self.wall())), address, purpose)


def _tell() -> None:
    """An event without an address, and a line in the log: somebody tries out codes by the hundred."""
    log.warning("more than one failed code a second for five minutes: every code entry asks for work now")
    # Once in ten minutes at most, so that whoever tries codes cannot hold the write lock.
    with store.transaction(here().engine) as db:
        people.record(db, "-", people.STORM, "", city_now())


def keep_door(app: Flask, trusted_proxies: int) -> None:
    """Give the application its doorkeeper, over the memory that this process was handed."""
    app.extensions[KEY] = Doorkeeper(SharedMemory(shared_memory.handed_over()), trusted_proxies)


def doorkeeper() -> Doorkeeper:
    """The doorkeeper of the application that serves the current request."""
    keeper = current_app.extensions[KEY]
    assert isinstance(keeper, Doorkeeper)
    return keeper
