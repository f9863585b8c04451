"""A scored round with findings, and slips brought as far as a test wants them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256

from appraisal import followup, scoring, store
from appraisal.model.finding import Outcome
from appraisal.model.slip import FindingAnswer, SlipState
from appraisal.scoring.findings import NewFinding
from appraisal.store import Engine, Session
from tests.makers import NOW, make_ballot, make_scored_round

DRAFTER, SECOND, DEPARTMENT = "zhuban", "fuhe", "d1"
TODAY = NOW.date()
# Real letters are for the tests of jobs and reports: here only what is done with one counts.
LETTER = b"%PDF-1.7 a letter"
# The states of a slip on its straight way, each with the action that leads out of it.
WAY = ("approve", "issue", "sign", "answer", "accept", "close")


def make_city(db: Session) -> str:
    """A scored round with departments D1 to D4; its code."""
    return make_scored_round(db, [make_ballot("citizen", {"D1": "S2", "D2": "S4"})] * 4).code


def make_finding(
    db: Session, code: str, department: str = "D1", outcome: Outcome | None = Outcome.TRUE, **changes: object
) -> str:
    """A finding, judged unless ``outcome`` is None; its number."""
    text = {"statement": "窗口办理时间超过承诺。", "demand": "公开时限并按时办结。", "basis": "办事公开承诺"}
    new = NewFinding(**{"department": department, "item": "Z", "option": "Z02", "ballots": 12, **text, **changes})  # type: ignore[arg-type]
    number = scoring.register_finding(db, code, new, DRAFTER, NOW)
    if outcome is not None:
        scoring.judge_finding(db, number, outcome, "调阅了办理记录", DRAFTER, NOW)
    return number


def make_slip(db: Session, code: str, department: str = "D1", findings: int = 2) -> int:
    """A draft slip of so many new findings."""
    numbers = [make_finding(db, code, department) for _ in range(findings)]
    return followup.bundle(db, code, department, numbers, DRAFTER, NOW)


def act(db: Session, slip_id: int, action: str, day: int = 0, department: str = "D1") -> None:
    """Do one action as the one who may, ``day`` days after the first."""
    now = NOW + timedelta(days=day)
    if action == "approve":
        followup.approve(db, slip_id, SECOND, now)
    elif action == "issue":
        followup.issue(db, slip_id, LETTER, sha256(LETTER).hexdigest(), now)
    elif action == "sign":
        followup.sign(db, slip_id, department, DEPARTMENT, now, "办公室")
    elif action == "answer":
        followup.answer(db, slip_id, department, DEPARTMENT, now, answers_to(db, slip_id))
    elif action == "return":
        followup.send_back(db, slip_id, DRAFTER, now, "没有写明完成时间")
    elif action == "accept":
        followup.accept(db, slip_id, DRAFTER, now, "现场看过")
    elif action == "close":
        followup.close(db, slip_id, DRAFTER, now)


def answers_to(db: Session, slip_id: int, measures: str = "增设窗口") -> Sequence[FindingAnswer]:
    numbers = [finding.number for finding in followup.slip(db, slip_id, TODAY).findings]
    return [FindingAnswer(number, "人手不足", measures, date(2026, 12, 1)) for number in numbers]


def bring_to(db: Session, slip_id: int, state: SlipState) -> None:
    """Take a draft the straight way to ``state``; its findings are struck off before it closes."""
    for action in WAY:
        if state_of(db, slip_id) is state:
            return
        if action == "close":
            strike_all(db, slip_id)
        act(db, slip_id, action)


def strike_all(db: Session, slip_id: int) -> None:
    for finding in followup.slip(db, slip_id, TODAY).findings:
        followup.strike_off(db, finding.number, DRAFTER, NOW, "措施、完成、证据一致")


def state_of(db: Session, slip_id: int) -> SlipState:
    return followup.slip(db, slip_id, TODAY).line.state


class _Undone(Exception):
    """Ends a transaction that is not to be kept."""


@contextmanager
def undone(engine: Engine) -> Iterator[Session]:
    """A transaction that is rolled back at its end, as when the server fails on the last line."""
    try:
        with store.transaction(engine) as db:
            yield db
            raise _Undone
    except _Undone:
        pass
