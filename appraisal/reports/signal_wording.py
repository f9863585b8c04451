"""What a signal says and what became of it, in words made here alone: the office's pages and the round's report say the same."""

from collections.abc import Mapping
from typing import Final

from appraisal.i18n import text
from appraisal.model.round import RoundPlan
from appraisal.model.signal import QuarantineState, Signal, SignalKind
from appraisal.reports import figures

N_: Final = str
SENTENCES: Final[Mapping[SignalKind, str]] = {
    SignalKind.LONE: N_(
        "%(seen)s份评议票只评了%(department)s一个部门，而且全选%(end)s的答案；这样的评议票，其他部门平均%(expected)s份。"
    ),
    SignalKind.EXTREME: N_(
        "%(where)s：%(seen)s份评议票一反对其他部门的评价，给%(department)s的全是%(end)s的答案；按它得到的其他答案，预计约%(expected)s份。"
    ),
    SignalKind.IDENTICAL: N_("%(where)s：%(seen)s份评议票对同样的部门给出完全相同的答案；按偶然预计约%(expected)s份。"),
    SignalKind.ALIKE: N_("%(where)s：%(seen)s份评议票几乎是另一份评议票的翻版；按偶然预计约%(expected)s份。"),
    SignalKind.CONTENTED: N_(
        "%(where)s：%(seen)s份评议票对所有部门都选最好的答案；按其余评议票预计约%(expected)s份。满意的人很多，本来就有这样的评议票。"
    ),
    SignalKind.STRAIGHT: N_(
        "%(where)s：%(seen)s份评议票从头到尾是同一个答案（不是最好的）；按偶然预计约%(expected)s份。"
    ),
    SignalKind.BURST: N_(
        "公开登记的一批评议票（%(among)s份）里，有%(seen)s份给%(department)s的是%(end)s的答案；按整轮的比例，预计约%(expected)s份。哪一份在哪一批，开启时已经忘掉；下面涉及的，是全轮中一反对其他部门的评价、给它的全是%(end)s答案的评议票。"
    ),
    SignalKind.RESPONSE: N_(
        "%(where)s第%(end)s批评议码用了%(seen)s个（共%(among)s个）；按其他各批预计约%(expected)s个。说的是评议码，不指向任何评议票。"
    ),
}
KINDS: Final[Mapping[SignalKind, str]] = {
    SignalKind.LONE: N_("只评一个部门"),
    SignalKind.EXTREME: N_("集中给一个部门极端评价"),
    SignalKind.IDENTICAL: N_("答案完全相同"),
    SignalKind.ALIKE: N_("答案几乎相同"),
    SignalKind.CONTENTED: N_("全部选最好"),
    SignalKind.STRAIGHT: N_("从头到尾一个答案"),
    SignalKind.BURST: N_("同一批集中给一个部门极端评价"),
    SignalKind.RESPONSE: N_("一批评议码的使用率异常"),
}
ENDS: Final[Mapping[str, str]] = {"worst": N_("最差"), "best": N_("最好")}
STATES: Final[Mapping[QuarantineState, str]] = {
    QuarantineState.PROPOSED: N_("已提请隔离，待复核"),
    QuarantineState.HELD: N_("隔离中"),
    QuarantineState.RELEASING: N_("隔离中，已提请放回，待复核"),
    QuarantineState.RELEASED: N_("已放回"),
    QuarantineState.DECLINED: N_("没有隔离"),
}


def kind(signal: Signal, language: str) -> str:
    """What is unusual, in a few words."""
    return text(language, KINDS[signal.kind])


def state(kept: QuarantineState, language: str) -> str:
    """What was decided about a cohort."""
    return text(language, STATES[kept])


def sentence(plan: RoundPlan, signal: Signal, language: str) -> str:
    """What a signal says, with its figures. ``plan`` knows the names of what it speaks of."""
    strata = {one.code: one.name for one in plan.strata}
    departments = {one.code: one.name for one in plan.departments}
    end = ENDS.get(signal.end)
    return text(
        language,
        SENTENCES[signal.kind],
        where=strata[signal.stratum][language] if signal.stratum else text(language, "各类评议主体合计"),
        department=departments[signal.department][language] if signal.department else "",
        end=text(language, end) if end else signal.end,
        seen=figures.whole(signal.seen),
        among=figures.whole(signal.among),
        expected=figures.whole(signal.expected),
    )
