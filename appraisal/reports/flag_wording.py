"""The sentence that explains a flag, made here alone: pages, forms and the command line say the same of the same numbers."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from appraisal.i18n import text
from appraisal.model.flags import FlagResult, Rule
from appraisal.model.round import RoundPlan
from appraisal.reports import figures

N_: Final = str
RULES: Final[Mapping[str, str]] = {
    Rule.EXCESS: N_("多于预计"),
    Rule.EB05: N_("比值仍高"),
    Rule.FUNNEL: N_("超出漏斗"),
    Rule.WORSE: N_("比上一轮差"),
    Rule.GAP: N_("主体之间分歧"),
}


class Seen(Protocol):
    """What the sentence about a mark's share says: ballots, how many ticked, shares as seen and expected, and their ratio."""

    @property
    def n(self) -> int: ...
    @property
    def count(self) -> int: ...
    @property
    def share(self) -> float: ...
    @property
    def expected(self) -> float: ...
    @property
    def ratio(self) -> float: ...


def rule(flag: FlagResult, language: str) -> str:
    """The name of the rule that raised it."""
    return text(language, RULES[flag.rule])


def why(plan: RoundPlan, flag: FlagResult, language: str) -> str:
    """What was counted, and what it is compared with, in one sentence. ``plan`` knows the names of what the flag speaks of."""
    return _SENTENCES[flag.rule, bool(flag.item)](flag, _names(plan, flag, language), language)


def chance(flag: FlagResult, language: str) -> str:
    """How likely that is by chance: p, and the two q values that allow for many tests at once.

    Empty for the shrunken ratio: it is no test, and chance is taken out of it already.
    """
    parts = {"p": figures.chance(flag.p), "bh": figures.chance(flag.q_bh), "by": figures.chance(flag.q_by)}
    if flag.rule == Rule.EB05:
        return ""
    if flag.rule in (Rule.EXCESS, Rule.FUNNEL):
        return text(
            language,
            "如果只是偶然，出现这么多的概率：p = %(p)s；"
            "同时检验许多项之后：q = %(bh)s（Benjamini–Hochberg），%(by)s（Benjamini–Yekutieli）。",
            **parts,
        )
    return text(
        language,
        "如果只是偶然，相差这么多的概率：p = %(p)s；"
        "同时检验许多项之后：q = %(bh)s（Benjamini–Hochberg），%(by)s（Benjamini–Yekutieli）。",
        **parts,
    )


def subject(plan: RoundPlan, flag: FlagResult, language: str) -> str:
    """What at the department the flag is about: the mark, or the score."""
    return _names(plan, flag, language)["mark"] if flag.item else text(language, "得分")


def _names(plan: RoundPlan, flag: FlagResult, language: str) -> Mapping[str, str]:
    strata = {stratum.code: stratum.name[language] for stratum in plan.strata}
    department = next(one.name[language] for one in plan.departments if one.code == flag.department)
    mark = plan.questionnaire.item(flag.item).option(flag.option).label[language] if flag.item else ""
    return {
        "department": department,
        "mark": mark,
        "stratum": strata.get(flag.stratum, ""),
        "other": strata.get(flag.other, ""),
    }


def more_than_elsewhere(seen: Seen, department: str, mark: str, language: str) -> str:
    """How often a mark was ticked at a department, beside what the kinds of respondents that it has tick on average."""
    return text(
        language,
        "评价%(department)s的%(n)s份评议票中，有%(count)s份勾选“%(mark)s”，占%(share)s；"
        "按这些评议人所属各类主体在各部门的平均勾选率预计为%(expected)s，实际是预计的%(ratio)s倍。",
        department=department,
        mark=mark,
        n=figures.whole(seen.n),
        count=figures.whole(seen.count),
        share=figures.share(seen.share),
        expected=figures.share(seen.expected),
        ratio=figures.ratio(seen.ratio),
    )


def _excess(flag: FlagResult, names: Mapping[str, str], language: str) -> str:
    return more_than_elsewhere(flag, names["department"], names["mark"], language)


def _shrunk(flag: FlagResult, names: Mapping[str, str], language: str) -> str:
    return text(
        language,
        "扣除份数少带来的偶然之后，%(department)s被勾选“%(mark)s”的比例估计是预计的%(ratio)s倍，有95%%的把握不低于%(bound)s倍。",
        department=names["department"],
        mark=names["mark"],
        ratio=figures.ratio(flag.ratio),
        bound=figures.ratio(flag.bound or 0.0),
    )


def _funnel(flag: FlagResult, names: Mapping[str, str], language: str) -> str:
    return text(
        language,
        "勾选“%(mark)s”的占评价%(department)s的%(share)s，各部门合计为%(expected)s；"
        "即使考虑到部门之间本来就有差别，评价份数为%(n)s份的部门也很少超过%(bound)s（99.8%%控制限）。",
        department=names["department"],
        mark=names["mark"],
        share=figures.share(flag.share),
        expected=figures.share(flag.expected),
        n=figures.whole(flag.n),
        bound=figures.share(flag.bound),
    )


def _worse_mark(flag: FlagResult, names: Mapping[str, str], language: str) -> str:
    return text(
        language,
        "勾选“%(mark)s”的占评价%(department)s的%(share)s，上一轮是%(expected)s；有95%%的把握至少多了%(bound)s个百分点。",
        department=names["department"],
        mark=names["mark"],
        share=figures.share(flag.share),
        expected=figures.share(flag.expected),
        bound=figures.share_points(flag.bound),
    )


def _worse_score(flag: FlagResult, names: Mapping[str, str], language: str) -> str:
    return text(
        language,
        "%(department)s的得分是%(share)s，上一轮是%(expected)s；有95%%的把握至少降了%(bound)s分。",
        department=names["department"],
        share=figures.score(flag.share),
        expected=figures.score(flag.expected),
        bound=figures.distance(flag.bound),
    )


def _gap(flag: FlagResult, names: Mapping[str, str], language: str) -> str:
    return text(
        language,
        "%(stratum)s给%(department)s的平均分是%(share)s，%(other)s给的是%(expected)s，前者减后者为%(difference)s分；"
        "这两类主体对各部门的这一差距通常是%(bound)s分。",
        department=names["department"],
        stratum=names["stratum"],
        other=names["other"],
        share=figures.score(flag.share),
        expected=figures.score(flag.expected),
        difference=figures.points(flag.share - flag.expected),
        bound=figures.points(flag.bound),
    )


_Sentence = Callable[[FlagResult, Mapping[str, str], str], str]
# By rule, and by whether it speaks of a mark or of the score.
_SENTENCES: Final[Mapping[tuple[str, bool], _Sentence]] = {
    (Rule.EXCESS, True): _excess,
    (Rule.EB05, True): _shrunk,
    (Rule.FUNNEL, True): _funnel,
    (Rule.WORSE, True): _worse_mark,
    (Rule.WORSE, False): _worse_score,
    (Rule.GAP, False): _gap,
}
