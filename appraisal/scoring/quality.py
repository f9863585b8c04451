"""Signals of a closed round: computed once, the same whenever they are asked for, with what they would change."""

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np

from appraisal import stats
from appraisal.model.faults import Refused
from appraisal.model.round import RoundState
from appraisal.model.signal import Signal, SignalKind, SignalRules
from appraisal.scoring.ballot_table import OpenedTable, ballot_table
from appraisal.scoring.runs import NO_ROUND, UNOPENED
from appraisal.scoring.signals import BatchSum, BatchSums, Found, find_signals
from appraisal.store import Session
from appraisal.store.casting import codes_by_issue
from appraisal.store.logs import last_number
from appraisal.store.opened import opened_count
from appraisal.store.peaks import peaks_of
from appraisal.store.rounds import KeptRound, find_round

SEALED: Final = "本轮评议还没有结束，评议票封存，不能检查。"
FEWEST_ISSUES: Final = 4
# Opened ballots never change, and dealing answers out anew takes seconds: what was found is kept for the process.
_FOUND: Final[OrderedDict[tuple[object, ...], tuple[Signal, ...]]] = OrderedDict()
_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Quality:
    """``registered``: whether the limits were in the policy when the round opened; without that nothing may be set aside."""

    rules: SignalRules
    registered: bool
    ballots: int
    signals: tuple[Signal, ...]


def quality(db: Session, round_code: str) -> Quality:
    """The signals of a closed round, the strongest kinds first. Raises ``Refused`` before its ballots lie open."""
    kept = closed_round(db, round_code)
    registered = kept.plan.policy.signals
    rules = registered or SignalRules()
    ballots = opened_count(db, kept.id)
    key = (str(db.get_bind().engine.url), kept.id, kept.frozen_sha256, ballots, rules)
    if key not in _FOUND:
        _FOUND[key] = _computed(db, kept, rules)
        if len(_FOUND) > _MOST:
            _FOUND.popitem(last=False)
    return Quality(rules, registered is not None, ballots, _FOUND[key])


def closed_round(db: Session, code: str) -> KeptRound:
    """The round, if its ballots lie open. Raises ``Refused``."""
    kept = find_round(db, code)
    if kept is None:
        raise Refused(NO_ROUND, code=code)
    if kept.state in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(SEALED)
    if not opened_count(db, kept.id):
        raise Refused(UNOPENED)
    return kept


def find_signal(db: Session, round_code: str, key: str) -> Signal | None:
    """The signal under that key, or ``None``."""
    return next((one for one in quality(db, round_code).signals if one.key == key), None)


def _computed(db: Session, kept: KeptRound, rules: SignalRules) -> tuple[Signal, ...]:
    opened = ballot_table(db, kept)
    # From the frozen hash: anybody who computes the round again deals the answers out in the same way.
    rng = np.random.default_rng(list(bytes.fromhex(kept.frozen_sha256 or "00")[:8]))
    found = [_signal(kept, opened, one) for one in find_signals(opened.table, rules, rng, _batch_sums(db, kept))]
    return (*found, *_response(db, kept, rules))


def _batch_sums(db: Session, kept: KeptRound) -> BatchSums:
    place = {row_id: at for at, row_id in enumerate(kept.department_ids.values())}
    values = {one.code: one.value for one in kept.plan.questionnaire.item(kept.plan.policy.score_item).options}
    worst = min(value for value in values.values() if value is not None)
    sums = tuple(
        BatchSum(place[one.department_id], values[one.option] == worst, one.count, one.ballots, one.expected)
        for one in peaks_of(db, kept.id)
    )
    return BatchSums(sums, last_number(db, kept.id) * len(place) * 2)


def _signal(kept: KeptRound, opened: OpenedTable, one: Found) -> Signal:
    numbers = tuple(opened.numbers[one.members].tolist())
    stratum = "" if one.stratum < 0 else list(kept.stratum_ids)[one.stratum]
    department = "" if one.department < 0 else list(kept.department_ids)[one.department]
    end = "" if one.worst is None else ("worst" if one.worst else "best")
    key = _key(one.kind, stratum, department, end, *numbers)
    return Signal(key, one.kind, stratum, department, end, one.seen, one.among, one.expected, one.q, numbers)


def _key(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def _response(db: Session, kept: KeptRound, rules: SignalRules) -> list[Signal]:
    """Issues of codes within a stratum whose share of used codes is far from the others'. Codes, not ballots: no cohort."""
    names = {row_id: code for code, row_id in kept.stratum_ids.items()}
    cells = [cell for cell in codes_by_issue(db, kept.id) if cell.issued >= rules.minimum_ballots]
    if len(cells) < FEWEST_ISSUES:
        return []
    issued = np.array([cell.issued for cell in cells], dtype=np.float64)
    spent = np.array([cell.spent for cell in cells], dtype=np.float64)
    share = np.arcsin(np.sqrt((spent + 0.375) / (issued + 0.75)))
    scaled = (share - np.median(share)) * 2 * np.sqrt(issued + 0.5)
    away = scaled / max(1.4826 * float(np.median(np.abs(scaled))), 1.0)
    expected = issued * np.sin(np.median(share)) ** 2
    found = []
    for at in np.flatnonzero(np.abs(away) >= rules.response).tolist():
        stratum, seen, p = names[cells[at].stratum], int(spent[at]), 2 * float(stats.normal_tail(abs(away[at])))
        key = _key(SignalKind.RESPONSE, stratum, cells[at].issue)
        numbers = (seen, int(issued[at]), float(expected[at]), p, ())
        found.append(Signal(key, SignalKind.RESPONSE, stratum, "", str(cells[at].issue), *numbers))
    return found
