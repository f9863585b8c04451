"""What one respondent answers, and what is wrong with it, if anything."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from appraisal.model.faults import Fault
from appraisal.model.plain_text import plain_text
from appraisal.model.questionnaire import Item, Kind, Questionnaire


@dataclass(frozen=True, slots=True)
class Sheet:
    """Answers to one set of items: item code → option code, option codes, or text. What was left out is not in it."""

    ratings: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.ratings or self.marks or self.texts)


@dataclass(frozen=True, slots=True)
class Answers:
    """A whole ballot: a sheet for each department (by its code) that the respondent chose, and one for the city as a whole."""

    departments: Mapping[str, Sheet] = field(default_factory=dict)
    overall: Sheet = field(default_factory=Sheet)

    def to_json(self) -> str:
        """One canonical line: the same answers are always the same bytes."""
        content = {
            "departments": {code: _plain(sheet) for code, sheet in self.departments.items()},
            "overall": _plain(self.overall),
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> Self:
        content = json.loads(line)
        return cls({code: _sheet(plain) for code, plain in content["departments"].items()}, _sheet(content["overall"]))


@dataclass(frozen=True, slots=True)
class DraftBallot:
    """A ballot on its way: the answers so far, the departments chosen in their order, and the nonce drawn when it was begun."""

    answers: Answers = field(repr=False)
    chosen: tuple[str, ...]
    nonce: bytes = field(repr=False)

    def to_json(self) -> str:
        content = {"answers": self.answers.to_json(), "chosen": self.chosen, "nonce": self.nonce.hex()}
        return json.dumps(content, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Self:
        content = json.loads(line)
        return cls(Answers.from_json(content["answers"]), tuple(content["chosen"]), bytes.fromhex(content["nonce"]))


@dataclass(frozen=True, slots=True)
class ImportedBallot:
    """A ballot that was collected elsewhere; its answers may be empty: a respondent who took part and rated nothing."""

    stratum: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code on its way to its letter, and the stratum it is meant for. Nothing else knows the code."""

    code: str = field(repr=False)
    stratum: str
    paper_number: int


def answered(answers: Answers) -> Answers:
    """The answers without what was left blank: empty marks, texts without a printed sign, departments with nothing on their sheet."""
    sheets = {code: _answered_sheet(sheet) for code, sheet in answers.departments.items()}
    return Answers({code: sheet for code, sheet in sheets.items() if not sheet.empty}, _answered_sheet(answers.overall))


def faults_of(questionnaire: Questionnaire, departments: frozenset[str], answers: Answers) -> tuple[Fault, ...]:
    """Everything that keeps these answers from being a ballot; an unanswered item is no fault.

    Found are: a department outside the round, an item or option that is not asked there, two marks where one excludes the
    other, a text over its limit. ``Fault.file`` is the department's code (empty for the overall sheet), ``field`` the item's.
    """
    found = [Fault(code, 0, "", "不是本轮的被评议部门") for code in answers.departments if code not in departments]
    asked = {item.code: item for item in questionnaire.department_items}
    for code, sheet in answers.departments.items():
        found += _sheet_faults(code, asked, sheet)
    found += _sheet_faults("", {item.code: item for item in questionnaire.ballot_items}, answers.overall)
    return tuple(found)


def _sheet_faults(where: str, asked: Mapping[str, Item], sheet: Sheet) -> list[Fault]:
    found = []
    for code, option in sheet.ratings.items():
        if not _is_asked(asked, code, Kind.RATING) or option not in {o.code for o in asked[code].options}:
            found.append(Fault(where, 0, code, "没有这个选项"))
    for code, options in sheet.marks.items():
        found += [Fault(where, 0, code, message) for message in _mark_faults(asked, code, options)]
    for code, text in sheet.texts.items():
        if not _is_asked(asked, code, Kind.TEXT):
            found.append(Fault(where, 0, code, "没有这个问题"))
        elif len(text) > asked[code].limit:
            found.append(Fault(where, 0, code, "文字太长"))
    return found


def _mark_faults(asked: Mapping[str, Item], code: str, options: tuple[str, ...]) -> list[str]:
    if not _is_asked(asked, code, Kind.MARKS):
        return ["没有这个问题"]
    known = {option.code: option for option in asked[code].options}
    if any(option not in known for option in options) or len(set(options)) != len(options):
        return ["没有这个选项"]
    if len(options) > 1 and any(known[option].exclusive for option in options):
        return ["已选“没有”或“没有接触”，不能再选其他项"]
    return []


def _is_asked(asked: Mapping[str, Item], code: str, kind: Kind) -> bool:
    return code in asked and asked[code].kind is kind


def _answered_sheet(sheet: Sheet) -> Sheet:
    ratings = {code: option for code, option in sheet.ratings.items() if option}
    marks = {code: chosen for code, chosen in sheet.marks.items() if chosen}
    texts = {code: plain_text(text) for code, text in sheet.texts.items()}
    return Sheet(ratings, marks, {code: text for code, text in texts.items() if text})


def _plain(sheet: Sheet) -> dict[str, object]:
    return {
        "ratings": dict(sheet.ratings),
        "marks": {code: list(chosen) for code, chosen in sheet.marks.items()},
        "texts": dict(sheet.texts),
    }


def _sheet(plain: Mapping[str, Mapping[str, object]]) -> Sheet:
    ratings = {code: str(option) for code, option in plain["ratings"].items()}
    marks = {code: tuple(str(option) for option in _listed(chosen)) for code, chosen in plain["marks"].items()}
    return Sheet(ratings, marks, {code: str(text) for code, text in plain["texts"].items()})


def _listed(chosen: object) -> list[object]:
    if not isinstance(chosen, list):
        raise TypeError("marks are a list of option codes")
    return chosen
