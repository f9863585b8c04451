"""A ballot is stored once with the spending of its code, or not at all."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from appraisal import collect, rounds, store
from appraisal.collect.envelope import unpack_ballot, unpack_text
from appraisal.model.ballot import Answers, DraftBallot, ImportedBallot, Sheet
from appraisal.model.faults import Faulty, Refused
from appraisal.secrecy.sealed import new_tally_key, unseal
from appraisal.settings import Secrets
from appraisal.store import Session
from tests.makers import NOW, TODAY, OpenRound, make_answers, make_cast, make_entry, make_nonce, make_plan

RNG = random.Random(11)


def counts(db: Session) -> tuple[int, int, int]:
    """Codes spent, ballots, sealed comments."""
    asked = ("FROM invitation WHERE spent", "FROM ballot", "FROM sealed_comment")
    spent, ballots, comments = (db.scalar(text(f"SELECT count(*) {rest}")) for rest in asked)
    return spent or 0, ballots or 0, comments or 0


def test_a_ballot_opens_to_what_was_answered(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper)
    collect.cast(db, entry, answers, b"n" * 16, secrets, RNG, TODAY)
    sealed = db.scalar(text("SELECT sealed FROM ballot"))
    assert sealed is not None
    assert unpack_ballot(unseal(opened.key.private, sealed)) == (entry.stratum, answers)


def test_a_receipt_is_sixteen_symbols_and_the_same_on_repetition(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    entry = make_entry(db, secrets, opened)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper)
    receipt = collect.cast(db, entry, answers, b"n" * 16, secrets, RNG, TODAY)
    assert len(receipt.replace("-", "")) == 16
    assert collect.cast(db, entry, answers, b"n" * 16, secrets, RNG, TODAY) == receipt
    assert collect.receipt_of(db, b"n" * 16, secrets) == receipt
    assert counts(db) == (1, 1, 0)


def test_no_receipt_is_shown_for_a_nonce_that_nobody_used(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    make_cast(db, secrets, opened)
    assert collect.receipt_of(db, b"other nonce.....", secrets) is None


def test_a_spent_code_takes_no_second_ballot(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    make_cast(db, secrets, opened)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper, 5, "again")
    with pytest.raises(Refused, match="已经提交"):
        collect.cast(db, entry, answers, b"another nonce...", secrets, RNG, TODAY)
    assert counts(db) == (1, 1, 0)


def test_a_repetition_changes_nothing_that_was_stored(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    first = make_answers(entry.round.plan.questionnaire, entry.paper, 1)
    collect.cast(db, entry, first, b"n" * 16, secrets, RNG, TODAY)
    before = db.scalar(text("SELECT sealed FROM ballot"))
    collect.cast(
        db, entry, make_answers(entry.round.plan.questionnaire, entry.paper, 2, "x"), b"n" * 16, secrets, RNG, TODAY
    )
    assert db.scalar(text("SELECT sealed FROM ballot")) == before
    assert counts(db) == (1, 1, 0)


def test_a_nonce_of_another_ballot_leaves_the_code_unspent(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    make_cast(db, secrets, opened, 0)
    entry = make_entry(db, secrets, opened, 1)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper, 1, "comment")
    with pytest.raises(Refused):
        collect.cast(db, entry, answers, make_nonce(0), secrets, RNG, TODAY)
    assert counts(db) == (1, 1, 0)


def test_nothing_is_taken_after_the_close(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    rounds.close(db, opened.code, "zhuban", NOW)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper)
    with pytest.raises(Refused, match="不接收"):
        collect.cast(db, entry, answers, b"n" * 16, secrets, RNG, TODAY)
    assert counts(db) == (0, 0, 0)


def test_a_repetition_after_the_close_still_gets_its_receipt(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    receipt = make_cast(db, secrets, opened)
    rounds.close(db, opened.code, "zhuban", NOW)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper)
    assert collect.cast(db, entry, answers, make_nonce(0), secrets, RNG, TODAY) == receipt


def test_a_revoked_code_takes_no_ballot(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    db.execute(text("UPDATE invitation SET revoked=TRUE"))
    with pytest.raises(Refused):
        collect.cast(
            db, entry, make_answers(entry.round.plan.questionnaire, entry.paper), b"n" * 16, secrets, RNG, TODAY
        )
    assert counts(db) == (0, 0, 0)


def test_blank_sheets_and_blank_texts_are_dropped(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    entry = make_entry(db, secrets, opened)
    first, second = entry.paper[:2]
    answers = Answers({first: Sheet({"A3": "S0"}, {"Z": ()}, {"T1": " \n"}), second: Sheet(texts={"T1": ""})})
    ballot = collect.seal_ballot(entry, answers, b"n" * 16, secrets, RNG)
    assert unpack_ballot(unseal(opened.key.private, ballot.content))[1] == Answers({first: Sheet({"A3": "S0"})})
    assert ballot.comments == ()


@pytest.mark.parametrize("blank", [Answers(), Answers({"D1": Sheet()}), Answers({"D1": Sheet(texts={"T1": "  "})})])
def test_a_ballot_with_nothing_answered_is_refused_kindly(
    db: Session, secrets: Secrets, opened: OpenRound, blank: Answers
) -> None:
    with pytest.raises(Refused, match="至少回答一题"):
        collect.cast(db, make_entry(db, secrets, opened), blank, b"n" * 16, secrets, RNG, TODAY)
    assert counts(db) == (0, 0, 0)


@pytest.mark.parametrize(
    ("sheets", "where"),
    [
        ({"XX": Sheet({"A3": "S5"})}, ("XX", "")),
        ({"D1": Sheet({"A3": "S9"})}, ("D1", "A3")),
        ({"D1": Sheet(marks={"Z": ("Z00", "Z01")})}, ("D1", "Z")),
        ({"D1": Sheet(texts={"T1": "长" * 501})}, ("D1", "T1")),
    ],
)
def test_faulty_answers_name_department_and_item_and_store_nothing(
    db: Session, secrets: Secrets, opened: OpenRound, sheets: dict[str, Sheet], where: tuple[str, str]
) -> None:
    with pytest.raises(Faulty) as faulty:
        collect.cast(db, make_entry(db, secrets, opened), Answers(sheets), b"n" * 16, secrets, RNG, TODAY)
    assert [(fault.file, fault.field) for fault in faulty.value.faults] == [where]
    assert counts(db) == (0, 0, 0)


def test_s29_comments_are_sealed_apart_and_name_neither_ballot_nor_stratum(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    make_cast(db, secrets, opened, 0, "窗口排队太久")
    boxes = db.execute(text("SELECT id, sealed FROM sealed_comment")).all()
    texts = [unpack_text(unseal(opened.key.private, box.sealed)) for box in boxes]
    assert {text.text for text in texts} == {"窗口排队太久"}
    assert len({box.id for box in boxes}) == len(boxes) > 1
    ballot = unseal(opened.key.private, db.scalar(text("SELECT sealed FROM ballot")) or b"").decode()
    assert "窗口" not in ballot
    assert opened.issued[0].stratum in ballot
    assert all(opened.issued[0].stratum.encode() not in unseal(opened.key.private, box.sealed) for box in boxes)


def post(engine: Engine, entry: collect.Entry, answers: Answers, nonce: bytes, secrets: Secrets) -> str:
    """As the web edge does it: sealed outside of the transaction."""
    ready = collect.seal_ballot(entry, answers, nonce, secrets, random.SystemRandom())
    try:
        with store.transaction(engine) as db:
            return collect.keep_ballot(db, ready, TODAY)
    except Refused:
        return "refused"


def test_twenty_posts_of_one_ballot_at_once_store_it_once(engine: Engine, secrets: Secrets, opened: OpenRound) -> None:
    with store.transaction(engine) as db:
        entry = make_entry(db, secrets, opened)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper, 1, "一次")
    with ThreadPoolExecutor(20) as pool:
        receipts = set(pool.map(lambda _: post(engine, entry, answers, b"n" * 16, secrets), range(20)))
    with store.transaction(engine) as db:
        assert receipts == {collect.receipt_of(db, b"n" * 16, secrets)}
        assert counts(db) == (1, 1, len(answers.departments) + 1)


def test_twenty_forms_with_one_code_at_once_store_one_of_them(
    engine: Engine, secrets: Secrets, opened: OpenRound
) -> None:
    with store.transaction(engine) as db:
        entry = make_entry(db, secrets, opened)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper)
    with ThreadPoolExecutor(20) as pool:
        said = list(pool.map(lambda n: post(engine, entry, answers, make_nonce(n), secrets), range(20)))
    assert said.count("refused") == 19
    with store.transaction(engine) as db:
        assert counts(db) == (1, 1, 0)


def test_two_devices_with_one_code_meet_in_one_ballot(engine: Engine, secrets: Secrets, opened: OpenRound) -> None:
    drafts = []
    for _device in ("phone", "computer"):
        with store.transaction(engine) as db:
            entry = make_entry(db, secrets, opened)
            draft = collect.read_draft(db, entry, secrets, random.SystemRandom().randbytes)
            collect.keep_draft(db, entry, draft, secrets, TODAY)
            drafts.append(draft)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper)
    receipts = {post(engine, entry, answers, draft.nonce, secrets) for draft in drafts}
    assert len(receipts) == 1
    assert "refused" not in receipts


@pytest.mark.sqlite
def test_a_failure_between_spending_and_storing_leaves_both_undone(
    engine: Engine, secrets: Secrets, opened: OpenRound
) -> None:
    with store.transaction(engine) as db:
        entry = make_entry(db, secrets, opened)
        collect.keep_draft(db, entry, DraftBallot(Answers(), entry.paper, b"n" * 16), secrets, TODAY)
        db.execute(text("CREATE TRIGGER full BEFORE INSERT ON ballot BEGIN SELECT RAISE(FAIL, 'disk full'); END"))
    answers = make_answers(entry.round.plan.questionnaire, entry.paper)
    with pytest.raises(Exception, match="disk full"), store.transaction(engine) as db:
        collect.cast(db, entry, answers, b"n" * 16, secrets, RNG, TODAY)
    with store.transaction(engine) as db:
        assert counts(db) == (0, 0, 0)
        assert db.scalar(text("SELECT count(*) FROM draft")) == 1
        assert make_entry(db, secrets, opened) == entry


def test_a_swallowed_refusal_leaves_nothing_behind_either(engine: Engine, secrets: Secrets, opened: OpenRound) -> None:
    with store.transaction(engine) as db:
        make_cast(db, secrets, opened, 0)
    with store.transaction(engine) as db:
        entry = make_entry(db, secrets, opened, 1)
        with pytest.raises(Refused):
            collect.cast(
                db, entry, make_answers(entry.round.plan.questionnaire, entry.paper), make_nonce(0), secrets, RNG, TODAY
            )
    with store.transaction(engine) as db:
        assert counts(db) == (1, 1, 0)


def test_imported_ballots_are_sealed_like_any_other(db: Session) -> None:
    opened = imported_round(db)
    rated = Answers({"D1": Sheet({"A3": "S5"}, {}, {"T1": "很好"})})
    taken = collect.take_imported(
        db, opened.code, [ImportedBallot("citizen", rated), ImportedBallot("deputy", Answers())], RNG
    )
    boxes = db.scalars(text("SELECT sealed FROM ballot")).all()
    assert taken == len(boxes) == 2
    assert {unpack_ballot(unseal(opened.key.private, box))[0] for box in boxes} == {"citizen", "deputy"}
    assert counts(db) == (0, 2, 1)


def test_every_fault_of_every_imported_ballot_is_named_and_nothing_stored(db: Session) -> None:
    opened = imported_round(db)
    wrong = [
        ImportedBallot("citizen", Answers({"D1": Sheet({"A3": "S5"})})),
        ImportedBallot("nobody", Answers({"XX": Sheet({"A3": "S5"})})),
        ImportedBallot("citizen", Answers({"D1": Sheet({"A9": "S5"})})),
    ]
    with pytest.raises(Faulty) as faulty:
        collect.take_imported(db, opened.code, wrong, RNG)
    assert sorted((fault.row, fault.file, fault.field) for fault in faulty.value.faults) == [
        (2, "", "stratum"),
        (2, "XX", ""),
        (3, "D1", "A9"),
    ]
    assert counts(db) == (0, 0, 0)


def test_imported_ballots_and_issued_codes_do_not_mix(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    with pytest.raises(Refused, match="不能再导入"):
        collect.take_imported(db, opened.code, [ImportedBallot("citizen", Answers())], RNG)
    elsewhere = imported_round(db, "2027")
    collect.take_imported(db, elsewhere.code, [ImportedBallot("citizen", Answers())], RNG)
    with pytest.raises(Refused, match="不能再发放"):
        collect.issue_codes(db, elsewhere.code, {"citizen": 1}, secrets, RNG)


def imported_round(db: Session, code: str = "2026-1") -> OpenRound:
    plan, key = make_plan(code=code), new_tally_key()
    rounds.create(db, plan, "zhuban", NOW)
    rounds.open_round(db, code, key.public, "zhuban", NOW)
    return OpenRound(code, key, ())


@pytest.mark.sqlite
def test_the_receipt_is_refused_when_the_stored_ballot_is_not_the_sealed_one(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    db.execute(text("CREATE TRIGGER bitrot AFTER INSERT ON ballot BEGIN UPDATE ballot SET sealed = x'00'; END"))
    with pytest.raises(Refused, match="没有存好"):
        make_cast(db, secrets, opened)
    assert db.scalar(text("SELECT count(*) FROM ballot")) == 0
    assert db.scalar(text("SELECT count(*) FROM invitation WHERE spent")) == 0
    db.execute(text("DROP TRIGGER bitrot"))
    assert make_cast(db, secrets, opened)
