"""What somebody typed, as it is kept."""

import unicodedata


def plain_text(typed: str) -> str:
    """A text without control signs and outer blanks; line breaks, all of one kind, and tabs stay. ``""`` where nothing is left.

    >>> plain_text(" first\\x00\\r\\nsecond\\x1b ")
    'first\\nsecond'
    """
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) != "Cc").strip()
