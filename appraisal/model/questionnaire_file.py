"""A questionnaire as a text file (TOML) that a person reads and edits; every fault is named with its line and field."""

import re
import tomllib
from collections.abc import Callable
from typing import Final

from appraisal.model.faults import Fault, Faulty
from appraisal.model.questionnaire import Item, Kind, Option, Questionnaire, Role, Section
from appraisal.model.table_reading import Reading, Table
from appraisal.model.toml_lines import Path, lines_of
from appraisal.model.wording import Wording

LARGEST: Final = 300_000
# A key of thousands of dotted parts takes the parser memory by its square; no text of a person has as many in a line.
MOST_DOTS: Final = 100
DEFAULT_LIMIT: Final = 500
LONGEST_LIMIT: Final = 5_000
EACH: Final = {"department": True, "ballot": False}
RATED_ROLES: Final = {role.value: role for role in (Role.VALUE, Role.UNKNOWN)}
MARK_ROLES: Final = {role.value: role for role in (Role.MARK, Role.NONE, Role.NO_CONTACT)}
KINDS: Final = {kind.value: kind for kind in Kind}
ITEM_KEYS: Final = ("code", "kind", "zh", "en", "hint_zh", "hint_en")
KEYS_OF_KIND: Final = {Kind.RATING: ("scale",), Kind.MARKS: ("option",), Kind.TEXT: ("limit",)}
PLACE_IN_MESSAGE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_questionnaire(source: str, file: str) -> Questionnaire:
    """The questionnaire that ``source`` describes. Raises ``Faulty`` with every fault: ``file``, line from 1, field, remedy."""
    reading = Reading(parse_toml(source, file), file, lambda: lines_of(source))
    questionnaire = _questionnaire(reading)
    reading.raise_faults()
    return questionnaire


def parse_toml(source: str, file: str) -> Table:
    """The bare content of a TOML text. Raises ``Faulty`` with the line where it stops being one."""
    if len(source) > LARGEST:
        raise Faulty((Fault.of(file, 0, "", "文件太大：最多%(most)d个字符", most=LARGEST),))
    unreadable = _first_unreadable(source)
    if unreadable:
        raise Faulty((Fault.of(file, unreadable, "", "这一行有空字符(NUL)或残缺的字符，请用UTF-8编码重新保存"),))
    dotted = next((number for number, line in enumerate(source.split("\n"), 1) if line.count(".") > MOST_DOTS), 0)
    if dotted:
        raise Faulty((Fault.of(file, dotted, "", "这一行的“.”太多：最多%(most)d个", most=MOST_DOTS),))
    try:
        return tomllib.loads(source)
    except RecursionError:
        raise Faulty((Fault.of(file, 0, "", "括号套得太深"),)) from None
    except ValueError as error:
        raise Faulty((_syntax_fault(source, file, str(error)),)) from None


def _first_unreadable(source: str) -> int:
    for number, line in enumerate(source.split("\n"), 1):
        if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in line):
            return number
    return 0


def _syntax_fault(source: str, file: str, said: str) -> Fault:
    place = PLACE_IN_MESSAGE.search(said)
    reason = PLACE_IN_MESSAGE.sub("", said)
    if place is None:
        return Fault.of(file, 0, "", "不是合格的TOML:%(reason)s", reason=reason)
    if place[1] is None:
        return Fault.of(
            file, source.count("\n") + 1, "", "不是合格的TOML:文件在这里突然结束(%(reason)s)", reason=reason
        )
    message = "不是合格的TOML,第%(column)s列:%(reason)s。文字要放在英文双引号里"
    return Fault.of(file, int(place[1]), "", message, column=place[2], reason=reason)


def _questionnaire(reading: Reading) -> Questionnaire:
    top: Path = ()
    reading.only(top, ("code", "title", "scale", "section"))
    code = reading.code(top, "code")
    title = reading.wording(("title",)) if reading.has_table(top, "title") else Wording("")
    reading.only(("title",), ("zh", "en"))
    scales = _scales(reading)
    sections = tuple(_section(reading, path, scales) for path in reading.tables(top, "section"))
    reading.no_twins([(*path, "code") for path in reading.tables(top, "section", quiet=True)])
    reading.no_twins(_item_code_paths(reading))
    if sections and not any(section.each_department for section in sections):
        reading.fault((), "section", '至少要有一节对每个部门提问(each = "department")')
    return Questionnaire(code, title, sections)


def _item_code_paths(reading: Reading) -> list[Path]:
    sections = reading.tables((), "section", quiet=True)
    return [(*item, "code") for section in sections for item in reading.tables(section, "item", quiet=True)]


def _scales(reading: Reading) -> dict[str, tuple[Option, ...]]:
    paths = reading.tables((), "scale", needed=False)
    scales = {}
    for path in paths:
        reading.only(path, ("code", "option"))
        code = reading.code(path, "code")
        noted = len(reading.found)
        scales[code] = _options(reading, path, _rated_option)
        # What is wrong with one option would be said again of the whole scale.
        if len(reading.found) == noted:
            _check_ends(reading, path, scales[code])
    reading.no_twins([(*path, "code") for path in paths])
    return scales


def _check_ends(reading: Reading, path: Path, options: tuple[Option, ...]) -> None:
    values = [option.value for option in options if option.value is not None]
    if len(values) < 2:
        reading.fault(path, "option", "一个量表至少要有两个带分值(value)的选项")
    elif min(values) != 0 or max(values) != 100:
        reading.fault(
            path,
            "option",
            "最差的选项必须是0分，最好的必须是100分；现在是%(low)g到%(high)g",
            low=min(values),
            high=max(values),
        )
    _at_most_one(reading, path, options, Role.UNKNOWN)


def _at_most_one(reading: Reading, path: Path, options: tuple[Option, ...], role: Role) -> None:
    if sum(option.role is role for option in options) > 1:
        reading.fault(path, "option", '最多一个选项可以是role = "%(role)s"', role=role.value)


def _options(reading: Reading, owner: Path, read: Callable[[Reading, Path], Option]) -> tuple[Option, ...]:
    paths = reading.tables(owner, "option")
    options = tuple(read(reading, path) for path in paths)
    reading.no_twins([(*path, "code") for path in paths])
    return options


def _rated_option(reading: Reading, path: Path) -> Option:
    reading.only(path, ("code", "value", "role", "zh", "en", "text_zh", "text_en"))
    role = reading.choice_or(path, "role", RATED_ROLES, Role.VALUE)
    value = None
    if reading.at((*path, "role")) in (None, Role.VALUE):
        value = reading.number(path, "value", 0, 100)
    elif role is Role.UNKNOWN:
        reading.unwanted(path, "value", "“不了解”不计分，不能有分值；请删去这一项")
    label, text = reading.wording(path), reading.optional_wording(path, "text")
    return Option(reading.code(path, "code"), label, role, value, text)


def _mark_option(reading: Reading, path: Path) -> Option:
    reading.only(path, ("code", "role", "zh", "en", "text_zh", "text_en"))
    role = reading.choice_or(path, "role", MARK_ROLES, Role.MARK)
    label, text = reading.wording(path), reading.optional_wording(path, "text")
    return Option(reading.code(path, "code"), label, role, None, text)


def _section(reading: Reading, path: Path, scales: dict[str, tuple[Option, ...]]) -> Section:
    reading.only(path, ("code", "zh", "en", "each", "item"))
    code, title = reading.code(path, "code"), reading.wording(path)
    each_department = reading.choice(path, "each", EACH)
    items = tuple(_item(reading, item, scales) for item in reading.tables(path, "item"))
    return Section(code, title, each_department is not False, items)


def _item(reading: Reading, path: Path, scales: dict[str, tuple[Option, ...]]) -> Item:
    code, wording = reading.code(path, "code"), reading.wording(path)
    hint = reading.optional_wording(path, "hint")
    kind = reading.choice(path, "kind", KINDS)
    if kind is None:
        return Item(code, Kind.TEXT, wording, hint)
    reading.only(path, (*ITEM_KEYS, *KEYS_OF_KIND[kind]))
    if kind is Kind.RATING:
        scale = reading.choice(path, "scale", {name: name for name in scales}) or ""
        return Item(code, kind, wording, hint, scale, scales.get(scale, ()))
    if kind is Kind.MARKS:
        return Item(code, kind, wording, hint, options=_marks(reading, path))
    limit = reading.whole_number(path, "limit", 1, LONGEST_LIMIT, DEFAULT_LIMIT)
    return Item(code, kind, wording, hint, limit=limit)


def _marks(reading: Reading, path: Path) -> tuple[Option, ...]:
    noted = len(reading.found)
    options = _options(reading, path, _mark_option)
    if len(reading.found) > noted:
        return options
    if not any(option.role is Role.MARK for option in options):
        reading.fault(path, "option", "至少要有一个可勾选的问题；现在全是“没有”或“没有接触”")
    for role in (Role.NONE, Role.NO_CONTACT):
        _at_most_one(reading, path, options, role)
    return options
