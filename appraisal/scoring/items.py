"""How each item worked: its distribution, who skipped it or could not say, and whether it goes with the others."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from appraisal import stats
from appraisal.model.questionnaire import Item, Kind, Role
from appraisal.model.results import ItemResult, ItemStratum
from appraisal.scoring.estimates import number
from appraisal.scoring.item_answers import ItemAnswers, item_answers
from appraisal.scoring.reading import scored
from appraisal.store import Session
from appraisal.store.ratings import single_ratings
from appraisal.store.rounds import KeptRound

WORST: Final = 0.0
BEST: Final = 100.0


def item_pages(db: Session, round_code: str) -> tuple[ItemResult, ...]:
    """Every item in the order it is asked, whatever its kind. Raises ``Refused`` before the round is scored."""
    kept, _ = scored(db, round_code)
    return _pages(db, kept, tuple(kept.plan.questionnaire.items()))


def item_page(db: Session, round_code: str, item: str) -> ItemResult:
    """One item. Raises ``Refused`` before the round is scored, ``KeyError`` for an item that the round does not ask."""
    kept, _ = scored(db, round_code)
    (page,) = _pages(db, kept, (kept.plan.questionnaire.item(item),))
    return page


def _pages(db: Session, kept: KeptRound, items: Sequence[Item]) -> tuple[ItemResult, ...]:
    answers = item_answers(db, kept)
    rated = [item for item in kept.plan.questionnaire.department_items if item.kind is Kind.RATING]
    together = _rest_correlations(db, kept, rated) if any(item in rated for item in items) else {}
    return tuple(_page(kept, item, answers[item.code], together.get(item.code)) for item in items)


def _page(kept: KeptRound, item: Item, answers: ItemAnswers, rest_correlation: float | None) -> ItemResult:
    counts = {option.code: sum(own.get(option.code, 0) for own in answers.options.values()) for option in item.options}
    values = _values(kept, item)
    n = answers.texts if item.kind is Kind.TEXT else sum(answers.answered.values())
    # Several marks may be ticked, so their shares are of those asked; a rating is one answer, so its shares add up to 1.
    whole = sum(answers.asked.values()) if item.kind is Kind.MARKS else n
    return ItemResult(
        code=item.code,
        kind=item.kind,
        each_department=item in kept.plan.questionnaire.department_items,
        wording=item.wording,
        n=n,
        counts=counts,
        shares={code: count / whole for code, count in counts.items()} if whole else {},
        unknown=_share(counts, _unknown(item), counts) if item.kind is Kind.RATING else None,
        floor=_share(counts, {code for code, value in values.items() if value == WORST}, values),
        ceiling=_share(counts, {code for code, value in values.items() if value == BEST}, values),
        rest_correlation=rest_correlation,
        by_stratum=() if item.kind is Kind.TEXT else tuple(_by_stratum(kept, item, answers)),
    )


def _share(counts: Mapping[str, int], of: set[str], among: Mapping[str, object]) -> float | None:
    """The share of the options ``of`` in the answers at the options ``among``; ``None`` without such an answer."""
    answers = sum(counts[code] for code in among)
    return sum(counts[code] for code in of) / answers if answers else None


def _by_stratum(kept: KeptRound, item: Item, answers: ItemAnswers) -> Iterator[ItemStratum]:
    unknown = _unknown(item)
    for code, row_id in kept.stratum_ids.items():
        own = answers.options.get(row_id, {})
        yield ItemStratum(
            code,
            answers.asked.get(row_id, 0),
            answers.answered.get(row_id, 0),
            sum(count for option, count in own.items() if option in unknown),
        )


def _rest_correlations(db: Session, kept: KeptRound, items: Sequence[Item]) -> Mapping[str, float | None]:
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
    found = stats.item_diagnostics(answers, lowest=WORST, highest=BEST).rest_correlation
    return {item.code: number(found[place]) for place, item in enumerate(items)}


def _values(kept: KeptRound, item: Item) -> Mapping[str, float]:
    """Option values: the policy's where it names the option, else the questionnaire's."""
    policy = kept.plan.policy.values
    own = {option.code: option.value for option in item.options if option.role is Role.VALUE}
    return {code: policy.get(code, value) for code, value in own.items() if value is not None}


def _unknown(item: Item) -> set[str]:
    return {option.code for option in item.options if option.role is Role.UNKNOWN}
