"""The one way from HTML to PDF: our own fonts, nothing else is ever fetched."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER: Final = Path(__file__).parent
FONTS: Final = {
    "GwFang": "FandolFang-Regular.ttf",
    "GwKai": "FandolKai-Regular.ttf",
    "GwHei": "FandolHei-Regular.ttf",
    "GwBiao": "FandolSong-Bold.ttf",
}
FONT_FACES: Final = "\n".join(f'@font-face {{ font-family: {name}; src: url("font:{name}") }}' for name in FONTS)


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


def print_pdf(html: str, css: str) -> bytes:
    """The document as PDF. ``css`` may name the families GwFang, GwKai, GwHei and GwBiao; any other address is refused unread."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fetcher, fonts = _fetcher(), FontConfiguration()
    style = CSS(string=f"{FONT_FACES}\n{css}", url_fetcher=fetcher, font_config=fonts)
    document = HTML(string=html, url_fetcher=fetcher)
    return bytes(document.write_pdf(stylesheets=[style], font_config=fonts))


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFontsAlone(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Knows four fonts by name; has no way to a file or a host that a document names."""

        def fetch(self, url: str, headers: object = None) -> Any:
            scheme, _, name = url.partition(":")
            if scheme != "font" or name not in FONTS:
                raise ValueError(f"a document may not fetch {url}")
            return URLFetcherResponse(url, (FOLDER / "fonts" / FONTS[name]).read_bytes(), {"Content-Type": "font/ttf"})

    return OwnFontsAlone()
