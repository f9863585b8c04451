"""Entry and drafts: one answer to every bad code, and drafts that only their code opens."""

import random
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, event, text

from appraisal import collect, rounds, store
from appraisal.model.ballot import Answers, DraftBallot, Sheet
from appraisal.model.faults import Refused
from appraisal.secrecy import keys
from appraisal.secrecy.codes import new_code, show_code
from appraisal.secrecy.drafts import open_draft
from appraisal.secrecy.sealed import SealBroken
from appraisal.settings import Secrets
from appraisal.store import Session
from tests.makers import NOW, TODAY, OpenRound, make_cast, make_entry, make_open_round, make_plan

NONCES: Callable[[int], bytes] = random.Random(3).randbytes


def test_a_good_code_leads_to_its_stratum_and_paper(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    for issued in opened.issued:
        entry = collect.enter(db, show_code(issued.code).lower(), secrets, TODAY)
        assert (entry.stratum, entry.paper_number) == (issued.stratum, issued.paper_number)
        assert set(entry.paper) <= set(entry.round.department_ids)
        assert len(entry.paper) == min(entry.round.plan.per_ballot, len(entry.round.plan.departments))


def reason(db: Session, secrets: Secrets, code: str) -> str:
    with pytest.raises(Refused) as refused:
        collect.enter(db, code, secrets, TODAY)
    return refused.value.reason


def test_s22_a_spent_code_is_refused_like_an_unknown_one(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    make_cast(db, secrets, opened, 0)
    digest = keys.digest(secrets.pepper, opened.code, opened.issued[1].code)
    db.execute(text("UPDATE invitation SET revoked=TRUE WHERE digest=:d"), {"d": digest})
    spent, revoked = (reason(db, secrets, opened.issued[n].code) for n in (0, 1))
    unknown, mistyped = (reason(db, secrets, code) for code in (new_code(random.Random(99)), "nonsense"))
    assert spent == revoked == unknown == mistyped


def test_s22_codes_of_rounds_that_are_not_open_get_the_same_answer(db: Session, secrets: Secrets) -> None:
    plan = make_plan()
    rounds.create(db, plan, "zhuban", NOW)
    early = collect.issue_codes(db, plan.code, {plan.strata[0].code: 2}, secrets, random.Random(1))
    unknown = reason(db, secrets, new_code(random.Random(99)))
    assert reason(db, secrets, early[0].code) == unknown
    rounds.open_round(db, plan.code, bytes(31) + b"\x09", "zhuban", NOW)
    assert collect.enter(db, early[0].code, secrets, TODAY).round.plan.code == plan.code
    rounds.close(db, plan.code, "zhuban", NOW)
    assert reason(db, secrets, early[0].code) == unknown


def asked(engine: Engine, secrets: Secrets, code: str) -> list[str]:
    """The statements that one attempt to enter sends to the database, its BEGIN among them."""
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    with store.transaction(engine) as db:
        event.listen(engine, "before_cursor_execute", note)
        with pytest.raises(Refused):
            collect.enter(db, code, secrets, TODAY)
        event.remove(engine, "before_cursor_execute", note)
    return said


def test_s22_used_revoked_and_unknown_codes_cost_the_same_look_ups(
    engine: Engine, secrets: Secrets, opened: OpenRound
) -> None:
    with store.transaction(engine) as db:
        make_cast(db, secrets, opened, 0)
        digest = keys.digest(secrets.pepper, opened.code, opened.issued[1].code)
        db.execute(text("UPDATE invitation SET revoked=TRUE WHERE digest=:d"), {"d": digest})
    spent, revoked = (asked(engine, secrets, opened.issued[n].code) for n in (0, 1))
    assert spent == revoked == asked(engine, secrets, new_code(random.Random(99)))
    assert len(spent) == 3


def test_a_mistyped_code_costs_no_look_up(engine: Engine, secrets: Secrets, opened: OpenRound) -> None:
    assert asked(engine, secrets, "YAKM-S9ED-D1RR") == []


def test_a_code_of_one_installation_is_none_in_another(db: Session, opened: OpenRound) -> None:
    elsewhere = Secrets.fresh(demo=True)
    assert reason(db, elsewhere, opened.issued[0].code) == reason(db, elsewhere, "no code at all")


def test_a_blank_draft_has_the_paper_and_a_fresh_nonce(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    draft = collect.read_draft(db, entry, secrets, NONCES)
    assert draft.answers == Answers()
    assert draft.chosen == entry.paper
    assert len(draft.nonce) == 16


def test_a_draft_comes_back_on_another_device(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    answers = Answers(
        {entry.paper[0]: Sheet({"A1": "S1"}, {"Z": ("Z01", "Z02")}, {"T1": "窗口排队太久"})}, Sheet({"O1": "S5"})
    )
    draft = DraftBallot(answers, (*entry.paper[1:], "D99"), NONCES(16))
    collect.keep_draft(db, entry, draft, secrets, TODAY)
    again = collect.enter(db, opened.issued[0].code, secrets, TODAY)
    assert collect.read_draft(db, again, secrets, NONCES) == draft


def test_a_draft_takes_the_place_of_the_last_one(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    for number in range(3):
        kept = DraftBallot(Answers(overall=Sheet({"O1": f"S{number}"})), entry.paper, b"n" * 16)
        collect.keep_draft(db, entry, kept, secrets, TODAY)
    assert db.scalar(text("SELECT count(*) FROM draft")) == 1
    assert collect.read_draft(db, entry, secrets, NONCES).answers.overall.ratings == {"O1": "S2"}


def test_s11_a_draft_opens_neither_without_its_code_nor_with_the_pepper_alone(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    entry = make_entry(db, secrets, opened)
    collect.keep_draft(db, entry, DraftBallot(Answers(), entry.paper, b"n" * 16), secrets, TODAY)
    row = db.execute(text("SELECT id, sealed FROM draft")).one()
    others = [keys.draft_key(secrets.pepper, opened.code, issued.code) for issued in opened.issued[1:]]
    for key in (*others, secrets.pepper, secrets.receipt_key, secrets.cookie_key, row.id * 2):
        with pytest.raises(SealBroken):
            open_draft(key, row.sealed)
    assert opened.issued[0].code.encode() not in row.sealed


def test_s11_the_draft_is_gone_when_the_ballot_is_stored(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    collect.keep_draft(db, entry, DraftBallot(Answers(), entry.paper, b"n" * 16), secrets, TODAY)
    collect.keep_draft(
        db, make_entry(db, secrets, opened, 1), DraftBallot(Answers(), entry.paper, b"m" * 16), secrets, TODAY
    )
    make_cast(db, secrets, opened, 0)
    left = db.scalars(text("SELECT id FROM draft")).all()
    assert left == [keys.draft_id(secrets.pepper, opened.code, opened.issued[1].code)]


def test_no_draft_is_kept_for_a_code_that_was_spent_meanwhile(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    make_cast(db, secrets, opened, 0)
    with pytest.raises(Refused):
        collect.keep_draft(db, entry, DraftBallot(Answers(), entry.paper, b"n" * 16), secrets, TODAY)
    assert db.scalar(text("SELECT count(*) FROM draft")) == 0


def test_two_open_rounds_know_their_own_codes(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    second = make_open_round(db, secrets, make_plan(code="2027"), seed=2)
    assert make_entry(db, secrets, second).round.plan.code == "2027"
    assert make_entry(db, secrets, opened).round.plan.code == opened.code


def test_neither_code_nor_answers_are_printed_by_accident(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    draft = DraftBallot(Answers(overall=Sheet(texts={"T": "canary"})), entry.paper, b"nonce-canary....")
    assert opened.issued[0].code not in repr(entry)
    assert "canary" not in repr(draft)
