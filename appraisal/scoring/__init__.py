"""Ratings → estimates → flags → findings.

``score_round`` counts the opened ballots of a closed round (``counted``), lets ``stats`` compute (``estimates``, ``flags``,
``change``) and keeps a run (``runs``); ``results`` and ``item_pages`` read it back. A person makes findings of flags and
comments (``findings``, ``comments``).
"""

from appraisal.scoring.comments import comments, mark_read
from appraisal.scoring.findings import NewFinding, judge_finding, register_finding
from appraisal.scoring.items import item_pages
from appraisal.scoring.reading import results
from appraisal.scoring.runs import score_round

__all__ = [
    "NewFinding",
    "comments",
    "item_pages",
    "judge_finding",
    "mark_read",
    "register_finding",
    "results",
    "score_round",
]
