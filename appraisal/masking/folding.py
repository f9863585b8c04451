"""One spelling for what is written in many: full width, compatibility forms, signs of no width, Chinese digits."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from appraisal.masking.kinds import Kind

# Start, end and kind, counted in folded signs.
Found = tuple[int, int, Kind]

CHINESE_DIGITS: Final = str.maketrans("零〇○幺一壹弌二贰两三叁四肆五伍六陆七柒八捌九玖", "000111122233445566778899")
# Signs that show nothing and are put between digits to get past a filter.
# Signs after which a Chinese digit belongs to a word: 一直, 三次, 两个.
COUNTING: Final = "直下个次样定般些起共趟周家张到问遍路边块番份条名位句天口面再切会半种类旦律经概致"
WORDY: Final = re.compile(rf"[零一二两三四五六七八九](?=[{COUNTING}])")
UNSEEN: Final = frozenset({"Cf", "Mn", "Me", "Cc"})
GONE: Final = "\x00"


@dataclass(frozen=True, slots=True)
class Folded:
    """``text``: folded signs; ``origin[i]``: where sign ``i`` stood, with one more entry for the end of the original."""

    text: str
    origin: tuple[int, ...]

    @property
    def digits(self) -> str:
        """The same signs with Chinese digits as 0 to 9, sign for sign; those that count something are blank."""
        return WORDY.sub(GONE, self.text).translate(CHINESE_DIGITS)

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded signs ``start`` to ``end`` stood in the original; ``start`` < ``end``."""
        return self.origin[start], self.origin[end - 1] + 1


def folded(text: str) -> Folded:
    """Fold sign by sign, so that places can be told in the original.

    >>> folded("１３８\\u200b幺").text, folded("１３８\\u200b幺").digits, folded("１\\u200b幺").origin
    ('138幺', '1381', (0, 2, 3))
    """
    signs: list[str] = []
    origin: list[int] = []
    for at, sign in enumerate(text):
        if unicodedata.category(sign) in UNSEEN and sign not in "\n\t":
            continue
        for one in unicodedata.normalize("NFKC", sign):
            signs.append(one)
            origin.append(at)
    return Folded("".join(signs), (*origin, len(text)))


def blanked(text: str, found: Iterable[Found]) -> str:
    """The text with nothing left to find at these places; as long as before."""
    parts, at = [], 0
    for start, end, _kind in found:
        parts += [text[at:start], GONE * (end - start)]
        at = end
    return "".join([*parts, text[at:]])
