"""Run as a process of its own, with the clock set by ``APPRAISAL_TEST_SKEW``: the worker sweeps again and again until it is killed.

``python -m tests.faults.sweeping_worker HOME TIMES``.
"""

import sys
from pathlib import Path

from appraisal import store
from appraisal.jobs import sweep
from appraisal.settings import Settings
from tests.faults.harness import skew

if __name__ == "__main__":
    skew.install()
    place = Settings(home=Path(sys.argv[1]), demo=True)
    engine = store.connect(place.database)
    for _ in range(int(sys.argv[2])):
        sweep(place, engine)
        sys.stdout.write("swept\n")
        sys.stdout.flush()
