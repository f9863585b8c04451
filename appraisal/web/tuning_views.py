"""Advice about items, said in plain words in the language of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import g

from appraisal.model.round import RoundPlan
from appraisal.reports import figures
from appraisal.scoring.tuning import ItemAdvice, Tuning
from appraisal.stats import ItemCode
from appraisal.web.language import _

N_: Final = str
ADVICE: Final[Mapping[ItemCode, str]] = {
    ItemCode.ALIKE: N_("%(share)s的人给了同一个答案：这一题几乎什么也没有告诉我们。换一个问法，或者删去。"),
    ItemCode.UNKNOWN: N_("%(share)s的回答是不了解或空着：很多人答不上来。只问接触过的人，或者问得更具体。"),
    ItemCode.FLOOR: N_("%(share)s的人选了最差的：再差也显不出来，这一题分不出差的和更差的。"),
    ItemCode.CEILING: N_("%(share)s的人选了最好的：再好也显不出来，这一题分不出好的和更好的。"),
    ItemCode.WEAK: N_("与其余各题的相关只有%(figure)s：这一题问的可能是另一回事。单独看，或者改写。"),
    ItemCode.REVERSED: N_("与其余各题的相关是%(figure)s，方向相反：可能选项的好坏写反了，或者有人看反了。"),
    ItemCode.DRAGS: N_("去掉这一题，其余各题的一致性（α）反而高%(figure)s。"),
    ItemCode.REDUNDANT: N_("与%(other)s几乎问的是同一件事（多项相关%(figure)s）：留一题就够，可以少问一题。"),
    ItemCode.DIFFERS: N_(
        "对%(other)s来说意思不一样：总体一样满意的人，在这一题上与别人相差%(figure)s个标准差。检查用词。"
    ),
}
SHARES: Final = frozenset({ItemCode.ALIKE, ItemCode.UNKNOWN, ItemCode.FLOOR, ItemCode.CEILING})


@dataclass(frozen=True, slots=True)
class GapLine:
    stratum: str
    difference: float | None
    effect: float | None
    q: float | None


@dataclass(frozen=True, slots=True)
class PairLine:
    other: str
    correlation: float | None


@dataclass(frozen=True, slots=True)
class ItemTuning:
    """One item: ``advice`` in sentences, correlations with the other items, gaps between strata."""

    advice: tuple[str, ...]
    alpha_without: float | None
    loading: float | None
    pairs: tuple[PairLine, ...]
    gaps: tuple[GapLine, ...]


def advice_lines(plan: RoundPlan, found: Tuning | None) -> tuple[tuple[str, str], ...]:
    """(item, sentence) for everything that falls short, in the order of the questionnaire."""
    return () if found is None else tuple((one.item, said(plan, one)) for one in found.advice)


def item_tuning(plan: RoundPlan, found: Tuning | None, item: str) -> ItemTuning | None:
    """What is known of one rated item beside the others, ``None`` for an item of another kind."""
    fits = [] if found is None else [one for one in found.fits if one.item == item]
    if found is None or not fits:
        return None
    strata = {one.code: one.name[g.language] for one in plan.strata}
    pairs = [
        (one, one.second if one.first == item else one.first) for one in found.pairs if item in (one.first, one.second)
    ]
    return ItemTuning(
        tuple(said(plan, one) for one in found.advice if one.item == item),
        fits[0].alpha_without,
        fits[0].loading,
        tuple(
            PairLine(f"{code} {plan.questionnaire.item(code).wording[g.language]}", one.correlation)
            for one, code in pairs
        ),
        tuple(
            GapLine(strata[one.stratum], one.difference, one.effect, one.q) for one in found.gaps if one.item == item
        ),
    )


def said(plan: RoundPlan, one: ItemAdvice) -> str:
    """One piece of advice with its figure."""
    code = ItemCode(one.code)
    strata = {each.code: each.name[g.language] for each in plan.strata}
    return _(
        ADVICE[code],
        share=figures.share(one.figure),
        figure=figures.correlation(one.figure),
        other=strata.get(one.other, one.other) if code is ItemCode.DIFFERS else one.other,
    )
