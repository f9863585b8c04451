"""``appraisal stats flags``: which marks stick to which departments."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import numpy as np

from appraisal import stats
from appraisal.cli.statistics.survey import (
    COLUMNS_HELP,
    Survey,
    out_file,
    ratings_file,
    read_survey,
    respondents_file,
)
from appraisal.cli.statistics.writing import write_json
from appraisal.cli.statistics.wrong import told_of
from appraisal.i18n import LANGUAGES
from appraisal.reports import figures
from appraisal.reports.flag_wording import more_than_elsewhere

RULE: Final = stats.FlagRule()
HELP = f"""
    Test every department and mark against what the department's own mix of respondents ticks on average over all departments.
    {COLUMNS_HELP}
    F.json: flags, every pair that was tested, strongest evidence first: department, mark, n (ratings), share (plain counts),
    expected, ratio (null where nothing was expected), p (exact binomial, one-sided), q_bh, q_by (Benjamini and Hochberg;
    and Yekutieli; over all pairs), eb05 (lower end of the shrunken ratio), flagged, why (中文 / English).
"""


@click.command("flags", help=HELP)
@respondents_file
@ratings_file
@out_file
@click.option("--q", type=click.FloatRange(0, 1), default=RULE.q, show_default=True, help="Bound on q_bh.")
@click.option("--ratio", type=click.FloatRange(1), default=RULE.ratio, show_default=True, help="Share / expected …")
@click.option(
    "--points", type=click.FloatRange(0, 1), default=RULE.points, show_default=True, help="… or share - expected."
)
@click.option(
    "--minimum-n", type=click.IntRange(1), default=RULE.minimum_n, show_default=True, help="Fewest ratings tested."
)
def flags(respondents: Path, ratings: Path, out: Path, q: float, ratio: float, points: float, minimum_n: int) -> None:
    survey = read_survey(respondents, ratings, stats.Lonely.ADJUST.value)
    rule = stats.FlagRule(q, ratio, points, minimum_n)
    with told_of(ratings.name):
        found = rows(survey, rule)
    write_json(out, {"flags": found})


def rows(survey: Survey, rule: stats.FlagRule) -> list[dict[str, object]]:
    """One object for every pair tested."""
    ticked, rated = counted(survey)
    found = stats.flag_counts(ticked, rated, rule)
    counts = ticked.sum(axis=0)
    expected = np.where(found.tested, found.n * found.expected, np.nan)
    eb05 = stats.shrink_counts(np.where(found.tested, counts, 0), expected).eb05
    pairs = [(int(d), int(m)) for d, m in np.argwhere(found.tested)]
    marks = tuple(survey.marks)
    return [
        {
            "department": survey.departments[d],
            "mark": marks[m],
            "n": found.n[d, m],
            "share": found.share[d, m],
            "expected": found.expected[d, m],
            "ratio": found.ratio[d, m],
            "p": found.p[d, m],
            "q_bh": found.q_bh[d, m],
            "q_by": found.q_by[d, m],
            "eb05": eb05[d, m],
            "flagged": bool(found.flagged[d, m]),
            "why": why(survey, found, d, m, rule),
        }
        for d, m in sorted(pairs, key=lambda pair: (found.p[pair], pair))
    ]


def counted(survey: Survey) -> tuple[np.ndarray, np.ndarray]:
    """(H, D, M) ticks and (H, D) ratings."""
    shape = survey.cells.n.shape
    marks = [survey.cells.summed(ticked).astype(np.int64) for ticked in survey.marks.values()]
    return np.stack(marks, axis=2) if marks else np.zeros((*shape, 0), dtype=np.int64), survey.cells.n


@dataclass(frozen=True, slots=True)
class Pair:
    """The tested numbers of one department × mark."""

    n: int
    count: int
    share: float
    expected: float
    ratio: float

    @classmethod
    def of(cls, found: stats.Flags, d: int, m: int) -> "Pair":
        n, share = int(found.n[d, m]), float(found.share[d, m])
        return cls(n, round(share * n), share, float(found.expected[d, m]), float(found.ratio[d, m]))


def why(survey: Survey, found: stats.Flags, d: int, m: int, rule: stats.FlagRule) -> str:
    """The sentence that a scored round's page says of the same numbers, and what decides, in both languages."""
    pair, department, mark = Pair.of(found, d, m), survey.departments[d], tuple(survey.marks)[m]
    said = [more_than_elsewhere(pair, department, mark, language) for language in LANGUAGES]
    end = _reason(found, d, m, rule)
    return f"{said[0]}{end[0]}。 / {said[1]} {end[1]}."


def _reason(found: stats.Flags, d: int, m: int, rule: stats.FlagRule) -> tuple[str, str]:
    q = figures.chance(float(found.q_bh[d, m]))
    if found.flagged[d, m]:
        return f"q = {q}，超出偶然，差距够大", f"q = {q}: more than chance, and by enough to matter"
    if found.q_bh[d, m] > rule.q:
        return f"q = {q}，可能出于偶然", f"q = {q}: may be chance"
    return f"q = {q}，超出偶然，但差距不大", f"q = {q}: more than chance, but too little to matter"
