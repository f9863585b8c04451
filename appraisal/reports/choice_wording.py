"""The names of other fair choices to score by, said here alone."""

from collections.abc import Mapping
from typing import Final

from appraisal.i18n import text
from appraisal.model.sensitivity import Choice

N_: Final = str
CHOICES: Final[Mapping[str, str]] = {
    Choice.OFFICIAL: N_("正式得分"),
    Choice.ALL_BALLOTS: N_("计入隔离的评议票"),
    Choice.UNSIGNALLED: N_("不计信号涉及的评议票"),
    Choice.EQUAL: N_("各类主体权重相同"),
    Choice.SATISFIED: N_("满意算100分，其余算0分"),
}


def choice(one: Choice, language: str) -> str:
    """What is chosen, in a few words."""
    return text(language, CHOICES[one])
