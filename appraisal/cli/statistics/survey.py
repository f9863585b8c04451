"""R.csv and A.csv: who was asked, and what they said."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
import numpy as np

from appraisal import stats
from appraisal.cli.statistics import wrong
from appraisal.cli.statistics.margins import MARGIN_COLUMNS, Known, margins_of
from appraisal.cli.statistics.table import Table, coded, read_table
from appraisal.cli.statistics.writing import refuse_unwritable
from appraisal.cli.statistics.wrong import Wrong, told_of
from appraisal.stats.design import Floats, Ints

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
respondents_file = click.option("--respondents", type=FILE, required=True, help="R.csv, one row a respondent.")
ratings_file = click.option("--ratings", type=FILE, required=True, help="A.csv, one row a rating.")


class OutFile(click.Path):
    """A file that can be written: found out before the work and not after it."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        reason = refuse_unwritable(path)
        if reason is not None:
            self.fail(reason, param, ctx)
        return path


out_file = click.option(
    "--out", type=OutFile(), required=True, help="Written whole at the end, or not at all; an older file is replaced."
)
lonely_rule = click.option(
    "--lonely",
    type=click.Choice([rule.value for rule in stats.Lonely]),
    default=stats.Lonely.MERGE.value,
    show_default=True,
    help="What a stratum with a single respondent adds to a variance; merge counts it with the stratum that weighs most alike.",
)
COLUMNS_HELP: Final = """
    R.csv: respondent,stratum,population,weight,category_weight. Every respondent once, those who rated nothing too.
    population (N_h of the stratum), weight and category_weight may be absent; population may be empty where unknown;
    without weight it is N_h / n_h, or 1 without population. population and category_weight are the same in a stratum.

    A.csv: respondent,department,score. score is 0 to 100, empty for 不了解. Any further column is a mark, 0 or 1 in
    every row with a score: its share is among those who rated the department.
"""


@dataclass(frozen=True, eq=False)
class People:
    """R.csv: names by row, strata in the order of their names, and the preset weight of each stratum where there is one."""

    names: tuple[str, ...]
    strata: tuple[str, ...]
    design: stats.Design
    preset: Floats | None


@dataclass(frozen=True, eq=False)
class Margins:
    """M.csv: what is known of the population."""

    file: str
    known: list[Known]


@dataclass(frozen=True, eq=False)
class Survey:
    """All files: (D,) departments in the order of their names, kept ratings, and each mark's 0/1 for the kept ratings."""

    people: People
    departments: tuple[str, ...]
    cells: stats.RatingCells
    marks: dict[str, Floats]
    margins: Margins | None = None

    @property
    def kept_stratum(self) -> Ints:
        return np.asarray(self.people.design.stratum[self.cells.ratings.respondent])

    @property
    def preset_rows(self) -> Floats | None:
        """(D, H) the same row for every department."""
        row = self.people.preset
        return None if row is None else np.tile(row, (len(self.departments), 1))


def read_survey(respondents: Path, ratings: Path, lonely: str, margins: Path | None = None) -> Survey:
    """Read and check all files. Raises ``Faulty`` with every fault of each."""
    faults = Wrong()
    asked = read_table(respondents, ("respondent", "stratum"), faults)
    said = read_table(ratings, ("respondent", "department", "score"), faults)
    who = asked.columns["respondent"] if asked else ()
    population, weight, preset = _checked_people(asked, lonely) if asked else (None, None, None)
    score, marks = _checked_ratings(said, who, respondents.name) if said else (np.empty(0), {})
    totals = _margins(asked, margins, faults) if margins else None
    faults.settle()
    assert asked is not None
    assert said is not None
    strata, stratum = coded(asked.columns["stratum"])
    with told_of(respondents.name):
        design = stats.Design.of(stratum, population, weight, lonely=stats.Lonely(lonely))
    departments, department = coded(said.columns["department"])
    row = coded(said.columns["respondent"], who)[1]
    with told_of(ratings.name):
        kept = stats.Ratings.of(row, department, score, departments=len(departments))
    known = np.logical_not(np.isnan(score))
    return Survey(
        People(who, strata, design, preset),
        departments,
        stats.RatingCells.of(design, kept),
        {mark: column[known] for mark, column in marks.items()},
        totals,
    )


def _margins(asked: Table | None, path: Path, faults: Wrong) -> Margins:
    known = read_table(path, MARGIN_COLUMNS, faults)
    return Margins(path.name, margins_of(asked, known) if asked and known else [])


def people_design(table: Table) -> tuple[Floats | None, Floats | None]:
    """Population of the strata, in the order of their names, and weights of the respondents; None for a column that is absent."""
    return _checked_people(table, stats.Lonely.ADJUST.value)[:2]


def _checked_people(table: Table, lonely: str) -> tuple[Floats | None, Floats | None, Floats | None]:
    """(H,) population, (n,) weight, (H,) preset weight; None for a column that is absent."""
    table.once("respondent", table.names("respondent"))
    strata, stratum = coded(table.names("stratum"))
    first = np.unique(stratum, return_index=True)[1]
    sampled = np.bincount(stratum, minlength=len(strata))
    population = _population(table, stratum, first, sampled) if "population" in table.columns else None
    weight = _weight(table, "weight") if "weight" in table.columns else None
    preset = None
    if "category_weight" in table.columns:
        preset = _weight(table, "category_weight")
        _same_in_stratum(table, "category_weight", preset, stratum, first)
        preset = preset[first]
    if lonely == stats.Lonely.FAIL.value:
        alone = (sampled == 1) & (np.ones(first.shape, dtype=bool) if population is None else population != 1)
        for h in np.flatnonzero(alone):
            table.fault(int(first[h]), "stratum", wrong.LONELY)
    return population, weight, preset


def _population(table: Table, stratum: Ints, first: Ints, sampled: Ints) -> Floats:
    """(H,) N_h, nan where it is empty."""
    every = table.numbers("population", blank=np.nan)
    table.refuse("population", every <= 0, wrong.NOT_POSITIVE)
    _same_in_stratum(table, "population", every, stratum, first)
    found = every[first]
    for h in np.flatnonzero((sampled > found) & (found > 0)):
        table.fault(int(first[h]), "population", wrong.TOO_MANY, sampled=sampled[h], population=f"{found[h]:g}")
    return found


def _weight(table: Table, column: str) -> Floats:
    """(n,) numbers of at least 0, not all 0."""
    found = table.numbers(column)
    table.refuse(column, found < 0, wrong.NEGATIVE)
    if len(table) and not (np.isnan(found) | (found != 0)).any():
        table.wrong.add(table.file, 0, column, wrong.WEIGHTLESS)
    return found


def _same_in_stratum(table: Table, column: str, found: Floats, stratum: Ints, first: Ints) -> None:
    reference = found[first][stratum]
    differs = (found != reference) & ~(np.isnan(found) & np.isnan(reference))
    for place in np.flatnonzero(differs):
        other = int(first[stratum[place]])
        table.fault(int(place), column, wrong.DIFFERS, first=table.lines[other], other=table.columns[column][other])


def _checked_ratings(table: Table, known: tuple[str, ...], file: str) -> tuple[Floats, dict[str, Floats]]:
    """(m,) scores and (m,) of every mark."""
    who, what = table.names("respondent"), table.names("department")
    everybody = set(known)
    if everybody:
        strange = [bool(one) and one not in everybody for one in who]
        table.refuse("respondent", strange, wrong.STRANGER, source=file)
    table.once("department", [(one, department) for one, department in zip(who, what, strict=True)])
    score = table.numbers("score", blank=np.nan)
    table.refuse("score", (score < 0) | (score > 100), wrong.OFF_SCALE, low=0, high=100)
    unknown = np.array([not cell for cell in table.columns["score"]], dtype=bool)
    marks = {name: _mark(table, name, unknown) for name in table.columns if name not in _OWN}
    return score, marks


_OWN: Final = ("respondent", "department", "score")
_TICKED: Final = {"1": 1.0, "0": 0.0}


def _mark(table: Table, name: str, unknown: np.ndarray) -> Floats:
    """A column of 0 and 1; a row without a score may leave it empty."""
    cells = table.columns[name]
    found = np.fromiter((_TICKED.get(cell, np.nan) for cell in cells), dtype=np.float64, count=len(cells))
    blank = np.array([not cell for cell in cells], dtype=bool)
    table.refuse(name, np.isnan(found) & np.logical_not(blank & unknown), wrong.NO_MARK)
    return found
