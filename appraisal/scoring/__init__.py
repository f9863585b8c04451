"""Ratings → estimates → flags → findings.

``score_round`` counts the opened ballots of a closed round (``counted``), lets ``stats`` compute (``estimates``, ``flags``,
``change``) and keeps a run (``runs``); ``results`` and ``item_pages`` read it back. A person makes findings of flags and
comments (``findings``, ``comments``).
"""

from appraisal.scoring.comments import comments, mark_read
from appraisal.scoring.items import item_pages
from appraisal.scoring.reading import results
from appraisal.scoring.runs import score_round

__all__ = ["comments", "item_pages", "mark_read", "results", "score_round"]
