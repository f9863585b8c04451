"""A page rendered once for everybody, with places for what is one respondent's own: nonce, tokens, ticks, texts, order of marks.

Rendering a ballot paper costs a hundred times what filling it in does, and only so much of it differs from one to the next.
"""

import re
import secrets as chance
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from appraisal.model.questionnaire import Item

# Drawn anew in every process, so that no text of an organiser or a respondent can hold it.
_MARK: Final = chance.token_hex(8)
_PLACE: Final = re.compile(rf"\[{_MARK}:(\d+)\]")

Order = Callable[[Item], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is put in, under its name; nothing where there is none."""

    name: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Where one choice of an item ends and the next one begins."""

    item: Item


@dataclass(frozen=True, slots=True)
class Shuffled:
    """Choices of an item by their place among its options, each in parts."""

    item: Item
    choices: Mapping[int, tuple["str | Place", ...]]


Part = str | Place | Shuffled


@dataclass(slots=True)
class Places:
    """The places of one page while it is rendered: each is a sign in the page until ``cut_out`` finds it again."""

    known: list[Place | Cut] = field(default_factory=list)

    def put(self, name: str) -> str:
        """The sign of a value."""
        return self._sign(Place(name))

    def cut(self, item: Item) -> str:
        """The sign between choices of the item: before the first, between all, after the last."""
        return self._sign(Cut(item))

    def _sign(self, place: Place | Cut) -> str:
        self.known.append(place)
        return f"[{_MARK}:{len(self.known) - 1}]"


@dataclass(frozen=True, slots=True)
class Stencil:
    """What is always the same, and the places between."""

    parts: tuple[Part, ...]

    def fill(self, values: Mapping[str, str], order: Order) -> str:
        """The page with these values (HTML, escaped where need be) and the choices in this order."""
        return "".join(_filled(self.parts, values, order))


def cut_out(page: str, places: Places) -> Stencil:
    """The page that was rendered with these places, ready to be filled."""
    pieces = _PLACE.split(page)
    parts: list[Part] = [pieces[0]]
    shuffled: dict[int, tuple[str | Place, ...]] = {}
    open_at: int | None = None
    for number, text in zip(pieces[1::2], pieces[2::2], strict=True):
        place = places.known[int(number)]
        if isinstance(place, Place):
            parts += [place, text]
            continue
        if open_at is not None:
            shuffled[_next_choice(place.item, shuffled)] = tuple(_plain(parts[open_at:]))
            del parts[open_at:]
        open_at = len(parts)
        parts.append(text)
        if len(shuffled) == _choices(place.item):
            parts.insert(open_at, Shuffled(place.item, shuffled))
            shuffled, open_at = {}, None
    return Stencil(tuple(parts))


def _filled(parts: Sequence[Part], values: Mapping[str, str], order: Order) -> list[str]:
    filled: list[str] = []
    for part in parts:
        if part.__class__ is str:
            filled.append(part)
        elif isinstance(part, Place):
            if part.name in values:
                filled.append(values[part.name])
        elif isinstance(part, Shuffled):
            for place in order(part.item):
                filled += _filled(part.choices.get(place, ()), values, order)
    return filled


def _choices(item: Item) -> int:
    return sum(not option.exclusive for option in item.options)


def _next_choice(item: Item, done: Mapping[int, object]) -> int:
    """The place, among all options, of the choice that comes after those done: exclusive ones stand apart and are not shuffled."""
    return [place for place, option in enumerate(item.options) if not option.exclusive][len(done)]


def _plain(parts: Sequence[Part]) -> Iterator[str | Place]:
    for part in parts:
        if not isinstance(part, Shuffled):
            yield part
