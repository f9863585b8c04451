"""The one way from HTML to PDF: our own fonts, nothing else is ever fetched, and a warning is an error."""

import atexit
import logging
import re
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER: Final = Path(__file__).parent
FONTS: Final = {
    "GwFang": "FandolFang-Regular.ttf",
    "GwKai": "FandolKai-Regular.ttf",
    "GwHei": "FandolHei-Regular.ttf",
    "GwBiao": "FandolSong-Bold.ttf",
}
# What a face lacks is taken from the one beside it here, and from no other.
FALLBACKS: Final = {"GwFang": "GwRareLight", "GwKai": "GwRareLight", "GwHei": "GwRareBold", "GwBiao": "GwRareBold"}
FILES: Final = FONTS | {name: f"{name}.ttf" for name in FALLBACKS.values()}
FONT_FACES: Final = "\n".join(f'@font-face {{ font-family: {name}; src: url("font:{name}") }}' for name in FILES)
# A face where it is asked for, in a style sheet or in an attribute of a picture; not the class of the same name.
ASKED_FOR: Final = re.compile(rf"(?<=[ :\"'])({'|'.join(FONTS)})\b(?![^;}}\"']*{{)")
PACKING: Final = 6
# The fonts that a process has opened belong to all its documents, so one is printed at a time.
_ONE_AT_A_TIME: Final = Lock()


class Misprint(Exception):
    """The press had something to say about a document, so it was not printed: a fault of ours, not of who asked."""


@cache
def templates() -> Environment:
    """The templates of documents: everything escaped, a missing value is an error."""
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def letters(face: str) -> Mapping[int, int]:
    """Which characters a face and its fall-back have, each with its advance width in thousandths of an em.

    Raises ``KeyError`` for another face.
    """
    return {**_advances(FALLBACKS[face]), **_advances(face)}


@cache
def _advances(face: str) -> Mapping[int, int]:
    from fontTools.ttLib import TTFont

    with TTFont(FOLDER / "fonts" / FILES[face], lazy=True) as font:
        widths, em = font["hmtx"], font["head"].unitsPerEm
        return {code: widths[glyph][0] * 1000 // em for code, glyph in font.getBestCmap().items()}


@cache
def glyph_numbers(face: str, text: str) -> tuple[int, ...]:
    """Under which number a face's file has each character of a text. Raises ``KeyError`` for one that it lacks."""
    from fontTools.ttLib import TTFont

    with TTFont(FOLDER / "fonts" / FILES[face], lazy=True) as font:
        known = font.getBestCmap()
        return tuple(font.getGlyphID(known[ord(char)]) for char in text)


@cache
def _printable() -> frozenset[int]:
    return frozenset.intersection(*(frozenset(letters(face)) for face in FONTS))


def has_letter(char: str) -> bool:
    """Whether every face can print the character; what none of them has, the machine's own fonts would be asked for."""
    return ord(char) in _printable()


def print_pdf(
    html: str,
    css: str,
    pictures: Mapping[str, bytes] | None = None,
    variant: str | None = None,
    finish: Callable[[Any, Any], None] | None = None,
) -> bytes:
    """The document as PDF, the same bytes for the same input.

    ``css`` may name the families GwFang, GwKai, GwHei and GwBiao; rare characters come from their fall-backs. ``pictures``: SVG by
    name, which the document shows as ``picture:<name>``. Any other address is refused unread. ``variant``: as WeasyPrint names it,
    ``"pdf/a-3a"``. ``finish`` gets WeasyPrint's document and the pydyf file before that is written.
    Raises ``Misprint`` when WeasyPrint warns of anything.
    """
    shown = {name: _with_fallbacks(picture.decode()).encode() for name, picture in (pictures or {}).items()}
    with _ONE_AT_A_TIME, _nothing_to_say():
        from weasyprint import HTML

        document = HTML(string=html, url_fetcher=_fetcher(shown))
        printed = document.write_pdf(
            stylesheets=[_faces(), _style(_with_fallbacks(css))],
            font_config=_fonts(),
            pdf_variant=variant,
            finisher=lambda made, pdf: _finish(made, pdf, finish),
        )
    return bytes(printed)


def _finish(document: Any, pdf: Any, finish: Callable[[Any, Any], None] | None) -> None:
    """Do what was asked for before the file is written, then pack its streams.

    pydyf packs as tightly as zlib can, which for outlines takes twice the time of its usual way and saves a hundredth.
    """
    import pydyf  # type: ignore[import-untyped]  # only the worker pays for loading the typesetter

    if finish is not None:
        finish(document, pdf)
    for stream in [each for each in pdf.objects if isinstance(each, pydyf.Stream) and each.compress]:
        stream.compress = False
        content = stream.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
        stream.stream = [zlib.compress(content, PACKING)]
        stream.extra["Filter"] = "/FlateDecode"


def _with_fallbacks(style: str) -> str:
    """The style with the fall-back named behind every face.

    >>> _with_fallbacks(".GwKai { font: 9pt/1 GwKai; color: red }")
    '.GwKai { font: 9pt/1 GwKai, GwRareLight; color: red }'
    """
    return ASKED_FOR.sub(lambda face: f"{face[0]}, {FALLBACKS[face[0]]}", style)


@cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    atexit.register(_release)
    return FontConfiguration()


def _release() -> None:
    """The copies that WeasyPrint keeps of the fonts are deleted while there still is an interpreter to do it."""
    for kept in (_style, _faces, _fonts):
        kept.cache_clear()


@cache
def _faces() -> Any:
    return _style(FONT_FACES)


@lru_cache(maxsize=8)
def _style(css: str) -> Any:
    from weasyprint import CSS

    return CSS(string=css, url_fetcher=_fetcher({}), font_config=_fonts())


def _fetcher(pictures: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OursAlone(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Knows our fonts and the given pictures by name; has no way to a file or a host that a document names."""

        def fetch(self, url: str, headers: object = None) -> Any:
            scheme, _, name = url.partition(":")
            if scheme == "font" and name in FILES:
                return URLFetcherResponse(
                    url, (FOLDER / "fonts" / FILES[name]).read_bytes(), {"Content-Type": "font/ttf"}
                )
            if scheme == "picture" and name in pictures:
                return URLFetcherResponse(url, pictures[name], {"Content-Type": "image/svg+xml"})
            raise ValueError(f"a document may not fetch {url}")

    return OursAlone()


class _Listening(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@contextmanager
def _nothing_to_say() -> Iterator[None]:
    """WeasyPrint leaves out what it cannot set and only logs it; what is left out of a letter must not go unseen."""
    listening, log = _Listening(), logging.getLogger("weasyprint")
    log.addHandler(listening)
    try:
        with warnings.catch_warnings():
            # WeasyPrint 70 leaves its colour profile to the garbage collector to close.
            warnings.filterwarnings("ignore", "unclosed file .*sRGB2014", ResourceWarning)
            yield
    finally:
        log.removeHandler(listening)
    if listening.heard:
        raise Misprint("; ".join(listening.heard))
