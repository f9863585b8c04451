"""How each rated item worked: its distribution, who skipped it or could not say, and whether it goes with the others."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from appraisal import stats
from appraisal.model.questionnaire import Item, Kind, Role
from appraisal.model.results import ItemResult, ItemStratum
from appraisal.scoring.estimates import number
from appraisal.scoring.reading import scored
from appraisal.store import Session
from appraisal.store.ratings import Tally, rated_pairs, rating_tallies, single_ratings
from appraisal.store.rounds import KeptRound

WORST: Final = 0.0
BEST: Final = 100.0


def item_pages(db: Session, round_code: str) -> tuple[ItemResult, ...]:
    """Every rated department item in the order it is asked. Raises ``Refused`` before the round is scored."""
    kept, _ = scored(db, round_code)
    items = [item for item in kept.plan.questionnaire.department_items if item.kind is Kind.RATING]
    tallies = rating_tallies(db, kept.id)
    asked = rated_pairs(db, kept.id)
    found = _diagnostics(db, kept, items)
    return tuple(
        _page(kept, item, [tally for tally in tallies if tally.item == item.code], asked, found, place)
        for place, item in enumerate(items)
    )


def _page(
    kept: KeptRound,
    item: Item,
    tallies: Sequence[Tally],
    asked: Mapping[int, int],
    found: stats.ItemDiagnostics,
    place: int,
) -> ItemResult:
    counts = {
        option.code: sum(tally.count for tally in tallies if tally.option == option.code) for option in item.options
    }
    shares = stats.answer_shares(list(counts.values()))
    return ItemResult(
        code=item.code,
        wording=item.wording,
        n=sum(counts.values()),
        counts=counts,
        shares={} if np.isnan(shares).any() else dict(zip(counts, shares.tolist(), strict=True)),
        unknown=_share(counts, item),
        floor=number(found.floor[place]),
        ceiling=number(found.ceiling[place]),
        rest_correlation=number(found.rest_correlation[place]),
        by_stratum=tuple(_by_stratum(kept, item, tallies, asked)),
    )


def _share(counts: Mapping[str, int], item: Item) -> float | None:
    answers = sum(counts.values())
    return sum(counts[option] for option in _unknown(item)) / answers if answers else None


def _by_stratum(
    kept: KeptRound, item: Item, tallies: Sequence[Tally], asked: Mapping[int, int]
) -> Iterator[ItemStratum]:
    unknown = _unknown(item)
    for code, row_id in kept.stratum_ids.items():
        own = [tally for tally in tallies if tally.stratum == row_id]
        answered = sum(tally.count for tally in own)
        yield ItemStratum(
            code, asked.get(row_id, 0), answered, sum(tally.count for tally in own if tally.option in unknown)
        )


def _diagnostics(db: Session, kept: KeptRound, items: Sequence[Item]) -> stats.ItemDiagnostics:
    """A row for each ballot × department pair, a column for each item; nan where it was skipped or 不了解."""
    rows: dict[tuple[int, int], int] = {}
    cells: list[tuple[int, int, float]] = []
    for place, item in enumerate(items):
        values = _values(kept, item)
        for ballot, department, option in single_ratings(db, kept.id, item.code):
            row = rows.setdefault((ballot, department), len(rows))
            cells.append((row, place, values.get(option, np.nan)))
    answers = np.full((len(rows), len(items)), np.nan)
    for row, place, value in cells:
        answers[row, place] = value
    return stats.item_diagnostics(answers, lowest=WORST, highest=BEST)


def _values(kept: KeptRound, item: Item) -> Mapping[str, float]:
    """Option values: the policy's where it names the option, else the questionnaire's."""
    policy = kept.plan.policy.values
    own = {option.code: option.value for option in item.options if option.role is Role.VALUE}
    return {code: policy.get(code, value) for code, value in own.items() if value is not None}


def _unknown(item: Item) -> frozenset[str]:
    return frozenset(option.code for option in item.options if option.role is Role.UNKNOWN)
