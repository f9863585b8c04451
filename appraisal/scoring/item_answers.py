"""How often each item was put and answered: ballot × department pairs, or ballots where it is asked once a ballot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from appraisal.model.questionnaire import Item, Kind
from appraisal.store import Session, item_counts
from appraisal.store.opened import opened_by_stratum
from appraisal.store.ratings import rated_pairs, rating_tallies
from appraisal.store.rounds import KeptRound

ByStratum = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class ItemAnswers:
    """One item's answers, by the row id of the stratum: ``asked`` and ``answered``, and option → count. ``texts`` have no stratum."""

    asked: ByStratum = field(default_factory=dict)
    answered: ByStratum = field(default_factory=dict)
    options: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    texts: int = 0


def item_answers(db: Session, kept: KeptRound) -> Mapping[str, ItemAnswers]:
    """Item → its answers, for every item of the round's questionnaire; all counts are 0 where nobody answered."""
    once, each = kept.plan.questionnaire.ballot_items, kept.plan.questionnaire.department_items
    texts = item_counts.texts_written(db, kept.id)
    return {
        **{item.code: ItemAnswers(texts=texts.get(item.code, 0)) for item in (*once, *each)},
        **_rated(db, kept, [item for item in each if item.kind is Kind.RATING]),
        **_marked(db, kept, [item for item in each if item.kind is Kind.MARKS]),
        **_overall(db, kept, [item for item in once if item.kind is not Kind.TEXT]),
    }


def _rated(db: Session, kept: KeptRound, items: Iterable[Item]) -> dict[str, ItemAnswers]:
    counts: dict[tuple[int, str, str], int] = {}
    for tally in rating_tallies(db, kept.id):
        cell = (tally.stratum, tally.item, tally.option)
        counts[cell] = counts.get(cell, 0) + tally.count
    # One rating is one answer: the answers are the sum over the options.
    answered: dict[tuple[int, str], int] = {}
    for (stratum, item, _), count in counts.items():
        answered[stratum, item] = answered.get((stratum, item), 0) + count
    return _each(items, rated_pairs(db, kept.id), answered, counts)


def _marked(db: Session, kept: KeptRound, items: Iterable[Item]) -> dict[str, ItemAnswers]:
    asked = item_counts.answered_pairs(db, kept.id)
    return _each(items, asked, item_counts.marked_pairs(db, kept.id), item_counts.mark_counts(db, kept.id))


def _overall(db: Session, kept: KeptRound, items: Iterable[Item]) -> dict[str, ItemAnswers]:
    asked = opened_by_stratum(db, kept.id)
    answered, counts = item_counts.overall_answered(db, kept.id), item_counts.overall_by_stratum(db, kept.id)
    return _each(items, asked, answered, counts)


def _each(
    items: Iterable[Item], asked: ByStratum, answered: item_counts.ByItem, counts: item_counts.ByOption
) -> dict[str, ItemAnswers]:
    return {
        item.code: ItemAnswers(
            asked,
            {stratum: count for (stratum, code), count in answered.items() if code == item.code},
            {stratum: _options(counts, stratum, item.code) for stratum in asked},
        )
        for item in items
    }


def _options(counts: item_counts.ByOption, stratum: int, item: str) -> Mapping[str, int]:
    return {option: count for (of, code, option), count in counts.items() if (of, code) == (stratum, item)}
