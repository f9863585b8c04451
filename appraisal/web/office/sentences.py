"""A flag said in words: what was counted, what was to be expected, and how likely it is by chance alone."""

from appraisal.model.results import FlagResult
from appraisal.reports import figures
from appraisal.web.language import _


def flag_sentence(flag: FlagResult, department: str, mark: str) -> str:
    """What was counted, against the average of all departments."""
    return _(
        "评价%(department)s的%(n)s份评议票中，有%(count)s份勾选“%(mark)s”，占%(share)s；"
        "按各部门的平均情况预计为%(expected)s，实际是预计的%(ratio)s倍。",
        department=department,
        n=figures.whole(flag.n),
        count=figures.whole(flag.count),
        mark=mark,
        share=figures.share(flag.share),
        expected=figures.share(flag.expected),
        ratio=figures.ratio(flag.ratio),
    )


def chance_sentence(flag: FlagResult) -> str:
    """How likely that is by chance: the exact p, and the two q values that allow for many tests at once."""
    return _(
        "如果只是偶然，出现这么多的概率：p = %(p)s；同时检验许多项之后：q = %(bh)s（Benjamini–Hochberg），%(by)s（Benjamini–Yekutieli）。",
        p=figures.chance(flag.p),
        bh=figures.chance(flag.q_bh),
        by=figures.chance(flag.q_by),
    )
