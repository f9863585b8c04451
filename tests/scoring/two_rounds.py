"""Two rounds of a small city with one struck-off problem at D1, and mini-samples of it."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from appraisal import collect, rounds, scoring
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.round import Stratum
from appraisal.model.slip_moves import SlipState
from appraisal.model.wording import Wording
from appraisal.secrecy.sealed import new_tally_key
from appraisal.settings import Secrets
from appraisal.store import Session
from appraisal.store.following import find_findings
from tests.makers import NOW, make_ballot, make_opened, make_scored_round, make_slip

STRATA = ("enterprise", "citizen", "deputy")
AMPLE = tuple(Stratum(code, Wording(code), 5000.0) for code in STRATA)
LAST, THIS = "2025-1", "2026-1"


def ballots(ticked: int, each: int = 100, strata: Sequence[str] = STRATA) -> list[ImportedBallot]:
    """Of ``each`` ballots a stratum so many tick Z01 at D1; everybody rates, and nobody ticks anything at D2 or D3 but one."""
    made = []
    for stratum in strata:
        for number in range(each):
            marks = {"D1": ("Z01",)} if number < ticked else {"D2": ("Z01",)} if number == ticked else {}
            made.append(make_ballot(stratum, dict.fromkeys(("D1", "D2", "D3"), "S4"), marks))
    return made


def last_round(db: Session, ticked: int = 40, each: int = 100) -> str:
    """A scored round with its one problem struck off; the problem's number."""
    make_scored_round(db, ballots(ticked, each), strata=AMPLE, code=LAST, title=Wording("2025年评议"))
    make_slip(db, SlipState.CLOSED, LAST, findings=1)
    (finding,) = find_findings(db, LAST)
    return finding.number


def this_round(db: Session, ticked: int, **changes: object) -> None:
    make_scored_round(db, ballots(ticked), strata=AMPLE, previous=LAST, **changes)


def recheck(db: Session, number: str, codes: int = 120, now: datetime = NOW) -> str:
    """A planned mini-sample among citizens, of ten days from ``now``; its code."""
    days = (now.date(), now.date() + timedelta(days=10))
    return rounds.plan_recheck(db, rounds.NewRecheck(number, {"citizen": codes}, *days, 0.2, 100), "zhuban", now)


def run_recheck(db: Session, secrets: Secrets, code: str, ticked: int, codes: int = 120, now: datetime = NOW) -> None:
    """Open it, let every code answer, close, open the ballots, score."""
    key, rng = new_tally_key(), random.Random(5)
    issued = collect.issue_codes(db, code, {"citizen": codes}, secrets, rng)
    rounds.open_round(db, code, key.public, "zhuban", now)
    for number, one in enumerate(issued):
        entry = collect.enter(db, one.code, secrets, now.date())
        mark = ("Z01",) if number < ticked else ("Z00",)
        answers = Answers({"D1": Sheet({"A3": "S4"}, {"Z": mark}, {})}, Sheet())
        collect.cast(db, entry, answers, rng.randbytes(16), secrets, rng, now.date())
    rounds.close(db, code, "zhuban", now)
    make_opened(db, code, key.private, rng)
    scoring.score_round(db, code, "zhuban", now)
