"""``appraisal stats ranks``: which places are possible."""

import json
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from appraisal import stats
from appraisal.cli.statistics import wrong
from appraisal.cli.statistics.survey import FILE, out_file
from appraisal.cli.statistics.table import MOST
from appraisal.cli.statistics.writing import write_json
from appraisal.cli.statistics.wrong import Wrong, told_of
from appraisal.stats.design import Floats
from appraisal.stats.estimates import NOISE
from appraisal.stats.ranks import DRAWS, SEED


@click.command("ranks")
@click.option("--values", type=FILE, required=True, help="V.json, estimates with their covariance.")
@out_file
@click.option("--draws", type=click.IntRange(min=100), default=DRAWS, show_default=True, help="Random draws.")
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Where they start.")
@click.option("--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, show_default=True)
def ranks(values: Path, out: Path, draws: int, seed: int, level: float) -> None:
    """Confidence sets for ranks; rank 1 is the best, the largest estimate.

    V.json: {"names": [...], "estimate": [...], "covariance": [[...]]}, null where there is no result. "df": [...] may be
    added, the degrees of freedom of each variance, e.g. those of E.json: few ratings then widen the sets. Without it
    variances count as known.

    K.json: {"names", "rank", "marginal": [[lo, hi]...], "simultaneous": [[lo, hi]...], "level"}. marginal holds for one
    department looked at alone, simultaneous for the whole table. null: a department without result or spread is not ranked.
    """
    given = read_values(values)
    names = given.names
    with told_of(values.name):
        found = stats.rank_sets(
            given.estimate, given.covariance, names=names, df=given.df, level=level, draws=draws, seed=seed
        )
    content = {
        "names": names,
        "rank": whole(found.rank),
        "marginal": whole(found.marginal),
        "simultaneous": whole(found.simultaneous),
        "level": level,
    }
    write_json(out, content)


def whole(places: Floats) -> object:
    """Ranks as whole numbers, None for nan.

    >>> whole(np.array([[1.0, np.nan]]))
    [[1, None]]
    """
    if places.ndim > 1:
        return [whole(row) for row in places]
    return [None if np.isnan(one) else int(one) for one in places]


@dataclass(frozen=True, eq=False)
class Values:
    """V.json: names, (D,) estimates and (D, D) covariance; (D,) degrees of freedom, infinite where the file has none."""

    names: list[str]
    estimate: Floats
    covariance: Floats
    df: Floats


def read_values(path: Path) -> Values:
    """What is to be ranked. Raises ``Faulty``."""
    faults = Wrong()
    content = _content(path, faults)
    names = content.get("names", [])
    for key in ("names", "estimate", "covariance"):
        if not isinstance(content.get(key), list):
            faults.add(path.name, 0, key, wrong.MISSING)
    faults.settle()
    size = len(names)
    if not size:
        faults.add(path.name, 0, "names", wrong.EMPTY)
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        faults.add(path.name, 0, "names", wrong.TWICE_NAMED + f": {name}")
    estimate = _numbers(path.name, "estimate", content["estimate"], size, faults)
    if len(content["covariance"]) != size:
        faults.add(path.name, 0, "covariance", wrong.NO_MATRIX, size=size)
    rows = [_numbers(path.name, f"covariance[{j}]", row, size, faults) for j, row in enumerate(content["covariance"])]
    df = np.full(size, np.inf) if content.get("df") is None else _numbers(path.name, "df", content["df"], size, faults)
    faults.settle()
    values = Values([str(name) for name in names], estimate, np.array(rows), df)
    _refuse_no_degrees(path.name, values, faults)
    return values


def _refuse_no_degrees(file: str, values: Values, faults: Wrong) -> None:
    """A unit with an estimate and a spread needs degrees of freedom over 0; one that is not ranked may have none."""
    ranked = ~np.isnan(values.estimate) & (np.diag(values.covariance) > NOISE**2)
    for place in np.flatnonzero(ranked & ~(values.df > 0)):
        faults.add(file, 0, f"df[{place}]", wrong.NOT_OVER_0, value=f"{values.df[place]:g}")
    faults.settle()


def _content(path: Path, faults: Wrong) -> dict[str, list[object]]:
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=str)
    except UnicodeDecodeError as error:
        faults.add(path.name, error.object[: error.start].count(b"\n") + 1, "", wrong.ENCODING)
    except RecursionError:
        faults.add(path.name, 1, "", wrong.NO_JSON, why="[[[…")
    except json.JSONDecodeError as error:
        faults.add(path.name, error.lineno, "", wrong.NO_JSON, why=error.msg)
    else:
        if isinstance(content, dict):
            return content
        faults.add(path.name, 1, "", wrong.NO_JSON, why="{…}")
    faults.settle()
    raise AssertionError  # settle has raised


def _numbers(file: str, key: str, given: object, size: int, faults: Wrong) -> Floats:
    """(size,) floats, null is nan; anything else is a fault by its place."""
    if not isinstance(given, list) or len(given) != size:
        faults.add(file, 0, key, wrong.NO_LIST, size=size)
        return np.full(size, np.nan)
    for place, one in enumerate(given):
        if one is not None and (isinstance(one, bool) or not isinstance(one, int | float) or one != one):
            faults.add(file, 0, f"{key}[{place}]", wrong.NO_NUMBER, value=one)
        elif one is not None and abs(one) > MOST:
            faults.add(file, 0, f"{key}[{place}]", wrong.TOO_LARGE, value=f"{one!s:.20}", most=f"{MOST:g}")
    return np.array([float(one) if isinstance(one, int | float) and abs(one) <= MOST else np.nan for one in given])
