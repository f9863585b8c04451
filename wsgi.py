"""What the production server loads: one application, its settings from the environment."""

import gc

from appraisal.settings import Settings
from appraisal.web import create_app
from appraisal.web.outage import Waiting, end_this_process

app = Waiting(lambda: create_app(Settings.from_env(), end_process=end_this_process))

# The server forks its workers from here: what is loaded now stays, and the collector need not write into pages that they share.
gc.collect()
gc.freeze()
