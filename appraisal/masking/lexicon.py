"""The word lists beside this module, and the dictionary that cuts a sentence into words."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import rjieba

FOLDER: Final = Path(__file__).with_name("words")


@cache
def segmenter() -> "rjieba.Jieba":
    """The dictionary; loaded once, about 40 MB, by whoever masks and by nobody else."""
    import rjieba

    return rjieba.Jieba()


@cache
def listed(name: str) -> frozenset[str]:
    """The words of a plain list, parted by blanks."""
    return frozenset(word for line in _lines(name) for word in line.split())


@cache
def labelled(name: str) -> dict[str, tuple[str, ...]]:
    """Lists of which each line begins with its label."""
    return {words[0]: tuple(words[1:]) for words in map(str.split, _lines(name))}


@cache
def signs(name: str) -> frozenset[str]:
    """The single signs of a list."""
    return frozenset("".join(_lines(name))) - {" "}


def words_of(text: str) -> list[str]:
    """The text cut into words that the dictionary knows, the rest into single signs.

    >>> words_of("窗口排队太久")
    ['窗口', '排队', '太久']
    """
    return list(segmenter().cut(text, False))


def _lines(name: str) -> Iterator[str]:
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
