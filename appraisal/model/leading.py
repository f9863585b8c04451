"""Wording that steers an answer. A question that asks to be answered well measures obedience, so it is not published."""

import re
from typing import Final

STEERING: Final = (
    r"请.{0,6}给(?:予|个|我们)?.{0,4}(?:满意|好评|高分|满分|支持)",
    r"(?:给予|打出|打个|送上).{0,4}(?:满意|好评|高分|满分|五星)",
    r"请.{0,6}(?:选择?|勾选?|填写?|评为|投)[^意不]{0,4}[“\"「]?(?:(?:很|非常|比较)满意|满意)(?!度|程度|与否|或|、|,不|/)",
    r"(?:希望|期待|盼望|相信|确保|争取).{0,10}(?:满意|好评|满分|肯定)",
    r"感谢.{0,8}(?:满意|好评|满分)",
    r"(?:务必|一定要?).{0,10}(?:满意|好评)",
    r"看好.{0,4}满意度",
    r"(?:难道|是不是)不?.{0,8}满意",
    r"\bplease\b.{0,30}\b(?:rate|mark|tick|choose|select|give|answer)\b.{0,30}\b(?:satisfied|full marks|top marks|five stars|5 stars)\b",
    r"\b(?:we|i) (?:hope|trust|believe)\b.{0,30}\bsatisfied\b",
    r"\b(?:don't|do not|wouldn't|aren't) you\b",
    r"\b(?:thank|thanks)\b.{0,30}\b(?:satisfied|good rating|full marks)\b",
    r"\bgive us\b.{0,20}\b(?:good|top|full|five|5|best)\b",
)
_STEERING: Final = re.compile("|".join(f"(?:{pattern})" for pattern in STEERING), re.IGNORECASE)


def leading_phrase(text: str) -> str:
    """The first phrase that steers the answer, or ``""``.

    >>> leading_phrase("请您给予满意评价，谢谢"), leading_phrase("您对该部门总体上是否满意?")
    ('请您给予满意', '')
    """
    found = _STEERING.search(text)
    return found.group() if found else ""
