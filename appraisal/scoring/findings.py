"""Flags, marks and comments + a person's judgement → findings on the ledger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from appraisal.model.faults import Refused
from appraisal.model.finding import FINDING_MOVES, JUDGED, FindingState, Outcome, Sources
from appraisal.scoring.reading import scored
from appraisal.scoring.sources import checked_sources, refuse_light, weigh
from appraisal.store import Session
from appraisal.store.findings import FindingRow, KeptFinding, add_finding, find_finding, judge, merge, sources_of
from appraisal.store.following import find_findings
from appraisal.store.rounds import KeptRound, find_round_by_id
from appraisal.store.serials import next_number

NUMBER_KIND: Final = "finding"
NO_MARK_OF_ITS_OWN: Final = ("", "")

NO_DEPARTMENT: Final = "本轮没有代码为 %(code)s 的被评议部门。"
NO_STATEMENT: Final = "请写明问题和整改要求。"
REGISTERED_ALREADY: Final = "同样的问题已经挂号：%(number)s。"
NO_FINDING: Final = "没有编号为 %(number)s 的问题。"
JUDGED_ALREADY: Final = "问题 %(number)s 已经查核过，不能再改。"
NO_NOTE: Final = "请写明查核经过和依据。"
NOT_TO_BE_MERGED: Final = "只有同一轮、同一部门、都还没有查核的两个问题可以合并。"
NO_MERGING_NOTE: Final = "请写明合并的理由。"


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A problem as the office puts it: ``statement`` in its own words, never a respondent's; ``basis``: rule or promise it breaks.

    How many ballots it rests on is counted from its sources, never told. It is called by the first of their marks.
    """

    department: str
    statement: str
    demand: str
    basis: str
    sources: Sources


def register_finding(db: Session, round_code: str, new: NewFinding, actor: str, now: datetime) -> str:
    """Put a problem on the ledger; its number, WT-<year>-<four digits>.

    Raises ``Refused`` before the round is scored, for an unknown department, an empty text, sources that are not this
    department's or may not be used, sources that rest on too few ballots, and what waits on the ledger word for word already.
    """
    kept, _ = scored(db, round_code)
    if new.department not in kept.department_ids:
        raise Refused(NO_DEPARTMENT, code=new.department)
    if not new.statement.strip() or not new.demand.strip():
        raise Refused(NO_STATEMENT)
    sources = checked_sources(db, kept, new.department, new.sources)
    weight = weigh(db, kept, new.department, sources)
    refuse_light(kept, sources, weight)
    _refuse_twin(db, kept, new, sources)
    number = f"WT-{now.year}-{next_number(db, NUMBER_KIND, now.year):04d}"
    called = sources.marks[0] if sources.marks else NO_MARK_OF_ITS_OWN
    texts = (new.statement.strip(), new.demand.strip(), new.basis.strip())
    about = (kept.id, kept.department_ids[new.department])
    add_finding(db, number, FindingRow(*about, *called, *texts, weight.ballots, weight.texts), actor, now, sources)
    return number


def judge_finding(db: Session, number: str, outcome: Outcome, note: str, actor: str, now: datetime) -> None:
    """Say what the check found; once. Raises ``Refused`` for an unknown number, a second judgement or an empty note."""
    kept = _finding(db, number)
    if not note.strip():
        raise Refused(NO_NOTE)
    if (kept.state, "judge") not in FINDING_MOVES:
        raise Refused(JUDGED_ALREADY, number=number)
    judge(db, kept, JUDGED[outcome], outcome, actor, note.strip(), now)


def merge_findings(db: Session, number: str, into: str, note: str, actor: str, now: datetime) -> None:
    """Merge a problem into another one of the same department, which then rests on the sources of both, counted anew.

    The number of the merged one is kept and never given out again. Raises ``Refused`` for numbers that are unknown or the same,
    of another round or department, judged already, and without a reason.
    """
    gone, stays = _finding(db, number), _finding(db, into)
    same = (gone.round_id, gone.department_id) == (stays.round_id, stays.department_id)
    if gone.id == stays.id or not same or any((one.state, "merge") not in FINDING_MOVES for one in (gone, stays)):
        raise Refused(NOT_TO_BE_MERGED)
    if not note.strip():
        raise Refused(NO_MERGING_NOTE)
    kept = find_round_by_id(db, stays.round_id)
    both = sources_of(db, stays.id) | sources_of(db, gone.id)
    weight = weigh(db, kept, _department(kept, stays.department_id), both)
    # What was taken up again carries a count of old and no sources; each count is a least one, so the largest of them holds.
    ballots = max(weight.ballots, *(one.ballots for one in (gone, stays)))
    texts = max(weight.texts, *(one.texts for one in (gone, stays)))
    merge(db, gone, stays, ballots, texts, actor, note.strip(), now)


def _refuse_twin(db: Session, kept: KeptRound, new: NewFinding, sources: Sources) -> None:
    """A form that was sent twice is one problem; two people's different words for it may be merged."""
    waiting = find_findings(db, kept.plan.code, new.department)
    same = [one for one in waiting if one.state is FindingState.REGISTERED and one.statement == new.statement.strip()]
    twin = next((one.number for one in same if sources_of(db, one.id).alike(sources)), None)
    if twin is not None:
        raise Refused(REGISTERED_ALREADY, number=twin)


def _finding(db: Session, number: str) -> KeptFinding:
    found = find_finding(db, number)
    if found is None:
        raise Refused(NO_FINDING, number=number)
    return found


def _department(kept: KeptRound, row_id: int) -> str:
    return next(code for code, each in kept.department_ids.items() if each == row_id)
