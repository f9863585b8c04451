"""One department's answers to the score item as a table, and what its own people already know of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from appraisal import stats
from appraisal.model.questionnaire import Item, Role
from appraisal.model.results import DepartmentResult, RoundResults
from appraisal.model.round import Combine, RoundPlan
from appraisal.reports.derivation import expansion, parts, together, why
from appraisal.reports.small_rows import LEAST_ROW, safe_table

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
# Half a last digit of what a department's report prints: means and their parts of the score, and its rates.
MEAN = 0.0005
RATE = 0.0005


@dataclass(frozen=True, eq=False)
class Answered:
    """``counts`` (K, H) known answers, ``unknown`` (H,) 不了解; ``part`` (H,) of 1 in the score; ``values`` (K,) points.

    ``rated`` (K,): whether an option counts as satisfied (1), dissatisfied (-1) or neither. ``weight`` (H,): as preset; where
    strata count ``by_population``, how many people one ballot stands for.
    """

    options: tuple[str, ...]
    strata: tuple[str, ...]
    counts: Counts
    unknown: Counts
    part: Floats
    values: Floats
    rated: Counts
    weight: Floats
    by_population: bool

    @classmethod
    def of(cls, plan: RoundPlan, found: RoundResults, result: DepartmentResult) -> "Answered":
        item, policy = plan.questionnaire.item(plan.policy.score_item), plan.policy
        known = [option.code for option in item.options if option.role is Role.VALUE]
        silent = [option.code for option in item.options if option.role is Role.UNKNOWN]
        strata = tuple(each.stratum for each in result.by_stratum)
        shares = parts(plan, found, result)
        return cls(
            options=tuple(known),
            strata=strata,
            counts=_counts(result, known),
            unknown=_counts(result, silent).sum(axis=0),
            part=np.array([shares.get(code, 0.0) for code in strata]),
            values=np.array([policy.values[code] for code in known]),
            rated=np.array([(code in policy.satisfied) - (code in policy.dissatisfied) for code in known], np.int64),
            weight=np.array(stratum_weights(plan, found, result, strata)),
            by_population=policy.combine is Combine.POPULATION,
        )

    @property
    def n(self) -> Counts:
        """(H,) known answers of each stratum."""
        return np.asarray(self.counts.sum(axis=0))

    @property
    def unit(self) -> Floats:
        """(H,) what one answer weighs in a share that is put together as the score is; 0 where there is none."""
        return np.asarray(np.where(self.n > 0, self.part / np.maximum(self.n, 1), 0.0))

    def awareness(self, unknown: Counts) -> float:
        """The share of known answers where so many (H,) said 不了解, strata put together as in the score; 1 where nobody was asked."""
        asked = self.n + unknown
        heard = (asked > 0) & (self.weight > 0)
        n, asked, weight = self.n[heard], asked[heard], self.weight[heard]
        if not heard.any():
            return 1.0
        if self.by_population:
            return float(weight @ n / (weight @ asked))
        return float(weight @ (n / asked) / weight.sum())

    def share(self, options: NDArray[np.bool_] | Floats) -> Floats:
        """(K H,) weights of the combined share of some options, or of the score where ``options`` are points."""
        return np.outer(options, self.unit).ravel()


def _counts(result: DepartmentResult, options: Sequence[str]) -> Counts:
    rows = [[each.counts.get(option, 0) for each in result.by_stratum] for option in options]
    return np.array(rows, dtype=np.int64).reshape(len(options), len(result.by_stratum))


def stratum_weights(
    plan: RoundPlan, found: RoundResults, result: DepartmentResult, strata: Sequence[str]
) -> list[float]:
    """(H,) the group's preset weights, or people of the population by ballots received (1 where it is unknown)."""
    if plan.policy.combine is Combine.WEIGHTS:
        preset = next(each.weights for each in plan.groups if each.code == result.group)
        return [preset.get(code, 0.0) for code in strata]
    response = {each.stratum: each for each in found.response}
    return [expansion(response[code]) for code in strata]


def told_inside(plan: RoundPlan, found: RoundResults, result: DepartmentResult, answered: Answered) -> stats.Statements:
    """What the department's own report tells it: means of strata, its rates, and the table of answers as far as it is shown.

    Whoever reads the publication may have read the report, so it is taken for known.
    """
    means = _means(plan, found, result, answered)
    rates = [answered.share(answered.rated == sign) for sign in (1, -1)]
    sums = _safe_sums(plan, result, answered)
    weights = np.array([*means, *rates, *sums])
    half = np.array([MEAN] * len(means) + [RATE] * len(rates) + [0.0] * len(sums))
    values = weights @ answered.counts.ravel()
    return stats.Statements.of(weights, values - half, values + half, np.full(half.size, np.inf))


def _means(plan: RoundPlan, found: RoundResults, result: DepartmentResult, answered: Answered) -> list[Floats]:
    """Weights of what each row of "why this score" gives to it."""
    column = {stratum.name: answered.strata.index(stratum.code) for stratum in plan.strata}
    rows = together(why(plan, found, result).rows, LEAST_ROW)
    made = []
    for row in rows:
        inside = np.isin(np.arange(len(answered.strata)), [column[name] for name in row.names])
        made.append(np.outer(answered.values, answered.unit * inside / row.part).ravel())
    return made


def _safe_sums(plan: RoundPlan, result: DepartmentResult, answered: Answered) -> list[Floats]:
    """Weights of each cell of the report's table, where strata and options are put together."""
    item = plan.questionnaire.item(plan.policy.score_item)
    names = {stratum.code: stratum.name for stratum in plan.strata}
    shown = safe_table(item, [(names[each.stratum], each.counts) for each in result.by_stratum])
    merged = _merged([option.code for option in shown.item.options], item)
    return [
        np.outer(
            [code in merged[part] for code in answered.options], [names[code] in row.names for code in answered.strata]
        )
        .ravel()
        .astype(np.float64)
        for row in shown.rows
        for part in row.counts
    ]


def _merged(firsts: Sequence[str], item: Item) -> Mapping[str, Sequence[str]]:
    """First option of a part → all options of it: parts follow one another from the worst option to the best."""
    rated = sorted((one for one in item.options if one.role is Role.VALUE), key=lambda one: one.value or 0.0)
    codes = [one.code for one in rated]
    starts = [*(codes.index(first) for first in firsts), len(codes)]
    return {codes[start]: codes[start:end] for start, end in pairwise(starts)}
