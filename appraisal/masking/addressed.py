"""People who are named by half: 老王, 小李, 王姐, 陈总, 王科长, 姓王的, 阿强, 外号大头."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from appraisal.masking.folding import Found
from appraisal.masking.kinds import Kind
from appraisal.masking.lexicon import labelled, listed, segmenter

KIN: Final = (
    "姐|哥|叔|姨|伯|嫂|爷|婶|妈|姑|舅|奶奶|大姐|大哥|大爷|大妈|阿姨|老|某某?|某人|董(?!事)"
    "|总(?![体是结共数之额局部理算要想觉会量的在])|工(?![程人作资厂业地商期会匠艺友伤具序龄种费段单信时])"
    "|局(?![面限部势长])|处(?![长理罚分])|科(?![长技室学员目])|队(?![长伍员])|所(?![长以有在谓需])|院(?![长子里])"
)
# What is done to people only.
ASKED: Final = frozenset("被找问听跟请")
TITLE: Final = "|".join(sorted((each for each in listed("titles") if len(each) > 1), key=len, reverse=True))
NICKNAMED: Final = re.compile(
    r"(?:外号|绰号|人称|网名|昵称|小名|花名)(?:叫做?|是|为)?[:“\"「]?([一-鿿]{2,4}?|[A-Za-z0-9_]{2,20})(?=[”\"」,。;!?的\x00]|$|说|在|就|也|负责)"
)
FAMILY: Final = re.compile(r"(?<![百贵同老])姓(?!名|氏|什么|啥)([一-鿿])(?=[的,。;!?工科主局处办男女先师]|$)")
ANON: Final = re.compile(
    r"(?<!天)阿(?!姨|拉|里|胶|公|婆|爸|妈|訇|哥|根廷|富汗|斯|尔)([一-鿿])(?=[说讲告态服很不没也还就给让要把的在,。;!?和跟姐哥]|$)"
)


def small_spans(text: str) -> Iterator[Found]:
    """老王 and 小李."""
    for match in _small().finditer(text):
        if _stands_alone(text, match.start(), match.end()):
            yield *match.span(), Kind.PERSON


def half_spans(text: str) -> Iterator[Found]:
    """Other forms of address, not in order and perhaps over one another: the caller sorts them."""
    for match in _kin().finditer(text):
        if _is_form(match.group()[:2]) and not _is_inside(text, match.start(), match.end()):
            yield *match.span(), Kind.PERSON
    for match in _titled().finditer(text):
        if not _is_inside(text, match.start(1), match.end(1)):
            yield *match.span(1), Kind.PERSON
    for pattern in (NICKNAMED, FAMILY):
        for match in pattern.finditer(text):
            yield *match.span(1), Kind.PERSON
    for match in ANON.finditer(text):
        yield *match.span(), Kind.PERSON


@lru_cache(maxsize=1)
def _any_surname() -> str:
    kept = labelled("surnames")
    singles = "".join({*"".join(kept["sure"]), *"".join(kept["weak"]), *"".join(kept["rare"])})
    return f"(?:{'|'.join(kept['double'])}|[{singles}])"


@lru_cache(maxsize=1)
def _small() -> re.Pattern[str]:
    return re.compile(rf"(?<![大中幼从弱])[老小]{_any_surname()}")


@lru_cache(maxsize=1)
def _kin() -> re.Pattern[str]:
    return re.compile(rf"{_any_surname()}(?:{KIN})")


@lru_cache(maxsize=1)
def _titled() -> re.Pattern[str]:
    return re.compile(rf"({_any_surname()})(?:{TITLE})")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether 老王 or 小李 is not the beginning of a longer word, such as 小龙虾 or 老黄牛."""
    if text[start:end] in listed("not_small") and text[max(0, start - 1) : start] not in ASKED:
        return False
    if text[end - 1 : end + 1] in listed("not_names") or _is_inside(text, start, end):
        return False
    known = segmenter().has_word
    return not any(known(text[first : end + 1]) for first in (start, end - 1) if end < len(text))


def _is_form(head: str) -> bool:
    """Whether a surname with one more sign is no word of its own, such as 施工 or 高工."""
    return head not in listed("not_forms") and head not in listed("not_names")


def _is_inside(text: str, start: int, end: int) -> bool:
    """Whether the surname ends a word that began before it: 公安局长, 开会计划."""
    known = segmenter().has_word
    return any(start - back >= 0 and known(text[start - back : start + 1]) for back in (1, 2))
