"""Hostile texts of 100 KB: no pattern needs more than its share of time, measured on the processor."""

import re
import time
from collections.abc import Callable, Iterable

import pytest

from appraisal.masking import addressed, firms, mask, names, numbers, written
from appraisal.masking.folding import Found, folded

SIZE = 100_000
HOSTILE = [
    "1",
    "a",
    "A1",
    "1 ",
    "1-",
    "王",
    "老王",
    "公司",
    "的公司",
    "和公司",
    "a@",
    "a.",
    "(2024)",
    "京A",
    "路1号",
    "1栋",
    "张有",
    "姓",
    "微信a",
    "年1月",
    "·王",
    "编号1-",
    "x" * 60 + "@",
    "一",
    "〔2024〕第",
    "有限",
    " ",
]
MODULES = (addressed, firms, names, numbers, written)
PATTERNS = {
    f"{module.__name__}.{name}": pattern
    for module in MODULES
    for name, pattern in vars(module).items()
    if isinstance(pattern, re.Pattern)
} | {
    "addressed._small": addressed._small(),
    "addressed._kin": addressed._kin(),
    "addressed._titled": addressed._titled(),
}
FINDERS: list[Callable[[str], Iterable[Found]]] = [
    written.house_spans,
    written.day_spans,
    written.court_spans,
    numbers.number_spans,
    numbers.code_spans,
    addressed.half_spans,
]


def spent(deed: Callable[[], object]) -> float:
    """Processor seconds: the better of two runs."""

    def once() -> float:
        before = time.process_time()
        deed()
        return time.process_time() - before

    return min(once(), once())


def hostile(sign: str, size: int = SIZE) -> str:
    return (sign * (size // len(sign) + 1))[:size]


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_no_pattern_needs_200_ms_for_100_kb(name: str) -> None:
    def search(sign: str) -> Callable[[], object]:
        text = hostile(sign)
        return lambda: sum(1 for _ in PATTERNS[name].finditer(text))

    slow = {sign: spent(search(sign)) for sign in HOSTILE}
    assert {sign: needed for sign, needed in slow.items() if needed >= 0.2} == {}


@pytest.mark.parametrize("finder", FINDERS, ids=lambda finder: finder.__name__)
def test_a_finder_needs_for_ten_times_the_text_no_more_than_twenty_times(
    finder: Callable[[str], Iterable[Found]],
) -> None:
    for sign in HOSTILE:
        short, long = folded(hostile(sign, SIZE // 10)).digits, folded(hostile(sign)).digits
        little = spent(lambda short=short: list(finder(short)))
        assert spent(lambda long=long: list(finder(long))) < max(0.05, 20 * little), sign


@pytest.mark.parametrize("sign", HOSTILE)
def test_masking_a_hostile_text_ends(sign: str) -> None:
    short, long = hostile(sign, 4_000), hostile(sign, 40_000)
    assert spent(lambda: mask(long)) < max(0.5, 25 * spent(lambda: mask(short)))
