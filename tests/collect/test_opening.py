"""Opening: everything comes out, once, in an order that leads nowhere."""

import random
from collections import Counter

import pytest
from sqlalchemy import Engine, text

from appraisal import collect, rounds, store
from appraisal.collect import participation
from appraisal.model.ballot import Answers, DraftBallot
from appraisal.model.faults import Refused
from appraisal.secrecy.sealed import new_tally_key, seal
from appraisal.settings import Secrets
from appraisal.store import Session
from tests.makers import (
    NOW,
    TODAY,
    OpenRound,
    make_answers,
    make_cast,
    make_entry,
    make_open_round,
    make_opened,
    make_plan,
)

RNG = random.Random(12)
TABLES = ("opened_ballot", "rating", "mark", "overall_answer", "comment")


def cast_some(db: Session, secrets: Secrets, opened: OpenRound, number: int, text: str = "") -> list[Answers]:
    """Cast the first ballots; what was answered in them, in order."""
    given = []
    for n in range(number):
        entry = make_entry(db, secrets, opened, n)
        given.append(make_answers(entry.round.plan.questionnaire, entry.paper, n, text))
        make_cast(db, secrets, opened, n, text)
    return given


def rows(db: Session) -> dict[str, int]:
    return {table: db.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in TABLES}


def test_every_answer_of_every_ballot_comes_out(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    given = cast_some(db, secrets, opened, 12)
    rounds.close(db, opened.code, "zhuban", NOW)
    assert make_opened(db, opened.code, opened.key.private, RNG) == 12
    found = db.execute(
        text("SELECT d.code, r.item, r.option FROM rating r JOIN department d ON d.id = r.department_id")
    ).all()
    sent = [
        (code, item, option)
        for answers in given
        for code, sheet in answers.departments.items()
        for item, option in sheet.ratings.items()
    ]
    assert Counter(map(tuple, found)) == Counter(sent)


def test_marks_and_answers_about_the_city_come_out(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    given = cast_some(db, secrets, opened, 6)
    rounds.close(db, opened.code, "zhuban", NOW)
    make_opened(db, opened.code, opened.key.private, RNG)
    marks = sum(len(sheet.marks) for answers in given for sheet in answers.departments.values())
    assert rows(db)["mark"] == marks
    found = Counter(db.scalars(text("SELECT option FROM overall_answer")))
    assert found == Counter(option for answers in given for option in answers.overall.ratings.values())


def test_a_ballot_keeps_its_stratum_and_its_answers_together(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    cast_some(db, secrets, opened, 30)
    rounds.close(db, opened.code, "zhuban", NOW)
    make_opened(db, opened.code, opened.key.private, RNG)
    strata = db.scalars(text("SELECT s.code FROM opened_ballot o JOIN round_stratum s ON s.id = o.stratum_id")).all()
    assert Counter(strata) == Counter(issued.stratum for issued in opened.issued[:30])
    orphans = db.scalar(text("SELECT count(*) FROM rating WHERE number NOT IN (SELECT number FROM opened_ballot)"))
    assert orphans == 0


def test_nothing_is_opened_before_the_close(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    cast_some(db, secrets, opened, 2)
    with pytest.raises(Refused, match="结束之后"):
        make_opened(db, opened.code, opened.key.private, RNG)
    assert rows(db) == dict.fromkeys(TABLES, 0)


def test_opening_twice_changes_nothing(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    cast_some(db, secrets, opened, 5, "意见")
    rounds.close(db, opened.code, "zhuban", NOW)
    make_opened(db, opened.code, opened.key.private, RNG)
    before = rows(db)
    assert make_opened(db, opened.code, opened.key.private, RNG) == 5
    assert rows(db) == before


def open_and_fail(engine: Engine, opened: OpenRound) -> None:
    with store.transaction(engine) as db:
        make_opened(db, opened.code, opened.key.private, RNG)
        raise InterruptedError


def test_an_interrupted_opening_leaves_nothing_and_can_be_repeated(
    engine: Engine, secrets: Secrets, opened: OpenRound
) -> None:
    with store.transaction(engine) as db:
        cast_some(db, secrets, opened, 5, "意见")
        rounds.close(db, opened.code, "zhuban", NOW)
    with pytest.raises(InterruptedError):
        open_and_fail(engine, opened)
    with store.transaction(engine) as db:
        assert rows(db) == dict.fromkeys(TABLES, 0)
        assert make_opened(db, opened.code, opened.key.private, RNG) == 5


def test_the_wrong_key_opens_nothing_and_says_how_many(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    cast_some(db, secrets, opened, 3)
    rounds.close(db, opened.code, "zhuban", NOW)
    with pytest.raises(Refused, match="3 张"):
        make_opened(db, opened.code, new_tally_key().private, RNG)
    assert rows(db) == dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize(
    "forged", [b"junk", b'"nobody"\n{"departments":{},"overall":{"ratings":{},"marks":{},"texts":{}}}']
)
def test_a_ballot_that_was_changed_stops_the_opening(
    db: Session, secrets: Secrets, opened: OpenRound, forged: bytes
) -> None:
    cast_some(db, secrets, opened, 3)
    rounds.close(db, opened.code, "zhuban", NOW)
    other = seal(opened.key.public, forged)
    db.execute(text("UPDATE ballot SET sealed=:s WHERE id=(SELECT min(id) FROM ballot)"), {"s": other})
    with pytest.raises(Refused, match="1 张"):
        make_opened(db, opened.code, opened.key.private, RNG)
    assert rows(db) == dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM ballot WHERE id=(SELECT min(id) FROM ballot)",
        "INSERT INTO ballot SELECT randomblob(16), round_id, sealed, batch FROM ballot LIMIT 1",
    ],
)
def test_a_lost_or_added_ballot_stops_the_opening(
    db: Session, secrets: Secrets, opened: OpenRound, tampering: str
) -> None:
    cast_some(db, secrets, opened, 4)
    rounds.close(db, opened.code, "zhuban", NOW)
    db.execute(text(tampering))
    with pytest.raises(Refused, match="应当相等"):
        make_opened(db, opened.code, opened.key.private, RNG)


def test_a_round_without_ballots_opens_to_nothing(db: Session, opened: OpenRound) -> None:
    rounds.close(db, opened.code, "zhuban", NOW)
    assert make_opened(db, opened.code, opened.key.private, RNG) == 0


def test_other_rounds_stay_sealed(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    other = make_open_round(db, secrets, make_plan(code="2027"), seed=2)
    cast_some(db, secrets, opened, 2)
    entry = make_entry(db, secrets, other)
    collect.cast(db, entry, make_answers(entry.round.plan.questionnaire, entry.paper), b"z" * 16, secrets, RNG, TODAY)
    rounds.close(db, opened.code, "zhuban", NOW)
    assert make_opened(db, opened.code, opened.key.private, RNG) == 2
    assert rows(db)["opened_ballot"] == 2


def test_drafts_that_were_never_sent_are_forgotten_at_the_opening(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    entry = make_entry(db, secrets, opened)
    collect.keep_draft(db, entry, DraftBallot(Answers(), entry.paper, b"n" * 16), secrets, TODAY)
    rounds.close(db, opened.code, "zhuban", NOW)
    make_opened(db, opened.code, opened.key.private, RNG)
    assert db.scalar(text("SELECT count(*) FROM draft")) == 0


def test_s29_an_opened_comment_has_lost_stratum_and_ballot(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    cast_some(db, secrets, opened, 8, "意见")
    rounds.close(db, opened.code, "zhuban", NOW)
    make_opened(db, opened.code, opened.key.private, RNG)
    columns = [row.name for row in db.execute(text("SELECT name FROM pragma_table_info('comment')"))]
    desk = {"state", "masks", "released_by", "confirmed_by"}
    assert set(columns) == {"department_id", "id", "item", "round_id", "text"} | desk
    sealed_ids = set(db.scalars(text("SELECT id FROM sealed_comment")))
    assert not sealed_ids & set(db.scalars(text("SELECT id FROM comment")))


def test_s13_s14_while_open_only_whole_steps_of_twenty_are_told(db: Session, secrets: Secrets) -> None:
    opened = make_open_round(db, secrets, codes=45)
    told = []
    for number in range(45):
        make_cast(db, secrets, opened, number)
        told.append(participation(db, opened.code)[0].ballots)
    assert told == [0] * 19 + [20] * 20 + [40] * 6
    assert [response.issued for response in participation(db, opened.code)] == [45, 45, 45]


def test_after_the_opening_participation_is_exact(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    cast_some(db, secrets, opened, 13)
    rounds.close(db, opened.code, "zhuban", NOW)
    make_opened(db, opened.code, opened.key.private, RNG)
    assert [response.ballots for response in participation(db, opened.code)] == [10, 3, 0]
