"""Made-up rounds to try the signals on: honest ones, with honest bursts, and the same with forged ballots among them.

The honest answers follow the same story as the demo city's (opinion of the department, leniency of the person, view of the
stratum, cut at thresholds), with what makes it hard added: departments that divide people, departments of more or less spread
answers, strata that differ about a department, people who are content with everybody, people who give one answer throughout.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from appraisal.collect.peaks import FEWEST, SMALLEST_BATCH, TIMES
from appraisal.demo.behaviour import CUTS, STRATUM_UNKNOWN, STRATUM_VIEW
from appraisal.scoring.signals import BallotTable, BatchSum, BatchSums, Found

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DEPARTMENTS: Final = 100
PER_BALLOT: Final = 12
PAPERS: Final = 75
ITEMS: Final = 3
STEPS: Final = 5
DAYS: Final = 14
HOURS: Final = 14
STRATA_SHARES: Final = (0.3, 0.4, 0.08, 0.05, 0.09, 0.08)
CONTENT: Final = 0.03
ONE_ANSWER: Final = 0.02
# The mass message: so many members of an association, more critical than others, of three departments above all.
MEMBERS: Final = 400
GRIEVANCE: Final = 0.5
FORGED: Final = 200


@dataclass(frozen=True, eq=False)
class City:
    """What is true in one round. ``quality``, ``spread`` (D,); ``divided`` (D,): share that has had a bad experience of its own;
    ``view`` (H, D): what a stratum thinks of a department beyond others; ``papers`` (P, D) bool."""

    quality: Floats
    spread: Floats
    divided: Floats
    view: Floats
    papers: Bools


@dataclass(frozen=True, eq=False)
class MadeRound:
    """``ratings`` (n, D, items): steps, nan for none; ``forged`` (n,): not honest; ``hour`` (n,): of arrival, counted from the
    first day's first; a batch of the public log is closed at a full hour, and what is kept of it are sums."""

    stratum: Ints
    paper: Ints
    ratings: Floats
    forged: Bools
    hour: Ints

    def table(self) -> BallotTable:
        """What lies open after the close: no day, no order."""
        known = ~np.isnan(self.ratings)
        any_known = known.any(axis=2)
        low = any_known & ((self.ratings == 0) | ~known).all(axis=2)
        high = any_known & ((self.ratings == STEPS - 1) | ~known).all(axis=2)
        asked = np.full(len(self.stratum), PER_BALLOT)
        return BallotTable(self.stratum, self.paper, self.ratings[:, :, ITEMS - 1], low, high, asked, STEPS)

    def batch_sums(self) -> BatchSums:
        """What the product keeps of the batches: large sums of one end of the scale, department by department."""
        per_hour = np.bincount(self.hour, minlength=DAYS * HOURS)
        of_hour, waiting, number = np.zeros(per_hour.size, dtype=np.int64), 0, 0
        for hour, came in enumerate(per_hour.tolist()):
            of_hour[hour], waiting = number, waiting + came
            if waiting >= SMALLEST_BATCH:
                number, waiting = number + 1, 0
        batch = of_hour[self.hour]
        sizes = np.bincount(batch)
        score, found = self.ratings[:, :, ITEMS - 1], []
        for worst, end in ((True, 0), (False, STEPS - 1)):
            counts = np.zeros((sizes.size, DEPARTMENTS), dtype=np.int64)
            np.add.at(counts, batch, score == end)
            expected = sizes[:, None] * counts.sum(axis=0) / max(batch.size, 1)
            large = (counts >= FEWEST) & (counts > TIMES * expected) & (sizes[:, None] >= SMALLEST_BATCH)
            for b, d in np.argwhere(large).tolist():
                found.append(BatchSum(d, worst, int(counts[b, d]), int(sizes[b]), float(expected[b, d])))
        return BatchSums(tuple(found), sizes.size * DEPARTMENTS * 2)


def made_city(rng: np.random.Generator) -> City:
    papers = np.zeros((PAPERS, DEPARTMENTS), dtype=bool)
    for paper in papers:
        paper[rng.choice(DEPARTMENTS, PER_BALLOT, replace=False)] = True
    return City(
        quality=rng.normal(0, 0.24, DEPARTMENTS),
        spread=np.exp(rng.normal(0, 0.1, DEPARTMENTS)),
        divided=np.where(rng.random(DEPARTMENTS) < 0.1, rng.uniform(0.02, 0.08, DEPARTMENTS), 0.0),
        view=rng.normal(0, 0.15, (len(STRATA_SHARES), DEPARTMENTS)),
        papers=papers,
    )


def honest_round(city: City, ballots: int, rng: np.random.Generator) -> MadeRound:
    """Honest ballots over 14 days; one day a mass message brings in the members of an association with a grievance in common."""
    stratum = rng.choice(len(STRATA_SHARES), ballots, p=STRATA_SHARES)
    paper = rng.integers(0, PAPERS, ballots)
    workdays = np.array([1.0, 1, 1, 1, 1, 0.5, 0.5] * 2)
    hour = rng.choice(DAYS, ballots, p=workdays / workdays.sum()) * HOURS + rng.integers(0, HOURS, ballots)
    members = np.arange(ballots) < min(MEMBERS, ballots // 10)
    stratum[members] = 0
    # The message is read within three hours.
    hour[members] = (
        int(rng.integers(DAYS)) * HOURS + int(rng.integers(HOURS - 2)) + rng.integers(0, 3, ballots)[members]
    )
    grievance = np.zeros(DEPARTMENTS)
    grievance[rng.choice(DEPARTMENTS, 3, replace=False)] = GRIEVANCE
    shift = np.where(members[:, None], -0.2 - grievance, 0.0)
    return MadeRound(stratum, paper, _answers(city, stratum, paper, shift, rng), np.zeros(ballots, dtype=bool), hour)


def _answers(city: City, stratum: Ints, paper: Ints, shift: Floats, rng: np.random.Generator) -> Floats:
    """(n, D, items) steps of honest people with these papers."""
    n = stratum.size
    view = np.array(list(STRATUM_VIEW.values()))[stratum]
    leniency = rng.normal(0, 0.6, n) + view
    asked = city.papers[paper] & (rng.random((n, DEPARTMENTS)) > 0.06)
    row, column = np.nonzero(asked)
    bad = rng.random(row.size) < city.divided[column]
    opinion = (
        1.05 + city.quality[column] + leniency[row] + city.view[stratum[row], column] + shift[row, column] - 2.0 * bad
    )
    opinion += rng.normal(0, 0.75, row.size) * city.spread[column]
    felt = opinion[:, None] + rng.normal(0, 0.35, (row.size, ITEMS))
    steps = (felt[:, :, None] >= np.array(CUTS)).sum(axis=2).astype(np.float64)
    kind = rng.random(n)[row]
    steps[kind < CONTENT] = STEPS - 1
    steps[(kind >= CONTENT) & (kind < CONTENT + ONE_ANSWER)] = STEPS - 2
    unknown = rng.random(row.size) < np.array(list(STRATUM_UNKNOWN.values()))[stratum[row]]
    steps[unknown] = np.nan
    found = np.full((n, DEPARTMENTS, ITEMS), np.nan)
    found[row, column] = steps
    return found


def _joined(honest: MadeRound, forged: MadeRound) -> MadeRound:
    """Both, shuffled by nothing: the signals do not look at the order."""
    return MadeRound(
        np.concatenate([honest.stratum, forged.stratum]),
        np.concatenate([honest.paper, forged.paper]),
        np.concatenate([honest.ratings, forged.ratings]),
        np.concatenate([honest.forged, forged.forged]),
        np.concatenate([honest.hour, forged.hour]),
    )


def _forged(
    city: City, stratum: Ints, paper: Ints, ratings: Floats, rng: np.random.Generator, spread_days: bool
) -> MadeRound:
    spread, at_once = rng.integers(0, DAYS * HOURS, stratum.size), int(rng.integers(DAYS * HOURS))
    hour = spread if spread_days else np.full(stratum.size, at_once)
    return MadeRound(stratum, paper, ratings, np.ones(stratum.size, dtype=bool), hour)


def _papers_with(city: City, department: int, n: int, rng: np.random.Generator) -> Ints:
    return np.asarray(rng.choice(np.flatnonzero(city.papers[:, department]), n))


def _strata(n: int, rng: np.random.Generator) -> Ints:
    return rng.choice(len(STRATA_SHARES), n, p=STRATA_SHARES)


def burst_lone(city: City, rng: np.random.Generator) -> MadeRound:
    """200 ballots within an hour that say the worst of one department and nothing else."""
    target, stratum = int(rng.integers(DEPARTMENTS)), _strata(FORGED, rng)
    ratings = np.full((FORGED, DEPARTMENTS, ITEMS), np.nan)
    ratings[:, target] = 0.0
    return _forged(city, stratum, _papers_with(city, target, FORGED, rng), ratings, rng, spread_days=False)


def _aimed(city: City, rng: np.random.Generator, end: int, strata: Ints) -> MadeRound:
    target = int(rng.integers(DEPARTMENTS))
    paper = _papers_with(city, target, strata.size, rng)
    ratings = _answers(city, strata, paper, np.zeros((strata.size, DEPARTMENTS)), rng)
    ratings[:, target] = end
    return _forged(city, strata, paper, ratings, rng, spread_days=False)


def burst_down(city: City, rng: np.random.Generator) -> MadeRound:
    """200 ballots within an hour: the worst for one department, honest-looking answers for all others, strata as honest ones."""
    return _aimed(city, rng, 0, _strata(FORGED, rng))


def burst_up(city: City, rng: np.random.Generator) -> MadeRound:
    """The same, the best for one department."""
    return _aimed(city, rng, STEPS - 1, _strata(FORGED, rng))


def burst_up_one_stratum(city: City, rng: np.random.Generator) -> MadeRound:
    """The same, all with codes of one stratum: the enterprises."""
    return _aimed(city, rng, STEPS - 1, np.zeros(FORGED, dtype=np.int64))


def bulk_filler(city: City, rng: np.random.Generator) -> MadeRound:
    """200 ballots over all days from rotating addresses: every answer drawn by itself in the proportions of the city as a whole,
    and the worst for one department."""
    target, stratum = int(rng.integers(DEPARTMENTS)), _strata(FORGED, rng)
    paper = _papers_with(city, target, FORGED, rng)
    ratings = np.where(
        city.papers[paper][:, :, None],
        rng.choice(STEPS, (FORGED, DEPARTMENTS, ITEMS), p=(0.03, 0.08, 0.27, 0.33, 0.29)),
        np.nan,
    )
    ratings[:, target] = 0.0
    return _forged(city, stratum, paper, ratings.astype(np.float64), rng, spread_days=True)


def bulk_templates(city: City, rng: np.random.Generator) -> MadeRound:
    """200 ballots of one stratum from 10 filled-in papers, one answer in ten changed."""
    templates = rng.integers(0, PAPERS, 10)
    stratum = np.zeros(10, dtype=np.int64)
    filled = _answers(city, stratum, templates, np.zeros((10, DEPARTMENTS)), rng)
    which = rng.integers(0, 10, FORGED)
    ratings = filled[which]
    changed = (rng.random((FORGED, DEPARTMENTS)) < 0.1)[:, :, None] & ~np.isnan(ratings)
    ratings = np.where(changed, rng.integers(0, STEPS, ratings.shape), ratings)
    return _forged(city, stratum[which], templates[which], ratings, rng, spread_days=True)


def paid_satisfied(city: City, rng: np.random.Generator) -> MadeRound:
    """200 people of one stratum who are paid to be satisfied with everybody."""
    paper = rng.integers(0, PAPERS, FORGED)
    stratum = np.zeros(FORGED, dtype=np.int64)
    ratings = np.where(city.papers[paper][:, :, None], float(STEPS - 1), np.full((1, 1, ITEMS), np.nan))
    return _forged(
        city, stratum, paper, np.where(city.papers[paper][:, :, None], ratings, np.nan), rng, spread_days=True
    )


ATTACKS: Final[Mapping[str, Callable[[City, np.random.Generator], MadeRound]]] = {
    "burst_lone": burst_lone,
    "burst_down": burst_down,
    "burst_up": burst_up,
    "burst_up_one_stratum": burst_up_one_stratum,
    "bulk_filler": bulk_filler,
    "bulk_templates": bulk_templates,
    "paid_satisfied": paid_satisfied,
}


def attacked_round(attack: str, city: City, ballots: int, rng: np.random.Generator) -> MadeRound:
    """An honest round with the forged ballots of an attack among them."""
    return _joined(honest_round(city, ballots, rng), ATTACKS[attack](city, rng))


def held(found: tuple[Found, ...], n: int) -> Bools:
    """(n,) the ballots that would be set aside if every signal were."""
    rows = np.zeros(n, dtype=bool)
    for one in found:
        rows[one.members] = True
    return rows
