"""Firms, shops and projects: the word that ends such a name is looked for, and its beginning a few words to the left."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from appraisal.masking.folding import Found
from appraisal.masking.kinds import Kind
from appraisal.masking.lexicon import listed, segmenter, words_of

PROJECT_ENDS: Final = ("项目", "工程", "标段", "地块", "楼盘", "小区", "花园", "家园", "公馆", "安置区")
END: Final = re.compile(f"(?:{'|'.join(sorted(listed('firm_ends'), key=lambda end: (-len(end), end)))})++")
PROJECT: Final = re.compile("|".join(PROJECT_ENDS))
# Words that end like a firm and are none.
NO_FIRM: Final = re.compile(
    r"图书馆|博物馆|档案馆|体育馆|文化馆|美术馆|展览馆|纪念馆|科技馆|殡仪馆|规划馆|登记|书记|笔记|标记|忘记|记得|记录|记者|记账|记住|记入|记不|记下|店铺|铺张|铺设|铺路|铺面|商铺|床铺|作坊|街坊|坊间|牌坊|工厂里"
    r"|公司法|厂房|厂区|厂里|厂家|厂商|厂长|店家|店面|店主|店员|店长|店里|场馆|开馆|闭馆|馆里|馆长|各集团|水厂|电厂|自来水厂|污水处理厂|公办幼儿园|机关幼儿园"
)
PLACE: Final = re.compile(r"^(?:[一-鿿]{2,3}?[省市区县镇乡])+?")
PARENS: Final = re.compile(r"\([一-鿿]{2,4}\)$")
LONGEST: Final = 16
SHORTEST_STEM: Final = 2
LONGEST_STEM: Final = 4
# Words that join, and stand in coined names as well: 瑞和, 和隆.
INNER: Final = frozenset("和与及同以为")
SIGN: Final = re.compile(r"[一-鿿A-Za-z0-9&·]")


@dataclass(frozen=True, slots=True)
class Firm:
    """``stem``: what is its own in the name, without place, trade and legal form."""

    start: int
    end: int
    stem: str


def firms(text: str) -> Iterator[Firm]:
    """Firms that are named, rising and apart; "this company" or "a noodle shop" is none."""
    last = 0
    for match in END.finditer(text):
        if match.start() < last or _is_no_firm(text, match.start(), match.end()):
            continue
        start = _start(text, last, match.start())
        stem = own_part(text[start : match.start()])
        if stem:
            last = match.end()
            yield Firm(start, last, stem)


def project_spans(text: str) -> Iterator[Found]:
    """Projects and estates with a coined name: words of the dictionary alone are no name."""
    last = 0
    for match in PROJECT.finditer(text):
        if match.start() < last:
            continue
        start = _start(text, last, match.start())
        if _is_coined(own_part(text[start : match.start()])):
            last = match.end()
            yield start, last, Kind.PROJECT


def own_part(name: str) -> str:
    """What is left of the front of a firm's name without place and trade; ``""`` where any firm is meant.

    >>> own_part("示范市恒瑞达科技"), own_part("物业管理"), own_part("这家测绘")
    ('恒瑞达', '', '')
    """
    own = _bare(name)
    return own if len(own) > 1 or _is_surname_shop(name, own) else ""


def _bare(name: str) -> str:
    bare = PLACE.sub("", name)
    words = words_of(bare)
    trades = listed("trades")
    while words and (words[-1] in trades or not SIGN.match(words[-1])):
        words.pop()
    while words and words[0] not in INNER and (words[0] in trades or _is_stop(words[0]) or not SIGN.match(words[0])):
        words.pop(0)
    return "".join(words)


def _is_surname_shop(name: str, own: str) -> bool:
    """老王 as in 老王面馆, of which one sign is left."""
    return bool(own) and name.startswith(("老" + own, "小" + own, own + "记", own + "氏"))


def _is_no_firm(text: str, start: int, end: int) -> bool:
    return any(
        start < match.end() and match.start() < end for match in NO_FIRM.finditer(text, max(0, start - 5), end + 2)
    )


def _start(text: str, last: int, end: int) -> int:
    """Where the name begins: going left word by word until a word that no name has."""
    first = max(last, end - LONGEST)
    front = re.split(r"[^一-鿿A-Za-z0-9&·()]", text[first:end])[-1]
    words = words_of(front)
    at = end
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        if _is_stop(word) and not _is_inner(words[:place], word, text[at:end]):
            break
        at -= len(word)
    while at < end and text[at] in "()·":
        at += 1
    return at


def _is_stop(word: str) -> bool:
    return word in listed("firm_stops") or _is_joint(word)


def _is_inner(front: list[str], word: str, behind: str) -> bool:
    """Whether 和 belongs to the name: between single signs, or where there is nothing before that it could join."""
    if word not in INNER:
        return False
    before = front[-1] if front else ""
    own = len(_bare(behind))
    if own >= SHORTEST_STEM:
        return bool(before) and (_is_stop(before) or bool(PLACE.fullmatch(before)))
    return own == 1 or len(before) == 1 or (bool(before) and not before.isascii() and _is_name_like(before))


def _is_name_like(word: str) -> bool:
    """Whether the dictionary has the word as a name of somebody or something."""
    return segmenter().tag(word, False)[0][1] in {"nr", "nz", "nrt", "nrfg"}


@lru_cache(maxsize=20_000)
def _is_joint(word: str) -> bool:
    """Whether a word joins others and names nothing: pronouns, prepositions, conjunctions, particles, adverbs of several signs."""
    tagged = segmenter().tag(word, False)
    return len(word) > 1 and len(tagged) == 1 and tagged[0][1][:1] in {"r", "p", "c", "u", "y", "e"}


def _is_coined(own: str) -> bool:
    """Whether the dictionary has to cut the name into single signs."""
    words = words_of(own)
    if len(own) < SHORTEST_STEM or len(words) > LONGEST_STEM or own[0].isdigit():
        return False
    return any(len(word) == 1 for word in words) and not any(_is_time(word) for word in words)


def _is_time(word: str) -> bool:
    """Whether a word counts or dates."""
    return any(sign in "年月日天周季一二三四五六七八九十两几半第多" for sign in word)
