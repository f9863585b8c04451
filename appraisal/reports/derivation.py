"""A score rebuilt from its strata: the same rows for the office's page and for the department's report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appraisal.model.results import DepartmentResult, Estimate, Response, RoundResults
from appraisal.model.round import Combine, RoundPlan
from appraisal.model.wording import Wording
from appraisal.reports.small_rows import LEAST_ALIKE


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One stratum's part in a score. ``weight`` as preset, ``part`` of 1 after strata without ratings left, ``gives`` in points."""

    name: Wording
    score: Estimate
    weight: float
    part: float
    gives: float


@dataclass(frozen=True, slots=True)
class Why:
    """A score rebuilt from its strata: the parts add up to 1, what they give to the score."""

    rows: tuple[WhyRow, ...]
    total: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """One or several strata together, as a department may see them: ``n`` ratings, their mean, their part of 1."""

    names: tuple[Wording, ...]
    n: int
    mean: float
    part: float

    @property
    def gives(self) -> float:
        return self.mean * self.part


def why(plan: RoundPlan, found: RoundResults, result: DepartmentResult) -> Why:
    """Rebuild the official score from strata means and weights, as the policy puts them together."""
    weights, found_parts = _weights(plan, found, result), parts(plan, found, result)
    if result.score.value is None or not found_parts:
        return Why((), None)
    names = {stratum.code: stratum.name for stratum in plan.strata}
    rows = []
    for each in result.by_stratum:
        if (part := found_parts.get(each.stratum)) is not None:
            gives = part * (each.score.value or 0.0)
            rows.append(WhyRow(names[each.stratum], each.score, weights[each.stratum], part, gives))
    return Why(tuple(rows), sum(row.gives for row in rows))


def parts(plan: RoundPlan, found: RoundResults, result: DepartmentResult) -> Mapping[str, float]:
    """Stratum → its part of 1 in the score, for the strata that rated the department and count."""
    weights = _weights(plan, found, result)
    rated = [each for each in result.by_stratum if each.score.value is not None and weights.get(each.stratum, 0) > 0]
    whole = sum(weights[each.stratum] for each in rated)
    return {each.stratum: weights[each.stratum] / whole for each in rated}


def together(rows: Sequence[WhyRow], least: int) -> tuple[Share, ...]:
    """The rows with strata of fewer than ``least`` ratings put together, until no row has fewer; the sums stay what they were.

    So are those whose mean says what each of fewer than ``LEAST_ALIKE`` answered. Rows that were put together cannot be told apart again
    from the others and the total. With fewer than ``least`` ratings in all there is no row.
    """
    shares = [Share((row.name,), row.score.n, row.score.value or 0.0, row.part) for row in rows]
    if sum(each.n for each in shares) < least:
        return ()
    while len(shares) > 1 and (telling := [each for each in shares if _is_telling(each, least)]):
        first = min(telling, key=lambda each: each.n)
        second = min((each for each in shares if each is not first), key=lambda each: each.n)
        at = min(shares.index(first), shares.index(second))
        shares = [each for each in shares if each is not first and each is not second]
        shares.insert(at, _joined(first, second))
    return tuple(shares)


def _is_telling(share: Share, least: int) -> bool:
    return share.n < least or (share.n < LEAST_ALIKE and not 0 < round(share.mean, 3) < 100)


def _joined(one: Share, other: Share) -> Share:
    part = one.part + other.part
    return Share((*one.names, *other.names), one.n + other.n, (one.gives + other.gives) / part, part)


def _weights(plan: RoundPlan, found: RoundResults, result: DepartmentResult) -> Mapping[str, float]:
    """Preset weights, or how many people of the population stand behind the ratings of each stratum."""
    if plan.policy.combine is Combine.WEIGHTS:
        return next(each.weights for each in plan.groups if each.code == result.group)
    response = {each.stratum: each for each in found.response}
    return {each.stratum: each.score.n * expansion(response[each.stratum]) for each in result.by_stratum}


def expansion(response: Response) -> float:
    """How many people one ballot stands for: 1 where the population is unknown."""
    return 1.0 if response.population is None or not response.ballots else response.population / response.ballots
