"""Counts → figures: every department's scores, rates, awareness and marks, with intervals, all together and by stratum."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from appraisal import stats
from appraisal.model.round import Combine
from appraisal.scoring.counted import Counted, known_options
from appraisal.store.scores import Figure

Floats = NDArray[np.float64]
# From here on the intervals that other software gives cover what they say, and can be checked against it (docs/coverage.md).
FEW: Final = 300
Kind = TypeVar("Kind", stats.Means, stats.Shares)


@dataclass(frozen=True, eq=False)
class Marked:
    """Shares of the marks among the ballots that rated: ``shares`` one (D,) a mark, in the order of ``marks``."""

    marks: tuple[tuple[str, str], ...]
    shares: tuple[stats.Shares, ...]
    counts: tuple[NDArray[np.int64], ...]


def official_scores(counted: Counted) -> stats.Means:
    """(D,) scores as the policy combines them; a comment-only department has none."""
    cells = counted.cells(counted.policy.values)
    if counted.policy.combine is Combine.POPULATION:
        return _only_ranked(stats.design_means(cells), counted)
    found = stats.preset_means(cells, counted.weights, limit=counted.policy.missing_weight)
    return _only_ranked(found, counted)


def design_scores(counted: Counted) -> stats.Means:
    """(D,) population-weighted scores; none at all where the frame is known only in part."""
    found = stats.design_means(counted.cells(counted.policy.values))
    if counted.even_frame:
        return _only_ranked(found, counted)
    return _kept_where(found, np.zeros(found.n.shape, dtype=bool))


def official_shares(counted: Counted, cells: stats.CountCells) -> stats.Shares:
    """(D,) shares, strata combined as in the score."""
    if counted.policy.combine is Combine.POPULATION:
        return stats.design_shares(cells)
    return stats.preset_shares(cells, counted.weights, limit=counted.policy.missing_weight)


def marked(counted: Counted) -> Marked:
    """The share of every mark at every department, in plain counts as the flags are: a page shows it beside its count."""
    marks = tuple(counted.marks)
    shares = tuple(stats.design_shares(counted.mark_cells(mark)) for mark in marks)
    return Marked(marks, shares, tuple(counted.marks[mark].sum(axis=0) for mark in marks))


def rate_values(counted: Counted) -> Mapping[str, Mapping[str, float]]:
    """What an option counts in each rate: 1 or 0; outside the base where it is not in the mapping."""
    known = known_options(counted.kept)
    policy = counted.policy
    return {
        "satisfied": {option: float(option in policy.satisfied) for option in known},
        "dissatisfied": {option: float(option in policy.dissatisfied) for option in known},
        "awareness": {option: float(option in known) for option in counted.options},
    }


def figures(counted: Counted, scores: stats.Means, marks: Marked, expected: Floats, q: Floats) -> Iterator[Figure]:
    """Every figure to keep of a run, but the change. ``expected`` and ``q`` (D, M) belong to the marks."""
    yield from _score_figures(counted, scores)
    yield from _rate_figures(counted)
    yield from _option_figures(counted)
    for index, (item, option) in enumerate(marks.marks):
        rows = share_figures(counted, f"mark:{item}:{option}", marks.shares[index])
        for place, row in enumerate(rows):
            ballots = int(marks.counts[index][place])
            yield replace(row, count=ballots, reference=number(expected[place, index]), q=number(q[place, index]))


def _score_figures(counted: Counted, scores: stats.Means) -> Iterator[Figure]:
    yield from _figures(counted, "score", "", scores)
    yield from _figures(counted, "design_score", "", design_scores(counted))
    for row, covered in zip(_figures(counted, "weight_covered", "", scores), scores.covered, strict=True):
        yield Figure(row.department_id, row.measure, "", number(covered), n=row.n)
    by_stratum = stats.stratum_means(counted.cells(counted.policy.values))
    yield from _by_stratum(counted, "score", _only_ranked(by_stratum, counted))


def _rate_figures(counted: Counted) -> Iterator[Figure]:
    for measure, values in rate_values(counted).items():
        cells = counted.cells(values)
        together, apart = official_shares(counted, cells), stats.stratum_shares(cells)
        if measure != "awareness":
            together, apart = _only_ranked(together, counted), _only_ranked(apart, counted)
        yield from _figures(counted, measure, "", together)
        yield from _by_stratum(counted, measure, apart)


def _option_figures(counted: Counted) -> Iterator[Figure]:
    """Plain counts of the score item's options, by stratum and together: what the bars of a page are drawn from."""
    codes = [stratum.code for stratum in counted.kept.plan.strata]
    tables = [("", counted.counts.sum(axis=0)), *zip(codes, counted.counts, strict=True)]
    for stratum, table in tables:
        for department_id, row in zip(counted.kept.department_ids.values(), table, strict=True):
            asked = int(row.sum())
            for option, ballots in zip(counted.options, row, strict=True):
                share = ballots / asked if asked else None
                yield Figure(department_id, f"option:{option}", stratum, share, n=asked, count=int(ballots))


def _by_stratum(counted: Counted, measure: str, found: stats.Means | stats.Shares) -> Iterator[Figure]:
    for place, stratum in enumerate(counted.kept.plan.strata):
        yield from _figures(counted, measure, stratum.code, _row(found, place))


def share_figures(counted: Counted, measure: str, found: stats.Shares) -> list[Figure]:
    """(D,) plain shares of all strata together as rows, one a department, with exact intervals."""
    return _rows(counted, measure, "", found, found.interval())


def _figures(counted: Counted, measure: str, stratum: str, found: stats.Means | stats.Shares) -> list[Figure]:
    """Weighted figures as rows; under ``FEW`` ratings with the interval that holds for few, skewed and uneven ones too."""
    few = np.asarray(found.n) < FEW
    low, high = (
        np.where(few, careful, plain) for careful, plain in zip(found.careful_interval(), found.interval(), strict=True)
    )
    return _rows(counted, measure, stratum, found, (low, high))


def _rows(
    counted: Counted, measure: str, stratum: str, found: stats.Means | stats.Shares, interval: tuple[Floats, Floats]
) -> list[Figure]:
    columns = (found.value, found.se, found.df, *interval)
    rows = zip(counted.kept.department_ids.values(), found.n, *columns, strict=True)
    return [_figure(department_id, measure, stratum, int(n), parts) for department_id, n, *parts in rows]


def _figure(department_id: int, measure: str, stratum: str, n: int, parts: Sequence[float]) -> Figure:
    value, se, df, low, high = (number(part) for part in parts)
    return Figure(department_id, measure, stratum, value, se, df, low, high, n=n)


def _only_ranked(found: Kind, counted: Counted) -> Kind:
    return _kept_where(found, counted.ranked)


def _kept_where(found: Kind, keep: NDArray[np.bool_]) -> Kind:
    """The figures of some departments; the others keep their n and have no result."""
    value, se, df = (np.where(keep, part, np.nan) for part in (found.value, found.se, found.df))
    return replace(found, value=value, se=se, df=df)


def _row(found: stats.Means | stats.Shares, place: int) -> stats.Means | stats.Shares:
    """One stratum's row of (H, D) figures."""
    parts = {column.name: getattr(found, column.name) for column in fields(found)}
    row: dict[str, Any] = {name: None if part is None else part[place] for name, part in parts.items()}
    return replace(found, **row)


def number(value: float) -> float | None:
    """A plain float, ``None`` for "no result"."""
    return None if np.isnan(value) else float(value)
