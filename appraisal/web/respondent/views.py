"""What the respondent's templates get: frozen, in one language, ready to print."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from appraisal.forms.ballot import field_name
from appraisal.model.ballot import Sheet
from appraisal.model.questionnaire import Item, Kind, Option
from appraisal.web.respondent.visit import Visit


@dataclass(frozen=True, slots=True)
class Choice:
    """``place``: what stands for its tick on a page that is filled in later, see ``stencil``."""

    code: str
    label: str
    text: str
    checked: bool
    place: str = ""

    @property
    def tick(self) -> str:
        return self.place or (" checked" if self.checked else "")


@dataclass(frozen=True, slots=True)
class Question:
    """One item with its answer. ``apart``: the choices that exclude all others. ``faults``: what is wrong with the answer.

    ``cut``: what stands between choices that are put in order later, see ``stencil``.
    """

    code: str
    name: str
    kind: str
    wording: str
    hint: str
    choices: tuple[Choice, ...]
    apart: tuple[Choice, ...]
    text: str
    limit: int
    faults: tuple[str, ...]
    cut: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One item and its answer in words, for reading it over; ``answer`` is empty where there is none."""

    wording: str
    answer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """One page of the ballot on the way through it: a department, or the whole (``code`` is ``""``). ``state``: blank, begun, done."""

    code: str
    name: str
    ranked: bool
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """A department that can be chosen. ``answered``: there are answers that would not be handed in if it were dropped."""

    code: str
    name: str
    ranked: bool
    chosen: bool
    answered: bool


def questions(
    visited: Visit, department: str, sheet: Sheet, language: str, faults: dict[str, list[str]] | None = None
) -> tuple[Question, ...]:
    """The items of a page with the answers of ``sheet``."""
    found = faults or {}
    return tuple(
        question(item, sheet, language, visited.draft.nonce, tuple(found.get(item.code, ())))
        for item in visited.items(department)
    )


def said(items: Sequence[Item], sheet: Sheet, language: str) -> tuple[Said, ...]:
    """The items of a page as they were answered; ticks in the order of the questionnaire."""
    return tuple(Said(item.wording[language], _in_words(item, sheet, language)) for item in items)


def _in_words(item: Item, sheet: Sheet, language: str) -> tuple[str, ...]:
    if item.kind is Kind.TEXT:
        text = sheet.texts.get(item.code, "")
        return (text,) if text else ()
    if item.kind is Kind.RATING:
        given = sheet.ratings.get(item.code, "")
        return (item.option(given).label[language],) if given else ()
    ticked = sheet.marks.get(item.code, ())
    return tuple(option.label[language] for option in item.options if option.code in ticked) if ticked else ()


def question(
    item: Item, sheet: Sheet, language: str, nonce: bytes, faults: tuple[str, ...], department: str = ""
) -> Question:
    """An item as it is asked; ``department`` where several stand on one page."""
    ticked = frozenset({sheet.ratings.get(item.code, "")} | set(sheet.marks.get(item.code, ())))
    choices = [_choice(option, ticked, language) for option in in_order(item, nonce) if not option.exclusive]
    apart = [_choice(option, ticked, language) for option in item.options if option.exclusive]
    return Question(
        code=item.code,
        name=field_name(item.code, department),
        kind=item.kind,
        wording=item.wording[language],
        hint=item.hint[language] if item.hint else "",
        choices=tuple(choices),
        apart=tuple(apart),
        text=sheet.texts.get(item.code, ""),
        limit=item.limit,
        faults=faults,
    )


def _choice(option: Option, ticked: frozenset[str], language: str) -> Choice:
    text = option.text[language] if option.text else ""
    return Choice(option.code, option.label[language], text, option.code in ticked)


def in_order(item: Item, nonce: bytes) -> Sequence[Option]:
    """The options as this respondent sees them. Marks are shuffled, so that none profits from its place; a scale keeps its order.

    The shuffle depends on the ballot's nonce alone: it is the same on every page, every device and after every break.
    """
    return [item.options[place] for place in places_of(item, nonce)]


def places_of(item: Item, nonce: bytes) -> Sequence[int]:
    """The order of ``in_order`` as places in ``item.options``."""
    places = list(range(len(item.options)))
    if item.kind is Kind.MARKS:
        random.Random(nonce + item.code.encode()).shuffle(places)
    return places


def stops(visited: Visit, language: str, whole: str) -> tuple[Stop, ...]:
    """Every page of this ballot in its order; the last one is the whole, named ``whole``, where anything is asked there."""
    return tuple(stop_of(visited, code, language, whole) for code in way(visited))


def way(visited: Visit) -> list[str]:
    """The codes of these pages in their order; the whole is ``""``."""
    listed = [code for code in visited.draft.chosen if code in visited.departments]
    return [*listed, ""] if visited.questionnaire.ballot_items else listed


def stop_of(visited: Visit, code: str, language: str, whole: str) -> Stop:
    """One of these pages."""
    stand = state(visited.items(code), visited.sheet(code))
    if not code:
        return Stop("", whole, True, stand)
    department = visited.departments[code]
    return Stop(code, department.name[language], department.ranked, stand)


def state(items: Sequence[Item], sheet: Sheet) -> str:
    """``blank``, ``begun`` or ``done``: every rating given, or anything at all where nothing is rated.

    >>> state((), Sheet())
    'blank'
    """
    if sheet.empty:
        return "blank"
    rated = [item.code for item in items if item.kind is Kind.RATING]
    return "done" if all(code in sheet.ratings for code in rated) else "begun"


def lines(visited: Visit, language: str, find: str) -> dict[str, tuple[Line, ...]]:
    """Name of each group → its departments whose name, in either language, or code contains ``find``."""
    sought = find.strip().casefold()
    plan, listed = visited.entry.round.plan, {}
    for group in plan.groups:
        found = tuple(
            Line(d.code, d.name[language], d.ranked, d.code in visited.draft.chosen, not visited.sheet(d.code).empty)
            for d in plan.departments
            if d.group == group.code and sought in f"{d.name.zh}\n{d.name.en}\n{d.code}".casefold()
        )
        if found:
            listed[group.name[language]] = found
    return listed
