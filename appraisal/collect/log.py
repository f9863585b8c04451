"""The public log of a round's ballots: batches, what a receipt leads to, and the file that is published.

A batch is closed in two steps, so that no hashing is done under the write lock::

    batch = collect.full_batch(db, code, key, today)       # a snapshot will do
    with store.transaction(engine) as db:
        collect.keep_batch(db, batch)
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from appraisal.collect import refusals
from appraisal.model.round import RoundState
from appraisal.secrecy import chain, codes, keys, merkle
from appraisal.secrecy.ballot_log import BALLOTS, Proof, ballot_leaf, code_leaf, comment_leaf
from appraisal.store import Session, casting, logs
from appraisal.store.logs import KeptBallot, KeptBatch
from appraisal.store.rounds import KeptRound

# So many ballots hide when each of them came; the last batch alone, at the close, may be smaller.
LEAST: Final = 50
RECEIPT_BITS: Final = (keys.RECEIPT_SYMBOLS - 1) * codes.BITS_A_SYMBOL


@dataclass(frozen=True, slots=True)
class Batch:
    """The next link of a round's log, on its way into the tables, and the ballots that it takes in."""

    round_id: int
    number: int
    kept: KeptBatch
    ballot_ids: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a receipt leads to: its round, its batch once there is one, and the proof, unless the ballot does not fit its batch."""

    receipt: str
    round: KeptRound
    batch: int | None
    proof: Proof | None


def first_batch(db: Session, round_code: str, key: bytes, today: date) -> Batch | None:
    """The empty link that an open round's log begins with: it publishes the rules before any ballot. ``None`` where one is kept."""
    kept = refusals.round_of(db, round_code)
    if kept.state is not RoundState.OPEN or logs.last_number(db, kept.id):
        return None
    return _batch(db, kept, key, today, [])


def full_batch(db: Session, round_code: str, key: bytes, today: date) -> Batch | None:
    """Every ballot of an open round that waits, if they are 50 or more. Ask for it at full hours, which tell nothing."""
    kept = refusals.round_of(db, round_code)
    if kept.state is not RoundState.OPEN:
        return None
    waiting = _waiting(db, kept)
    return _batch(db, kept, key, today, waiting) if len(waiting) >= LEAST else None


def last_batch(db: Session, round_code: str, key: bytes, today: date) -> Batch | None:
    """What is left when a round is closed, however little, with a root over all comments. ``None`` once it is kept."""
    kept = refusals.round_of(db, round_code)
    if kept.state in (RoundState.DRAFT, RoundState.OPEN) or is_complete(logs.links(db, kept.id)):
        return None
    return _batch(db, kept, key, today, _waiting(db, kept))


def keep_batch(db: Session, batch: Batch) -> bool:
    """Write a batch; whether it was written: another worker may have been faster."""
    if logs.last_number(db, batch.round_id) != batch.number - 1:
        return False
    logs.add_batch(db, batch.round_id, batch.number, batch.kept, batch.ballot_ids)
    return True


def close_log(db: Session, round_code: str, key: bytes, today: date) -> None:
    """``last_batch`` and ``keep_batch`` in one, for a round that nobody waits for."""
    batch = last_batch(db, round_code, key, today)
    if batch is not None:
        keep_batch(db, batch)


def is_complete(links: Iterable[chain.Link]) -> bool:
    """Whether a log has its last link."""
    return any(link.fields().get("last") for link in links)


def published_log(db: Session, round_code: str, public_key: bytes) -> bytes | None:
    """The file of a round's log, ``None`` while it has no link. Raises ``Refused`` for a round that is not there."""
    kept = refusals.round_of(db, round_code)
    links = logs.links(db, kept.id)
    return chain.publish(links, BALLOTS, {"round": round_code}, public_key) if links else None


def look_up(db: Session, receipt: str) -> Found | None:
    """The ballot of a receipt, however typed, with its proof once it is in a batch; ``None`` when no ballot has it.

    Raises ``CodeFault`` for what cannot be a receipt. Nothing here says what a ballot holds.
    """
    found = logs.find_ballots(db, *_ids_of(codes.read_receipt(receipt, keys.RECEIPT_SYMBOLS)))
    if len(found) != 1:
        return None
    ballot = found[0]
    kept = refusals.round_of(db, logs.round_code(db, ballot.round_id))
    proof = None if ballot.batch is None else _proof(db, kept, ballot, ballot.batch)
    return Found(keys.receipt(ballot.id), kept, ballot.batch, proof)


def _proof(db: Session, kept: KeptRound, ballot: KeptBallot, number: int) -> Proof | None:
    leaves = logs.leaves_of(db, kept.id, number)
    leaf = ballot_leaf(kept.plan.code, ballot.id, ballot.sealed)
    index = bisect_left(leaves, leaf)
    # A ballot that was changed behind the platform is in no batch: `appraisal verify` says so by name.
    if index == len(leaves) or leaves[index] != leaf:
        return None
    return Proof(
        round=kept.plan.code,
        receipt=keys.receipt(ballot.id),
        ballot_id=ballot.id,
        sealed_sha256=hashlib.sha256(ballot.sealed).digest(),
        n=number,
        index=index,
        size=len(leaves),
        path=merkle.inclusion_path(leaves, index),
    )


def _waiting(db: Session, kept: KeptRound) -> list[tuple[bytes, bytes]]:
    """(leaf, ballot id) of every ballot that waits, by leaf.

    The hashes are as good as chance: a place in a batch says nothing on when a ballot came.
    """
    waiting = logs.waiting_ballots(db, kept.id)
    return sorted((ballot_leaf(kept.plan.code, one.id, one.sealed), one.id) for one in waiting)


def _batch(db: Session, kept: KeptRound, key: bytes, today: date, waiting: list[tuple[bytes, bytes]]) -> Batch:
    earlier = logs.batches(db, kept.id)
    leaves = tuple(leaf for leaf, _ in waiting)
    every = [leaf for batch in earlier for leaf in batch.leaves] + list(leaves)
    fields = {
        "round": kept.plan.code,
        "rules": kept.frozen_sha256,
        "day": today.isoformat(),
        "size": len(leaves),
        "batch_root": merkle.root(leaves).hex(),
        "root": merkle.root(every).hex(),
        "ballots_total": len(every),
        **codes_fields(db, kept.id, casting.last_batch(db, kept.id)),
        **_closing_fields(db, kept),
    }
    link = chain.add_link([batch.link for batch in earlier], BALLOTS, fields, key)
    return Batch(kept.id, len(earlier) + 1, KeptBatch(link, leaves), tuple(one for _, one in waiting))


def codes_fields(db: Session, round_id: int, issue: int) -> dict[str, object]:
    """What a header says of the codes up to an issue: how many, and the root over all, revoked ones among them.

    Codes of later issues change the next header, so that issuing more is seen by everybody; a revoked one stays in the root, so
    that earlier headers can be made again.
    """
    digests = [digest for number, digest in logs.issued_digests(db, round_id) if number <= issue]
    root = merkle.root([code_leaf(digest) for digest in digests])
    return {"codes_issues": issue, "codes_issued": len(digests), "codes_root": root.hex()}


def comments_fields(db: Session, round_id: int) -> dict[str, object]:
    """What the last header says of the comments, which have no batches: near a batch they would be near their ballots."""
    leaves = [comment_leaf(key, sealed) for key, sealed in logs.comments(db, round_id)]
    return {"comments_total": len(leaves), "comments_root": merkle.root(leaves).hex()}


def _closing_fields(db: Session, kept: KeptRound) -> dict[str, object]:
    if kept.state in (RoundState.DRAFT, RoundState.OPEN):
        return {"last": False}
    return {"last": True, **comments_fields(db, kept.id)}


def _ids_of(receipt: str) -> tuple[bytes, bytes]:
    """The first and the last ballot id that a receipt fits."""
    bits = 0
    for symbol in receipt[:-1]:
        bits = bits << codes.BITS_A_SYMBOL | codes.ALPHABET.index(symbol)
    free = keys.ID_BYTES * 8 - RECEIPT_BITS
    first = bits << free
    return first.to_bytes(keys.ID_BYTES, "big"), (first | (1 << free) - 1).to_bytes(keys.ID_BYTES, "big")
