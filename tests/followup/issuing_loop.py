"""Issues every waiting slip of an installation; started by a test, and killed by it on the way.

python issuing_loop.py HOME
"""

import sys
from pathlib import Path

from appraisal import store
from appraisal.jobs import issue_waiting
from appraisal.settings import Settings

settings = Settings(home=Path(sys.argv[1]), demo=True)
issue_waiting(settings, store.connect(settings.database))
