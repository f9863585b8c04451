"""One department in public: its figures, and the table that they can be recomputed from as far as that is safe."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from appraisal.model.publication import PublicCount, PublicDepartment, PublicScore, PublicTable, Reach
from appraisal.model.results import DepartmentResult, Estimate, MarkResult, RoundResults, Standing
from appraisal.model.round import RoundPlan
from appraisal.scoring.answered import Answered, told_inside
from appraisal.scoring.disclosing import (
    FULL,
    LEAST,
    SMALL,
    UNIFORM,
    Bools,
    Rounded,
    Sayable,
    sayable,
    unknown_said,
    without_uniform,
)

# Cells (option, stratum) that stay hidden because they were in the last round.
Before = frozenset[tuple[str, str]]
Marks = Mapping[tuple[str, str], int | None]

ROUNDED_TO: Final = 5


def public_department(
    plan: RoundPlan, found: RoundResults, result: DepartmentResult, before: Before
) -> tuple[PublicDepartment, PublicTable | None]:
    """A department and, from 30 ratings on, its table."""
    answered = Answered.of(plan, found, result)
    n = int(answered.n.sum()) if result.ranked else max((mark.share.n for mark in result.marks), default=0)
    reach = _reach(result, n)
    if reach is Reach.NONE:
        return _silent(result, reach), None
    shown = (answered.n >= LEAST) & (reach is Reach.FULL and result.ranked)
    figures = without_uniform(_rounded(answered, result), n)
    stay = np.array([[(option, code) in before for code in answered.strata] for option in answered.options])
    said = sayable(answered, figures, told_inside(plan, found, result, answered), shown, stay)
    unknown, aware = unknown_said(answered, _awareness(result), shown)
    counts = _mark_counts(result)
    department = PublicDepartment(
        code=result.code,
        name=result.name,
        group=result.group,
        ranked=result.ranked,
        reach=reach,
        n=ROUNDED_TO * round(n / ROUNDED_TO),
        score=_score(result.score, said.figures.score),
        places=_places(result) if reach is Reach.FULL and said.figures.score is not None else None,
        satisfied=said.figures.satisfied,
        dissatisfied=said.figures.dissatisfied,
        awareness=_awareness(result) if aware else None,
        shares=dict(zip(answered.options, said.figures.shares, strict=True)),
        marks={(mark.item, mark.option): _mark_share(mark, counts) for mark in result.marks},
    )
    return department, _table(result.code, answered, shown, said, unknown, counts) if shown.any() else None


def _reach(result: DepartmentResult, n: int) -> Reach:
    if n < LEAST:
        return Reach.NONE
    if n < FULL or result.standing is Standing.INDICATIVE:
        return Reach.INDICATIVE
    return Reach.FULL


def _silent(result: DepartmentResult, reach: Reach) -> PublicDepartment:
    """Fewer than ten: nothing is said."""
    return PublicDepartment(
        code=result.code,
        name=result.name,
        group=result.group,
        ranked=result.ranked,
        reach=reach,
        n=None,
        score=None,
        places=None,
        satisfied=None,
        dissatisfied=None,
        awareness=None,
        shares=dict.fromkeys(result.counts),
        marks={(mark.item, mark.option): None for mark in result.marks},
    )


def _rounded(answered: Answered, result: DepartmentResult) -> Rounded:
    has_interval = None not in (result.score.value, result.score.low, result.score.high)
    shares = answered.counts @ answered.unit
    rated = bool(answered.part.any())
    return Rounded(
        score=round(result.score.value or 0.0, 1) if has_interval else None,
        satisfied=_percent(result.satisfied),
        dissatisfied=_percent(result.dissatisfied),
        shares=tuple(round(100 * float(share)) if rated else None for share in shares),
    )


def _percent(share: Estimate) -> int | None:
    return None if share.value is None else round(100 * share.value)


def _awareness(result: DepartmentResult) -> int | None:
    """Whole per cent; not where it would say of fewer than 20 that all or none know the department."""
    share = _percent(result.awareness)
    return None if share in (0, 100) and result.awareness.n < UNIFORM else share


def _score(estimate: Estimate, value: float | None) -> PublicScore | None:
    if value is None or estimate.low is None or estimate.high is None:
        return None
    return PublicScore(value, round(estimate.low, 1), round(estimate.high, 1))


def _places(result: DepartmentResult) -> tuple[int, int] | None:
    return None if result.in_group is None else (result.in_group.first, result.in_group.last)


def _mark_counts(result: DepartmentResult) -> Marks:
    """Ballots of every mark; 1 to 4 are hidden, and where that is one mark of an item alone, the next smallest with it."""
    counts: dict[tuple[str, str], int | None] = {(mark.item, mark.option): mark.count for mark in result.marks}
    for item in {mark.item for mark in result.marks}:
        own = [mark for mark in result.marks if mark.item == item]
        hidden = [mark for mark in own if 0 < mark.count < SMALL]
        others = sorted((mark for mark in own if mark.count >= SMALL), key=lambda mark: mark.count)
        for mark in [*hidden, *(others[:1] if len(hidden) == 1 else [])]:
            counts[mark.item, mark.option] = None
    return counts


def _mark_share(mark: MarkResult, counts: Marks) -> int | None:
    if counts[mark.item, mark.option] is None or mark.share.n < LEAST:
        return None
    share = _percent(mark.share)
    return None if share in (0, 100) and mark.share.n < UNIFORM else share


def _table(
    department: str, answered: Answered, shown: Bools, said: Sayable, unknown: Bools, marks: Marks
) -> PublicTable:
    columns = [h for h in range(len(answered.strata)) if shown[h]]
    codes = {h: answered.strata[h] for h in columns}
    totals = answered.counts[:, columns].sum(axis=1)
    return PublicTable(
        department=department,
        rows=answered.options,
        columns=tuple(codes.values()),
        left_out=tuple(code for code, n in zip(answered.strata, answered.n, strict=True) if 0 < n < LEAST),
        cells=tuple(
            PublicCount(option, codes[h], int(answered.counts[k, h]) if said.cells[k, h] else None)
            for k, option in enumerate(answered.options)
            for h in columns
        ),
        row_totals={
            option: int(total) if is_said else None
            for option, total, is_said in zip(answered.options, totals, said.totals, strict=True)
        },
        column_totals={codes[h]: int(answered.n[h]) for h in columns},
        unknown={codes[h]: int(answered.unknown[h]) if unknown[h] else None for h in columns},
        marks=marks,
    )
