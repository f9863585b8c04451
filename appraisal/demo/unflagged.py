"""What the demo's office made of marks and comments where no flag was raised: a problem of every outcome."""

import tomllib
from collections.abc import Set
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from appraisal import followup, scoring
from appraisal.demo.fill import ORGANISER, SECOND, Filling
from appraisal.model.finding import Outcome, Sources
from appraisal.model.results import MarkResult
from appraisal.model.review import ReviewAction
from appraisal.scoring import NewFinding
from appraisal.store import Session
from appraisal.store.following import find_findings
from appraisal.store.rounds import find_round

OFFICE_WORDS: Final = tomllib.loads((Path(__file__).parent / "city" / "office.toml").read_text("utf-8"))
# What became of the problems that marks and comments alone gave rise to; None waits to be looked into.
OTHERS: Final = (Outcome.UNFOUNDED, Outcome.ELSEWHERE, Outcome.UNVERIFIABLE, Outcome.PARTLY, None, None)
# So many comments about each of their departments were read by two people.
READ: Final = 4


def judge_unflagged(filling: Filling, code: str, flagged: Set[str]) -> None:
    """Problems that no flag raised, each of another department, one of every outcome and two that wait to be looked into."""
    with filling.writing() as db:
        for (department, mark), outcome in zip(_most_ticked(db, code, flagged), OTHERS, strict=False):
            sources = Sources(marks=((mark.item, mark.option),), comments=_read_twice(db, code, department))
            new = NewFinding(department, **OFFICE_WORDS[mark.option], sources=sources)
            number = scoring.register_finding(db, code, new, ORGANISER, _ago(filling.now, 20))
            if outcome is not None:
                _judge(db, code, number, outcome, _ago(filling.now, 18))


def _most_ticked(db: Session, code: str, flagged: Set[str]) -> list[tuple[str, MarkResult]]:
    """Departments without a flag, each with the problem that most of its ballots tick; the most ticked first."""
    plain = [each for each in scoring.results(db, code).departments if each.ranked and each.code not in flagged]
    ticked = [(each.code, mark) for each in plain for mark in each.marks if mark.option in OFFICE_WORDS]
    rarest_first = {department: (department, mark) for department, mark in sorted(ticked, key=lambda one: one[1].count)}
    return sorted(rarest_first.values(), key=lambda one: -one[1].count)


def _read_twice(db: Session, code: str, department: str) -> tuple[str, ...]:
    """The first comments about a department, released by one person and confirmed by another."""
    kept = find_round(db, code)
    assert kept is not None  # it was scored
    known, found = scoring.public_terms(kept), scoring.comments_to_review(db, code, department)[:READ]
    for one in found:
        scoring.review_comment(db, code, one.id, ReviewAction.RELEASE, ORGANISER, known)
        scoring.review_comment(db, code, one.id, ReviewAction.CONFIRM, SECOND, known)
    return tuple(one.id for one in found)


def _judge(db: Session, code: str, number: str, outcome: Outcome, now: datetime) -> None:
    scoring.judge_finding(db, number, outcome, "查核情况见附卷。", ORGANISER, now)
    if outcome is Outcome.UNFOUNDED:
        followup.clear(db, number, ORGANISER, now + timedelta(days=1), "查核不属实，予以澄清正名。")
    if outcome is Outcome.ELSEWHERE:
        followup.take_up_again(db, number, ORGANISER, now, "属于另一部门的职责。", _other(db, code, number))


def _other(db: Session, code: str, number: str) -> str:
    """Another department of the round than the problem's."""
    kept = find_round(db, code)
    assert kept is not None  # it was scored
    (finding,) = find_findings(db, code, numbers=[number])
    return next(each for each in kept.department_ids if each != finding.department)


def _ago(now: datetime, days: int) -> datetime:
    return datetime.combine(now.date() - timedelta(days=days), time(10, 0))
