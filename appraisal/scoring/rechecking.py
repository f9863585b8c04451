"""A mini-sample: how large it has to be, and what it showed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np

from appraisal import stats
from appraisal.model.faults import Refused
from appraisal.model.helped import VERDICTS, Helped, RecheckNeed, StratumNeed, Ticked, level_of
from appraisal.model.round import RoundState
from appraisal.scoring.comparing import chosen_from, compare, figures, sides, verdict
from appraisal.scoring.reading import results
from appraisal.store import Session
from appraisal.store.following import LedgerFinding, find_findings, note_finding
from appraisal.store.rechecks import find_recheck, keep_verdict, rechecks_of
from appraisal.store.rounds import KeptRound, find_round

# Fewer codes in a stratum, and the few who got one could be recognised.
LEAST_CODES: Final = 30
# Where nothing was given out here before (ballots that were imported), so many of ten people asked are taken to answer.
USUAL_RESPONSE: Final = 0.3


def recheck_need(db: Session, number: str, strata: Sequence[str], aim: float, power: float = 0.8) -> RecheckNeed:
    """Answers and codes for a mini-sample that shows, with chance ``power``, that the share has come down to ``aim``.

    The answers are shared out as those of the round were, which makes the comparison surest; codes follow from who answered then
    and who knew the department. Raises ``Refused`` for an unknown finding, one without a mark, and strata that are not there.
    """
    finding, kept = _finding(db, number), _round_of(db, number)
    if not finding.option:
        raise Refused("这个问题来自意见建议，没有可以再问一次的选项。")
    if not strata or not set(strata) <= set(kept.stratum_ids):
        raise Refused("请选择这一轮的主体类别。")
    whole = sides(db, finding, kept, kept)
    assert whole is not None  # a round asks like itself
    chosen = chosen_from(db, finding, kept, int(whole[0].ticked.sum()))
    wanted = np.array([code in strata for code in kept.stratum_ids])
    before = stats.Counts(whole[0].ticked[wanted], whole[0].n[wanted])
    if not before.n.sum() or not 0 <= aim < before.ticked.sum() / before.n.sum():
        raise Refused("要显示的占比必须低于原来的占比。")
    # What the other strata ticked is as it is: the choice that is left to these.
    chosen = max(0, chosen - int(whole[0].ticked[~wanted].sum()))
    level = level_of(len(rechecks_of(db, number)) + 1)
    people = [each.population for each in kept.plan.strata if each.code in strata]
    known = None if None in people else int(sum(each or 0 for each in people))
    answers = stats.answers_to_show(before, aim, power=power, population=known, chosen_from=chosen, level=level)
    answers = _judgeable(answers, kept.plan.policy.flag_minimum_n, known)
    share = float(before.ticked.sum() / before.n.sum())
    shared = _shared_out(db, finding, kept, before, strata, answers) if answers else ()
    return RecheckNeed(Ticked(int(before.ticked.sum()), int(before.n.sum()), share), aim, power, level, answers, shared)


def recheck_result(db: Session, round_code: str) -> Helped | None:
    """What a mini-sample shows against the round of its problem; ``None`` before it is scored, and for an ordinary round.

    A family of its own: it was planned for this one question, so that q is p. A further attempt has a narrower error.
    """
    recheck = find_recheck(db, round_code)
    if recheck is None or recheck.state not in (RoundState.SCORED, RoundState.PUBLISHED):
        return None
    finding, before, now = _finding(db, recheck.finding), _round_of(db, recheck.finding), find_round(db, round_code)
    assert now is not None  # the mini-sample is a round
    both = sides(db, finding, before, now)
    assert both is not None  # it was made to ask alike
    chosen, level = chosen_from(db, finding, before, int(both[0].ticked.sum())), level_of(recheck.attempt)
    found = compare(*both, chosen, level)
    said = verdict(found, found.p, before.plan.policy.flag_minimum_n, 1 - level)
    place = (finding.department, finding.item, finding.option)
    seen = figures(*both, found, found.p, chosen, level)
    return Helped(finding.number, finding.round_code, *place, verdict=said, against=round_code, figures=seen)


def conclude_recheck(db: Session, round_code: str, actor: str, now: datetime) -> Helped:
    """Record what a mini-sample showed, once, in the history of its problem. Raises ``Refused`` before it is scored, and twice."""
    recheck, found, kept = find_recheck(db, round_code), recheck_result(db, round_code), find_round(db, round_code)
    if recheck is None or found is None or kept is None:
        raise Refused("复测还没有计分，没有结果。")
    if recheck.verdict is not None:
        raise Refused("这次复测的结果已经记入台账。")
    keep_verdict(db, kept.id, found.verdict)
    finding = _finding(db, recheck.finding)
    note_finding(db, finding.id, now, actor, "recheck_result", f"{round_code}：{VERDICTS[found.verdict]}")
    return found


def _judgeable(answers: int | None, least: int, people: int | None) -> int | None:
    """No fewer answers than a verdict needs; ``None`` where so many people there are not."""
    if answers is None or (people is not None and people < least):
        return None
    return max(answers, least)


def _shared_out(
    db: Session,
    finding: LedgerFinding,
    kept: KeptRound,
    before: stats.Counts,
    strata: Sequence[str],
    answers: int,
) -> tuple[StratumNeed, ...]:
    found = results(db, kept.plan.code)
    own = next(each for each in found.departments if each.code == finding.department)
    response = {each.stratum: each.ballots / each.issued if each.issued else USUAL_RESPONSE for each in found.response}
    counts = {each.stratum: sum(each.counts.values()) for each in own.by_stratum}
    needs = []
    for stratum, n in zip((each for each in kept.plan.strata if each.code in strata), before.n.tolist(), strict=True):
        wanted = max(1, -(-answers * n // int(before.n.sum())))
        knows = n / counts[stratum.code] if counts[stratum.code] else 1.0
        # A stratum that answered to the last code, or not at all, still leaves some uncertainty.
        chance = min(0.95, max(0.05, response[stratum.code] or USUAL_RESPONSE))
        codes = int(stats.invitations(wanted, response=chance, unknown=1 - min(1.0, max(knows, 0.05))))
        most = codes if stratum.population is None else int(stratum.population)
        needs.append(StratumNeed(stratum.code, wanted, min(max(codes, LEAST_CODES), most)))
    return tuple(needs)


def _finding(db: Session, number: str) -> LedgerFinding:
    found = find_findings(db, numbers=[number])
    if not found:
        raise Refused("台账上没有这个问题。")
    return found[0]


def _round_of(db: Session, number: str) -> KeptRound:
    kept = find_round(db, _finding(db, number).round_code)
    assert kept is not None  # a finding belongs to a round
    return kept
