"""The page of cards: as a stencil that is filled in, or, where something is wrong with the answers, rendered with its faults."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask import g, render_template, session

from appraisal.model.ballot import Answers, Sheet
from appraisal.model.questionnaire import Item
from appraisal.web.language import _
from appraisal.web.respondent.blanks import blank, values_of
from appraisal.web.respondent.printing import printed
from appraisal.web.respondent.stencil import Places, Stencil
from appraisal.web.respondent.views import Question, places_of, question
from appraisal.web.respondent.visit import Visit
from appraisal.web.tokens import form_seal

TEMPLATE: Final = "respondent/cards.html"
# Department and item code → what is wrong with the answer, in the language of the page.
Faults = Mapping[tuple[str, str], list[str]]


@dataclass(frozen=True, slots=True)
class Card:
    """A department of the paper with its questions, or, without a code, the whole."""

    code: str
    name: str
    ranked: bool
    questions: tuple[Question, ...]

    @property
    def wrong(self) -> tuple[Question, ...]:
        return tuple(asked for asked in self.questions if asked.faults)


def show(visited: Visit, answers: Answers, nonce: bytes) -> str:
    """The page with these answers."""
    if session.get("_flashes"):
        return show_wrong(visited, answers, nonce, {}, "")
    seal = form_seal(visited.entry.code, visited.entry.round.frozen_sha256, nonce)
    values = {"nonce": nonce.hex(), "seal": seal, **dict(_given(answers))}
    return _stencil(visited).fill(values, lambda item: places_of(item, nonce))


def show_wrong(visited: Visit, answers: Answers, nonce: bytes, faults: Faults, trouble: str) -> str:
    """The page with these answers and what is wrong with them."""
    cards = [
        Card(code, name, ranked, tuple(_asked(item, code, answers, nonce, faults) for item in visited.items(code)))
        for code, name, ranked in _stops(visited)
    ]
    seal = form_seal(visited.entry.code, visited.entry.round.frozen_sha256, nonce)
    return _render(visited, cards, nonce.hex(), seal, trouble)


def sheet_of(answers: Answers, department: str) -> Sheet:
    """The answers about a department, or about the whole (``""``)."""
    return answers.departments.get(department, Sheet()) if department else answers.overall


def _stencil(visited: Visit) -> Stencil:
    def render(places: Places) -> str:
        cards = [
            Card(code, name, ranked, tuple(blank(item, places, code) for item in visited.items(code)))
            for code, name, ranked in _stops(visited)
        ]
        return _render(visited, cards, places.put("nonce"), places.put("seal"), "")

    return printed(("cards", visited.entry.round.frozen_sha256, visited.entry.paper), render)


def _render(visited: Visit, cards: list[Card], nonce: str, seal: str, trouble: str) -> str:
    plan = visited.entry.round.plan
    quoted = plan.policy.quotations
    return render_template(TEMPLATE, round=plan, cards=cards, nonce=nonce, seal=seal, trouble=trouble, quoted=quoted)


def _stops(visited: Visit) -> Iterator[tuple[str, str, bool]]:
    """Code, name and whether it is ranked, of every card in the order of the paper; the whole comes last."""
    for code in visited.entry.paper:
        department = visited.departments[code]
        yield code, department.name[g.language], department.ranked
    if visited.questionnaire.ballot_items:
        yield "", _("整体评价"), True


def _asked(item: Item, department: str, answers: Answers, nonce: bytes, faults: Faults) -> Question:
    wrong = tuple(faults.get((department, item.code), ()))
    return question(item, sheet_of(answers, department), g.language, nonce, wrong, department)


def _given(answers: Answers) -> Iterator[tuple[str, str]]:
    """The values of the places that somebody's answers fill."""
    for department, sheet in (*answers.departments.items(), ("", answers.overall)):
        yield from values_of(sheet, department)
