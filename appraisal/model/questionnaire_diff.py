"""What changed from one version of a questionnaire to the next, said so that a person can read it in either language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from appraisal.model.questionnaire import Item, Kind, Option, Questionnaire, Role, Section
from appraisal.model.wording import Wording


class Changed(StrEnum):
    """What is different: a part is new or gone, or one thing about it is another."""

    ADDED = "added"
    REMOVED = "removed"
    WORDING = "wording"
    HINT = "hint"
    KIND = "kind"
    SECTION = "section"
    EACH = "each"
    ORDER = "order"
    LIMIT = "limit"
    VALUE = "value"
    ROLE = "role"
    TEXT = "text"


LABELS: Final[Mapping[Changed, Wording]] = {
    Changed.ADDED: Wording("新增", "Added"),
    Changed.REMOVED: Wording("删去", "Removed"),
    Changed.WORDING: Wording("文字改动", "Wording changed"),
    Changed.HINT: Wording("提示改动", "Hint changed"),
    Changed.KIND: Wording("题型改动", "Kind changed"),
    Changed.SECTION: Wording("移到另一节", "Moved to another section"),
    Changed.EACH: Wording("提问对象改动", "Asked of something else"),
    Changed.ORDER: Wording("顺序改动", "Order changed"),
    Changed.LIMIT: Wording("字数上限改动", "Length limit changed"),
    Changed.VALUE: Wording("分值改动", "Value changed"),
    Changed.ROLE: Wording("作用改动", "Role changed"),
    Changed.TEXT: Wording("说明改动", "Explanation changed"),
}
KINDS: Final = {
    Kind.RATING: Wording("评分题", "Rating"),
    Kind.MARKS: Wording("勾选题", "Check-boxes"),
    Kind.TEXT: Wording("文字题", "Free text"),
}
ROLES: Final = {
    Role.VALUE: Wording("计分选项", "Rated option"),
    Role.UNKNOWN: Wording("不了解", "Don't know"),
    Role.MARK: Wording("可勾选的问题", "Problem to tick"),
    Role.NONE: Wording("“没有”选项", "“None” option"),
    Role.NO_CONTACT: Wording("“没有接触”选项", "“No contact” option"),
}
EACH: Final = {
    True: Wording("对每个部门", "Of every department"),
    False: Wording("每张票一次", "Once a ballot"),
}
NOTHING: Final = Wording("")

Aspects = dict[Changed, Wording]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``code``: where, as ``Z`` or ``Z.Z01`` (item, option), ``§DEPT`` (section), empty for the whole.

    ``before`` is empty for what was added, ``after`` for what was removed.
    """

    what: Changed
    code: str
    before: Wording
    after: Wording

    @property
    def label(self) -> Wording:
        """The kind of difference in words."""
        return LABELS[self.what]


def compare(old: Questionnaire, new: Questionnaire) -> tuple[Difference, ...]:
    """Every difference, what is gone first, then in the order of the new version; empty when they say the same.

    The parts of what was added or removed as a whole are not listed again.
    """
    before, after = dict(_parts(old)), dict(_parts(new))
    gone = [Difference(Changed.REMOVED, code, _name(before[code]), NOTHING) for code in _roots(before, after)]
    added = set(_roots(after, before))
    differences = list(gone)
    for code, aspects in after.items():
        if code in added:
            differences.append(Difference(Changed.ADDED, code, NOTHING, _name(aspects)))
        elif code in before:
            differences += _changes(code, before[code], aspects)
    return tuple(differences)


def _roots(here: Mapping[str, Aspects], there: Mapping[str, Aspects]) -> list[str]:
    """What is here and not there, without the options of items that are not there either."""
    missing = [code for code in here if code not in there]
    return [code for code in missing if code.partition(".")[0] not in missing or "." not in code]


def _changes(code: str, before: Aspects, after: Aspects) -> Iterator[Difference]:
    for what in Changed:
        if before.get(what, NOTHING) != after.get(what, NOTHING):
            yield Difference(what, code, before.get(what, NOTHING), after.get(what, NOTHING))


def _name(aspects: Aspects) -> Wording:
    return aspects[Changed.WORDING]


def _parts(questionnaire: Questionnaire) -> Iterator[tuple[str, Aspects]]:
    yield "", {Changed.WORDING: questionnaire.title, Changed.ORDER: _listed(s.code for s in questionnaire.sections)}
    for section in questionnaire.sections:
        yield f"§{section.code}", _section(section)
        for item in section.items:
            yield item.code, _item(section, item)
            for option in item.options:
                yield f"{item.code}.{option.code}", _option(option)


def _section(section: Section) -> Aspects:
    order = _listed(item.code for item in section.items)
    return {Changed.WORDING: section.title, Changed.EACH: EACH[section.each_department], Changed.ORDER: order}


def _item(section: Section, item: Item) -> Aspects:
    return {
        Changed.WORDING: item.wording,
        Changed.HINT: item.hint or NOTHING,
        Changed.KIND: KINDS[item.kind],
        Changed.SECTION: Wording(section.code, section.code),
        Changed.ORDER: _listed(option.code for option in item.options),
        Changed.LIMIT: _number(item.limit),
    }


def _option(option: Option) -> Aspects:
    return {
        Changed.WORDING: option.label,
        Changed.VALUE: NOTHING if option.value is None else _number(option.value),
        Changed.ROLE: ROLES[option.role],
        Changed.TEXT: option.text or NOTHING,
    }


def _listed(codes: Iterator[str]) -> Wording:
    line = " ".join(codes)
    return Wording(line, line)


def _number(number: float) -> Wording:
    return Wording(f"{number:g}", f"{number:g}")
