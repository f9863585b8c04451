"""A small SVG canvas: shapes and texts as presentation attributes, so that no style sheet and no script is needed.

Widths of texts are estimated on the wide side, since the reader's font is not known; what is laid out by them never touches.
"""

import unicodedata
from collections.abc import Sequence
from html import escape
from typing import Final

INK: Final = "#1c2b33"
SOFT: Final = "#4a5b65"
LINE: Final = "#c9d3d8"
STRONG: Final = "#6f818b"
WASH: Final = "#f3f6f7"
PAPER: Final = "#ffffff"
ACCENT: Final = "#0b5563"
BAD: Final = "#9f2418"

FAMILY: Final = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', sans-serif"
SIZE: Final = 13.0
SMALL: Final = 11.0
# Width in em of a letter; the wide ones of common sans-serif fonts.
NARROW: Final = dict.fromkeys("iljtfr.,:;|!'()[]-/ ", 0.38)
WIDE: Final = dict.fromkeys("mwMW@%", 0.95)


def width_of(said: str, size: float) -> float:
    """Estimated width of one line in user units.

    >>> width_of("发改局", 10.0)
    30.0
    """
    return sum(_em(letter) for letter in said) * size


def fold(said: str, width: float, size: float) -> list[str]:
    """The text in as few lines as fit ``width``, evenly filled: broken at spaces, between Chinese characters anywhere. A long word
    stays whole.

    >>> fold("人力资源和社会保障局", 60, 10.0)
    ['人力资源和', '社会保障局']
    """
    lines = _filled(said, width, size)
    even = width_of(said, size) / len(lines)
    while len(lines) > 1 and even < width:
        narrower = _filled(said, even, size)
        if len(narrower) == len(lines):
            return narrower
        even += size / 4
    return lines


def _filled(said: str, width: float, size: float) -> list[str]:
    lines = [""]
    for word in _words(said):
        if lines[-1].strip() and width_of((lines[-1] + word).rstrip(), size) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += word
    lines[-1] = lines[-1].rstrip()
    return lines


def in_face(svg: str, face: str) -> str:
    """A drawing for paper: every text in one face of the press, since the families of the page are the reader's own."""
    # A face of the press has one weight; a bold one would be smeared from it and kept a second time.
    return svg.replace(f'font-family="{FAMILY}"', f'font-family="{face}"', 1).replace(' font-weight="700"', "")


def scale_ticks(low: float, high: float, step: float) -> list[float]:
    """Round values from ``low`` to ``high``, both included where they are multiples of ``step``."""
    first = int(-(-low // step))
    return [step * index for index in range(first, int(high // step) + 1)]


class Drawing:
    """Collects what is drawn; ``svg()`` gives the whole element with title and description."""

    def __init__(self, key: str, width: float, height: float, title: str, description: str) -> None:
        self.key = key
        self.width, self.height = width, height
        self.title, self.description = title, description
        self._parts: list[str] = []

    def write(
        self,
        x: float,
        y: float,
        said: str,
        *,
        size: float = SIZE,
        anchor: str = "start",
        fill: str = INK,
        weight: int = 400,
    ) -> None:
        """One line of text on the baseline ``y``."""
        self._parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" text-anchor="{anchor}" fill="{fill}"'
            f"{f' font-weight={chr(34)}{weight}{chr(34)}' if weight != 400 else ''}>{escape(said)}</text>"
        )

    def write_up(self, x: float, y: float, said: str, *, size: float = SMALL, fill: str = INK) -> None:
        """One line of text read from the bottom to the top, beginning at (x, y)."""
        self._parts.append(
            f'<text transform="translate({_n(x)} {_n(y)}) rotate(-90)" font-size="{_n(size)}" fill="{fill}">{escape(said)}</text>'
        )

    def write_lines(
        self, x: float, y: float, lines: Sequence[str], *, size: float = SIZE, anchor: str = "start"
    ) -> None:
        """Lines centred around the height ``y``."""
        top = y - (len(lines) - 1) * size * 1.2 / 2 + size * 0.35
        for index, line in enumerate(lines):
            self.write(x, top + index * size * 1.2, line, size=size, anchor=anchor)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, stroke: str = LINE, width: float = 1, dash: str = ""
    ) -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{stroke}" stroke-width="{_n(width)}"{dashed}/>'
        )

    def path(
        self, points: Sequence[tuple[float, float]], *, stroke: str = LINE, width: float = 1, dash: str = ""
    ) -> None:
        """A line through points; nothing for fewer than two."""
        if len(points) < 2:
            return
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        ends = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._parts.append(
            f'<polyline points="{ends}" fill="none" stroke="{stroke}" stroke-width="{_n(width)}"{dashed}/>'
        )

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str, stroke: str = "none", thick: float = 1
    ) -> None:
        outline = "" if stroke == "none" else f' stroke="{stroke}" stroke-width="{_n(thick)}"'
        self._parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{fill}"{outline}/>'
        )

    def dot(self, x: float, y: float, radius: float, *, fill: str, stroke: str) -> None:
        self._parts.append(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}" stroke="{stroke}" stroke-width="1.8"/>'
        )

    def svg(self) -> str:
        """The element, at its natural size; it may be scaled by the page."""
        size = f'width="{_n(self.width)}" height="{_n(self.height)}" viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        names = f'aria-labelledby="{self.key}-title {self.key}-desc"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {names} font-family="{FAMILY}">'
        title = f'<title id="{self.key}-title">{escape(self.title)}</title>'
        description = f'<desc id="{self.key}-desc">{escape(self.description)}</desc>'
        return "".join((head, title, description, *self._parts, "</svg>"))


def _em(letter: str) -> float:
    if letter in NARROW or letter in WIDE:
        return NARROW.get(letter) or WIDE[letter]
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    return 0.72 if letter.isupper() else 0.6


def _words(said: str) -> list[str]:
    """Pieces that a line may end after: a Chinese character, or a word with the space behind it."""
    words = [""]
    for letter in said:
        if unicodedata.east_asian_width(letter) in "WF":
            words += [letter, ""]
        elif letter == " ":
            words[-1] += " "
            words.append("")
        else:
            words[-1] += letter
    return [word for word in words if word]


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
