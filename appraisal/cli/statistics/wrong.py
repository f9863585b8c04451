"""What may be wrong with a file of figures, said in both languages, and the list that gathers it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from appraisal import stats
from appraisal.model.faults import Fault, Faulty

ENCODING: Final = "不是UTF-8编码的文件，请另存为UTF-8 / not UTF-8: save the file as UTF-8"
EMPTY: Final = "文件是空的 / the file is empty"
NO_ROWS: Final = "标题行下没有数据 / there is no row under the heading"
BROKEN: Final = "不是CSV：%(why)s / no CSV: %(why)s"
MISSING: Final = "缺少这一列 / this column is missing"
NAMELESS: Final = "第%(place)s列没有列名 / column %(place)s has no name"
UNSEEN: Final = "有不可见的控制字符，请删去 / an invisible control character: delete it"
TWICE_NAMED: Final = "这一列出现了两次 / this column is there twice"
RAGGED: Final = "有%(found)s格，应有%(wanted)s格 / %(found)s cells, the heading has %(wanted)s"
BLANK: Final = "不能为空 / must not be empty"
NO_NUMBER: Final = "“%(value)s”不是数 / “%(value)s” is not a number"
TOO_LARGE: Final = "%(value)s的绝对值超过%(most)s / %(value)s is beyond ±%(most)s"
NEGATIVE: Final = "%(value)s小于0，应为不小于0的数 / %(value)s is negative: a number of at least 0 is needed"
NOT_POSITIVE: Final = (
    "%(value)s不大于0，应为正数或留空 / %(value)s: a positive number is needed, or nothing where it is unknown"
)
OFF_SCALE: Final = "%(value)s不在%(low)s到%(high)s之间 / %(value)s is not between %(low)s and %(high)s"
NO_ITEM: Final = "没有题目列 / there is no column of an item"
NO_LEVEL: Final = "“%(value)s”不是此项在%(source)s中的类别 / “%(value)s” is no level of this margin in %(source)s"
NO_COLUMN: Final = "%(source)s没有“%(value)s”列 / %(source)s has no column “%(value)s”"
NO_COUNT: Final = "“%(value)s”不是正整数 / “%(value)s” is not a whole number of at least 1"
NOT_OVER_0: Final = "%(value)s不大于0 / %(value)s: a number over 0 is needed"
NO_MARK: Final = "“%(value)s”不是0或1 / “%(value)s” is neither 0 nor 1"
TWICE: Final = "与第%(first)s行重复 / the same as in row %(first)s"
STRANGER: Final = "“%(value)s”不在%(source)s中 / “%(value)s” is not in %(source)s"
DIFFERS: Final = (
    "与同一层第%(first)s行的“%(other)s”不同 / differs from “%(other)s” in row %(first)s, which is of the same stratum"
)
TOO_MANY: Final = (
    "这一层有%(sampled)s人作答，多于总数%(population)s / "
    "%(sampled)s respondents of this stratum, more than its population of %(population)s"
)
LONELY: Final = (
    "这一层只有1人作答，无法估计方差 / a single respondent in this stratum: its variance cannot be estimated"
)
WEIGHTLESS: Final = "所有权重都是0 / all weights are 0"
NO_JSON: Final = "不是JSON：%(why)s / no JSON: %(why)s"
NO_MATRIX: Final = "应为%(size)s×%(size)s的矩阵 / a matrix of %(size)s × %(size)s is needed"
NO_LIST: Final = "应为%(size)s个值的列表 / a list of %(size)s values is needed"


class Wrong:
    """The faults found so far; reading goes on so that all are told at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(self, file: str, row: int, column: str, message: str, **parts: object) -> None:
        self.faults.append(Fault(file, row, column, message % parts if parts else message))

    def settle(self) -> None:
        """Raises ``Faulty`` with everything found, in the order of files and rows."""
        if self.faults:
            files = list(dict.fromkeys(fault.file for fault in self.faults))
            raise Faulty(tuple(sorted(self.faults, key=lambda fault: (files.index(fault.file), fault.row))))


@contextmanager
def told_of(file: str) -> Iterator[None]:
    """What the statistics themselves refuse, said as a fault of the file."""
    try:
        yield
    except stats.Unusable as unusable:
        raise Faulty((Fault(file, 0, "", str(unusable)),)) from unusable
