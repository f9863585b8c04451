"""A question with places where a respondent's own ticks and texts go, and the values that answers put into them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from flask import g
from markupsafe import escape

from appraisal.forms.ballot import field_name
from appraisal.model.ballot import Sheet
from appraisal.model.questionnaire import Item, Kind
from appraisal.web.respondent.stencil import Places
from appraisal.web.respondent.views import Choice, Question, question

TICKED: Final = " checked"


def blank(item: Item, places: Places, department: str = "") -> Question:
    """The question as everybody gets it; ``department`` where several stand on one page."""
    plain = question(item, Sheet(), g.language, b"", (), department)
    options = {choice.code: choice for choice in plain.choices}
    in_order = [options[option.code] for option in item.options if option.code in options]

    def placed(choice: Choice) -> Choice:
        return replace(choice, place=places.put(f"tick {plain.name} {choice.code}"))

    return replace(
        plain,
        choices=tuple(placed(choice) for choice in in_order),
        apart=tuple(placed(choice) for choice in plain.apart),
        text=places.put(f"text {plain.name}"),
        # Marks are shuffled for every respondent; a scale keeps its order.
        cut=places.cut(item) if item.kind is Kind.MARKS and in_order else "",
    )


def values_of(sheet: Sheet, department: str = "") -> Iterator[tuple[str, str]]:
    """Place → value, for every answer of the sheet."""
    for code, option in sheet.ratings.items():
        yield f"tick {field_name(code, department)} {option}", TICKED
    for code, options in sheet.marks.items():
        for option in options:
            yield f"tick {field_name(code, department)} {option}", TICKED
    for code, text in sheet.texts.items():
        yield f"text {field_name(code, department)}", str(escape(text))
