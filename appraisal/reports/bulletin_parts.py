"""The parts of a public bulletin, in the order in which they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from appraisal.i18n import text
from appraisal.model.bulletin import BulletinFacts
from appraisal.model.publication import PublicDepartment, Reach
from appraisal.model.questionnaire import Role
from appraisal.reports import figures
from appraisal.reports.public_results import compared

# How many of a department's problems are named.
MOST: Final = 3
# How many departments are listed in a sentence.
MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class PublicGroup:
    """A group: departments that are compared, those that are indicative, without a figure, and asked for comments alone.

    ``tied``: who may be first and who may be last, in a sentence; ``problems``: department → the problems that are named most.
    """

    code: str
    name: str
    compared: tuple[PublicDepartment, ...]
    indicative: tuple[PublicDepartment, ...]
    silent: tuple[PublicDepartment, ...]
    unranked: tuple[PublicDepartment, ...]
    tied: str
    problems: Mapping[str, str]


def groups(facts: BulletinFacts, language: str) -> tuple[PublicGroup, ...]:
    """The groups that have departments, in the round's order."""
    order = {group.code: place for place, group in enumerate(facts.plan.groups)}
    codes = sorted(facts.said.groups, key=lambda code: order.get(code, len(order)))
    made = (_group(facts, code, language) for code in codes)
    return tuple(each for each in made if each.compared or each.indicative or each.silent or each.unranked)


def _group(facts: BulletinFacts, code: str, language: str) -> PublicGroup:
    members = [each for each in facts.said.departments if each.group == code]
    placed = compared(facts.said, code)
    others = [each for each in members if each not in placed]
    return PublicGroup(
        code=code,
        name=facts.said.groups[code][language],
        compared=placed,
        indicative=tuple(each for each in others if each.ranked and each.reach is not Reach.NONE),
        silent=tuple(each for each in others if each.ranked and each.reach is Reach.NONE),
        unranked=tuple(each for each in others if not each.ranked),
        tied=_tied(placed, language),
        problems={each.code: said for each in members if (said := _problems(facts, each, language))},
    )


def _tied(placed: tuple[PublicDepartment, ...], language: str) -> str:
    """Who may be first and who may be last: all of them are statistically tied for it."""
    places = [each.places for each in placed if each.places]
    if len(places) < 2:
        return ""
    top, foot = min(first for first, _ in places), max(last for _, last in places)
    first = [each.name[language] for each in placed if each.places and each.places[0] == top]
    last = [each.name[language] for each in placed if each.places and each.places[1] == foot]
    return ("" if language == "zh" else " ").join(
        (
            _listed(text(language, "可能排在第一的有%(n)s个部门", n=len(first)), first, language),
            _listed(text(language, "可能排在最后的有%(n)s个部门", n=len(last)), last, language),
            text(language, "同一句里的部门之间，在统计上分不出先后。"),
        )
    )


def _listed(said: str, names: list[str], language: str) -> str:
    """The sentence with the names, as far as that can be read."""
    if len(names) > MOST_NAMED:
        return f"{said}{text(language, '。')}"
    return f"{said}{text(language, '：')}{text(language, '、').join(names)}{text(language, '。')}"


def _problems(facts: BulletinFacts, one: PublicDepartment, language: str) -> str:
    """The problems that are named most, each with its share."""
    known = [(share, place) for place, share in one.marks.items() if share]
    known.sort(key=lambda pair: (-pair[0], pair[1]))
    labels = _labels(facts, language)
    said = [f"{labels[place]} {figures.percent(share / 100)}" for share, place in known if place in labels]
    return text(language, "、").join(said[:MOST])


def _labels(facts: BulletinFacts, language: str) -> Mapping[tuple[str, str], str]:
    return {
        (item.code, option.code): option.label[language]
        for item in facts.plan.questionnaire.department_items
        for option in item.options
        if option.role is Role.MARK
    }


def has_hidden(facts: BulletinFacts) -> bool:
    """Whether anything is withheld, of a department or of a stratum."""
    said = facts.said
    return any(each.reach is not Reach.FULL or None in each.marks.values() for each in said.departments) or any(
        each.ballots is None for each in said.response
    )
