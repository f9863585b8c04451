"""Codes over the versions of a questionnaire: one code, one meaning, for good; otherwise rounds could not be compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from appraisal.model.faults import Fault
from appraisal.model.questionnaire import Item, Kind, Option, Questionnaire
from appraisal.model.questionnaire_file import parse_toml
from appraisal.model.table_reading import Reading
from appraisal.model.toml_lines import Path, lines_of

RETIRED: Final = "代码“%(code)s”在较早的版本里用过又删去了，不能再用；请换一个新代码"
OTHER_KIND: Final = "“%(code)s”原来是另一种题型(%(kind)s),不能改；请换一个新代码"
OTHER_EACH: Final = "“%(code)s”原来是%(each)s的，不能改；请换一个新代码"
OTHER_ROLE: Final = "选项“%(code)s”原来的作用是%(role)s,不能改；请换一个新代码"
OTHER_VALUE: Final = "选项“%(code)s”原来是%(value)g分，不能改；请换一个新代码"

# An item's code, or an item's and an option's.
Code = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code stood for when it was last in use, and the version, counted from 0, that it was last in."""

    last_in: int
    each_department: bool
    item: Item
    option: Option | None


def history_faults(earlier: Sequence[Questionnaire], new: Questionnaire, source: str, file: str) -> tuple[Fault, ...]:
    """Every code of ``new`` (read from ``source``) that is used otherwise than in the earlier versions, oldest first.

    A code that was retired may not return; an item keeps its kind and what it is asked of, an option its role and value.
    """
    if not earlier:
        return ()
    known = _meanings(earlier)
    reading = Reading(parse_toml(source, file), file, lambda: lines_of(source))
    places = _places(reading)
    for code, meaning in _meanings([new]).items():
        if code in known:
            _compare(reading, places[code], known[code], meaning, newest=len(earlier) - 1)
    return reading.faults()


def _compare(reading: Reading, place: Path, old: Meaning, new: Meaning, newest: int) -> None:
    code = new.item.code if new.option is None else new.option.code
    if old.last_in != newest:
        reading.fault(place, "code", RETIRED, code=code)
    elif new.option is not None and old.option is not None:
        _compare_options(reading, place, old.option, new.option)
    elif old.item.kind is not new.item.kind:
        reading.fault(place, "kind", OTHER_KIND, code=code, kind=old.item.kind.value)
    elif old.each_department != new.each_department:
        each = "department" if old.each_department else "ballot"
        reading.fault(place, "code", OTHER_EACH, code=code, each=f'each = "{each}"')


def _compare_options(reading: Reading, place: Path, old: Option, new: Option) -> None:
    if old.role is not new.role:
        reading.fault(place, "role", OTHER_ROLE, code=new.code, role=old.role.value)
    elif old.value != new.value:
        reading.fault(place, "value", OTHER_VALUE, code=new.code, value=old.value or 0)


def _meanings(versions: Sequence[Questionnaire]) -> Mapping[Code, Meaning]:
    """Every code ever used, with what it stood for when it was last there. A gap retires a code for good."""
    meanings: dict[Code, Meaning] = {}
    for number, version in enumerate(versions):
        for code, meaning in _coded(version, number):
            known = meanings.get(code)
            if known is None or known.last_in == number - 1:
                meanings[code] = meaning
    return meanings


def _coded(questionnaire: Questionnaire, number: int) -> Iterator[tuple[Code, Meaning]]:
    for section in questionnaire.sections:
        for item in section.items:
            yield (item.code,), Meaning(number, section.each_department, item, None)
            for option in item.options:
                yield (item.code, option.code), Meaning(number, section.each_department, item, option)


def _places(reading: Reading) -> dict[Code, Path]:
    """Where each code stands in the file; an option of a rating stands in its scale."""
    scales = {reading.at((*path, "code")).strip(): path for path in reading.tables((), "scale", quiet=True)}
    places: dict[Code, Path] = {}
    for section in reading.tables((), "section", quiet=True):
        for item in reading.tables(section, "item", quiet=True):
            code = str(reading.at((*item, "code"))).strip()
            places[(code,)] = item
            rated = reading.at((*item, "kind")) == Kind.RATING
            owner = scales[reading.at((*item, "scale"))] if rated else item
            for option in reading.tables(owner, "option", quiet=True):
                places[(code, str(reading.at((*option, "code"))).strip())] = option
    return places
