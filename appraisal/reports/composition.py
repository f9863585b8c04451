"""Breaking Chinese text into lines on a grid, as a compositor does: every line full, no mark where it must not stand.

WeasyPrint justifies at spaces only, of which Chinese has none. So the lines are made here: the breaks of a paragraph are
chosen together (Knuth and Plass, 1981, Software: Practice and Experience 11) so that the letter-spacing, one for each line,
strays as little as possible from that of the grid. Rules for marks: GB/T 15834-2011, 5.1.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, groupby, pairwise
from typing import Final

from appraisal.reports import press

NEVER_FIRST: Final = frozenset("、。，．；：！？）〕】》〉」』”’…—·％‰℃,.;:!?)]}%")
NEVER_LAST: Final = frozenset("（〔【《〈「『“‘([{￥")
# Their right half is blank, so at the end of a line it may stand in the margin.
HALF_BLANK: Final = frozenset("、。，．；：）〕】》〉」』”’")
HANZI: Final = "[\u2014-\u201d\u2026\u3001-\u3015\u4e00-\u9fff\uff01-\uff5e]"
FULL_WIDTH: Final = str.maketrans(",;:?!", "，；：？！")
PAIRS: Final = frozenset({"——", "……"})
JOINING: Final = frozenset("–")
# A figure stays with its unit, and with the word that it numbers.
UNITS: Final = frozenset("年月日时分号个件次条人票户家项页级届元米天")
NUMBERED: Final = frozenset("第件")
# Of the size of a character: beyond these a line is set ragged, or not at all.
LOOSEST: Final = 0.16
TIGHTEST: Final = -0.055
# A last line of so few characters looks forgotten: worth straying four lines by a fiftieth of a character each.
FORGOTTEN: Final = 2
FORGOTTEN_COST: Final = 0.003


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one face; ``tuck``: by how many em each of its characters is narrower than the face has it."""

    text: str
    face: str
    tuck: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its runs, the letter-spacing in points that brings it to the measure, and its indent in points."""

    runs: tuple[Run, ...]
    spacing: float
    indent: float = 0.0

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Measure:
    """A column: its width, the size of its characters and the spacing of its grid, all in points; first-line indent likewise."""

    width: float
    size: float
    spacing: float
    indent: float = 0.0


@dataclass(frozen=True, slots=True)
class _Letter:
    char: str
    face: str
    width: float
    tuck: float = 0.0


def full_width(text: str) -> str:
    """The marks of a keyboard as Chinese prints them, where they follow or enclose Chinese; white space as single spaces.

    >>> full_width("逐件说明(含超时件),共1,234件,见V(1.2); a, b")
    '逐件说明（含超时件），共1,234件，见V(1.2); a, b'
    """
    text = re.sub(rf"\(([^()]*{HANZI}[^()]*)\)", r"（\1）", " ".join(text.split()))
    return re.sub(rf"(?<={HANZI})[,;:?!]|[,;:?!](?={HANZI})", lambda mark: mark[0].translate(FULL_WIDTH), text)


@cache
def advance(char: str, face: str) -> float:
    """Width of a character in em; 1 for one that the face lacks."""
    letters = press.letters(face)
    return letters.get(ord(char), 1000) / 1000


def width(text: str, face: str) -> float:
    """Width of a text in em, set solid.

    >>> width("2026年", "GwFang")
    3.0
    """
    return sum(advance(char, face) for char in text)


def compose(runs: Sequence[Run], measure: Measure) -> tuple[Line, ...]:
    """The lines of a paragraph. All but the last fill the measure; a word of Latin letters stays whole unless it is longer than a line.

    Every run of white space counts as one space. No text: no line.
    """
    letters = _letters(runs)
    if not letters:
        return ()
    places, reach = _places(letters, measure), _reach(letters)
    best: dict[int, tuple[float, int]] = {0: (0.0, 0)}
    for number, end in enumerate(places[1:], start=1):
        best[end] = _cheapest(letters, reach, places[:number], end, best, measure)
    ends = [len(letters)]
    while ends[-1]:
        ends.append(best[ends[-1]][1])
    return tuple(_set(letters, reach, start, end, measure) for start, end in pairwise(reversed(ends)))


def lozenge(title: str, cells: int, whole: Sequence[str] = ()) -> tuple[str, ...]:
    """A title in as few lines of at most ``cells`` characters as will do, no word of ``whole`` torn, the lines of nearly one length.

    >>> lozenge("关于市档案局民主评议反映问题的工作提示单", 14, ("市档案局", "工作提示单"))
    ('关于市档案局民主评议', '反映问题的工作提示单')
    """
    letters = _letters((Run(title, "GwBiao"),))
    text = "".join(letter.char for letter in letters)
    kept = [word for word in whole if width(word, "GwBiao") <= cells]
    torn = {at + inside for word in kept for at in _found(text, word) for inside in range(1, len(word))}
    anywhere = range(1, len(text))
    allowed = [at for at in anywhere if _may_break(letters, at) and text[at] != "的"]
    for places in ([at for at in allowed if at not in torn], allowed, anywhere):
        ends = _balanced([advance(char, "GwBiao") for char in text], [0, *places, len(text)], cells)
        if ends is not None:
            return tuple(text[start:end].strip() for start, end in pairwise(ends))
    return (text,)


def _balanced(widths: Sequence[float], free: Sequence[int], cells: int) -> list[int] | None:
    """Fewest lines first, then the smallest sum of squared lengths, then the longer line above."""
    best: dict[int, tuple[int, float, list[int]]] = {0: (0, 0.0, [0])}
    for end in free[1:]:
        ways = []
        for start in (place for place in free if place < end and place in best):
            length = sum(widths[start:end])
            if length <= cells:
                lines, cost, ends = best[start]
                ways.append((lines + 1, cost + length**2, [*ends, end]))
        if ways:
            best[end] = min(ways, key=lambda way: (way[0], way[1], [-place for place in way[2]]))
    return best[free[-1]][2] if free[-1] in best else None


def _found(text: str, word: str) -> list[int]:
    return [at for at in range(len(text)) if word and text.startswith(word, at)]


def _letters(runs: Sequence[Run]) -> list[_Letter]:
    letters: list[_Letter] = []
    for run in runs:
        for char in run.text:
            if not char.isspace():
                letters.append(_Letter(char, run.face, advance(char, run.face)))
            elif letters and letters[-1].char != " ":
                letters.append(_Letter(" ", run.face, advance(" ", run.face)))
    if letters and letters[-1].char == " ":
        letters.pop()
    return [*(_tucked(one, after) for one, after in pairwise(letters)), *letters[-1:]]


def _tucked(letter: _Letter, after: _Letter) -> _Letter:
    """A mark that meets another gives up its blank half."""
    if letter.char in HALF_BLANK and (after.char in HALF_BLANK or after.char in NEVER_LAST) and after.width == 1:
        return replace(letter, width=letter.width / 2, tuck=letter.width / 2)
    return letter


def _places(letters: Sequence[_Letter], measure: Measure) -> list[int]:
    """Where a line may end, from 0 to the length of the paragraph; inside a word only when no line can hold it."""
    places, last = [0], 0
    for at in range(1, len(letters) + 1):
        if at < len(letters) and not _may_break(letters, at):
            continue
        if _solid(letters, last, at, measure) > measure.width - measure.indent:
            places.extend(place for place in range(last + 1, at) if letters[place].char != " ")
        places.append(at)
        last = at
    return places


def _may_break(letters: Sequence[_Letter], at: int) -> bool:
    before, after = letters[at - 1].char, letters[at].char
    if after == " " or after in NEVER_FIRST or before in NEVER_LAST or before + after in PAIRS:
        return False
    if (before.isdigit() and after in UNITS) or (before in NUMBERED and after.isdigit()):
        return False
    return not (_is_word(before) and _is_word(after))


def _is_word(char: str) -> bool:
    return (char.isascii() and char != " ") or char in JOINING


def _solid(letters: Sequence[_Letter], start: int, end: int, measure: Measure) -> float:
    return sum(letter.width * measure.size + measure.spacing for letter in letters[start:end])


def _reach(letters: Sequence[_Letter]) -> list[float]:
    """How wide, in em, the text is up to each letter: asked for thousands of lines that are tried."""
    return [0.0, *accumulate(letter.width for letter in letters)]


def _cheapest(
    letters: Sequence[_Letter],
    reach: Sequence[float],
    starts: Sequence[int],
    end: int,
    best: dict[int, tuple[float, int]],
    measure: Measure,
) -> tuple[float, int]:
    ways: list[tuple[float, int]] = []
    for start in reversed(starts):
        cost = _badness(letters, reach, start, end, measure)
        if cost is None:
            break
        ways.append((best[start][0] + cost, start))
    # A stretch without a place to break that is a little too long is set as it is.
    return min(ways, default=(best[starts[-1]][0] + 1e6, starts[-1]))


def _badness(
    letters: Sequence[_Letter], reach: Sequence[float], start: int, end: int, measure: Measure
) -> float | None:
    """How far the line strays from the grid, squared; None when it does not fit at all."""
    astray = (_spacing(letters, reach, start, end, measure) - measure.spacing) / measure.size
    if astray < TIGHTEST:
        return None
    if end == len(letters):
        return min(astray, 0.0) ** 2 + (FORGOTTEN_COST if end - start <= FORGOTTEN < end else 0.0)
    return astray**2 if astray <= LOOSEST else 10 * astray**2 + 1


def _spacing(letters: Sequence[_Letter], reach: Sequence[float], start: int, end: int, measure: Measure) -> float:
    """The letter-spacing that fills the measure; a mark at the end may lean its blank half into the margin where that strays less."""
    if letters[end - 1].char == " ":
        end -= 1
    last, count = letters[end - 1], end - start
    room = measure.width - (measure.indent if start == 0 else 0.0) - (reach[end] - reach[start]) * measure.size
    spacing = room / count
    if last.char in HALF_BLANK and not last.tuck:
        leaning = (room + last.width * measure.size / 2) / count
        return min(spacing, leaning, key=lambda each: abs(each - measure.spacing))
    return spacing


def _set(letters: Sequence[_Letter], reach: Sequence[float], start: int, end: int, measure: Measure) -> Line:
    spacing = _spacing(letters, reach, start, end, measure)
    astray = (spacing - measure.spacing) / measure.size
    if astray > LOOSEST or (end == len(letters) and astray > 0):
        spacing = measure.spacing
    alike = groupby(letters[start:end], key=lambda letter: (letter.face, letter.tuck))
    runs = tuple(Run("".join(letter.char for letter in group), face, tuck) for (face, tuck), group in alike)
    return Line(runs, spacing, measure.indent if start == 0 else 0.0)
