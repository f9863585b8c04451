"""The chain over what the staff did: stretches of events, each bound by a signed root, and whether it still holds.

Every header also names the newest header of every round's public log, so that the two hold one another.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from appraisal.model.discrepancy import Discrepancy, Mismatch
from appraisal.secrecy import chain, merkle
from appraisal.secrecy.ballot_log import AUDIT
from appraisal.store import Session, audit_chain, logs
from appraisal.store.audit_chain import ChainedEvent
from appraisal.store.logs import KeptBatch
from appraisal.store.rounds import all_rounds, find_round


@dataclass(frozen=True, slots=True)
class Stretch:
    """The next link of the chain, on its way into its table."""

    number: int
    kept: KeptBatch


@dataclass(frozen=True, slots=True)
class AuditChecked:
    """What was looked at, and everything that does not hold. ``waiting``: events that are not in the chain yet."""

    stretches: int
    events: int
    waiting: int
    mismatches: tuple[Mismatch, ...]


def next_stretch(db: Session, key: bytes, today: date) -> Stretch | None:
    """Every event since the last header, ``None`` when there is none. It only reads: a snapshot will do."""
    links = audit_chain.head_links(db)
    ends = _ends(links)
    found = tuple(audit_chain.events(db, ends))
    if not found:
        return None
    leaves = tuple(_leaf(event) for event in found)
    fields = {
        "day": today.isoformat(),
        "size": len(leaves),
        "root": merkle.root(leaves).hex(),
        "ends": {**ends, **{event.kind: event.id for event in found}},
        "logs": _newest_headers(db),
    }
    return Stretch(len(links) + 1, KeptBatch(chain.add_link(links, AUDIT, fields, key), leaves))


def keep_stretch(db: Session, stretch: Stretch) -> bool:
    """Write a stretch; whether it was written: another worker may have been faster."""
    if len(audit_chain.head_links(db)) != stretch.number - 1:
        return False
    audit_chain.add_head(db, stretch.number, stretch.kept)
    return True


def published_audit(db: Session, public_key: bytes) -> bytes | None:
    """The file of the chain: roots and numbers, no event. ``None`` before the first."""
    links = audit_chain.head_links(db)
    return chain.publish(links, AUDIT, {}, public_key) if links else None


def check_audit(db: Session, public_key: bytes, published: Sequence[Sequence[chain.Link]] = ()) -> AuditChecked:
    """Make the whole chain again from the events as they are now and compare; ``published``: files of earlier headers."""
    heads = audit_chain.heads(db)
    links = [head.link for head in heads]
    found = [Mismatch(Discrepancy(one.what), one.number) for one in chain.broken_links(links, AUDIT, public_key)]
    forks = [fork for earlier in published if (fork := chain.forks_at(earlier, links)) is not None]
    if forks:
        found.append(Mismatch(Discrepancy.PUBLISHED, min(forks)))
    by_stretch = _by_stretch(tuple(audit_chain.events(db, {})), links)
    for number, head in enumerate(heads, start=1):
        found += _of_stretch(number, head, by_stretch.get(number, []), _ends(links[: number - 1]))
        found += _of_anchors(db, number, head.link.fields())
    waiting = len(by_stretch.get(len(heads) + 1, []))
    return AuditChecked(len(heads), sum(map(len, by_stretch.values())), waiting, tuple(found))


def _of_stretch(
    number: int, head: KeptBatch, events: Sequence[ChainedEvent], begun: Mapping[str, int]
) -> Iterator[Mismatch]:
    fields = head.link.fields()
    if fields.get("root") != merkle.root(head.leaves).hex() or fields.get("size") != len(head.leaves):
        yield Mismatch(Discrepancy.ROOT, number)
    logged = Counter(head.leaves)
    strange = [event for event in events if _leaf(event) not in logged]
    gone = (logged - Counter(_leaf(event) for event in events)).total()
    missing = _missing(fields.get("ends") or {}, begun, events) if gone else []
    deleted = min(gone, len(missing))
    changed, added = strange[: gone - deleted], strange[gone - deleted :]
    # Where numbers were not given out one by one, an event may be gone from the end without leaving a gap.
    deleted = gone - len(changed)
    if changed:
        yield Mismatch(Discrepancy.CHANGED, number, len(changed), names=_names(changed))
    if deleted:
        yield Mismatch(Discrepancy.DELETED, number, deleted, names=tuple(missing))
    if added:
        yield Mismatch(Discrepancy.ADDED, number, len(added), names=_names(added))


def _of_anchors(db: Session, number: int, fields: Mapping[str, object]) -> Iterator[Mismatch]:
    anchors = fields.get("logs")
    for code, digest in (anchors if isinstance(anchors, dict) else {}).items():
        kept = find_round(db, code)
        links = () if kept is None else logs.links(db, kept.id)
        if digest not in {link.digest for link in links}:
            yield Mismatch(Discrepancy.PUBLISHED, number, names=(code,))


def _by_stretch(events: Sequence[ChainedEvent], links: Sequence[chain.Link]) -> dict[int, list[ChainedEvent]]:
    """Stretch → the events that belong to it by their numbers; those behind the last header under one number more."""
    ends = [link.fields().get("ends") or {} for link in links]
    by_stretch: dict[int, list[ChainedEvent]] = {}
    for event in events:
        limits = [int(end.get(event.kind, 0)) for end in ends]
        by_stretch.setdefault(bisect_left(limits, event.id) + 1, []).append(event)
    return by_stretch


def _missing(ends: Mapping[str, int], begun: Mapping[str, int], events: Sequence[ChainedEvent]) -> list[str]:
    there = {(event.kind, event.id) for event in events}
    wanted = ((kind, id) for kind, end in ends.items() for id in range(begun.get(kind, 0) + 1, end + 1))
    return [f"{kind} {id}" for kind, id in wanted if (kind, id) not in there]


def _names(events: Sequence[ChainedEvent]) -> tuple[str, ...]:
    return tuple(f"{event.kind} {event.id}" for event in events)


def _leaf(event: ChainedEvent) -> bytes:
    return merkle.leaf_hash(b"event-v1" + event.content)


def _ends(links: Sequence[chain.Link]) -> dict[str, int]:
    """Kind → the number of its last event in the chain."""
    return dict(links[-1].fields().get("ends") or {}) if links else {}


def _newest_headers(db: Session) -> dict[str, str]:
    """Round → the hash of the newest header of its log."""
    kept = [find_round(db, line.code) for line in all_rounds(db)]
    newest = {one.plan.code: logs.links(db, one.id) for one in kept if one is not None}
    return {code: links[-1].digest for code, links in newest.items() if links}
