"""Names of people: a surname, what stands beside it, and whether the words around still make sense without it.

Each place where a surname stands is weighed by itself, within a few signs to either side, so that the time grows with the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from appraisal.masking.folding import Found
from appraisal.masking.kinds import Kind
from appraisal.masking.lexicon import labelled, listed, segmenter, signs, words_of

ENOUGH: Final = 2.6
# Most given names have two signs.
LONGER: Final = 0.3
# Signs to either side that are weighed.
REACH: Final = 6
LONGEST_CUE: Final = 5
# Signs that no given name has.
NEVER_GIVEN: Final = frozenset(
    "的了是不我你他她它们这那就都也很说到去要让给被把还没跟对从吗呢吧啊嘛呀哪什么怎办事个次号收拖推局科处所室厅站问答讲找等打请做拿看听吃坐走跑"
    "某送付签盖领排队点间里外下些几两又再才却因但且或及其此该各每"
)
# Signs that a given name has now and then, and every sentence.
SELDOM_GIVEN: Final = frozenset("在有和与来回多少前后上左右分交用干话电为而向年")
# Surnames that count things, and what stands before them then.
MEASURES: Final = frozenset("张段项任期单成")
COUNTS: Final = frozenset("他哪这那一二两三四五六七八九十几每多半数0123456789")
DOTTED: Final = re.compile(
    r"[一-鿿]{2,6}(?:[·•・][一-鿿]{1,6}){0,2}[·•・]"
    r"[一-鿿]{1,6}?(?=[说讲问告答不没很态也还就给让要把的在是和跟到去来收拖推接]|[^一-鿿]|$|主任|科长|局长|先生|女士|同志)"
)
INTRODUCED: Final = re.compile(
    r"(?:姓名|名叫|名字叫|名字是|我叫|人叫|联系人|署名|落款)[:是为叫]{0,2}"
    r"([一-鿿]{2,3})(?=[ ,。;!?)\n]|$|的(?:工作|办事|同志|干部|科员|人))"
)
SIGN: Final = re.compile(r"[一-鿿]")
BREAK: Final = frozenset(" ,。;:!?、()\n\t\"“”'‘’《》【】[]-—…\x00")


@dataclass(frozen=True, slots=True)
class Surname:
    """``weight``: how far the surname alone speaks for a name."""

    length: int
    weight: float


def name_spans(text: str) -> Iterator[Found]:
    """Full names, rising and apart."""
    places = _places(text)
    last = 0
    for match in SIGN.finditer(text):
        at = match.start()
        if at < last:
            continue
        surname = surname_at(text, at)
        end = surname and _best_end(text, at, surname, places)
        if end:
            last = end
            yield at, end, Kind.PERSON


def dotted_spans(text: str) -> Iterator[Found]:
    """Names of several parts with a raised dot."""
    for match in DOTTED.finditer(text):
        yield *match.span(), Kind.PERSON


def introduced_spans(text: str) -> Iterator[Found]:
    """What stands alone after "name:" or "is called", whatever its surname: 平安 and 高兴 are names there."""
    for match in INTRODUCED.finditer(text):
        if not any(sign in NEVER_GIVEN for sign in match.group(1)):
            yield *match.span(1), Kind.PERSON


def surname_at(text: str, at: int) -> Surname | None:
    """The surname that may begin here; a double one before a single one."""
    known = _surnames()
    if text[at : at + 2] in known["double"]:
        return Surname(2, 3.0)
    if text[at] in known["sure"]:
        return Surname(1, 2.0)
    if text[at] in known["weak"]:
        return Surname(1, 0.9)
    if text[at] in known["rare"]:
        return Surname(1, 0.0)
    return None


@lru_cache(maxsize=1)
def _surnames() -> dict[str, frozenset[str]]:
    kept = labelled("surnames")
    return {
        "sure": frozenset("".join(kept["sure"])),
        "weak": frozenset("".join(kept["weak"])),
        "rare": frozenset("".join(kept["rare"])),
        "double": frozenset(kept["double"]),
    }


def _places(text: str) -> dict[int, tuple[int, str]]:
    """For each sign the start and the word of the dictionary that it lies in."""
    places, start = {}, 0
    for word in words_of(text):
        for at in range(start, start + len(word)):
            places[at] = (start, word)
        start += len(word)
    return places


def _best_end(text: str, at: int, surname: Surname, places: dict[int, tuple[int, str]]) -> int | None:
    """Where the name that begins here ends; None when nothing speaks for one."""
    before = _before(text, at)
    scored = []
    for given in (2, 1):
        end = at + surname.length + given
        part = text[at + surname.length : end]
        if len(part) == given and SIGN.match(part[-1]) and SIGN.match(part[0]):
            weight = (
                surname.weight
                + LONGER * (given == 2)
                + before
                + _given(part)
                + _after(text, end)
                + _fit(text, at, end, places)
            )
            scored.append((weight, given, end))
    if not scored:
        return None
    weight, _given_length, end = max(scored)
    return end if weight >= ENOUGH else None


def _before(text: str, at: int) -> float:
    """What the words before say: 3 for those that a name must follow, 1 for those that it may, 0.5 for a pause."""
    if at == 0:
        return 0.5
    cues = labelled("cues")
    tails = _tails(text, at)
    if tails & set(cues["named"]):
        return 3.5
    if tails & set(cues["strong"]):
        return 3.0
    if tails & set(cues["weak"]):
        return 1.0
    return 0.5 if text[at - 1] in BREAK else 0.0


def _tails(text: str, at: int) -> set[str]:
    held = text[max(0, at - LONGEST_CUE) : at]
    return {held[-length:] for length in range(1, len(held) + 1)}


def _is_introduced(text: str, at: int, end: int) -> bool:
    """Whether the words around leave nothing but a name: 名叫 … before and a pause behind, or a title behind."""
    heads = {text[end : end + length] for length in range(2, 5)}
    if heads & listed("titles"):
        return at == 0 or text[at - 1] in BREAK
    ends = end == len(text) or text[end] in BREAK or text[end] == "的"
    return ends and bool(_tails(text, at) & set(labelled("cues")["named"]))


def _given(part: str) -> float:
    """How far signs are those of given names."""
    usual = signs("given")
    weight = sum(0.8 if sign in usual else -0.2 for sign in part)
    return weight - 4.0 * sum(sign in NEVER_GIVEN for sign in part) - 0.8 * sum(sign in SELDOM_GIVEN for sign in part)


def _after(text: str, end: int) -> float:
    """What follows: 3 for a title, 1.2 for what a person does, 0.8 for a pause."""
    if end == len(text) or text[end] in BREAK:
        return 0.8
    heads = {text[end : end + length] for length in range(1, 5)}
    if heads & listed("titles"):
        return 3.0
    return 1.2 if heads & listed("verbs") or _goes_on(text[end : end + REACH]) else 0.0


def _goes_on(rest: str) -> bool:
    """Whether the next word is a verb, a preposition, an adverb, a pronoun or a conjunction."""
    return segmenter().tag(words_of(rest)[0], False)[0][1][:1] in "vpdrc"


def _fit(text: str, at: int, end: int, places: dict[int, tuple[int, str]]) -> float:
    """Whether the sentence still falls into words around the name, and whether the name itself is a word."""
    start, word = places[at]
    weight = 0.0
    if text[at : at + 2] in listed("not_names") or _is_word(text[at:end]):
        weight -= 0.0 if _is_introduced(text, at, end) else 3.0
    elif _is_word(text[at : at + 2]):
        weight -= 1.0
    if text[at] in MEASURES and text[max(0, at - 1) : at] in COUNTS:
        weight -= 4.0
    if start < at:
        weight -= 2.5
    elif len(word) > 1 and end - at != len(word) and not _is_name_word(word):
        weight -= 1.5
    weight += 1.0 if _is_name_word(text[at:end]) else 0.0
    rest = text[end : end + REACH]
    return weight - 0.7 * _loose(rest) + (0.5 if _starts_word(text, end, places) else -0.3)


def _starts_word(text: str, end: int, places: dict[int, tuple[int, str]]) -> bool:
    return end >= len(text) or places[end][0] == end


def _loose(rest: str) -> int:
    """1 when what follows begins with a sign that is no word by itself."""
    words = words_of(rest)
    if not words or len(words[0]) > 1 or not SIGN.match(words[0]):
        return 0
    return int(words[0] not in listed("verbs") and not _goes_on(rest))


@lru_cache(maxsize=20_000)
def _is_word(text: str) -> bool:
    """Whether the dictionary has it as a word that is no name."""
    return segmenter().has_word(text) and not _is_name_word(text)


@lru_cache(maxsize=20_000)
def _is_name_word(text: str) -> bool:
    """Whether the dictionary has it as a name of somebody."""
    tagged = segmenter().tag(text, False)
    return len(text) > 1 and len(tagged) == 1 and tagged[0][1].startswith("nr")
