"""Against the last round: only where both asked the same question on the same scale."""

from collections.abc import Iterator

from appraisal import stats
from appraisal.scoring.before import Before
from appraisal.scoring.counted import Counted
from appraisal.scoring.estimates import number
from appraisal.store.scores import Figure


def change_figures(counted: Counted, scores: stats.Means, before: Before) -> Iterator[Figure]:
    """The difference of every department that has a score in both rounds; q is adjusted over them. Empty when not comparable."""
    if not before:
        return
    ids = tuple(counted.kept.department_ids.values())
    last = before.scores(ids)
    found = stats.change(scores, last)
    columns = (found.difference, found.se, found.df, found.low, found.high, found.q)
    for place, department_id in enumerate(ids):
        difference, se, df, low, high, q = (number(column[place]) for column in columns)
        if difference is None or low is None:
            continue
        n, reference = int(scores.n[place]), float(last.value[place])
        yield Figure(department_id, "change", "", difference, se, df, low, high, n=n, reference=reference, q=q)
