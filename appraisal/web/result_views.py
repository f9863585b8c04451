"""What the result pages get: frozen, in the order in which they are read, nothing left to compute in a template."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from appraisal.model.questionnaire import Item, Kind, Questionnaire, Role
from appraisal.model.results import DepartmentResult, ItemResult, MarkResult, RoundResults
from appraisal.model.round import RoundPlan
from appraisal.model.wording import Wording
from appraisal.reports.derivation import why as why

# How many last places the results page asks about.
LAST: Final = 5


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its title; what it shows is in a table as well."""

    name: str
    title: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class TierRows:
    """Departments between which no line can be drawn, best score first; ``tier`` None for those that have no place."""

    tier: int | None
    departments: tuple[DepartmentResult, ...]


@dataclass(frozen=True, slots=True)
class GroupTable:
    """A group with its departments by tier: from the highest score down, those without a place or a score last."""

    code: str
    name: Wording
    tiers: tuple[TierRows, ...]

    @property
    def divided(self) -> bool:
        """Whether a line can be drawn anywhere in the group."""
        return sum(rows.tier is not None for rows in self.tiers) > 1


@dataclass(frozen=True, slots=True)
class MarkName:
    """A problem or situation that can be ticked."""

    item: str
    code: str
    label: Wording


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A department with its marks, by option code."""

    code: str
    name: Wording
    cells: Mapping[str, MarkResult]


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One mark at one department, with its wording."""

    code: str
    label: Wording
    result: MarkResult


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option: how many chose it, and their share of the answers (of those asked, where several may be ticked)."""

    label: Wording
    count: int
    share: float | None


@dataclass(frozen=True, slots=True)
class StratumShare:
    """A stratum at one item: how many were asked, and the shares that skipped it or said 不了解."""

    name: Wording
    asked: int
    skipped: float | None
    unknown: float | None


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item after a round; a text has neither options nor strata."""

    result: ItemResult
    options: tuple[OptionLine, ...]
    strata: tuple[StratumShare, ...]


@dataclass(frozen=True, slots=True)
class OverallCard:
    """A rating of the city as a whole; ``n`` answers, 不了解 among them."""

    item: str
    wording: Wording
    n: int
    options: tuple[OptionLine, ...]


def by_group(plan: RoundPlan, found: RoundResults) -> tuple[GroupTable, ...]:
    return tuple(
        GroupTable(group.code, group.name, _by_tier(each for each in found.departments if each.group == group.code))
        for group in plan.groups
    )


def last_places(found: RoundResults, tau: int = LAST) -> tuple[DepartmentResult, ...]:
    """Departments that may be among the ``tau`` last of all, lowest score first; empty where so few have a place that all may."""
    placed = [each for each in found.departments if each.overall is not None]
    if len(placed) <= 2 * tau:
        return ()
    may = [each for each in placed if each.overall is not None and each.overall.may_be_worst(tau)]
    return tuple(reversed(_ordered(may)))


def marks_of(questionnaire: Questionnaire) -> tuple[MarkName, ...]:
    """The problems and situations of the questionnaire; "none" and "no contact" are not among them."""
    return tuple(
        MarkName(item.code, option.code, option.label)
        for item in questionnaire.department_items
        if item.kind is Kind.MARKS
        for option in item.options
        if option.role is Role.MARK
    )


def mark_table(found: RoundResults) -> tuple[MarkRow, ...]:
    return tuple(
        MarkRow(each.code, each.name, {mark.option: mark for mark in each.marks}) for each in found.departments
    )


def mark_lines(questionnaire: Questionnaire, result: DepartmentResult) -> tuple[MarkLine, ...]:
    """The marks of one department, flagged ones first, then the most frequent."""
    found = {(mark.item, mark.option): mark for mark in result.marks}
    named = [(name, found.get((name.item, name.code))) for name in marks_of(questionnaire)]
    lines = [MarkLine(name.code, name.label, mark) for name, mark in named if mark is not None]
    return tuple(sorted(lines, key=lambda line: (not line.result.flagged, -line.result.count)))


def distribution(plan: RoundPlan, result: DepartmentResult) -> tuple[OptionLine, ...]:
    return _options(plan.questionnaire.item(plan.policy.score_item), result.counts)


def item_view(plan: RoundPlan, page: ItemResult) -> ItemView:
    names = {stratum.code: stratum.name for stratum in plan.strata}
    options = tuple(
        OptionLine(option.label, page.counts[option.code], page.shares.get(option.code))
        for option in plan.questionnaire.item(page.code).options
    )
    strata = tuple(
        StratumShare(
            names[each.stratum],
            each.asked,
            _part(each.asked - each.answered, each.asked),
            _part(each.unknown, each.answered),
        )
        for each in page.by_stratum
    )
    return ItemView(page, options, strata)


def overall_cards(plan: RoundPlan, found: RoundResults) -> tuple[OverallCard, ...]:
    """The ratings that were asked once a ballot, about the city as a whole."""
    rated = [item for item in plan.questionnaire.ballot_items if item.kind is Kind.RATING]
    counts = {item.code: found.overall.get(item.code, {}) for item in rated}
    return tuple(
        OverallCard(item.code, item.wording, sum(counts[item.code].values()), _options(item, counts[item.code]))
        for item in rated
    )


def _by_tier(departments: Iterable[DepartmentResult]) -> tuple[TierRows, ...]:
    tiers: dict[int | None, list[DepartmentResult]] = {}
    for each in _ordered(departments):
        tiers.setdefault(None if each.in_group is None else each.in_group.tier, []).append(each)
    unplaced = tiers.pop(None, [])
    rows = [TierRows(tier, tuple(members)) for tier, members in sorted(tiers.items(), key=lambda one: one[0] or 0)]
    return (*rows, TierRows(None, tuple(unplaced))) if unplaced else tuple(rows)


def _ordered(departments: Iterable[DepartmentResult]) -> tuple[DepartmentResult, ...]:
    return tuple(
        sorted(departments, key=lambda each: -1.0 if each.score.value is None else each.score.value, reverse=True)
    )


def _options(item: Item, counts: Mapping[str, int]) -> tuple[OptionLine, ...]:
    answers = sum(counts.values())
    return tuple(
        OptionLine(option.label, counts.get(option.code, 0), _part(counts.get(option.code, 0), answers))
        for option in item.options
    )


def _part(count: int, whole: int) -> float | None:
    return count / whole if whole else None
