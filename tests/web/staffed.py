"""A staffed city for the tests of the staff pages: a published, an open and a draft round, slips, one account of every kind."""

import re
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from appraisal import followup, rounds, scoring, store
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.round import Department
from appraisal.model.signal import SignalRules
from appraisal.model.slip_moves import SlipState
from appraisal.model.wording import Wording
from appraisal.settings import city_now
from appraisal.store import Session, following, people, tables
from appraisal.store.evidence import add_evidence
from appraisal.web.access import start_session
from tests.makers import (
    NOW,
    lay_finding,
    make_account,
    make_ballot,
    make_closed_round,
    make_lone_key,
    make_plan,
    make_policy,
    make_round,
    make_slip,
)

CANARY = "窗口排长队CANARY7F3A"
PAYLOAD = '<script>alert("7f3a")</script>'
ROLES = ("anonymous", "organiser", "second", "d1", "d2", "auditor")


@dataclass(frozen=True)
class Objects:
    """What addresses name: a flag, a finding, and slips by whose and how far they are."""

    flag: int
    finding: str
    own_slip: int
    foreign_slip: int
    own_draft: int
    answered_slip: int
    evidence: int
    signal: str
    cohort: int
    code_request: int
    comment: str
    cleared: str
    appeal: int
    reply: int


def fill_city(db: Session) -> Objects:
    """Round 2026-1 published with comments and slips, 2026-2 open, 2026-3 a draft; D1's name is an attempt at a script."""
    named = Department("D1", Wording(f"发展局{PAYLOAD}", f"Bureau {PAYLOAD}"), "EC")
    departments = (named, *make_plan().departments[1:])
    policy = make_policy(signals=SignalRules())
    ballots = [_ballot(number) for number in range(40)] + [make_ballot("citizen", {"D3": "S1"})] * 25
    code = make_closed_round(db, ballots, departments=departments, policy=policy)
    signal = make_lone_key(db, code)
    cohort = scoring.propose(db, code, signal, "zhuban", NOW, f"理由{PAYLOAD}")
    scoring.score_round(db, code, "zhuban", NOW)
    kept = rounds.kept_round(db, code)
    flag = _flag(db, kept.id, kept.department_ids["D1"])
    objects = Objects(
        flag=flag,
        finding=_scripted(db, code),
        own_slip=make_slip(db, SlipState.ISSUED, code, "D1"),
        foreign_slip=make_slip(db, SlipState.ISSUED, code, "D2"),
        own_draft=make_slip(db, SlipState.DRAFTED, code, "D1"),
        answered_slip=make_slip(db, SlipState.ANSWERED, code, "D1", findings=1),
        evidence=1,
        signal=signal,
        cohort=cohort,
        code_request=_code_request(db, kept.id),
        comment=scoring.comments(db, code, "D1")[0].id,
        cleared="",
        appeal=1,
        reply=1,
    )
    (answered,) = following.find_findings(db, slip_id=objects.answered_slip)
    add_evidence(db, answered.id, 1, "照片.pdf", "pdf", b"%PDF of a test")
    objects = replace(objects, cleared=_cleared(db, code))
    rounds.publish(db, code, "zhuban", NOW)
    make_round(db, code="2026-2")
    rounds.open_round(db, "2026-2", bytes(32), "zhuban", NOW)
    today = city_now().date()
    make_round(db, code="2026-3", opens_on=today, closes_on=today)
    for login, role, department in (
        ("zhuban", "organiser", None),
        ("fuhe", "organiser", None),
        ("shenji", "auditor", None),
        ("d1", "department", "D1"),
        ("d2", "department", "D2"),
    ):
        make_account(db, login, role, department)
    return objects


def _cleared(db: Session, code: str) -> str:
    """A problem of D1 that was cleared on appeal, a second one with an appeal that waits, and a reply to it."""
    slip = followup.slip(db, make_slip(db, SlipState.ISSUED, code, "D1"), NOW.date())
    waiting, cleared = (line.number for line in slip.findings)
    followup.appeal(db, code, "D1", "d1", NOW, f"当日已办结{PAYLOAD}", waiting)
    followup.reply(db, code, "D1", "d1", NOW, f"请看附件{PAYLOAD}", waiting)
    followup.appeal(db, code, "D1", "d1", NOW, "查无此事", cleared)
    followup.grant_appeal(db, 2, "fuhe", NOW, f"调阅记录，不属实{PAYLOAD}")
    return cleared


def _code_request(db: Session, round_id: int) -> int:
    row = insert(tables.CodeRequest).values(
        round_id=round_id, kind="revoke", state="asked", codes=2, asked_by="zhuban", reason=f"退回{PAYLOAD}"
    )
    return db.scalars(row.returning(tables.CodeRequest.id)).one()


def _ballot(number: int) -> ImportedBallot:
    option = f"S{number % 5 + 1}"
    texts = {"T1": f"{CANARY} {PAYLOAD}"} if number < 3 else {}
    ticked = ("Z01", "Z02") if number < 3 else ("Z01",)
    sheets = {
        code: Sheet({"A3": option}, {"Z": ticked if code == "D1" else ("Z01",)}, texts if code == "D1" else {})
        for code in ("D1", "D2", "D3")
    }
    return ImportedBallot(("enterprise", "citizen")[number % 2], Answers(sheets, Sheet()))


def _scripted(db: Session, code: str) -> str:
    return lay_finding(db, code, "D1", (f"职责不清{PAYLOAD}", f"整改{PAYLOAD}", PAYLOAD))


def _flag(db: Session, round_id: int, department_id: int) -> int:
    run = db.scalars(select(tables.ScoreRun.id).where(tables.ScoreRun.round_id == round_id)).one()
    numbers = {
        "n": 40,
        "count": 30,
        "share": 0.75,
        "expected": 0.2,
        "ratio": 3.75,
        "p": 1e-9,
        "q_bh": 1e-8,
        "q_by": 1e-7,
    }
    row = insert(tables.FlagRow).values(
        run_id=run, department_id=department_id, item="Z", option="Z02", rule="excess", **numbers
    )
    return db.scalars(row.returning(tables.FlagRow.id)).one()


class Visitor:
    """A browser of one of ``ROLES``, logged in without the cost of a password."""

    def __init__(self, app: Flask, role: str) -> None:
        self.client: FlaskClient = app.test_client()
        login = {"organiser": "zhuban", "second": "fuhe", "auditor": "shenji"}.get(role, role)
        if role == "anonymous":
            return
        with store.transaction(app.extensions["appraisal"].engine) as db:
            found = people.find_account(db, login)
            assert found is not None
            self.client.set_cookie("staff", start_session(db, found[0].id, city_now()))

    def get(self, address: str) -> TestResponse:
        return self.client.get(address)

    def post(self, address: str, **fields: Any) -> TestResponse:
        """Post with this browser's form token."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/login").text)
        assert token is not None
        return self.client.post(address, data={"csrf_token": token[1], **fields})


def crawl(visitor: Visitor, start: str) -> dict[str, str]:
    """Address → page, for every page of ours that links lead to from ``start``; each must answer 200."""
    pages: dict[str, str] = {}
    todo = [start]
    while todo:
        address = todo.pop()
        if address in pages or not address.startswith(("/office/", "/desk/", "/audit/")):
            continue
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        pages[address] = answer.text if "html" in answer.content_type else ""
        todo += [each.replace("&amp;", "&") for each in re.findall(r'<a\b[^>]*?href="([^"#]+)', pages[address])]
    return pages
