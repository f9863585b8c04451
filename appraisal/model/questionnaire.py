"""A questionnaire: sections of items, scales with option values, stable codes, both languages side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from appraisal.model.wording import Wording


class Kind(StrEnum):
    """How an item is answered: one option of a scale, any number of marks, or a text."""

    RATING = "rating"
    MARKS = "marks"
    TEXT = "text"


class Role(StrEnum):
    """What an option stands for.

    ``UNKNOWN`` (不了解) leaves the denominator; ``NONE`` (未发现) and ``NO_CONTACT`` (没有接触) exclude every mark.
    """

    VALUE = "value"
    UNKNOWN = "unknown"
    MARK = "mark"
    NONE = "none"
    NO_CONTACT = "no_contact"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer. ``value`` in [0, 100] for a rated option, ``None`` for every other; ``text`` explains the label, or is ``None``."""

    code: str
    label: Wording
    role: Role
    value: float | None = None
    text: Wording | None = None

    @property
    def exclusive(self) -> bool:
        return self.role in (Role.NONE, Role.NO_CONTACT)


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``options`` come from its scale (rating) or are its own (marks); empty for a text.

    ``limit``: most characters of a text.
    """

    code: str
    kind: Kind
    wording: Wording
    hint: Wording | None = None
    scale: str = ""
    options: tuple[Option, ...] = ()
    limit: int = 0

    def option(self, code: str) -> Option:
        """The option of that code. Raises ``KeyError``."""
        for option in self.options:
            if option.code == code:
                return option
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Section:
    """Items asked together: of every department (``each_department``) or once a ballot."""

    code: str
    title: Wording
    each_department: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A whole questionnaire. The file it was read from is kept beside it; its hash is the version's identity."""

    code: str
    title: Wording
    sections: tuple[Section, ...]

    def items(self) -> Iterator[Item]:
        for section in self.sections:
            yield from section.items

    def item(self, code: str) -> Item:
        """The item of that code. Raises ``KeyError``."""
        for item in self.items():
            if item.code == code:
                return item
        raise KeyError(code)

    @property
    def department_items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections if section.each_department for item in section.items)

    @property
    def ballot_items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections if not section.each_department for item in section.items)
