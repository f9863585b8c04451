"""One text, masked: every finder in turn, the surest first; what one has found the next no longer sees."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final

from appraisal.masking import addressed, firms, names, numbers, written
from appraisal.masking.folding import Folded, Found, blanked, folded
from appraisal.masking.kinds import Kind, Masked, Roster, Span, covered
from appraisal.masking.lexicon import segmenter

Finder = Callable[[str], Iterable[Found]]
# Read with Chinese digits as digits.
NUMBERED: Final[tuple[Finder, ...]] = (
    written.web_spans,
    written.email_spans,
    written.account_spans,
    written.day_spans,
    written.court_spans,
    written.case_spans,
    written.coded_spans,
    numbers.code_spans,
    numbers.plate_spans,
    numbers.passport_spans,
    numbers.number_spans,
    written.minute_spans,
)
HOUSED: Final[tuple[Finder, ...]] = (written.house_spans, written.block_spans)
SHORTEST_KNOWN: Final = 2
NOTHING: Final = Roster()


def mask(text: str, roster: Roster = NOTHING) -> Masked:
    """The text with placeholders instead of personal data, and the places that they stand for.

    >>> mask("找王芳科长，电话１３８ 0013 8000").text
    '找【姓名】科长，电话【电话】'
    """
    sheet = folded(text)
    found = sorted(_found(sheet, roster))
    spans = tuple(Span(*sheet.back(start, end), kind) for start, end, kind in _joined(found))
    return Masked(covered(text, spans), spans)


def _found(sheet: Folded, roster: Roster) -> list[Found]:
    """Everything that is found, apart from one another, in no order."""
    known = _known(roster)
    left, digits, found = sheet.text, sheet.digits, list[Found]()

    def take(finder: Finder, where: str) -> None:
        nonlocal left, digits
        new = _apart(finder(where))
        found.extend(new)
        left, digits = blanked(left, new), blanked(digits, new)

    take(lambda where: _known_spans(where, known), left)
    for finder in NUMBERED:
        take(finder, digits)
    for finder in HOUSED:
        take(finder, digits)
    public = _apart(_public_spans(left, roster))
    take(_firm_spans, left)
    take(firms.project_spans, left)
    left = blanked(left, public)
    for finder in (names.dotted_spans, names.introduced_spans, addressed.small_spans, names.name_spans, _half_spans):
        take(finder, left)
    return found + list(_again(left, found, sheet.text))


def _half_spans(text: str) -> list[Found]:
    return _apart(addressed.half_spans(text))


def _firm_spans(text: str) -> Iterator[Found]:
    """Firms, and their short names wherever else they stand in the text."""
    named = list(firms.firms(text))
    yield from ((each.start, each.end, Kind.COMPANY) for each in named)
    short = {each.stem for each in named if len(each.stem) > 1}
    yield from _each_of(blanked(text, ((each.start, each.end, Kind.COMPANY) for each in named)), short, Kind.COMPANY)


def _again(left: str, found: list[Found], text: str) -> Iterator[Found]:
    """Full names that were found once, wherever else they stand."""
    full = {text[start:end] for start, end, kind in found if kind is Kind.PERSON and end - start > 2}
    yield from _each_of(left, full, Kind.PERSON)


def _each_of(text: str, words: set[str], kind: Kind) -> Iterator[Found]:
    if words:
        pattern = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
        yield from ((*match.span(), kind) for match in re.finditer(pattern, text))


def _public_spans(text: str, roster: Roster) -> Iterator[Found]:
    """Authorities of the roster, in which no name is looked for."""
    yield from _each_of(text, set(roster.public), Kind.OTHER)


@lru_cache(maxsize=4)
def _known(roster: Roster) -> dict[str, tuple[tuple[str, Kind], ...]]:
    """What the roster knows, longest first, by its first two signs; the own part of a firm's name stands for the firm."""
    words = {(folded(each).text, Kind.PERSON) for each in roster.people}
    words |= {(folded(each).text, Kind.COMPANY) for each in roster.companies}
    words |= {(short, Kind.COMPANY) for each in roster.companies if (short := _short_name(each))}
    kept: dict[str, list[tuple[str, Kind]]] = defaultdict(list)
    for word, kind in sorted(words, key=lambda each: (-len(each[0]), each)):
        if len(word) >= SHORTEST_KNOWN:
            kept[word[:2]].append((word, kind))
    return {head: tuple(each) for head, each in kept.items()}


def _short_name(company: str) -> str:
    """恒瑞达 of 恒瑞达科技有限公司; ``""`` where it is a word that anybody uses."""
    named = list(firms.firms(folded(company).text))
    short = named[0].stem if named else ""
    return short if len(short) > 2 or (len(short) == 2 and not segmenter().has_word(short)) else ""


def _known_spans(text: str, known: dict[str, tuple[tuple[str, Kind], ...]]) -> Iterator[Found]:
    last = 0
    for at in range(len(text) - 1) if known else ():
        if at < last:
            continue
        for word, kind in known.get(text[at : at + 2], ()):
            if text.startswith(word, at):
                last = at + len(word)
                yield at, last, kind
                break


def _apart(found: Iterable[Found]) -> list[Found]:
    """Rising and apart: the earlier and longer one stays."""
    kept: list[Found] = []
    for start, end, kind in sorted(found, key=lambda each: (each[0], -each[1])):
        if start < end and (not kept or start >= kept[-1][1]):
            kept.append((start, end, kind))
    return kept


def _joined(found: list[Found]) -> Iterator[Found]:
    """Neighbours of one kind as one, so that two halves of a number do not show as two."""
    kept: Found | None = None
    for start, end, kind in found:
        if kept and start == kept[1] and kind is kept[2] and kind is not Kind.PERSON:
            kept = (kept[0], end, kind)
            continue
        if kept:
            yield kept
        kept = (start, end, kind)
    if kept:
        yield kept
