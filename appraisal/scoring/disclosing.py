"""What may be said in public of one department's answers: as much as gives no small count away, all of it taken together."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from appraisal import stats
from appraisal.scoring.answered import Answered, Floats

Bools = NDArray[np.bool_]

# Fewest answers of which anything is said, and fewest that are said without "indicative".
LEAST: Final = 10
FULL: Final = 30
# Counts under this point at persons. A cell is left in a range at least as wide where that costs cells and totals of the table ...
SMALL: Final = 5
# ... and in one of this width at least where it costs figures of the page.
WIDTH: Final = 3
# With fewer answers a figure of 0 or 100 per cent may well be what every single one of them said.
UNIFORM: Final = 20
# What is given up first is a cell, then a total of the table, then a figure of the page, and the score last of all.
TOTAL, SHARE, RATE, SCORE = 1e4, 1e6, 1e9, 1e12


@dataclass(frozen=True, eq=False)
class Rounded:
    """Figures as they are to be printed: the score with one decimal, whole per cents; None where there is nothing to print."""

    score: float | None
    satisfied: int | None
    dissatisfied: int | None
    shares: tuple[int | None, ...]


@dataclass(frozen=True, eq=False)
class Sayable:
    """What of that may be said, and of the table: ``cells`` (K, H), ``totals`` (K,)."""

    figures: Rounded
    cells: Bools
    totals: Bools


def without_uniform(figures: Rounded, n: int) -> Rounded:
    """Nothing that says that of fewer than 20 all or none did the same; with one percentage go the others, which add up to it.

    >>> without_uniform(Rounded(100.0, 100, 0, (100, 0)), 12)
    Rounded(score=None, satisfied=None, dissatisfied=None, shares=(None, None))
    """
    if n >= UNIFORM:
        return figures
    score = None if figures.score in (0.0, 100.0) else figures.score
    if not {0, 100} & {figures.satisfied, figures.dissatisfied, *figures.shares}:
        return Rounded(score, figures.satisfied, figures.dissatisfied, figures.shares)
    return Rounded(score, None, None, (None,) * len(figures.shares))


def sayable(answered: Answered, figures: Rounded, inside: stats.Statements, shown: Bools, before: Bools) -> Sayable:
    """What may be said of ``figures`` and of the table over the columns ``shown`` (H,).

    ``inside``: what the department knows of itself; what that gives away to the department is kept from everybody else at least.
    ``before`` (K, H): cells that were hidden in the last round and stay hidden.
    """
    wanted = _Wanted(answered, figures, shown, before)
    flat, cells, sums = answered.counts.ravel(), _telling_cells(answered), _small_sums(answered, shown)
    said = np.ones(wanted.statements.cost.size, dtype=np.bool_)
    every = np.concatenate([cells, sums])
    said[said] = stats.protect(flat, wanted.statements, every, _width(answered, every, WIDTH)).said
    known = wanted.statements.where(said) + inside
    said[said] = stats.protect(flat, known, cells, _width(answered, cells, WIDTH)).said[: int(said.sum())]
    # Wider still, as far as that costs the table alone: what is lost here is wide enough already.
    told = wanted.statements.where(said).known_from(SHARE)
    said[said] = stats.protect(flat, told, cells, _width(answered, cells, SMALL)).said
    return wanted.sayable(said)


def _telling_cells(answered: Answered) -> Floats:
    """(S, K H) small counts of one stratum, and what every single one of a stratum of fewer than ``UNIFORM`` said."""
    counts, n = answered.counts, answered.n
    telling = ((counts > 0) & (counts < SMALL)) | ((counts > 0) & (counts == n) & (n < UNIFORM))
    return np.asarray(np.eye(counts.size)[telling.ravel()])


def _small_sums(answered: Answered, shown: Bools) -> Floats:
    """(S, K H) options that few chose in all, or in the table's columns."""
    options, strata = answered.counts.shape
    sums = [np.outer(row, columns).ravel() for columns in (shown, np.ones(strata)) for row in np.eye(options)]
    return _small(answered, np.array(sums))


def _small(answered: Answered, sums: Floats) -> Floats:
    count = sums @ answered.counts.ravel()
    return np.asarray(sums[(count > 0) & (count < SMALL)])


def _width(answered: Answered, secrets: Floats, need: int) -> Floats:
    """How wide each secret has to be left. Who knows how many answered in its strata knows that it is no larger."""
    most = (secrets.reshape(-1, *answered.counts.shape) * answered.n).max(axis=1).sum(axis=1)
    return np.asarray(np.minimum(most, float(need)))


class _Wanted:
    """Everything one would like to say as statements, column totals for known, in the order in which ``sayable`` takes them apart."""

    def __init__(self, answered: Answered, figures: Rounded, shown: Bools, before: Bools) -> None:
        self.shape, self.figures, self.shown = answered.counts.shape, figures, shown
        flat = answered.counts.ravel()
        said = self._figures(answered)
        self.printed = np.array([value is not None for _, value, _, _ in said], dtype=np.bool_)
        columns = np.array([np.outer(np.ones(self.shape[0]), row).ravel() for row in np.eye(self.shape[1])])
        totals = np.array([np.outer(row, shown).ravel() for row in np.eye(self.shape[0])])
        self.cells = (shown[None, :] & ~before).ravel()
        self.tabled = bool(shown.any())
        parts = [
            stats.Statements.exact(columns, flat, np.full(len(columns), np.inf)),
            *(
                stats.Statements.of(weights, [value - half], [value + half], [cost])
                for weights, value, half, cost in said
                if value is not None
            ),
        ]
        if self.tabled:
            parts.append(stats.Statements.exact(totals, flat, TOTAL + totals @ flat))
            cost = np.where(flat > 0, flat, flat.sum() + 1.0)[self.cells]
            parts.append(stats.Statements.exact(np.eye(flat.size)[self.cells], flat, cost))
        self.statements = parts[0]
        for part in parts[1:]:
            self.statements += part

    def _figures(self, answered: Answered) -> list[tuple[Floats, float | None, float, float]]:
        """Weights, printed value, half a last digit and cost of the score, the two rates and every share."""
        figures = self.figures
        made = [
            (answered.share(answered.values), figures.score, 0.05, SCORE),
            (100 * answered.share(answered.rated == 1), figures.satisfied, 0.5, RATE),
            (100 * answered.share(answered.rated == -1), figures.dissatisfied, 0.5, RATE),
        ]
        for row, share in zip(np.eye(self.shape[0]), figures.shares, strict=True):
            made.append((100 * answered.share(row), share, 0.5, SHARE + (share or 0)))
        return made

    def sayable(self, said: Bools) -> Sayable:
        """The figures and the table with what is not said taken out."""
        options, strata = self.shape
        rest = said[strata:]
        printed = self.printed.copy()
        printed[printed] = rest[: int(self.printed.sum())]
        rest = rest[int(self.printed.sum()) :]
        totals, cells = np.zeros(options, dtype=np.bool_), np.zeros(options * strata, dtype=np.bool_)
        if self.tabled:
            totals, cells[self.cells] = rest[:options], rest[options:]
        figures = self.figures
        values = (figures.score, figures.satisfied, figures.dissatisfied, *figures.shares)
        score, satisfied, dissatisfied, *shares = (
            value if is_said else None for value, is_said in zip(values, printed, strict=True)
        )
        kept = Rounded(score, _whole(satisfied), _whole(dissatisfied), tuple(_whole(share) for share in shares))
        return Sayable(kept, cells.reshape(self.shape), totals)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def unknown_said(answered: Answered, awareness: int | None, shown: Bools) -> tuple[Bools, bool]:
    """Which counts of 不了解 may be said by stratum, (H,), and whether the awareness may, from which the others could be reckoned.

    The awareness falls with every count, so that the range of one is found at the ends of the others.
    """
    asked = answered.n + answered.unknown
    small = (answered.unknown > 0) & (answered.unknown < SMALL)
    said = shown & ~small
    if awareness is None:
        return said, False
    while any(not _is_wide(answered, awareness, said, int(h)) for h in np.flatnonzero(small & (asked > 0))):
        if not said.any():
            return said, False
        said[np.argmin(np.where(said, answered.unknown, np.iinfo(np.int64).max))] = False
    return said, True


def _is_wide(answered: Answered, awareness: int, said: Bools, h: int) -> bool:
    """Whether 不了解 of a stratum may be so many or so few, ``SMALL`` apart, with this awareness and what is said of the others."""
    fits = [count for count in range(3 * SMALL) if _may_be(answered, awareness, said, h, count)]
    return bool(fits) and fits[-1] - fits[0] >= SMALL


def _may_be(answered: Answered, awareness: int, said: Bools, h: int, count: int) -> bool:
    others = ~said
    few, many = answered.unknown.copy(), answered.unknown.copy()
    few[others], many[others] = 0, 10 * (answered.n + answered.unknown)[others].clip(1)
    few[h] = many[h] = count
    return answered.awareness(many) * 100 <= awareness + 0.5 and answered.awareness(few) * 100 >= awareness - 0.5
