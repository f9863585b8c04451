"""A questionnaire as a browser form: one table says which field asks which kind of item.

The form only reads what was posted; whether it can be a ballot is decided by ``model.ballot.faults_of``, the one place for it.
The pages write their own markup, so the fields carry no widgets. The token against forged requests is checked before any form
is read, for all of them (``CSRFProtect``), so that these need none of their own.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Final

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form

from appraisal.model.ballot import Sheet
from appraisal.model.plain_text import plain_text
from appraisal.model.questionnaire import Item, Kind

PREFIX: Final = "item-"


class RatingField(Field):
    """The code of one option, or ``""``."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = str(valuelist[0]) if valuelist else ""


class MarksField(Field):
    """The codes of the options that were ticked, each once, in the order of the page."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = tuple(dict.fromkeys(str(code) for code in valuelist))


class TextField(Field):
    """A text as it was typed, without control signs and outer blanks."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = plain_text(str(valuelist[0])) if valuelist else ""


FIELDS: Final[Mapping[Kind, type[Field]]] = {
    Kind.RATING: RatingField,
    Kind.MARKS: MarksField,
    Kind.TEXT: TextField,
}


class SheetForm(Form):
    """The items of one page; ``sheet`` is what was answered."""

    asked: ClassVar[tuple[Item, ...]] = ()

    def sheet(self) -> Sheet:
        """The answers; what was left blank is not in it."""
        given: dict[Kind, dict[str, Any]] = {kind: {} for kind in Kind}
        for item in self.asked:
            answer = self[field_name(item.code)].data
            if answer:
                given[item.kind][item.code] = answer
        return Sheet(given[Kind.RATING], given[Kind.MARKS], given[Kind.TEXT])


def field_name(code: str) -> str:
    """The name of an item's field in the page: codes are the organiser's and must not meet a name of ours."""
    return PREFIX + code


@lru_cache(maxsize=64)
def sheet_form(items: tuple[Item, ...]) -> type[SheetForm]:
    """The form class of these items, made once for a questionnaire's version."""
    fields: dict[str, Any] = {field_name(item.code): FIELDS[item.kind]() for item in items}
    return type("AskedForm", (SheetForm,), {**fields, "asked": items})


def read_sheet(items: tuple[Item, ...], posted: MultiDict[str, str]) -> Sheet:
    """What was answered to the items; anything else that was posted is left alone.

    >>> from appraisal.model.wording import Wording
    >>> comment = Item("T1", Kind.TEXT, Wording("您的意见"), limit=500)
    >>> dict(read_sheet((comment,), MultiDict({"item-T1": " 很好 ", "x": "y"})).texts)
    {'T1': '很好'}
    """
    return sheet_form(items)(posted).sheet()
