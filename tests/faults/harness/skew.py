"""A server whose clock can be moved while it runs: what it reads of the time is so many seconds beside the real one as a file says.

libfaketime cannot be used: it makes Python's ``time.sleep`` fail, which asks for a moment of the monotonic clock.
"""

import datetime as dt
import os
import time
from pathlib import Path

from appraisal import settings

FILE = "APPRAISAL_TEST_SKEW"
_real = time.time


def install() -> None:
    """Move ``time.time`` and the program's own clock in this process and all that it forks, where the environment names a file."""
    name = os.environ.get(FILE)
    if name is None:
        return
    path = Path(name)

    def shifted() -> float:
        return _real() + float(path.read_text())

    class Shifted(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Shifted":
            return cls.fromtimestamp(shifted(), tz)

    time.time = shifted
    settings.datetime = Shifted  # type: ignore[misc, attr-defined]
