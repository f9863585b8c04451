"""The child that prints: ``python -m appraisal.reports.press_child LINE SECONDS MEGABYTES``, started by ``printer`` and by nobody else.

On the line come pairs of a kind and what the document is made of; back go bytes, the first of which says what follows: what a
document of strangers' words could bring this process to send is never more than bytes.
"""

import json
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from math import ceil
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from appraisal.model.faults import Refused
from appraisal.reports.press import Misprint

PRINTED, REFUSED, MISPRINT, TOO_LARGE, BROKEN = b"P", b"R", b"M", b"L", b"B"
MEGABYTE: Final = 1 << 20
# Where an allocation fails, the library that shapes text leaves the text out without a word. So nothing is believed that was
# printed with less than this left.
RESERVE: Final = 32 * MEGABYTE
# Copies of fonts are the only files that are written.
LARGEST_FILE: Final = 256 * MEGABYTE


def _slip(*given: Any) -> bytes:
    from appraisal.reports.slip import render

    return render(*given).pdf


def _report(*given: Any) -> bytes:
    from appraisal.reports.department_report import render

    return render(*given)


def _round(*given: Any) -> bytes:
    from appraisal.reports.round_report import render

    return render(*given)


def _bulletin(*given: Any) -> bytes:
    from appraisal.reports.bulletin import render

    return render(*given)


# Each kind of document by its name, each with its modules loaded when the first of it comes.
KINDS: Final[Mapping[str, Callable[..., bytes]]] = {
    "slip": _slip,
    "report": _report,
    "round": _round,
    "bulletin": _bulletin,
}


def read_refusal(answer: bytes) -> Refused:
    """What stands behind ``REFUSED``.

    >>> str(read_refusal(json.dumps(["还差%(n)s张", {"n": 2}]).encode()))
    '还差2张'
    """
    reason, parts = json.loads(answer)
    return Refused(reason, **parts)


def main(line: int, seconds: int, megabytes: int) -> None:
    """Print what comes until the line is closed."""
    # Whoever presses Ctrl+C means the worker, which ends this process when it is through.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit = megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    # The memory of this process holds letters: it is not laid down as a file when it dies.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with Connection(line) as asked:
        while True:
            try:
                kind, given = asked.recv()
            except EOFError:
                return
            _allow(seconds)
            answer = _answer(kind, given)
            asked.send_bytes(answer if _most_used() < limit - RESERVE else TOO_LARGE)


def _allow(seconds: int) -> None:
    """So many more seconds of processor time for the next document; whoever uses them up is ended by the system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = ceil(used.ru_utime + used.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))


def _answer(kind: str, given: tuple[Any, ...]) -> bytes:
    try:
        return PRINTED + KINDS[kind](*given)
    except Refused as refusal:
        return REFUSED + json.dumps([refusal.reason, refusal.parts], default=str).encode()
    except Misprint as misprint:
        return MISPRINT + str(misprint).encode("utf-8", "replace")
    except MemoryError:
        return TOO_LARGE
    except Exception as fault:  # noqa: BLE001 - whatever it is, the worker shall hear of it
        # By its kind and place, never by what it says: that may be somebody's words.
        last = traceback.extract_tb(fault.__traceback__)[-1]
        return BROKEN + f"{type(fault).__name__} at {Path(last.filename).name}:{last.lineno}".encode()


def _most_used() -> int:
    """The most address space that this process ever had, in bytes."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmPeak:"):
            return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
