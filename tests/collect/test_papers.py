"""Ballot papers in near-balanced blocks, codes in their thousands."""

import random
import time
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from appraisal import collect, rounds
from appraisal.collect.papers import blocks
from appraisal.model.faults import Refused
from appraisal.secrecy import keys
from appraisal.settings import Secrets
from appraisal.store import Session, casting
from appraisal.store.rounds import find_round
from tests.makers import NOW, TODAY, OpenRound, make_open_round, make_plan


@given(st.integers(2, 30), st.integers(1, 12), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_every_department_is_on_equally_many_papers_give_or_take_one(count: int, size: int, seed: int) -> None:
    departments = [f"D{n}" for n in range(count)]
    papers = blocks(departments, size, random.Random(seed))
    replications = Counter(code for paper in papers for code in paper)
    assert set(replications) == set(departments)
    assert max(replications.values()) - min(replications.values()) <= 1
    assert all(len(paper) == len(set(paper)) == min(size, count) for paper in papers)


def test_most_pairs_of_departments_meet_on_some_paper() -> None:
    papers = blocks([f"D{n}" for n in range(96)], 12, random.Random(5))
    met = Counter(frozenset(pair) for paper in papers for pair in combinations(paper, 2))
    assert len(papers) == 72
    assert len(met) > 0.6 * 96 * 95 / 2
    assert max(met.values()) <= 4


def test_departments_stand_at_every_place_of_the_papers() -> None:
    papers = blocks([f"D{n}" for n in range(24)], 6, random.Random(5))
    assert len({paper[0] for paper in papers}) > 10


def test_the_same_seed_makes_the_same_papers() -> None:
    departments = [f"D{n}" for n in range(20)]
    assert blocks(departments, 5, random.Random(8)) == blocks(departments, 5, random.Random(8))
    assert blocks(departments, 5, random.Random(8)) != blocks(departments, 5, random.Random(9))


def test_papers_are_made_once(db: Session) -> None:
    plan = make_plan()
    rounds.create(db, plan, "zhuban", NOW)
    made = collect.make_papers(db, plan.code, random.Random(1))
    kept = find_round(db, plan.code)
    assert kept is not None
    before = casting.papers(db, kept.id)
    assert collect.make_papers(db, plan.code, random.Random(2)) == made == len(before)
    assert casting.papers(db, kept.id) == before


def test_ten_thousand_codes_are_issued_in_seconds(db: Session, secrets: Secrets) -> None:
    started = time.process_time()
    opened = make_open_round(db, secrets, codes=10_000 // len(make_plan().strata))
    assert time.process_time() - started < 20
    assert len({issued.code for issued in opened.issued}) == len(opened.issued) > 9_900


def test_papers_are_dealt_evenly_within_a_stratum(db: Session, secrets: Secrets) -> None:
    opened = make_open_round(db, secrets, codes=100)
    for stratum in {issued.stratum for issued in opened.issued}:
        dealt = Counter(issued.paper_number for issued in opened.issued if issued.stratum == stratum)
        assert max(dealt.values()) - min(dealt.values()) <= 1


def test_only_digests_of_codes_are_kept(db: Session, secrets: Secrets) -> None:
    opened = make_open_round(db, secrets)
    kept = set(db.scalars(text("SELECT digest FROM invitation")))
    assert kept == {keys.digest(secrets.pepper, opened.code, issued.code) for issued in opened.issued}


def test_codes_for_an_unknown_stratum_are_refused(db: Session, secrets: Secrets) -> None:
    plan = make_plan()
    rounds.create(db, plan, "zhuban", NOW)
    with pytest.raises(Refused, match="XX"):
        collect.issue_codes(db, plan.code, {"XX": 3}, secrets, random.Random(1))
    with pytest.raises(Refused, match="-1"):
        collect.issue_codes(db, plan.code, {plan.strata[0].code: -1}, secrets, random.Random(1))
    assert db.scalar(text("SELECT count(*) FROM invitation")) == 0


def test_drawn_codes_are_of_no_use_until_they_are_kept(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    drawn = collect.draw_codes(db, opened.code, {"citizen": 2}, random.Random(78))
    with pytest.raises(Refused):
        collect.enter(db, drawn[0].code, secrets, TODAY)
    collect.keep_codes(db, opened.code, drawn, secrets)
    assert collect.enter(db, drawn[0].code, secrets, TODAY).paper_number == drawn[0].paper_number


def test_no_codes_are_drawn_before_there_are_papers(db: Session) -> None:
    plan = make_plan()
    rounds.create(db, plan, "zhuban", NOW)
    with pytest.raises(Refused, match="评议卷"):
        collect.draw_codes(db, plan.code, {"citizen": 2}, random.Random(1))


def test_no_codes_are_issued_after_the_close(db: Session, secrets: Secrets) -> None:
    opened = make_open_round(db, secrets)
    rounds.close(db, opened.code, "zhuban", NOW)
    with pytest.raises(Refused):
        collect.issue_codes(db, opened.code, {opened.issued[0].stratum: 1}, secrets, random.Random(1))


def test_a_second_issue_is_a_batch_of_its_own(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    collect.issue_codes(db, opened.code, {opened.issued[0].stratum: 4}, secrets, random.Random(77))
    batches = db.execute(text("SELECT batch, count(*) FROM invitation GROUP BY batch ORDER BY batch")).all()
    assert [tuple(row) for row in batches] == [(1, len(opened.issued)), (2, 4)]


def test_s15_strata_under_thirty_codes_are_named() -> None:
    assert collect.small_strata({"QY": 30, "WY": 29, "SM": 1, "JC": 0}) == ("WY", "SM")


def test_a_code_is_not_printed_by_accident(opened: OpenRound) -> None:
    assert opened.issued[0].code not in repr(opened)
