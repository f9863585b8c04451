"""Texts in Chinese, the language of the source, and in English.

A text is written in Chinese where it is used, ``_("提交")``; its English stands in ``locale/en/<area>.po``. The catalogues are
read once from their sources, so there is no compiled file that could be out of date. A text without a translation is
shown in Chinese; a test sees to it that there is none.
"""

import io
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES: Final = {"zh": "中文", "en": "English"}
DEFAULT: Final = "zh"
TAGS: Final = {"zh": "zh-CN", "en": "en"}
LOCALE_FOLDER: Final = Path(__file__).parent / "locale"


@cache
def catalogue(language: str) -> NullTranslations:
    """The texts of one language, all areas together. An unknown language is read as Chinese."""
    if language not in LANGUAGES or language == DEFAULT:
        return NullTranslations()
    texts = Translations()
    for path in sorted((LOCALE_FOLDER / language).glob("*.po")):
        compiled = io.BytesIO()
        with path.open("rb") as source:
            write_mo(compiled, read_po(source, locale=language))
        compiled.seek(0)
        texts.merge(Translations(compiled))
    return texts


def text(language: str, message: str, **parts: object) -> str:
    """One text in one language, with its ``%(name)s`` parts filled in.

    >>> text("zh", "第%(n)s个", n=3)
    '第3个'
    """
    said = catalogue(language).ugettext(message)
    return said % parts if parts else said
