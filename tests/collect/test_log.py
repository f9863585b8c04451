"""The public log: batches that tell nothing, and a check that finds and names every tampering."""

import itertools
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from appraisal import collect, rounds, store
from appraisal.collect.log import (
    LEAST,
    close_log,
    first_batch,
    full_batch,
    keep_batch,
    last_batch,
    look_up,
    published_log,
)
from appraisal.collect.log_check import Checked, check_log
from appraisal.model.discrepancy import Discrepancy
from appraisal.model.faults import Refused
from appraisal.secrecy import chain
from appraisal.secrecy.ballot_log import Proof, faults_of_proof
from appraisal.secrecy.signing import public_half
from appraisal.settings import Secrets
from appraisal.store import Session, logs
from appraisal.store.public_files import grow_log_file
from tests.makers import (
    LOG_KEY,
    NOW,
    TODAY,
    OpenRound,
    make_ballot,
    make_cast,
    make_closed_round,
    make_open_round,
    make_opened,
    make_round,
)

PUBLIC = public_half(LOG_KEY)
CODES = 60


@pytest.fixture
def opened(engine: Engine, secrets: Secrets) -> OpenRound:
    with store.transaction(engine) as db:
        return make_open_round(db, secrets, codes=CODES)


def batch_up(db: Session, opened: OpenRound) -> int:
    """Close what is due; how many headers there are."""
    for due in (first_batch, full_batch):
        batch = due(db, opened.code, LOG_KEY, TODAY)
        if batch is not None:
            assert keep_batch(db, batch)
    return len(logs.links(db, 1))


def cast(db: Session, secrets: Secrets, opened: OpenRound, start: int, count: int) -> list[str]:
    return [make_cast(db, secrets, opened, number) for number in range(start, start + count)]


def make_log(db: Session, secrets: Secrets, opened: OpenRound) -> list[str]:
    """Headers 1 (empty), 2 and 3 (52 ballots each), 4 (the last, 7 ballots); every receipt, in the order of casting."""
    receipts: list[str] = []
    for start in (0, 52):
        receipts += cast(db, secrets, opened, start, 52)
        batch_up(db, opened)
    receipts += cast(db, secrets, opened, 104, 7)
    rounds.close(db, opened.code, "zhuban", NOW)
    close_log(db, opened.code, LOG_KEY, TODAY)
    return receipts


def check(db: Session, opened: OpenRound) -> Checked:
    return check_log(db, opened.code, PUBLIC)


def test_an_untouched_log_holds(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    make_log(db, secrets, opened)
    assert check(db, opened) == Checked(opened.code, 4, 111, 0, ())


def test_no_batch_is_closed_below_fifty_ballots(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    cast(db, secrets, opened, 0, LEAST - 1)
    assert batch_up(db, opened) == 1
    cast(db, secrets, opened, LEAST - 1, 1)
    assert batch_up(db, opened) == 2


def test_the_place_in_a_batch_says_nothing_on_the_order(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    receipts = cast(db, secrets, opened, 0, 150)
    batch_up(db, opened)
    found = [look_up(db, receipt) for receipt in receipts]
    places = [one.proof.index for one in found if one is not None and one.proof is not None]
    assert sorted(places) == list(range(150))
    in_order = sum(a < b for a, b in itertools.pairwise(places))
    assert 45 < in_order < 105


def test_every_receipt_of_a_closed_round_has_a_proof(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    receipts = make_log(db, secrets, opened)
    links = logs.links(db, 1)
    for receipt in receipts:
        found = look_up(db, receipt)
        assert found is not None
        assert found.proof is not None
        assert faults_of_proof(Proof.read(found.proof.to_json()), links, PUBLIC) == []


def test_a_ballot_that_waits_is_found_without_a_proof(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    found = look_up(db, make_cast(db, secrets, opened))
    assert found is not None
    assert (found.batch, found.proof) == (None, None)


def test_two_workers_at_once_write_one_batch(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    cast(db, secrets, opened, 0, 50)
    batch_up(db, opened)
    cast(db, secrets, opened, 50, 50)
    one, other = (full_batch(db, opened.code, LOG_KEY, TODAY) for _ in range(2))
    assert one is not None
    assert other is not None
    assert [keep_batch(db, one), keep_batch(db, other)] == [True, False]
    assert check(db, opened).mismatches == ()


def test_a_closed_log_is_closed_once(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    make_log(db, secrets, opened)
    assert last_batch(db, opened.code, LOG_KEY, TODAY) is None
    assert full_batch(db, opened.code, LOG_KEY, TODAY) is None


def test_only_opened_rounds_without_a_last_header_are_unfinished(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    make_round(db, code="2027-1")
    assert logs.unfinished_rounds(db) == (opened.code,)
    make_log(db, secrets, opened)
    assert logs.unfinished_rounds(db) == ()


def test_codes_issued_after_the_first_header_are_seen(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    batch_up(db, opened)
    collect.issue_codes(db, opened.code, {"citizen": 5}, secrets, random.Random(9))
    cast(db, secrets, opened, 0, 50)
    batch_up(db, opened)
    assert [link.fields()["codes_issued"] for link in logs.links(db, 1)] == [CODES * 3, CODES * 3 + 5]
    assert check(db, opened).mismatches == ()


def test_a_revoked_code_breaks_no_earlier_header(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    make_log(db, secrets, opened)
    db.execute(text("UPDATE invitation SET revoked=1 WHERE spent=0"))
    assert check(db, opened).mismatches == ()


def test_the_log_of_imported_ballots_holds_without_codes(db: Session) -> None:
    code = make_closed_round(db, [make_ballot("citizen", {"D1": "S5"}) for _ in range(5)])
    assert check_log(db, code, PUBLIC).mismatches == ()
    assert logs.links(db, 1)[0].fields()["codes_issued"] == 0


# How a row is tampered with: SQL, and what it is called. ``:n`` is a chance ballot among those in batches, ``:m`` another.
PICK = "(SELECT id FROM ballot WHERE batch IS NOT NULL ORDER BY id LIMIT 1 OFFSET :n)"
OTHER = "(SELECT id FROM ballot WHERE batch IS NOT NULL ORDER BY id LIMIT 1 OFFSET :m)"
BALLOTS = "ballot x, ballot y"
TAMPERINGS = {
    "delete": [f"DELETE FROM ballot WHERE id={PICK}"],
    "edit": [
        f"UPDATE ballot SET sealed=CAST(substr(sealed, 1, :cut) || :byte || substr(sealed, :cut + 2) AS BLOB) WHERE id={PICK}"
    ],
    "insert": [f"INSERT INTO ballot SELECT :fresh, round_id, sealed, batch FROM ballot WHERE id={PICK}"],
    "rename": [f"UPDATE ballot SET id=:fresh WHERE id={PICK}"],
    "move": [f"UPDATE ballot SET batch=batch % 4 + 1 WHERE id={PICK}"],
    "unbatch": [f"UPDATE ballot SET batch=NULL WHERE id={PICK}"],
    "swap": [
        f"CREATE TEMP TABLE pair AS SELECT x.id a, y.id b, x.sealed sa, y.sealed sb FROM {BALLOTS} WHERE x.id={PICK} AND y.id={OTHER}",
        "UPDATE ballot SET sealed=(SELECT sb FROM pair) WHERE id=(SELECT a FROM pair)",
        "UPDATE ballot SET sealed=(SELECT sa FROM pair) WHERE id=(SELECT b FROM pair)",
    ],
    "replace": [
        f"CREATE TEMP TABLE kept AS SELECT * FROM ballot WHERE id={PICK}",
        f"DELETE FROM ballot WHERE id={PICK}",
        "INSERT INTO ballot SELECT :fresh, round_id, randomblob(length(sealed)), batch FROM kept",
    ],
}


def tamper(db: Session, kind: str, rng: random.Random) -> set[int]:
    """Do it; the batches that must be named."""
    ballots = db.execute(text("SELECT id, sealed, batch FROM ballot WHERE batch IS NOT NULL ORDER BY id")).all()
    n, m = rng.sample(range(len(ballots)), 2)
    chosen = ballots[n]
    cut = rng.randrange(len(chosen.sealed) - 1)
    values = {"n": n, "m": m, "cut": cut, "byte": bytes([chosen.sealed[cut] ^ rng.randrange(1, 256)])}
    values["fresh"] = rng.randbytes(16)
    for statement in TAMPERINGS[kind]:
        names = [name for name in values if f":{name}" in statement]
        db.execute(text(statement), {name: values[name] for name in names})
    if kind == "swap":
        return {chosen.batch, ballots[m].batch}
    return {chosen.batch, chosen.batch % 4 + 1} if kind == "move" else {chosen.batch}


def kinds(db: Session, opened: OpenRound) -> set[Discrepancy]:
    return {one.what for one in check(db, opened).mismatches}


LOG_TAMPERINGS = [
    ("DELETE FROM log_batch WHERE number=2", Discrepancy.ORDER),
    ("DELETE FROM log_batch WHERE number=4", Discrepancy.INCOMPLETE),
    ("DELETE FROM log_batch", Discrepancy.INCOMPLETE),
    ("UPDATE log_batch SET signature=zeroblob(64) WHERE number=3", Discrepancy.SIGNATURE),
    ("UPDATE log_batch SET leaves=zeroblob(32) WHERE number=3", Discrepancy.ROOT),
    (
        "UPDATE log_batch SET header=CAST(replace(header, 'ballots', 'bullets') AS BLOB) WHERE number=2",
        Discrepancy.CHAIN,
    ),
    ("UPDATE log_batch SET header=X'00' WHERE number=2", Discrepancy.ORDER),
    (
        "UPDATE invitation SET digest=randomblob(32) WHERE digest=(SELECT min(digest) FROM invitation)",
        Discrepancy.CODES,
    ),
    ("DELETE FROM invitation WHERE digest=(SELECT min(digest) FROM invitation)", Discrepancy.CODES),
    ("DELETE FROM invitation", Discrepancy.CODES),
    ("UPDATE invitation SET spent=1 WHERE spent=0", Discrepancy.SPENT),
    ("UPDATE invitation SET revoked=1", Discrepancy.MORE_THAN_CODES),
    ("INSERT INTO ballot SELECT randomblob(16), round_id, sealed, NULL FROM ballot LIMIT 1", Discrepancy.AFTER_CLOSE),
    ("UPDATE ballot SET batch=9", Discrepancy.NO_BATCH),
    ("UPDATE round SET frozen_sha256='0'", Discrepancy.HEADER),
    ("UPDATE sealed_comment SET sealed=X'00'", Discrepancy.COMMENTS),
    ("DELETE FROM sealed_comment", Discrepancy.COMMENTS),
]


@pytest.mark.parametrize(("statement", "what"), LOG_TAMPERINGS)
def test_tampering_with_the_log_or_the_codes_is_found(
    db: Session, secrets: Secrets, opened: OpenRound, statement: str, what: Discrepancy
) -> None:
    make_cast(db, secrets, opened, 111, "意见")
    make_log(db, secrets, opened)
    assert kinds(db, opened) == set()
    db.execute(text(statement))
    assert what in kinds(db, opened)


def test_an_added_opened_ballot_is_found(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    make_log(db, secrets, opened)
    make_opened(db, opened.code, opened.key.private, random.Random(1))
    assert kinds(db, opened) == set()
    db.execute(text("DELETE FROM opened_ballot WHERE number=1"))
    assert kinds(db, opened) == {Discrepancy.OPENED}


def rewrite(db: Session, opened: OpenRound) -> None:
    """What somebody with database and log key would do: drop a ballot and its code's mark, and log everything anew."""
    db.execute(text("UPDATE ballot SET batch=NULL"))
    db.execute(text("DELETE FROM log_batch"))
    db.execute(text("DELETE FROM ballot WHERE id=(SELECT min(id) FROM ballot)"))
    db.execute(text("UPDATE invitation SET spent=0 WHERE digest=(SELECT min(digest) FROM invitation WHERE spent=1)"))
    close_log(db, opened.code, LOG_KEY, TODAY)


def test_a_log_that_was_rewritten_whole_is_found_by_what_was_published(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    make_log(db, secrets, opened)
    published = logs.links(db, 1)
    rewrite(db, opened)
    assert kinds(db, opened) == set()
    found = check_log(db, opened.code, PUBLIC, [published]).mismatches
    assert [(one.what, one.batch) for one in found] == [(Discrepancy.PUBLISHED, 1)]


def test_a_log_that_was_cut_back_is_found_by_what_was_published(
    db: Session, secrets: Secrets, opened: OpenRound
) -> None:
    make_log(db, secrets, opened)
    published = logs.links(db, 1)
    db.execute(text("DELETE FROM log_batch WHERE number >= 3"))
    found = check_log(db, opened.code, PUBLIC, [published]).mismatches
    assert (Discrepancy.PUBLISHED, 3) in [(one.what, one.batch) for one in found]


def test_a_log_signed_with_another_key_does_not_hold(db: Session, secrets: Secrets, opened: OpenRound) -> None:
    make_log(db, secrets, opened)
    found = check_log(db, opened.code, public_half(b"x" * 32)).mismatches
    assert {one.what for one in found} == {Discrepancy.SIGNATURE}


def delete_one(db: Session) -> None:
    db.execute(text("UPDATE invitation SET spent=0 WHERE digest=(SELECT min(digest) FROM invitation WHERE spent=1)"))
    db.execute(text("DELETE FROM ballot WHERE id=(SELECT min(id) FROM ballot WHERE batch=3)"))


def drop_log(db: Session) -> None:
    db.execute(text("DELETE FROM log_batch"))


@pytest.mark.parametrize(("tampering", "said"), [(delete_one, "第3批"), (drop_log, "没有这一批")])
def test_no_ballot_is_opened_over_a_log_that_does_not_hold(
    db: Session, secrets: Secrets, opened: OpenRound, tampering: Callable[[Session], None], said: str
) -> None:
    make_log(db, secrets, opened)
    tampering(db)
    with pytest.raises(Refused, match=said):
        collect.open_ballots(db, opened.code, opened.key.private, random.Random(1), PUBLIC)
    assert db.scalar(text("SELECT count(*) FROM opened_ballot")) == 0


def test_a_published_file_grows_and_is_never_replaced_by_another(
    db: Session, secrets: Secrets, opened: OpenRound, tmp_path: Path
) -> None:
    batch_up(db, opened)
    path = tmp_path / "public" / "log" / "2026-1.json"
    begun = published_log(db, opened.code, PUBLIC)
    make_log(db, secrets, opened)
    whole = published_log(db, opened.code, PUBLIC)
    assert begun is not None
    assert whole is not None
    assert [grow_log_file(path, content) for content in (begun, whole, whole)] == [True, True, False]
    with pytest.raises(Refused, match="第2批"):
        grow_log_file(path, begun)
    assert chain.read_published(path.read_bytes())[1] == logs.links(db, 1)


@pytest.mark.parametrize("junk", [b"", b"{}", b"[]", b'{"headers": [1]}', b'{"headers": [{"header": 1}]}'])
def test_what_is_no_log_file_is_called_so(junk: bytes) -> None:
    with pytest.raises(chain.NotALog):
        chain.read_published(junk)
