"""Signals, cohorts and their consequences, said in the language of the page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from flask import g

from appraisal.model.round import RoundPlan
from appraisal.model.signal import QuarantineState, Signal, SignalRules
from appraisal.reports import figures, signal_wording
from appraisal.scoring.quarantine import STEPS, Cohort
from appraisal.store.trails import Step
from appraisal.web.language import _

N_: Final = str
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
    return SignalView(
        key=signal.key,
        kind=signal_wording.kind(signal, g.language),
        sentence=signal_wording.sentence(plan, signal, g.language),
        chance=figures.chance(signal.q),
        ballots=len(signal.numbers),
        proposable=signal.key in proposable,
    )


def cohort_view(plan: RoundPlan, cohort: Cohort, login: str) -> CohortView:
    """``login``: whoever looks; a second step is offered only to somebody else than the one who asked for it."""
    kept = cohort.kept
    own = kept.asked_by == login
    offered = [name for name in STEPS.get(kept.state, ()) if not (own and name in ("hold", "release"))]
    return CohortView(
        id=kept.id,
        kind=signal_wording.kind(cohort.signal, g.language),
        sentence=signal_wording.sentence(plan, cohort.signal, g.language),
        ballots=kept.ballots,
        state=signal_wording.state(kept.state, g.language),
        held=kept.state in (QuarantineState.HELD, QuarantineState.RELEASING),
        formula=kept.formula,
        frozen_sha256=kept.frozen_sha256,
        steps=kept.steps,
        deeds=tuple(DeedView(name, *(_(words) for words in DEEDS[name])) for name in offered),
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
