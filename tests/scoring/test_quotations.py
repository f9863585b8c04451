"""What a department may read of the comments about it: nothing, unless the policy says so, and then little."""

import dataclasses
from collections.abc import Sequence

import pytest

from appraisal import rounds, scoring
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.review import ReviewAction
from appraisal.store import Session
from tests.makers import NOW, make_closed_round, make_policy

CANARY = "CANARY5E21"
TEXTS = [f"第{word}次来办事，窗口没有人应答{CANARY}" for word in "一二三四五六七八"]
DIFFERENT = [
    f"窗口排队太久，叫号机常坏{CANARY}",
    f"电话打了几天都没人接{CANARY}",
    f"材料要求前后说法不一样{CANARY}",
    f"网上预约的名额一直是满的{CANARY}",
    f"咨询台中午没有人值守{CANARY}",
    f"停车的地方太少，绕了两圈{CANARY}",
    f"办结以后没有通知，白跑一趟{CANARY}",
]


def scored(db: Session, texts: Sequence[str], ratings: int = 40, allowed: bool | None = True) -> str:
    """A scored round in which these texts were written about D1, by as many of ``ratings`` ballots."""
    ballots = [
        ImportedBallot("citizen", Answers({"D1": Sheet({"A3": "S4"}, {}, {"T1": text} if text else {})}, Sheet()))
        for text in [*texts, *[""] * (ratings - len(texts))]
    ]
    code = make_closed_round(db, ballots, policy=make_policy(quotations=allowed))
    scoring.score_round(db, code, "zhuban", NOW)
    return code


def read_twice(db: Session, code: str, but: int = 0) -> None:
    """Release and confirm every comment, the last ``but`` of them only released."""
    known, every = scoring.public_terms(rounds.kept_round(db, code)), scoring.comments(db, code, None)
    for place, line in enumerate(every):
        scoring.review_comment(db, code, line.id, ReviewAction.RELEASE, "zhuban", known)
        if place < len(every) - but:
            scoring.review_comment(db, code, line.id, ReviewAction.CONFIRM, "fuhe", known)


@pytest.mark.parametrize(
    ("texts", "ratings", "allowed", "but", "quoted"),
    [
        (DIFFERENT, 40, True, 0, 5),
        (DIFFERENT[:3], 30, True, 0, 3),
        (DIFFERENT, 40, None, 0, 0),
        (DIFFERENT, 29, True, 0, 0),
        (DIFFERENT[:2], 40, True, 0, 0),
        (DIFFERENT[:4], 40, True, 2, 0),
        (TEXTS, 40, True, 0, 0),
        ([*DIFFERENT[:3], "窗口" * 61], 40, True, 0, 3),
    ],
    ids=["five", "just enough", "not allowed", "few ratings", "few texts", "one reader", "copies", "a long one"],
)
def test_only_what_may_be_quoted_is(
    db: Session, texts: list[str], ratings: int, allowed: bool | None, but: int, quoted: int
) -> None:
    code = scored(db, texts, ratings, allowed)
    read_twice(db, code, but)
    facts = scoring.department_facts(db, code, "D1")
    assert len(facts.quotations) == quoted
    assert set(facts.quotations) <= set(texts)
    assert scoring.department_facts(db, code, "D2").quotations == ()


def test_without_the_policys_word_no_comment_is_in_any_fact_of_a_report(db: Session) -> None:
    code = scored(db, DIFFERENT, allowed=None)
    read_twice(db, code)
    assert CANARY in repr(scoring.comments(db, code, "D1"))
    assert [code for code in ("D1", "D2", "D3") if CANARY in repr(scoring.department_facts(db, "2026-1", code))] == []


def test_what_is_masked_stays_masked_in_a_quotation(db: Session) -> None:
    code = scored(db, [*DIFFERENT[:2], "找王芳科长说了两次，打13800138000没人接"])
    read_twice(db, code)
    quoted = "".join(scoring.department_facts(db, code, "D1").quotations)
    assert ("王芳" in quoted, "13800138000" in quoted, "【电话】" in quoted) == (False, False, True)


def test_a_policy_that_does_not_know_quotations_keeps_its_hash() -> None:
    plain = make_policy()
    assert "quotations" not in plain.to_json()
    allowed = dataclasses.replace(plain, quotations=True)
    assert type(plain).from_json(allowed.to_json()) == allowed
