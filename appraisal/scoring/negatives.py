"""The funnel: at which departments more ballots tick a problem than is usual among departments.

Figures, "" for the stratum: ``negative`` (share of the ballots that rated the department and ticked at least one problem, with
its interval; reference the pooled share), ``negative_usual`` and ``negative_extreme`` (low and high: the funnel's 95 and 99.8 %
limits at this n).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from appraisal import stats
from appraisal.model.questionnaire import Role
from appraisal.scoring.counted import Counted, known_options
from appraisal.scoring.estimates import share_figures
from appraisal.store import Session
from appraisal.store.problem_ballots import problem_ballots
from appraisal.store.scores import Figure

USUAL, EXTREME = 0.95, 0.998


@dataclass(frozen=True, eq=False)
class Negatives:
    """``ticked`` (H, D): ballots with at least one problem among those that rated; 0 where a department is not ranked."""

    ticked: NDArray[np.int64]
    funnel: stats.Funnel


def count_negatives(db: Session, counted: Counted) -> Negatives:
    """Count, and lay the funnel over the ranked departments."""
    kept = counted.kept
    problems = [
        mark for mark in counted.marks if kept.plan.questionnaire.item(mark[0]).option(mark[1]).role is Role.MARK
    ]
    found = problem_ballots(db, kept.id, counted.policy.score_item, known_options(kept), problems, counted.ballots)
    cells = [
        [found.get((stratum, department), 0) for department in kept.department_ids.values()]
        for stratum in kept.stratum_ids.values()
    ]
    ticked = np.where(counted.ranked, np.array(cells, dtype=np.int64), 0)
    rated = np.where(counted.ranked, counted.rated, 0)
    return Negatives(ticked, stats.funnel(ticked.sum(axis=0), rated.sum(axis=0)))


def negative_figures(counted: Counted, negatives: Negatives) -> Iterator[Figure]:
    """A department that nobody rated, or that is not ranked, has none of them."""
    even = stats.Strata.of(counted.strata.sampled)
    cells = stats.CountCells.of(
        even, np.stack([negatives.ticked, counted.rated - negatives.ticked], axis=2), [1.0, 0.0]
    )
    rows = share_figures(counted, "negative", stats.design_shares(cells))
    limits = [(measure, negatives.funnel.limits(part)) for measure, part in _LIMITS]
    for place, row in enumerate(rows):
        if np.isnan(negatives.funnel.share[place]):
            continue
        yield replace(row, count=int(negatives.ticked[:, place].sum()), reference=negatives.funnel.target)
        for measure, (low, high) in limits:
            yield Figure(row.department_id, measure, "", None, low=float(low[place]), high=float(high[place]), n=row.n)


_LIMITS = (("negative_usual", USUAL), ("negative_extreme", EXTREME))
