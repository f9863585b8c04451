"""Run as a process of its own: what the worker does with a round that was closed. ``python -m tests.faults.opening_worker HOME CODE``."""

import sys
from pathlib import Path

from appraisal import store
from appraisal.jobs import tend_round
from appraisal.settings import Settings

if __name__ == "__main__":
    place = Settings(home=Path(sys.argv[1]), demo=True)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    tend_round(place, store.connect(place.database), sys.argv[2])
