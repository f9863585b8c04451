"""Did it help? Every problem struck off, or kept under watch, beside the same mark in the next round."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from appraisal import stats
from appraisal.model.faults import Refused
from appraisal.model.finding import FindingState
from appraisal.model.helped import Helped, Verdict
from appraisal.scoring.comparing import SIGNIFICANT, chosen_from, compare, figures, sides, verdict
from appraisal.store import Session
from appraisal.store.following import LedgerFinding, find_findings
from appraisal.store.rechecks import next_round
from appraisal.store.rounds import KeptRound, find_round

LEVEL: Final = 1 - SIGNIFICANT
ASKED_AFTER: Final = frozenset({FindingState.CLOSED, FindingState.WATCHED})


@dataclass(frozen=True, eq=False)
class _Pair:
    finding: LedgerFinding
    first: stats.Counts
    second: stats.Counts
    chosen: int
    found: stats.ShareChange


def helped(db: Session, round_code: str) -> tuple[Helped, ...]:
    """What became of the problems of a round that were struck off or are watched, by number; the next scored round tells.

    q is adjusted over all problems of that round that can be compared (Benjamini & Hochberg 1995): of those said to have improved
    or become worse, at most one in twenty is expected to be neither. Raises ``Refused`` for an unknown round.
    """
    before = find_round(db, round_code)
    if before is None:
        raise Refused("没有代码为“%(code)s”的评议轮次。", code=round_code)
    findings = [one for one in find_findings(db, round_code) if one.state in ASKED_AFTER]
    code = next_round(db, round_code)
    now = find_round(db, code) if code else None
    if now is None:
        return tuple(_unsaid(one, Verdict.WAITING if one.option else Verdict.COMMENTS, "") for one in findings)
    pairs = {one.number: _pair(db, one, before, now) for one in findings}
    q = _adjusted(pairs)
    return tuple(_said(one, pairs[one.number], q.get(one.number, np.nan), before, now) for one in findings)


def helped_by(db: Session, finding: LedgerFinding) -> Helped | None:
    """The same of one finding; ``None`` while it is still being worked on."""
    if finding.state not in ASKED_AFTER:
        return None
    return next((one for one in helped(db, finding.round_code) if one.number == finding.number), None)


def _pair(db: Session, finding: LedgerFinding, before: KeptRound, now: KeptRound) -> _Pair | None:
    both = sides(db, finding, before, now) if finding.option else None
    if both is None:
        return None
    chosen = chosen_from(db, finding, before, int(both[0].ticked.sum()))
    return _Pair(finding, *both, chosen, compare(*both, chosen, LEVEL))


def _adjusted(pairs: dict[str, _Pair | None]) -> dict[str, float]:
    compared = {number: pair.found.p for number, pair in pairs.items() if pair is not None and pair.found.n_now}
    q = stats.benjamini_hochberg(np.array(list(compared.values()), dtype=np.float64))
    return dict(zip(compared, q.tolist(), strict=True))


def _said(finding: LedgerFinding, pair: _Pair | None, q: float, before: KeptRound, now: KeptRound) -> Helped:
    if pair is None:
        return _unsaid(finding, Verdict.NOT_ASKED if finding.option else Verdict.COMMENTS, now.plan.code)
    least = before.plan.policy.flag_minimum_n
    return Helped(
        number=finding.number,
        round_code=finding.round_code,
        department=finding.department,
        item=finding.item,
        option=finding.option,
        verdict=verdict(pair.found, q, least),
        against=now.plan.code,
        figures=figures(pair.first, pair.second, pair.found, q, pair.chosen, LEVEL),
    )


def _unsaid(finding: LedgerFinding, why: Verdict, against: str) -> Helped:
    place = (finding.department, finding.item, finding.option)
    return Helped(finding.number, finding.round_code, *place, verdict=why, against=against)
