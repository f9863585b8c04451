"""A questionnaire as a browser form: one table says how each kind of item is read from what was posted.

The reading takes everything as it came; whether it can be a ballot is decided by ``model.ballot.faults_of``, the one place for
it. The pages write their own markup. No form class stands in between: a ballot of twelve departments has hundreds of fields, and
building an object for each costs more than all the rest of taking it in.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from appraisal.model.ballot import Sheet
from appraisal.model.plain_text import plain_text
from appraisal.model.questionnaire import Item, Kind

PREFIX: Final = "item-"
NOTHING: Final = Sheet()


def _rating(posted: Sequence[str]) -> str:
    """The code of one option."""
    return posted[0]


def _marks(posted: Sequence[str]) -> tuple[str, ...]:
    """The codes of the options that were ticked, each once, in the order of the page."""
    return tuple(dict.fromkeys(posted))


def _text(posted: Sequence[str]) -> str:
    """A text as it was typed, without control signs and outer blanks."""
    return plain_text(posted[0])


FIELDS: Final[Mapping[Kind, Callable[[Sequence[str]], Any]]] = {
    Kind.RATING: _rating,
    Kind.MARKS: _marks,
    Kind.TEXT: _text,
}


def field_name(code: str, department: str = "") -> str:
    """The name of an item's field in the page: codes are the organiser's and must not meet a name of ours.

    ``department``: where several departments stand on one page.

    >>> field_name("A1"), field_name("A1", "D7")
    ('item-A1', 'D7.item-A1')
    """
    return f"{department}.{PREFIX}{code}" if department else PREFIX + code


def read_sheet(items: Sequence[Item], posted: MultiDict[str, str], department: str = "") -> Sheet:
    """What was answered to the items; what was left blank is not in it, anything else that was posted is left alone.

    >>> from appraisal.model.wording import Wording
    >>> comment = Item("T1", Kind.TEXT, Wording("您的意见"), limit=500)
    >>> dict(read_sheet((comment,), MultiDict({"item-T1": " 很好 ", "x": "y"})).texts)
    {'T1': '很好'}
    """
    given: dict[Kind, dict[str, Any]] = {}
    for item in items:
        came = posted.getlist(field_name(item.code, department))
        answer = FIELDS[item.kind](came) if came else None
        if answer:
            given.setdefault(item.kind, {})[item.code] = answer
    if not given:
        return NOTHING
    return Sheet(given.get(Kind.RATING, {}), given.get(Kind.MARKS, {}), given.get(Kind.TEXT, {}))
