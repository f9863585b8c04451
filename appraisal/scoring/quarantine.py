"""Setting a cohort aside, and letting it back in: two people with reasons each time, and nothing is ever deleted."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from appraisal.model.faults import Refused
from appraisal.model.round import RoundState
from appraisal.model.signal import (
    RUNNING,
    SECOND,
    QuarantineState,
    Signal,
    SignalKind,
    SignalRules,
    next_quarantine_state,
)
from appraisal.scoring.quality import closed_round, find_signal, quality
from appraisal.store import Session
from appraisal.store.quarantine import (
    KeptCohort,
    NewCohort,
    add_cohort,
    cohorts,
    decided_since_scoring,
    find_cohort,
    move_cohort,
)
from appraisal.store.rounds import KeptRound

NO_SIGNAL: Final = "本轮没有这条信号，可能是规则或页面已经变了，请刷新。"
NO_COHORT: Final = "没有这一批评议票。"
NOT_REGISTERED: Final = "本轮开始评议时没有登记信号的界限，所以不能隔离任何评议票；信号只供参考。"
NO_BALLOTS: Final = "这条信号说的是评议码，不指向任何评议票，没有可以隔离的。"
RUNNING_ALREADY: Final = "这条信号说的评议票已经提请隔离或正在隔离。"
NO_REASON: Final = "请写明理由。"
SAME_PERSON: Final = "提出的人不能自己复核，请另一个账号的同事来决定。"
PUBLISHED: Final = "本轮结果已经发布，不能再隔离或放回评议票。"


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort with the signal and the limits that describe it, as they were when it was proposed."""

    kept: KeptCohort
    signal: Signal
    rules: SignalRules


def round_cohorts(db: Session, round_code: str) -> tuple[Cohort, ...]:
    """Every cohort of a closed round. Raises ``Refused`` before its ballots lie open."""
    kept = closed_round(db, round_code)
    return tuple(_cohort(one) for one in cohorts(db, kept.id))


def outdated(db: Session, kept: KeptRound) -> bool:
    """Whether ballots were set aside or released since the round was scored: it should be scored again."""
    return decided_since_scoring(db, kept.id)


def propose(db: Session, round_code: str, key: str, actor: str, now: datetime, reason: str) -> int:
    """Propose that the ballots of a signal be set aside; the cohort's id. Nothing changes before somebody else agrees.

    Raises ``Refused`` without a reason, for an unknown signal, one without ballots or one that is proposed already, in a round
    that registered no limits or is published.
    """
    kept, said = _round_to_decide(db, round_code), _reason(reason)
    registered = kept.plan.policy.signals
    if registered is None:
        raise Refused(NOT_REGISTERED)
    signal = find_signal(db, round_code, key)
    if signal is None:
        raise Refused(NO_SIGNAL)
    if not signal.numbers:
        raise Refused(NO_BALLOTS)
    if any(one.signal == key and one.state in RUNNING for one in cohorts(db, kept.id)):
        raise Refused(RUNNING_ALREADY)
    new = NewCohort(kept.id, key, formula(signal, registered), kept.frozen_sha256 or "", signal.numbers)
    return add_cohort(db, new, actor, now, said)


def decide(db: Session, round_code: str, cohort_id: int, action: str, actor: str, now: datetime, reason: str) -> None:
    """Take the next step: ``hold``, ``decline``, ``ask_release``, ``release``, ``keep``.

    Raises ``Refused`` without a reason, when the step is not the next one, when ``hold`` or ``release`` come from whoever asked
    for it, and once the round is published; ``Moved`` when somebody was quicker.
    """
    kept, said = _round_to_decide(db, round_code), _reason(reason)
    cohort = find_cohort(db, cohort_id)
    if cohort is None or cohort.round_id != kept.id:
        raise Refused(NO_COHORT)
    to = next_quarantine_state(cohort.state, action)
    if action in SECOND and cohort.asked_by == actor:
        raise Refused(SAME_PERSON)
    move_cohort(db, cohort, to, actor, action, now, said)


def formula(signal: Signal, rules: SignalRules) -> str:
    """Signal and limits as one canonical line; the ballots are kept beside it."""
    said = {name: value for name, value in asdict(signal).items() if name != "numbers"}
    content = {"signal": said, "rules": asdict(rules)}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def proposable(db: Session, round_code: str) -> frozenset[str]:
    """Keys of the signals that may be proposed now."""
    kept, found = closed_round(db, round_code), quality(db, round_code)
    if not found.registered or kept.state is RoundState.PUBLISHED:
        return frozenset()
    running = {one.signal for one in cohorts(db, kept.id) if one.state in RUNNING}
    return frozenset(one.key for one in found.signals if one.numbers and one.key not in running)


def _cohort(kept: KeptCohort) -> Cohort:
    content = json.loads(kept.formula)
    said = {**content["signal"], "kind": SignalKind(content["signal"]["kind"]), "numbers": ()}
    return Cohort(kept, Signal(**said), SignalRules(**content["rules"]))


def _round_to_decide(db: Session, code: str) -> KeptRound:
    kept = closed_round(db, code)
    if kept.state is RoundState.PUBLISHED:
        raise Refused(PUBLISHED)
    return kept


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused(NO_REASON)
    return reason.strip()


STEPS: Final[Mapping[QuarantineState, tuple[str, ...]]] = {
    QuarantineState.PROPOSED: ("hold", "decline"),
    QuarantineState.HELD: ("ask_release",),
    QuarantineState.RELEASING: ("release", "keep"),
}
