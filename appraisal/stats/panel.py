"""Has a department changed, when some of the people who answer now also answered last time?"""

# So that a type alone does not load scipy.sparse where nothing is computed.
from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.change import Change, change
from appraisal.stats.contrasts import INSEPARABLE, tested
from appraisal.stats.covariance import influences
from appraisal.stats.design import Floats, Ints, Unusable, codes
from appraisal.stats.estimates import NOISE, Means
from appraisal.stats.families import benjamini_hochberg
from appraisal.stats.means import design_means
from appraisal.stats.preset import preset_means
from appraisal.stats.ratings import RatingCells


def panel_change(
    now: RatingCells,
    before: RatingCells,
    person_now: ArrayLike,
    person_before: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> Change:
    """Difference of two rounds with people in common, known one by one.

    Parameters
    ----------
    now, before : RatingCells
        The same D departments and H strata in the same order, each with its own weights. The population is that of ``now``.
    person_now, person_before : (n,) int
        Who each respondent of the round is, by codes that both rounds share.
    weights : (D, H) float, optional
        Preset weights of the strata; default design weights.
    level : float
        Confidence of the intervals, in (0, 1).

    Returns
    -------
    Change
        As ``change``, which it equals with nobody in common; people who said the same of a department both times cancel.

    Raises
    ------
    Unusable
        Rounds that do not match, a person twice in a round or in two strata.

    Notes
    -----
    V = V₁ + V₀ - 2 C with C = Σ_h κ_h n_c / (n_c - 1) Σ_i (u_i1 - ū_1)(u_i0 - ū_0) over the n_c people of stratum h in both
    rounds, u their influences, κ_h = 1 - n₁ n₀ / (N n_c), at least 0 (Tam 1984, The American Statistician 38(4)). Where
    everybody answers twice this is R's ``svycontrast`` on the stacked rounds with the person as sampling unit; stacking rounds
    that share only a part would take everybody together for the sample and its fraction of the population for too large.
    Degrees of freedom with people in common: the fewer of the two rounds'.

    Examples
    --------
    >>> from appraisal.stats import Design, Ratings
    >>> def said(scores): return RatingCells.of(Design.of([0, 0, 0]), Ratings.of([0, 1, 2], [0, 0, 0], scores, departments=1))
    >>> found = panel_change(said([50, 70, 90]), said([40, 50, 90]), [7, 8, 9], [7, 8, 9])
    >>> found.difference.tolist(), found.se.round(4).tolist(), found.df.tolist()
    ([10.0], [5.7735], [2.0])
    """
    rows = _common(now, before, person_now, person_before)
    first, second = _figures(now, weights), _figures(before, weights)
    if not rows[0].size:
        return change(first, second, level=level)
    alone = [np.where(each.se > NOISE, each.se, np.nan) ** 2 for each in (first, second)]
    whole = alone[0] + alone[1]
    variance = whole - 2 * _shared(now, before, rows, weights)
    variance = np.where(variance > INSEPARABLE * whole, variance, np.nan)
    fields = tested(first.value - second.value, variance, np.fmin(first.df, second.df), level)
    return Change(*fields, benjamini_hochberg(fields[-1]))


def _figures(cells: RatingCells, weights: ArrayLike | None) -> Means:
    return design_means(cells) if weights is None else preset_means(cells, weights)


def _influences(cells: RatingCells, weights: ArrayLike | None) -> scipy.sparse.csr_array:
    """(n, D) what each respondent adds to each figure, weight included."""
    rated, whole, total = cells.n > 0, cells.weight, cells.total
    if weights is None:
        shape = whole.shape
        whole, total = (np.broadcast_to(each.sum(axis=0), shape) for each in (whole, total))
        part = np.ones(shape)
    else:
        part = np.where(rated, np.asarray(weights, dtype=np.float64).T, 0.0)
        part = part / np.maximum(part.sum(axis=0), NOISE)
    safe = np.where(whole > 0, whole, 1.0)
    weight = scipy.sparse.diags_array(cells.design.weight)
    return scipy.sparse.csr_array(weight @ influences(cells, total / safe, part / safe))


def _shared(now: RatingCells, before: RatingCells, rows: tuple[Ints, Ints], weights: ArrayLike | None) -> Floats:
    """(D,) covariance of the two rounds' figures; strata with fewer than two people in common add nothing."""
    one, other = (_influences(cells, weights)[at] for cells, at in zip((now, before), rows, strict=True))
    stratum, strata = now.design.stratum[rows[0]], now.strata
    common = np.bincount(stratum, minlength=strata.sampled.size)
    member = scipy.sparse.csr_array(
        (np.ones(stratum.size), (stratum, np.arange(stratum.size))), shape=(common.size, stratum.size)
    )
    several = np.maximum(common, 2)
    expected = np.nan_to_num(strata.sampled * before.strata.sampled / strata.population)
    factor = np.where(common > 1, np.clip(1 - expected / several, 0, 1) * several / (several - 1), 0.0)
    products = (member @ one.multiply(other)).toarray()
    sums = (member @ one).toarray() * (member @ other).toarray() / several[:, None]
    return np.asarray((factor[:, None] * (products - sums)).sum(axis=0))


def _common(
    now: RatingCells, before: RatingCells, person_now: ArrayLike, person_before: ArrayLike
) -> tuple[Ints, Ints]:
    """Rows of the people who are in both rounds, in step."""
    shapes = [(cells.ratings.departments, cells.strata.sampled.size) for cells in (now, before)]
    if shapes[0] != shapes[1]:
        raise Unusable("both rounds need the same departments and strata in the same order")
    people = _people("person_now", person_now, now), _people("person_before", person_before, before)
    shared, *rows = np.intersect1d(*people, assume_unique=True, return_indices=True)
    moved = np.flatnonzero(now.design.stratum[rows[0]] != before.design.stratum[rows[1]])
    if moved.size:
        who = shared[moved[0]]
        raise Unusable(f"person {who} is in another stratum now than before: give both rounds the stratum of now")
    return rows[0], rows[1]


def _people(name: str, given: ArrayLike, cells: RatingCells) -> Ints:
    people = codes(name, given)
    if people.shape != cells.design.stratum.shape:
        raise Unusable(
            f"{name} has shape {people.shape}, respondents {cells.design.stratum.shape}: one code a respondent"
        )
    order = np.argsort(people, kind="stable")
    twice = order[1:][np.diff(people[order]) == 0]
    if twice.size:
        raise Unusable(f"{name}[{twice.min()}]: person {people[twice.min()]} a second time")
    return people
