"""How the rated items work together: reliability, what is redundant, what means something else to a stratum, and advice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal import stats
from appraisal.model.questionnaire import Item, Kind, Role
from appraisal.scoring.estimates import number
from appraisal.scoring.items import BEST, WORST
from appraisal.scoring.reading import scored
from appraisal.store import Session
from appraisal.store.ratings import ballot_strata, raters
from appraisal.store.rounds import KeptRound


@dataclass(frozen=True, slots=True)
class ItemAdvice:
    """What is the matter with an item: ``code`` of ``stats.ItemCode``, the figure and the limit that it crossed.

    ``other``: the second item's code (redundant) or the stratum's (differs), else "".
    """

    item: str
    code: str
    figure: float
    limit: float
    other: str


@dataclass(frozen=True, slots=True)
class ItemPair:
    """Two items: polychoric correlation, None where it cannot be computed."""

    first: str
    second: str
    correlation: float | None


@dataclass(frozen=True, slots=True)
class ItemStratumGap:
    """One stratum against all others who are as content on the whole: difference in points, in standard deviations, q."""

    item: str
    stratum: str
    difference: float | None
    effect: float | None
    q: float | None


@dataclass(frozen=True, slots=True)
class ItemFit:
    """One rated item: corrected item-total correlation, alpha of the others, loading on the common factor; None: not computable."""

    item: str
    rest_correlation: float | None
    alpha_without: float | None
    loading: float | None


@dataclass(frozen=True, slots=True)
class Tuning:
    """The rated items of a round over its ``rows`` ballot × department pairs. ``alpha``, ``omega``: None where not computable."""

    rows: int
    alpha: float | None
    omega: float | None
    fits: tuple[ItemFit, ...]
    pairs: tuple[ItemPair, ...]
    gaps: tuple[ItemStratumGap, ...]
    advice: tuple[ItemAdvice, ...]


def tuning(db: Session, round_code: str) -> Tuning | None:
    """Diagnose the items that rate departments; ``None`` where no ballot rated any. Raises ``Refused`` before the round is scored.

    All opened ballots are in it, also those in quarantine: it is about the questions, not about the departments.
    """
    kept, _ = scored(db, round_code)
    items = [item for item in kept.plan.questionnaire.department_items if item.kind is Kind.RATING]
    answers, stratum = _answers(db, kept, items)
    if not len(answers):
        return None
    report = stats.item_report(answers, lowest=WORST, highest=BEST, stratum=stratum)
    codes, strata = [item.code for item in items], [one.code for one in kept.plan.strata]
    found = report.diagnostics
    fits = tuple(
        ItemFit(
            code,
            *(number(part[at]) for part in (found.rest_correlation, found.alpha_if_dropped, report.factor.loadings)),
        )
        for at, code in enumerate(codes)
    )
    pairs = tuple(
        ItemPair(codes[i], codes[j], number(report.polychoric[i, j])) for j in range(len(codes)) for i in range(j)
    )
    advice = tuple(_advice(one, codes, strata) for one in report.advice)
    return Tuning(
        len(answers), number(found.alpha), number(report.omega), fits, pairs, _gaps(report, codes, strata), advice
    )


def _gaps(report: stats.ItemReport, codes: list[str], strata: list[str]) -> tuple[ItemStratumGap, ...]:
    between = report.differential
    if between is None:
        return ()
    return tuple(
        ItemStratumGap(
            code, strata[h], *(number(part[h, at]) for part in (between.difference, between.effect, between.q))
        )
        for at, code in enumerate(codes)
        for h in range(len(between.n))
    )


def _advice(one: stats.Advice, codes: list[str], strata: list[str]) -> ItemAdvice:
    names = strata if one.code is stats.ItemCode.DIFFERS else codes
    return ItemAdvice(
        codes[one.item], one.code.value, one.figure, one.limit, "" if one.other is None else names[one.other]
    )


def _answers(db: Session, kept: KeptRound, items: list[Item]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(rows, k) points, a row for each ballot × department pair with any rating, nan for 不了解 or none; (rows,) strata."""
    numbers, stratum_ids = ballot_strata(db, kept.id)
    place = {row_id: at for at, row_id in enumerate(kept.stratum_ids.values())}
    column = {row_id: at for at, row_id in enumerate(kept.department_ids.values())}
    cube = np.full((numbers.size, len(column), len(items)), np.nan)
    said = np.zeros(cube.shape[:2], dtype=bool)
    for at, item in enumerate(items):
        values = {option.code: option.value for option in item.options if option.role is Role.VALUE}
        for one in raters(db, kept.id, item.code):
            rows = np.searchsorted(numbers, one.numbers)
            said[rows, column[one.department]] = True
            points = values.get(one.option)
            cube[rows, column[one.department], at] = np.nan if points is None else points
    row, department = np.nonzero(said)
    return cube[row, department], np.array([place[one] for one in stratum_ids[row].tolist()], dtype=np.int64)
