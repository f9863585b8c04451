"""What all worker processes remember together, in RAM alone: failures by a keyed hash, spent proofs, two keys.

One block of anonymous memory, made before the workers begin and handed to them as an open file. It has no name, and is gone
when the last of them ends. All times are seconds of the machine's steady clock, which no setting of the date moves.
"""

import fcntl
import mmap
import os
import secrets as chance
import struct
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# Which open file holds the memory, said to the workers by the process that starts them.
VARIABLE: Final = "APPRAISAL_SHARED_MEMORY"
KEY: Final = 32
NAME: Final = 16
FAILURES: Final = 20
ALL_FAILURES: Final = 301
CLIENTS: Final = (2048, 8)
PROOFS: Final = (2048, 16)

_HEAD: Final = struct.Struct(f"<{KEY}s{KEY}sqd")
_TIME: Final = struct.Struct("<d")
_COUNT: Final = struct.Struct("<Q")
_RING_OF_ALL: Final = _COUNT.size + ALL_FAILURES * _TIME.size
# A client: its name, when its last place in the queue is reached, its ring of failures.
_CLIENT: Final = NAME + _TIME.size + _COUNT.size + FAILURES * _TIME.size
_PROOF: Final = NAME + _TIME.size
_CLIENTS_AT: Final = _HEAD.size + _RING_OF_ALL
_PROOFS_AT: Final = _CLIENTS_AT + CLIENTS[0] * CLIENTS[1] * _CLIENT
SIZE: Final = _PROOFS_AT + PROOFS[0] * PROOFS[1] * _PROOF


def make() -> int:
    """A fresh block of memory as an open file without a name, to be handed to the workers; zeros throughout."""
    if sys.platform == "linux":
        file = os.memfd_create("appraisal")
    else:
        with tempfile.TemporaryFile() as unnamed:
            file = os.dup(unnamed.fileno())
    os.ftruncate(file, SIZE)
    return file


def handed_over() -> int:
    """The block that this process was given; one of its own where it was given none."""
    given = os.environ.get(VARIABLE, "")
    try:
        if given.isdecimal() and os.fstat(int(given)).st_size == SIZE:
            return int(given)
    except OSError:
        pass
    return make()


class SharedMemory:
    """The block, as one process sees it. Every method is safe among threads and processes."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._block = mmap.mmap(file, SIZE)
        self._among_threads = threading.Lock()
        with self._alone():
            start, day_key, day, alarmed = _HEAD.unpack_from(self._block)
            if start == bytes(KEY):
                _HEAD.pack_into(self._block, 0, chance.token_bytes(KEY), day_key, day, alarmed)

    def start_key(self) -> bytes:
        """32 bytes that were drawn at the start; what is sealed under them is void after the next one."""
        return bytes(self._block[:KEY])

    def key_of_day(self, day: int) -> bytes:
        """32 bytes that name clients for one day; with another day they are drawn anew and all clients forgotten."""
        with self._alone():
            start, key, of, alarmed = _HEAD.unpack_from(self._block)
            if key == bytes(KEY) or of != day:
                key = chance.token_bytes(KEY)
                _HEAD.pack_into(self._block, 0, start, key, day, alarmed)
                self._block[_CLIENTS_AT:_PROOFS_AT] = bytes(_PROOFS_AT - _CLIENTS_AT)
            return bytes(key)

    def note_failure(self, client: bytes, now: float) -> None:
        """One more failure of that client, and of all."""
        with self._alone():
            self._turn_ring(_HEAD.size, ALL_FAILURES, now)
            self._turn_ring(self._slot(client) + NAME + _TIME.size, FAILURES, now)

    def note_deed(self, client: bytes, now: float) -> None:
        """Something of that client that is counted for it alone."""
        with self._alone():
            self._turn_ring(self._slot(client) + NAME + _TIME.size, FAILURES, now)

    def failed_often(self, client: bytes, since: float) -> bool:
        """Whether the client failed 20 times since then."""
        with self._alone():
            slot = self._find(client)
            return slot is not None and self._oldest(slot + NAME + _TIME.size, FAILURES) > since

    def all_failed_often(self, since: float) -> bool:
        """Whether there were more than 300 failures since then, whoever's."""
        with self._alone():
            return self._oldest(_HEAD.size, ALL_FAILURES) > since

    def queue_up(self, client: bytes, now: float, wait: float, longest: float) -> float:
        """When the next place in this client's queue is reached: ``wait`` seconds behind the last one, ``longest`` at most from now."""
        with self._alone():
            place = self._slot(client) + NAME
            (last,) = _TIME.unpack_from(self._block, place)
            reached = min(max(last, now) + wait, now + longest)
            _TIME.pack_into(self._block, place, reached)
            return float(reached)

    def spend(self, proof: bytes, now: float, until: float) -> bool:
        """Note that a proof was used, for as long as it would be good; ``False`` when it was used before or memory is full."""
        with self._alone():
            free = None
            for slot in self._set(_PROOFS_AT, PROOFS, _PROOF, proof):
                (good_until,) = _TIME.unpack_from(self._block, slot + NAME)
                if good_until <= now:
                    free = slot if free is None else free
                elif self._block[slot : slot + NAME] == proof:
                    return False
            if free is None:
                return False
            self._block[free : free + NAME] = proof
            _TIME.pack_into(self._block, free + NAME, until)
            return True

    def raise_alarm(self, now: float, every: float) -> bool:
        """Whether it is this call that should tell of an alarm: once in ``every`` seconds it is."""
        with self._alone():
            start, key, day, alarmed = _HEAD.unpack_from(self._block)
            if alarmed and now - alarmed < every:
                return False
            _HEAD.pack_into(self._block, 0, start, key, day, now)
            return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        # The lock of the file keeps other processes out and falls when this one dies; it knows nothing of threads.
        with self._among_threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _slot(self, client: bytes) -> int:
        """Where the client is kept; in the place of the one that failed longest ago when it is new."""
        found = self._find(client)
        if found is not None:
            return found
        every = self._set(_CLIENTS_AT, CLIENTS, _CLIENT, client)
        slot = min(every, key=self._last_seen)
        self._block[slot : slot + _CLIENT] = client + bytes(_CLIENT - NAME)
        return slot

    def _find(self, client: bytes) -> int | None:
        every = self._set(_CLIENTS_AT, CLIENTS, _CLIENT, client)
        return next((slot for slot in every if self._block[slot : slot + NAME] == client), None)

    def _last_seen(self, slot: int) -> float:
        first = slot + NAME + _TIME.size + _COUNT.size
        times = struct.unpack_from(f"<{FAILURES}d", self._block, first)
        return float(max(times))

    def _turn_ring(self, ring: int, length: int, now: float) -> None:
        (count,) = _COUNT.unpack_from(self._block, ring)
        _TIME.pack_into(self._block, ring + _COUNT.size + count % length * _TIME.size, now)
        _COUNT.pack_into(self._block, ring, count + 1)

    def _oldest(self, ring: int, length: int) -> float:
        """The time that the next one will take the place of; 0 while the ring is not full."""
        (count,) = _COUNT.unpack_from(self._block, ring)
        (oldest,) = _TIME.unpack_from(self._block, ring + _COUNT.size + count % length * _TIME.size)
        return float(oldest)

    @staticmethod
    def _set(at: int, shape: tuple[int, int], size: int, name: bytes) -> range:
        sets, ways = shape
        first = at + int.from_bytes(name[:4], "big") % sets * ways * size
        return range(first, first + ways * size, size)
