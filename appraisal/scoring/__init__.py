"""Ratings → estimates → flags → findings.

``score_round`` counts the opened ballots of a closed round (``counted``), lets ``stats`` compute (``estimates``, ``flags``,
``change``) and keeps a run (``runs``); ``compute_round`` and ``keep_run`` are its halves, so that nobody need wait for the computing.
``results``, ``item_pages`` and ``item_page`` read it back. A person makes findings of flags and comments (``findings``, ``comments``).
``quality`` says which ballots are unusual, ``quarantine`` sets cohorts of them aside by two people, ``sensitivity`` scores otherwise.
"""

from appraisal.model.sensitivity import Choice
from appraisal.scoring.bulletin import bulletin_facts
from appraisal.scoring.bundle import bundle, bundle_files
from appraisal.scoring.comments import comments, mark_read
from appraisal.scoring.department_report import department_facts
from appraisal.scoring.findings import NewFinding, judge_finding, merge_findings, register_finding
from appraisal.scoring.helped import helped, helped_by
from appraisal.scoring.items import item_page, item_pages
from appraisal.scoring.outcomes import outcomes, published_helped
from appraisal.scoring.publication import (
    compute_publication,
    keep_publication,
    kept_figures,
    publication,
    publish_figures,
)
from appraisal.scoring.quality import find_signal, quality
from appraisal.scoring.quarantine import decide, outdated, proposable, propose, round_cohorts
from appraisal.scoring.reading import results
from appraisal.scoring.rechecking import conclude_recheck, recheck_need, recheck_result
from appraisal.scoring.review import (
    alike,
    by_state,
    comments_to_review,
    next_comment,
    one_comment,
    public_terms,
    refuse_unseen,
    remask,
    review_comment,
    shown,
)
from appraisal.scoring.round_report import round_facts
from appraisal.scoring.runs import Computed, compute_round, keep_run, round_to_score, score_round
from appraisal.scoring.sensitivity import sensitivity
from appraisal.scoring.sources import checked_sources, confirmed_comments, weigh
from appraisal.scoring.tuning import tuning
from appraisal.scoring.words import alike_places, department_words

__all__ = [
    "Choice",
    "Computed",
    "NewFinding",
    "alike",
    "alike_places",
    "bulletin_facts",
    "bundle",
    "bundle_files",
    "by_state",
    "checked_sources",
    "comments",
    "comments_to_review",
    "compute_publication",
    "compute_round",
    "conclude_recheck",
    "confirmed_comments",
    "decide",
    "department_facts",
    "department_words",
    "find_signal",
    "helped",
    "helped_by",
    "item_page",
    "item_pages",
    "judge_finding",
    "keep_publication",
    "keep_run",
    "kept_figures",
    "mark_read",
    "merge_findings",
    "next_comment",
    "one_comment",
    "outcomes",
    "outdated",
    "proposable",
    "propose",
    "public_terms",
    "publication",
    "publish_figures",
    "published_helped",
    "quality",
    "recheck_need",
    "recheck_result",
    "refuse_unseen",
    "register_finding",
    "remask",
    "results",
    "review_comment",
    "round_cohorts",
    "round_facts",
    "round_to_score",
    "score_round",
    "sensitivity",
    "shown",
    "tuning",
    "weigh",
]
