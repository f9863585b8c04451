"""Whoever tries out codes has to work for each further try; whoever has a good code always gets in.

Failures are counted, never successes, in memory that all worker processes share and that no file system holds.
"""

from appraisal.web.guard.doorkeeper import Doorkeeper, doorkeeper, keep_door

__all__ = ["Doorkeeper", "doorkeeper", "keep_door"]
