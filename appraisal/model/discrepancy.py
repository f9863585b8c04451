"""What does not hold in a public log, said so that somebody can act on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Discrepancy(StrEnum):
    """Kinds of what can be wrong. The first six are about ballots or events, the others about the log itself or its counts."""

    DELETED = "deleted"
    ADDED = "added"
    CHANGED = "changed"
    NO_BATCH = "no_batch"
    AFTER_CLOSE = "after_close"
    COMMENTS = "comments"
    ORDER = "order"
    CHAIN = "chain"
    SIGNATURE = "signature"
    ROOT = "root"
    HEADER = "header"
    CODES = "codes"
    MORE_THAN_CODES = "more_than_codes"
    SPENT = "spent"
    OPENED = "opened"
    PUBLISHED = "published"
    INCOMPLETE = "incomplete"


SAID: Final[Mapping[Discrepancy, str]] = {
    Discrepancy.DELETED: "第%(batch)s批：少了%(count)s条记录，它们在日志里，在数据库里却没有了。",
    Discrepancy.ADDED: "第%(batch)s批：多了%(count)s条日志里没有的记录。",
    Discrepancy.CHANGED: "第%(batch)s批：%(count)s条记录的内容与日志不符，已被改动或调换。",
    Discrepancy.NO_BATCH: "有%(count)s张评议票记在第%(batch)s批，日志里却没有这一批。",
    Discrepancy.AFTER_CLOSE: "日志已经完结（最后是第%(batch)s批），却还有%(count)s张评议票不在任何一批里。",
    Discrepancy.COMMENTS: "第%(batch)s批：密封的文字意见与日志不符。",
    Discrepancy.ORDER: "第%(batch)s批：日志头的编号或种类不对，有日志头被删除或调换。",
    Discrepancy.CHAIN: "第%(batch)s批：日志头与上一批接不上。",
    Discrepancy.SIGNATURE: "第%(batch)s批：日志头的签名不对。",
    Discrepancy.ROOT: "第%(batch)s批：保存的叶子与日志头里的根不符。",
    Discrepancy.HEADER: "第%(batch)s批：日志头写的轮次、规则或票数与实际不符。",
    Discrepancy.CODES: "第%(batch)s批：发出的评议码与日志头不符，有评议码被增加、删除或改动。",
    Discrepancy.MORE_THAN_CODES: "评议票有%(count)s张，多于发出的评议码%(expected)s个。",
    Discrepancy.SPENT: "评议票有%(count)s张，用过的评议码有%(expected)s个，两者应当相等。",
    Discrepancy.OPENED: "开启的评议票有%(count)s张，密封的有%(expected)s张，两者应当相等。",
    Discrepancy.PUBLISHED: "第%(batch)s批：与以前公布的日志不同。日志被重写过，或者数据库退回到了更早的状态。",
    Discrepancy.INCOMPLETE: "日志还没有完结：评议截止后的最后一批还没有记入。",
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that does not hold. ``batch``: the number of the batch (or of the audit log's stretch), 0 for the whole log."""

    what: Discrepancy
    batch: int
    count: int = 0
    expected: int = 0
    names: tuple[str, ...] = field(default=())

    @property
    def source(self) -> str:
        """The Chinese text with its parts still open."""
        return SAID[self.what]

    @property
    def parts(self) -> Mapping[str, object]:
        return {"batch": self.batch, "count": self.count, "expected": self.expected}

    def __str__(self) -> str:
        names = f" ({', '.join(self.names)})" if self.names else ""
        return self.source % self.parts + names
