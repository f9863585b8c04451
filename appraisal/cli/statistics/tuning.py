"""``appraisal stats items``: which questions tell something, and which do not."""

from pathlib import Path
from typing import Final

import click
import numpy as np

from appraisal import stats
from appraisal.cli.statistics import wrong
from appraisal.cli.statistics.survey import FILE, out_file
from appraisal.cli.statistics.table import Table, coded, read_table
from appraisal.cli.statistics.writing import write_json
from appraisal.cli.statistics.wrong import Wrong, told_of
from appraisal.reports import figures
from appraisal.stats.design import Floats, Ints

NOT_ITEMS: Final = ("respondent", "department", "stratum")
SAID: Final = {
    stats.ItemCode.ALIKE: ("%(share)s给出同一答案：此题说明不了什么", "%(share)s gave the same answer: this item tells nothing"),
    stats.ItemCode.UNKNOWN: ("%(share)s答不上来：改写，或只问了解的人", "%(share)s cannot tell: reword it, or ask only those who know"),
    stats.ItemCode.FLOOR: ("%(share)s选最低一档：分不出更差的", "%(share)s at the lowest answer: it cannot tell the worst apart"),
    stats.ItemCode.CEILING: ("%(share)s选最高一档：分不出更好的", "%(share)s at the highest answer: it cannot tell the best apart"),
    stats.ItemCode.WEAK: ("与其他题相关仅%(number)s：问的可能是别的事", "correlates only %(number)s with the others"),
    stats.ItemCode.REVERSED: ("与其他题相关为%(number)s：方向可能记反了", "correlates %(number)s with the others: coded in reverse?"),
    stats.ItemCode.DRAGS: ("去掉此题，信度提高%(number)s", "without it reliability rises by %(number)s"),
    stats.ItemCode.REDUNDANT: ("与“%(other)s”相关%(number)s：留一题即可", "correlates %(number)s with “%(other)s”: one of them is enough"),
    stats.ItemCode.DIFFERS: ("在“%(other)s”中含义不同（相差%(number)s个标准差）", "means something else to “%(other)s” (by %(number)s sd)"),
}  # fmt: skip

# An item that at its best would leave five times the variance of all opinions.
INFORMATIVE: Final = 0.2
TELLS_LITTLE: Final = (
    "信息量最高仅%(number)s：分不出评议人的看法 / gives at most %(number)s information: it hardly tells opinions apart"
)


@click.command("items")
@click.option("--answers", type=FILE, required=True, help="I.csv, one row a ballot's answers about one department.")
@out_file
@click.option("--lowest", type=float, default=0.0, show_default=True, help="The lowest answer of the scale.")
@click.option("--highest", type=float, default=100.0, show_default=True, help="The highest answer of the scale.")
@click.option("--minimum-pairs", type=click.IntRange(3), default=30, show_default=True, help="Rows two items share.")
def items(answers: Path, out: Path, lowest: float, highest: float, minimum_pairs: int) -> None:
    """Look into the items of a questionnaire and say what to change.

    I.csv: one column an item, a number or empty for 不了解; respondent, department and stratum may be there too and are no
    items. With stratum, items that mean something else to a stratum are looked for.

    Output: alpha, omega; items, each with item, n, unknown, floor, ceiling, alike (shares), rest_correlation,
    alpha_if_dropped, loading; polychoric, the correlations in that order; redundant pairs; differences (per stratum);
    advice, each with item, code, figure, limit, other, says (中文 / English). null: no result.

    From 300 rows on a graded response model is fitted: each item then has slope, thresholds (where on the scale of
    opinions, in standard deviations, a level or a better one is as likely as not), information (the most it gives
    anywhere) and informative_at.
    """
    names, table, strata, stratum = read_answers(answers, lowest, highest)
    with told_of(answers.name):
        found = stats.item_report(table, lowest=lowest, highest=highest, stratum=stratum, minimum_pairs=minimum_pairs)
        graded = stats.graded_response(table)
    write_json(out, content(found, graded, names, strata))


def read_answers(
    path: Path, lowest: float, highest: float
) -> tuple[tuple[str, ...], Floats, tuple[str, ...], Ints | None]:
    """Item names, (rows, k) answers, strata and (rows,) codes or None. Raises ``Faulty``."""
    faults = Wrong()
    table = read_table(path, (), faults)
    faults.settle()
    assert table is not None
    names = tuple(name for name in table.columns if name not in NOT_ITEMS)
    if not names:
        faults.add(path.name, 1, "", wrong.NO_ITEM)
    columns = [_answers(table, name, lowest, highest) for name in names]
    strata, stratum = coded(table.names("stratum")) if "stratum" in table.columns else ((), None)
    faults.settle()
    return names, np.stack(columns, axis=1), strata, stratum


def _answers(table: Table, name: str, lowest: float, highest: float) -> Floats:
    found = table.numbers(name, blank=np.nan)
    table.refuse(name, (found < lowest) | (found > highest), wrong.OFF_SCALE, low=f"{lowest:g}", high=f"{highest:g}")
    return found


def content(
    found: stats.ItemReport, graded: stats.GradedItems, names: tuple[str, ...], strata: tuple[str, ...]
) -> dict[str, object]:
    """The report with names in place of numbers."""
    each, (information, place_of_best) = found.diagnostics, graded.best
    columns = {
        "n": each.n,
        "unknown": each.unknown,
        "floor": each.floor,
        "ceiling": each.ceiling,
        "alike": found.alike,
        "rest_correlation": each.rest_correlation,
        "alpha_if_dropped": each.alpha_if_dropped,
        "loading": found.factor.loadings,
        "slope": graded.slope,
        "thresholds": graded.threshold,
        "information": information,
        "informative_at": place_of_best,
    }
    return {
        "alpha": each.alpha,
        "omega": found.omega,
        "items": [
            {"item": name} | {key: one[place] for key, one in columns.items()} for place, name in enumerate(names)
        ],
        "polychoric": found.polychoric,
        "redundant": [
            {
                "first": names[pair.first],
                "second": names[pair.second],
                "correlation": pair.correlation,
                "same": pair.same,
            }
            for pair in found.redundant
        ],
        "differences": _differences(found.differential, names, strata),
        "advice": [*(_advice(one, names, strata) for one in found.advice), *_tells_little(information, names)],
    }


def _tells_little(information: Floats, names: tuple[str, ...]) -> list[dict[str, object]]:
    return [
        {
            "item": names[item],
            "code": "uninformative",
            "figure": information[item],
            "limit": INFORMATIVE,
            "other": None,
            "says": TELLS_LITTLE % {"number": figures.correlation(float(information[item]))},
        }
        for item in np.flatnonzero(information < INFORMATIVE).tolist()
    ]


def _differences(
    found: stats.Differential | None, names: tuple[str, ...], strata: tuple[str, ...]
) -> list[dict[str, object]]:
    if found is None:
        return []
    return [
        {
            "stratum": stratum,
            "item": name,
            "difference": found.difference[h, place],
            "effect": found.effect[h, place],
            "p": found.p[h, place],
            "q": found.q[h, place],
        }
        for h, stratum in enumerate(strata)
        for place, name in enumerate(names)
    ]


def _advice(one: stats.Advice, names: tuple[str, ...], strata: tuple[str, ...]) -> dict[str, object]:
    known = strata if one.code is stats.ItemCode.DIFFERS else names
    other = None if one.other is None else known[one.other]
    parts = {"share": figures.share(one.figure), "number": figures.correlation(one.figure), "other": other}
    says = " / ".join(said % parts for said in SAID[one.code])
    return {
        "item": names[one.item],
        "code": one.code.value,
        "figure": one.figure,
        "limit": one.limit,
        "other": other,
        "says": says,
    }
