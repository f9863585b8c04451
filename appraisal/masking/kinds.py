"""What can be masked, and what is told of it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of personal data; the value is what stands in the masked text, in brackets."""

    PERSON = "姓名"
    COMPANY = "单位"
    PROJECT = "项目"
    PHONE = "电话"
    IDENTITY = "身份证号"
    BANK_CARD = "银行卡号"
    CREDIT_CODE = "信用代码"
    PLATE = "车牌"
    PASSPORT = "证件号"
    EMAIL = "邮箱"
    WEB = "网址"
    ACCOUNT = "微信或QQ"
    ADDRESS = "地址"
    CASE = "编号"
    DATE = "日期"
    NUMBER = "号码"
    OTHER = "隐去"

    @property
    def placeholder(self) -> str:
        return f"【{self.value}】"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Signs ``start`` to ``end`` (not included) of the text as it was written."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Masked:
    """``text``: with placeholders; ``spans``: what they stand for, rising, apart from one another, counted in the original."""

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """Strings that the organiser knows. ``people`` and ``companies`` are masked wherever they stand, ``public`` terms never are
    taken for a name or a company: departments, halls, posts."""

    people: frozenset[str] = field(default_factory=frozenset)
    companies: frozenset[str] = field(default_factory=frozenset)
    public: frozenset[str] = field(default_factory=frozenset)


def covered(text: str, spans: tuple[Span, ...]) -> str:
    """The text with a placeholder for each span; spans rise and do not overlap.

    >>> covered("找王芳", (Span(1, 3, Kind.PERSON),))
    '找【姓名】'
    """
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], span.kind.placeholder]
        at = span.end
    return "".join([*parts, text[at:]])
