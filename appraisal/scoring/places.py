"""Where departments stand: between which places, in which tier, how far from their peers, in which band.

Only departments with a result of their own take part: one that is indicative, comment-only or without a known spread has no
place, and nobody is placed against it. Figures, "" for the stratum, n the number of departments that take part:

* ``place_group``, ``place_all``: value the tier, low and high the places that hold the true one, for one department alone;
* ``place_group_joint``, ``place_all_joint``: low and high for all departments at once;
* ``peers``: value the difference from the mean of the others of the group, reference that mean, q over all departments;
* ``band``: value 1 to 5, reference the reliability, q the p of being average.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from appraisal import stats
from appraisal.scoring.counted import Counted
from appraisal.scoring.estimates import number
from appraisal.store.scores import Figure

DRAWS: Final = 10_000
SEED: Final = 20240101

Floats = NDArray[np.float64]


def taking_part(counted: Counted, scores: stats.Means) -> NDArray[np.bool_]:
    """(D,) departments with a score that counts: enough ratings from enough strata, and a spread that is known."""
    policy = counted.policy
    enough = (scores.n >= policy.minimum_n) & ((counted.rated > 0).sum(axis=0) >= policy.minimum_strata)
    return np.asarray(counted.ranked & enough & ~np.isnan(scores.value) & ~np.isnan(scores.se))


def place_figures(
    counted: Counted, scores: stats.Means, covariance: Floats, draws: int = DRAWS, seed: int = SEED
) -> Iterator[Figure]:
    """Everything about places; ``covariance`` (D, D) of the scores. The same seed gives the same places."""
    value = np.where(taking_part(counted, scores), scores.value, np.nan)
    group, df = _groups(counted), scores.careful_df
    yield from _places(counted, "place_all", stats.rank_sets(value, covariance, df=df, draws=draws, seed=seed))
    for one in range(len(counted.kept.plan.groups)):
        inside = np.where(group == one, value, np.nan)
        yield from _places(counted, "place_group", stats.rank_sets(inside, covariance, df=df, draws=draws, seed=seed))
    yield from _peers(counted, value, scores, stats.peer_differences(value, covariance, group, df=df), group)
    against_all = stats.peer_differences(value, covariance, np.zeros_like(group), df=df)
    yield from _bands(counted, stats.bands(value, scores.se, p=against_all.p), int((~np.isnan(value)).sum()))


def _groups(counted: Counted) -> NDArray[np.int64]:
    """(D,) place of each department's group in the plan."""
    place = {group.code: index for index, group in enumerate(counted.kept.plan.groups)}
    return np.array([place[department.group] for department in counted.kept.plan.departments], dtype=np.int64)


def _places(counted: Counted, measure: str, found: stats.Ranks) -> Iterator[Figure]:
    """One of a kind is first and last at once, which tells nothing: at least two take part."""
    of = int(np.count_nonzero(~found.excluded))
    if of < 2:
        return
    for place, department_id in enumerate(counted.kept.department_ids.values()):
        if found.excluded[place]:
            continue
        first, last = (float(end) for end in found.marginal[place])
        yield Figure(department_id, measure, "", float(found.tier[place]), low=first, high=last, n=of)
        first, last = (float(end) for end in found.simultaneous[place])
        yield Figure(department_id, f"{measure}_joint", "", None, low=first, high=last, n=of)


def _peers(
    counted: Counted, value: Floats, scores: stats.Means, found: stats.Contrasts, group: NDArray[np.int64]
) -> Iterator[Figure]:
    columns = (found.difference, found.se, found.df, found.low, found.high, found.q)
    for place, department_id in enumerate(counted.kept.department_ids.values()):
        difference, se, df, low, high, q = (number(column[place]) for column in columns)
        if difference is None or low is None:
            continue
        peers = int(np.count_nonzero((group == group[place]) & ~np.isnan(value))) - 1
        mean = float(scores.value[place]) - difference
        yield Figure(department_id, "peers", "", difference, se, df, low, high, n=peers, reference=mean, q=q)


def _bands(counted: Counted, found: stats.Bands, of: int) -> Iterator[Figure]:
    for place, department_id in enumerate(counted.kept.department_ids.values()):
        band, p, reliability = (number(column[place]) for column in (found.band, found.p, found.reliability))
        if band is not None:
            yield Figure(department_id, "band", "", band, n=of, reference=reliability, q=p)
