"""The demo city as folders of plain files, the same that any round is imported from."""

import csv
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from pathlib import Path
from typing import Final

CITY: Final = Path(__file__).parent / "city"
# The ballots that the codes of strata.csv are meant for.
USUAL_BALLOTS: Final = 3000
QUESTIONNAIRE: Final = Path(__file__).parent / "questionnaire.toml"
SHORT_QUESTIONNAIRE: Final = Path(__file__).parent / "short.toml"


@dataclass(frozen=True, slots=True)
class DemoRound:
    """One round of the demo: ``ballots`` that are cast in it, and the groups and strata that it covers (empty: all)."""

    code: str
    title_zh: str
    title_en: str
    kind: str
    opens_on: date
    closes_on: date
    ballots: int
    previous: str = ""
    per_ballot: int = 12
    groups: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()
    layout: str = "paged"
    slip_form: str = "ordinary"
    open_channel: str = "false"
    questionnaire: Path = QUESTIONNAIRE


def demo_rounds(today: date, ballots: int) -> tuple[DemoRound, DemoRound, DemoRound]:
    """Last round, this round (closed a month ago, ``ballots`` ballots) and a thematic one that is open today."""
    last = DemoRound(
        "R11",
        "第11届民主评议机关",
        "11th democratic appraisal",
        "综合",
        *_days(today, -425, -395),
        ballots=ballots // 2,
        slip_form="letter",
    )
    this = DemoRound(
        "R12",
        "第12届民主评议机关",
        "12th democratic appraisal",
        "综合",
        *_days(today, -60, -32),
        ballots=ballots,
        previous="R11",
    )
    thematic = DemoRound(
        "Z03",
        "营商环境专项评议",
        "Thematic appraisal of the business environment",
        "专项",
        *_days(today, -6, 21),
        ballots=ballots // 25,
        per_ballot=8,
        groups=("jj", "zf", "gg"),
        strata=("enterprise", "project", "citizen"),
        open_channel="true",
    )
    return last, this, thematic


def short_round(today: date) -> DemoRound:
    """A round with a short paper on one page, open today; nobody has answered yet."""
    return DemoRound(
        "K01",
        "公共服务满意度快评",
        "Quick appraisal of public services",
        "专项",
        *_days(today, -2, 12),
        ballots=0,
        per_ballot=6,
        groups=("gg",),
        strata=("citizen",),
        layout="one_page",
        questionnaire=SHORT_QUESTIONNAIRE,
    )


def write_folder(round_: DemoRound, folder: Path) -> Path:
    """Lay the round's files into ``folder``, made anew, and return it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(round_.questionnaire, folder / "questionnaire.toml")
    _copy_rows("departments.csv", folder, "group", round_.groups)
    _copy_rows("strata.csv", folder, "code", round_.strata, more=max(1.0, round_.ballots / USUAL_BALLOTS))
    (folder / "round.toml").write_text(_round_toml(round_), "utf-8")
    return folder


def _days(today: date, opens: int, closes: int) -> tuple[date, date]:
    return today + timedelta(days=opens), today + timedelta(days=closes)


def _copy_rows(name: str, folder: Path, column: str, wanted: Iterable[str], more: float = 1.0) -> None:
    with (
        (CITY / name).open(encoding="utf-8", newline="") as source,
        (folder / name).open("w", encoding="utf-8", newline="") as copy,
    ):
        rows = csv.DictReader(source)
        kept = csv.DictWriter(copy, rows.fieldnames or (), lineterminator="\n")
        kept.writeheader()
        kept.writerows(_more_codes(row, more) for row in rows if not wanted or row[column] in wanted)


def _more_codes(row: dict[str, str], more: float) -> dict[str, str]:
    """A bigger demo asks more people, up to everybody there is."""
    if "codes" not in row:
        return row
    return {**row, "codes": str(min(int(row["population"]), ceil(int(row["codes"]) * more)))}


def _round_toml(round_: DemoRound) -> str:
    head = (CITY / "round.toml").read_text("utf-8").format(round=round_)
    return head + "\n".join(
        _group_toml(group, round_) for group in _groups() if not round_.groups or group["code"] in round_.groups
    )


def _groups() -> list[dict[str, object]]:
    groups: list[dict[str, object]] = tomllib.loads((CITY / "groups.toml").read_text("utf-8"))["group"]
    return groups


def _group_toml(group: dict[str, object], round_: DemoRound) -> str:
    weights = group["weights"]
    if not isinstance(weights, dict):
        raise TypeError("weights are a table")
    kept = ", ".join(
        f"{code} = {weight}" for code, weight in weights.items() if not round_.strata or code in round_.strata
    )
    named = "".join(f'{key} = "{group[key]}"\n' for key in ("code", "name_zh", "name_en"))
    return f"[[group]]\n{named}weights = {{ {kept} }}\n"
