"""Signals, cohorts and their consequences, said in the language of the page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from flask import g

from appraisal.model.round import RoundPlan
from appraisal.model.signal import QuarantineState, Signal, SignalKind, SignalRules
from appraisal.reports import figures
from appraisal.scoring.quarantine import STEPS, Cohort
from appraisal.store.trails import Step
from appraisal.web.language import _

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
DEEDS: Final[Mapping[str, tuple[str, str]]] = {
    "hold": (N_("同意隔离"), N_("得分从此不计这些评议票，附表仍计。评议票不删除，以后可以放回。")),
    "decline": (N_("不隔离"), N_("这些评议票照常计入得分。")),
    "ask_release": (N_("提请放回"), N_("还要另一个账号的同事同意，在那以前仍然隔离。")),
    "release": (N_("同意放回"), N_("得分从此重新计入这些评议票。")),
    "keep": (N_("继续隔离"), N_("这些评议票仍然隔离。")),
}


@dataclass(frozen=True, slots=True)
class SignalView:
    """``ballots``: how many the cohort has; ``chance``: q or p, as it is written; ``proposable``: a form may be offered."""

    key: str
    kind: str
    sentence: str
    chance: str
    ballots: int
    proposable: bool


@dataclass(frozen=True, slots=True)
class DeedView:
    """A step that may be taken now: its name in the address, the button, what it means."""

    action: str
    button: str
    meaning: str


@dataclass(frozen=True, slots=True)
class CohortView:
    id: int
    kind: str
    sentence: str
    ballots: int
    state: str
    held: bool
    formula: str
    frozen_sha256: str
    steps: tuple[Step, ...]
    deeds: tuple[DeedView, ...]


@dataclass(frozen=True, slots=True)
class LimitView:
    """A registered limit: what it limits, and how much."""

    words: str
    value: str


def signal_view(plan: RoundPlan, signal: Signal, proposable: Collection[str]) -> SignalView:
    chance = figures.chance(signal.q)
    return SignalView(
        signal.key, _(KINDS[signal.kind]), sentence(plan, signal), chance, len(signal.numbers), signal.key in proposable
    )


def cohort_view(plan: RoundPlan, cohort: Cohort, login: str) -> CohortView:
    """``login``: whoever looks; a second step is offered only to somebody else than the one who asked for it."""
    kept = cohort.kept
    own = kept.asked_by == login
    offered = [name for name in STEPS.get(kept.state, ()) if not (own and name in ("hold", "release"))]
    return CohortView(
        id=kept.id,
        kind=_(KINDS[cohort.signal.kind]),
        sentence=sentence(plan, cohort.signal),
        ballots=kept.ballots,
        state=_(STATES[kept.state]),
        held=kept.state in (QuarantineState.HELD, QuarantineState.RELEASING),
        formula=kept.formula,
        frozen_sha256=kept.frozen_sha256,
        steps=kept.steps,
        deeds=tuple(DeedView(name, *(_(words) for words in DEEDS[name])) for name in offered),
    )


def sentence(plan: RoundPlan, signal: Signal) -> str:
    """What a signal says, with its figures."""
    strata = {one.code: one.name for one in plan.strata}
    departments = {one.code: one.name for one in plan.departments}
    end = ENDS.get(signal.end)
    return _(
        SENTENCES[signal.kind],
        where=strata[signal.stratum][g.language] if signal.stratum else _("各类评议主体合计"),
        department=departments[signal.department][g.language] if signal.department else "",
        end=_(end) if end else signal.end,
        seen=figures.whole(signal.seen),
        among=figures.whole(signal.among),
        expected=figures.whole(signal.expected),
    )


def limits(rules: SignalRules) -> tuple[LimitView, ...]:
    """The limits as they were registered."""
    return (
        LimitView(_("偶然出现的可能不超过"), figures.weight(rules.q)),
        LimitView(_("超出预计至少"), _("%(n)s份", n=figures.whole(rules.minimum_ballots))),
        LimitView(_("比较的评议票至少答了"), _("%(n)s个部门", n=figures.whole(rules.minimum_answers))),
        LimitView(_("几乎相同：答案相同的至少占"), figures.share(rules.match)),
        LimitView(_("几乎相同：q不超过"), figures.weight(rules.match_q)),
        LimitView(_("同一个答案：每类主体容许超出预计"), figures.share(rules.allowance)),
        LimitView(_("评议码使用率：偏离中位数的标准差"), figures.weight(rules.response)),
    )
