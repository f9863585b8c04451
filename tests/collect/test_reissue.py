"""Codes revoked and replaced by two people; used ones never."""

import random
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from appraisal import collect, rounds
from appraisal.collect import RequestKind
from appraisal.model.faults import Faulty, Refused
from appraisal.secrecy.codes import new_code, show_code
from appraisal.settings import Secrets
from appraisal.store import Session, tables
from tests.makers import NOW, TODAY, OpenRound, make_cast

REASON = "查无此人，信函退回"


def ask(db: Session, secrets: Secrets, opened: OpenRound, kind: RequestKind, codes: Sequence[str]) -> int:
    typed = collect.read_lines("\n".join(codes))
    return collect.ask_for(db, opened.code, kind, typed, "returns.csv", secrets, "zhuban", NOW, REASON)


def agree(db: Session, secrets: Secrets, request: int, actor: str = "fuhe") -> tuple[collect.IssuedCode, ...]:
    return collect.agree(db, request, secrets, actor, NOW, random.Random(5))


def opens(db: Session, secrets: Secrets, code: str) -> bool:
    try:
        collect.enter(db, code, secrets, TODAY)
    except Refused:
        return False
    return True


def test_a_code_is_revoked_when_another_person_agrees(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    code = opened.issued[0].code
    request = ask(db, secrets, opened, RequestKind.REVOKE, [show_code(code).lower()])
    assert opens(db, secrets, code)
    assert agree(db, secrets, request) == ()
    assert not opens(db, secrets, code)
    assert opens(db, secrets, opened.issued[1].code)


def test_a_new_code_has_the_stratum_and_the_paper_of_the_old_one(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    old = opened.issued[3]
    (new,) = agree(db, secrets, ask(db, secrets, opened, RequestKind.REISSUE, [old.code]))
    assert (new.stratum, new.paper_number) == (old.stratum, old.paper_number)
    assert (opens(db, secrets, old.code), opens(db, secrets, new.code)) == (False, True)
    kept = rounds.kept_round(db, opened.code)
    issued = collect.participation(db, kept.plan.code)
    assert sum(one.issued for one in issued) == len(opened.issued)


def test_nobody_agrees_to_the_own_request(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    request = ask(db, secrets, opened, RequestKind.REISSUE, [opened.issued[0].code])
    with pytest.raises(Refused, match="提出的人不能自己复核"):
        agree(db, secrets, request, "zhuban")
    assert opens(db, secrets, opened.issued[0].code)


def test_a_declined_request_changes_nothing_and_may_be_made_again(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    code = opened.issued[0].code
    request = ask(db, secrets, opened, RequestKind.REVOKE, [code])
    collect.decline(db, request, "fuhe", NOW)
    with pytest.raises(Refused, match="已经有人决定"):
        agree(db, secrets, request)
    assert opens(db, secrets, code)
    assert ask(db, secrets, opened, RequestKind.REVOKE, [code]) > request


def test_every_row_that_cannot_be_is_named(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    make_cast(db, secrets, opened, 0)
    agree(db, secrets, ask(db, secrets, opened, RequestKind.REVOKE, [opened.issued[1].code]))
    ask(db, secrets, opened, RequestKind.REVOKE, [opened.issued[2].code])
    good = opened.issued[4].code
    wrong = ["nonsense", new_code(random.Random(9)), *(opened.issued[n].code for n in (0, 1, 2)), good, good]
    with pytest.raises(Faulty) as faulty:
        ask(db, secrets, opened, RequestKind.REVOKE, wrong)
    said = [(fault.row, fault.message) for fault in faulty.value.faults]
    assert [row for row, _ in said] == [1, 2, 3, 4, 5, 7]
    parts = ("不是评议码", "没有发放过", "已经用过", "已经作废", "另一份", "与第6行重复")
    assert all(part in message for part, (_, message) in zip(parts, said, strict=True))


def test_a_code_used_after_the_request_stops_the_whole_of_it(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    codes = [opened.issued[n].code for n in (0, 1)]
    request = ask(db, secrets, opened, RequestKind.REISSUE, codes)
    make_cast(db, secrets, opened, 1)
    with pytest.raises(Refused, match="其中1个"), db.begin_nested():
        agree(db, secrets, request)
    assert opens(db, secrets, codes[0])


def test_who_asked_and_who_agreed_stand_in_the_events_and_no_code_does(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    code = opened.issued[0].code
    agree(db, secrets, ask(db, secrets, opened, RequestKind.REISSUE, [code]))
    events = db.scalars(select(tables.RoundEvent).order_by(tables.RoundEvent.id)).all()[-2:]
    assert [(one.actor, one.action) for one in events] == [("zhuban", "ask_reissue"), ("fuhe", "reissue_codes")]
    assert REASON in events[0].note
    assert code not in "".join(one.note for one in events)
    assert db.scalars(select(tables.RequestedCode)).all() == []


def test_after_the_close_nothing_is_revoked(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    request = ask(db, secrets, opened, RequestKind.REVOKE, [opened.issued[0].code])
    rounds.close(db, opened.code, "zhuban", NOW)
    with pytest.raises(Refused, match="结束之前"):
        agree(db, secrets, request)
    with pytest.raises(Refused, match="结束之前"):
        ask(db, secrets, opened, RequestKind.REVOKE, [opened.issued[1].code])


def test_a_file_of_returned_letters_is_read_by_its_column(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    text = "stratum,code,link\ncitizen, 7K2M-9QDX-4T0B ,x\n\ncitizen,second,y\n"
    assert [(one.line, one.text) for one in collect.read_returns(text, "r.csv")] == [
        (2, "7K2M-9QDX-4T0B"),
        (4, "second"),
    ]
    for bad in ("", "kode\nX\n", "code\n", 'code\n"X\n'):
        with pytest.raises(Faulty) as faulty:
            collect.read_returns(bad, "r.csv")
        assert faulty.value.faults[0].file == "r.csv"
