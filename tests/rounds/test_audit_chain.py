"""The chain over what the staff did: anything deleted, edited or inserted is found, and named."""

import random

import pytest
from sqlalchemy import Engine, text

from appraisal import store
from appraisal.model.discrepancy import Discrepancy
from appraisal.rounds.audit_chain import check_audit, keep_stretch, next_stretch, published_audit
from appraisal.secrecy import chain
from appraisal.secrecy.signing import public_half
from appraisal.store import Session, audit_chain, people
from tests.makers import LOG_KEY, NOW, TODAY, make_closed_round, make_round

PUBLIC = public_half(LOG_KEY)


def chain_up(db: Session) -> int:
    stretch = next_stretch(db, LOG_KEY, TODAY)
    assert stretch is not None
    assert keep_stretch(db, stretch)
    return len(stretch.kept.leaves)


def make_chain(db: Session) -> None:
    """Three stretches: a round's life with its log, and twenty looks in each of two; one look waits."""
    make_closed_round(db, [])
    chain_up(db)
    for stretch in (1, 2):
        for number in range(20):
            people.record(db, "zhuban", "comments.read", f"2026-1 {stretch} {number}", NOW)
        chain_up(db)
    people.record(db, "zhuban", "slip.download", "1", NOW)


def test_an_untouched_chain_holds_and_leaves_new_events_waiting(db: Session) -> None:
    make_chain(db)
    checked = check_audit(db, PUBLIC)
    assert (checked.stretches, checked.waiting, checked.mismatches) == (3, 1, ())
    assert checked.events == db.scalar(
        text("SELECT (SELECT count(*) FROM audit_event) + (SELECT count(*) FROM round_event)")
    )
    assert checked.events > 41


def test_without_anything_new_there_is_no_stretch(db: Session) -> None:
    assert next_stretch(db, LOG_KEY, TODAY) is None
    assert published_audit(db, PUBLIC) is None
    make_round(db)
    chain_up(db)
    assert next_stretch(db, LOG_KEY, TODAY) is None


TAMPERINGS = [
    ("DELETE FROM audit_event WHERE id=7", Discrepancy.DELETED, 2, ("look 7",)),
    ("UPDATE audit_event SET actor='fuhe' WHERE id=25", Discrepancy.CHANGED, 3, ("look 25",)),
    ("UPDATE audit_event SET at='2026-01-01 00:00:00.000000' WHERE id=1", Discrepancy.CHANGED, 2, ("look 1",)),
    ("UPDATE audit_event SET id=-3 WHERE id=7", Discrepancy.DELETED, 2, ("look 7",)),
    ("UPDATE round_event SET note='x' WHERE id=1", Discrepancy.CHANGED, 1, ("round 1",)),
    ("DELETE FROM round_event", Discrepancy.DELETED, 1, None),
    (
        "INSERT INTO round_event SELECT -1, round_id, at, actor, action, note FROM round_event LIMIT 1",
        Discrepancy.ADDED,
        1,
        None,
    ),
    ("DELETE FROM audit_head WHERE number=2", Discrepancy.ORDER, 2, ()),
    ("UPDATE audit_head SET signature=zeroblob(64) WHERE number=2", Discrepancy.SIGNATURE, 2, ()),
    ("UPDATE audit_head SET leaves=zeroblob(64) WHERE number=2", Discrepancy.ROOT, 2, ()),
    ("DELETE FROM log_batch", Discrepancy.PUBLISHED, 1, ("2026-1",)),
]


@pytest.mark.parametrize(("statement", "what", "stretch", "names"), TAMPERINGS)
def test_every_tampering_is_found_and_named(
    db: Session, statement: str, what: Discrepancy, stretch: int, names: tuple[str, ...] | None
) -> None:
    make_chain(db)
    db.execute(text(statement))
    found = [one for one in check_audit(db, PUBLIC).mismatches if (one.what, one.batch) == (what, stretch)]
    assert found
    assert names is None or found[0].names == names


def test_chance_tampering_with_any_chained_event_is_found(engine: Engine) -> None:
    with store.transaction(engine) as db:
        make_chain(db)
    rng, changes = random.Random(24), ("actor", "action", "object", "note")
    for _ in range(60):
        with store.reading(engine) as db:
            event, column = rng.randrange(1, 41), rng.choice(changes)
            db.execute(text(f"UPDATE audit_event SET {column}={column} || 'x' WHERE id=:id"), {"id": event})
            found = check_audit(db, PUBLIC).mismatches
            assert [(one.what, one.names) for one in found] == [(Discrepancy.CHANGED, (f"look {event}",))]


def test_a_chain_that_was_rewritten_whole_is_found_by_what_was_published(db: Session) -> None:
    make_chain(db)
    published = audit_chain.head_links(db)
    db.execute(text("DELETE FROM audit_head"))
    db.execute(text("UPDATE audit_event SET actor='fuhe' WHERE id=7"))
    chain_up(db)
    assert check_audit(db, PUBLIC).mismatches == ()
    found = check_audit(db, PUBLIC, [published]).mismatches
    assert [(one.what, one.batch) for one in found] == [(Discrepancy.PUBLISHED, 1)]


def test_the_published_chain_tells_no_event(db: Session) -> None:
    make_chain(db)
    content = published_audit(db, PUBLIC)
    assert content is not None
    assert b"zhuban" not in content
    assert len(chain.read_published(content)[1]) == 3
