"""The rehearsal of a tally key as a round's history tells it: which key was tried, and which shares of it."""

from collections.abc import Iterable
from typing import Final

REHEARSED: Final = "rehearse_key"
SPLIT: Final = "split_key"


def rehearsal_note(fingerprint: str, shares: Iterable[int]) -> str:
    """The key's fingerprint, and the numbers of the shares that gave it; none for a key that is a file.

    >>> rehearsal_note("e3ad-cf7e-f437-0592", [3, 1])
    'e3ad-cf7e-f437-0592 1 3'
    """
    return " ".join([fingerprint, *map(str, sorted(shares))])


def rehearsed_shares(notes: Iterable[str], fingerprint: str) -> frozenset[int]:
    """Which shares of that very key took part in a rehearsal, over all its rehearsals.

    >>> sorted(rehearsed_shares(["aa 1 2", "bb 3", "aa 2 3"], "aa"))
    [1, 2, 3]
    """
    found: set[int] = set()
    for note in notes:
        named, *numbers = note.split()
        if named == fingerprint:
            found |= {int(number) for number in numbers}
    return frozenset(found)
