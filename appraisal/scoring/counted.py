"""A round's opened ballots as arrays: H strata, D departments, K options of the score item, in the order of the plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from appraisal import stats
from appraisal.model.faults import Refused
from appraisal.model.questionnaire import Item, Role
from appraisal.model.round import Combine, Policy
from appraisal.store import Session
from appraisal.store.counted_ballots import Ballots
from appraisal.store.opened import opened_by_stratum
from appraisal.store.ratings import Tally, ballot_strata, heard_tallies, mark_tallies, raters, rating_tallies
from appraisal.store.rounds import KeptRound

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

# A single respondent's stratum is counted with its relative by a rule that nobody can bend once the figures are seen.
LONELY: Final = stats.Lonely.MERGE

TOO_MANY: Final = "主体类别 %(stratum)s 收到 %(ballots)s 张评议票，多于其总数 %(population)s。请先改正这一轮的总数。"
MIXED: Final = "有的主体类别有总数，有的没有，不能按人数合成得分。请补齐总数，或改用预设权重。"


@dataclass(frozen=True, eq=False)
class Counted:
    """What a score is computed from. ``counts`` (H, D, K); ``marks``: (item, option) → (H, D) ballots among those of the base.

    ``heard`` (H, D): ballots that said something of a comment-only department, which nobody is asked to rate; 0 elsewhere.
    """

    kept: KeptRound
    strata: stats.Strata
    counts: Counts
    marks: Mapping[tuple[str, str], Counts]
    heard: Counts
    weights: Floats
    ballots: Ballots = Ballots.COUNTED

    @property
    def policy(self) -> Policy:
        return self.kept.plan.policy

    @property
    def item(self) -> Item:
        return self.kept.plan.questionnaire.item(self.policy.score_item)

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.item.options)

    @property
    def ranked(self) -> NDArray[np.bool_]:
        return np.array([department.ranked for department in self.kept.plan.departments], dtype=bool)

    @property
    def rated(self) -> Counts:
        """(H, D) the base of every mark's share: ballots with a known answer to the score item, or for comment-only ``heard``."""
        known = [index for index, option in enumerate(self.options) if option in known_options(self.kept)]
        return np.where(self.ranked, self.counts[:, :, known].sum(axis=2), self.heard)

    @property
    def even_frame(self) -> bool:
        """Whether the size of every stratum is known, or of none: otherwise weights of two kinds would be mixed."""
        unknown = np.isnan(self.strata.population)
        return bool(unknown.all() or not unknown.any())

    def cells(self, values: Mapping[str, float]) -> stats.CountCells:
        """Cells of the score item; an option that is not in ``values`` is outside the base."""
        return stats.CountCells.of(self.strata, self.counts, [values.get(option, np.nan) for option in self.options])

    def mark_cells(self, mark: tuple[str, str]) -> stats.CountCells:
        """Cells of one mark in which every ballot weighs the same, so that a share is its count by its n."""
        ticked = self.marks[mark]
        even = stats.Strata.of(self.strata.sampled)
        return stats.CountCells.of(even, np.stack([ticked, self.rated - ticked], axis=2), [1.0, 0.0])


def known_options(kept: KeptRound) -> tuple[str, ...]:
    """Codes of the score item's options that say something: all but 不了解."""
    item = kept.plan.questionnaire.item(kept.plan.policy.score_item)
    return tuple(option.code for option in item.options if option.role is Role.VALUE)


def count(db: Session, kept: KeptRound, ballots: Ballots = Ballots.COUNTED) -> Counted:
    """Read the opened ballots of a round, by default without those in quarantine.

    Raises ``Refused`` when they do not fit the frame they are said to come from.
    """
    strata = _strata(kept, opened_by_stratum(db, kept.id, ballots))
    score_item = kept.plan.policy.score_item
    options = [option.code for option in kept.plan.questionnaire.item(score_item).options]
    of_item = (tally for tally in rating_tallies(db, kept.id, ballots) if tally.item == score_item)
    marks, heard = _marks(db, kept, ballots)
    counted = Counted(kept, strata, _cube(kept, of_item, options), marks, heard, _weights(kept), ballots)
    if kept.plan.policy.combine is Combine.POPULATION and not counted.even_frame:
        raise Refused(MIXED)
    return counted


def rating_cells(db: Session, counted: Counted) -> stats.RatingCells:
    """The same answers one by one, which covariances between departments need."""
    kept, policy = counted.kept, counted.policy
    place = _places(kept.stratum_ids)
    number, stratum = ballot_strata(db, kept.id, counted.ballots)
    design = stats.Design.of(
        np.array([place[one] for one in stratum.tolist()], dtype=np.int64),
        counted.strata.population,
        lonely=counted.strata.lonely,
        asked=counted.strata.asked,
    )
    column = _places(kept.department_ids)
    said = raters(db, kept.id, policy.score_item, counted.ballots)
    sizes = [one.numbers.size for one in said]
    who = np.concatenate([one.numbers for one in said]) if said else np.empty(0, dtype=np.int64)
    ratings = stats.Ratings.of(
        np.searchsorted(number, who),
        np.repeat(np.array([column[one.department] for one in said], dtype=np.int64), sizes),
        np.repeat(np.array([policy.values.get(one.option, np.nan) for one in said], dtype=np.float64), sizes),
        departments=len(column),
    )
    return stats.RatingCells.of(design, ratings)


def _places(ids: Mapping[str, int]) -> dict[int, int]:
    """Row id → place in the plan."""
    return {row_id: place for place, row_id in enumerate(ids.values())}


def _strata(kept: KeptRound, ballots: Mapping[int, int]) -> stats.Strata:
    sampled = [ballots.get(kept.stratum_ids[stratum.code], 0) for stratum in kept.plan.strata]
    for stratum, number in zip(kept.plan.strata, sampled, strict=True):
        if stratum.population is not None and number > stratum.population:
            raise Refused(TOO_MANY, stratum=stratum.name.zh, ballots=number, population=f"{stratum.population:.0f}")
    populations = [np.nan if stratum.population is None else stratum.population for stratum in kept.plan.strata]
    sizes = np.array(sampled, dtype=np.int64)
    return stats.Strata.of(sizes, populations, lonely=LONELY, asked=_asked(kept))


def _asked(kept: KeptRound) -> float:
    """Share of the departments on a ballot paper; which ones they are the lot decides."""
    return min(1.0, kept.plan.per_ballot / max(len(kept.plan.departments), 1))


def _cube(kept: KeptRound, tallies: Iterable[Tally], options: list[str]) -> Counts:
    stratum, department = _places(kept.stratum_ids), _places(kept.department_ids)
    place = {option: index for index, option in enumerate(options)}
    cube = np.zeros((len(stratum), len(department), len(options)), dtype=np.int64)
    for tally in tallies:
        cube[stratum[tally.stratum], department[tally.department], place[tally.option]] += tally.count
    return cube


def _marks(db: Session, kept: KeptRound, ballots: Ballots) -> tuple[dict[tuple[str, str], Counts], Counts]:
    """Ballots by mark, and the base of the departments that are not rated."""
    stratum, department = _places(kept.stratum_ids), _places(kept.department_ids)
    shape = (len(stratum), len(department))
    asked = [(item.code, one) for item in kept.plan.questionnaire.department_items for one in item.options]
    ticked = {(item, one.code): np.zeros(shape, dtype=np.int64) for item, one in asked if one.role not in _ANSWERS}
    unranked = {kept.department_ids[one.code] for one in kept.plan.departments if not one.ranked}
    said = {one.code for _, one in asked if one.role in (Role.MARK, Role.NONE)}
    base, of_unranked = heard_tallies(db, kept.id, unranked, said, ballots)
    of_rated = mark_tallies(db, kept.id, kept.plan.policy.score_item, known_options(kept), ballots)
    for tally in (*(one for one in of_rated if one.department not in unranked), *of_unranked):
        ticked[tally.item, tally.option][stratum[tally.stratum], department[tally.department]] += tally.count
    heard = np.zeros(shape, dtype=np.int64)
    for (of_stratum, of_department), count in base.items():
        heard[stratum[of_stratum], department[of_department]] = count
    return ticked, heard


_ANSWERS: Final = (Role.VALUE, Role.UNKNOWN)


def _weights(kept: KeptRound) -> Floats:
    """(D, H): each department the row of its group."""
    rows = {
        group.code: [group.weights.get(stratum.code, 0.0) for stratum in kept.plan.strata] for group in kept.plan.groups
    }
    return np.array([rows[department.group] for department in kept.plan.departments], dtype=np.float64)
