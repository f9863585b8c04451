"""Whether the public log of a round holds: everything is made again from the ballots as they lie there now, and compared."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from appraisal.collect import refusals
from appraisal.collect.log import codes_fields, comments_fields, is_complete
from appraisal.model.discrepancy import Discrepancy, Mismatch
from appraisal.model.faults import Refused
from appraisal.model.round import RoundState
from appraisal.secrecy import chain, merkle
from appraisal.secrecy.ballot_log import BALLOTS, ballot_leaf
from appraisal.store import Session, casting, logs, opened
from appraisal.store.logs import KeptBatch
from appraisal.store.rounds import KeptRound

BROKEN: Final = (
    "公开日志核对不上，没有开启任何一张评议票。%(first)s共%(count)s处，请用 appraisal verify %(code)s 逐条查看。"
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and everything that does not hold."""

    round: str
    batches: int
    ballots: int
    waiting: int
    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True)
class _Ballots:
    """Leaves of the ballots as they lie there now, by the batch that they are noted in."""

    by_batch: dict[int, list[bytes]]
    waiting: int

    @property
    def total(self) -> int:
        return self.waiting + sum(len(leaves) for leaves in self.by_batch.values())


def check_log(
    db: Session, round_code: str, public_key: bytes, published: Sequence[Sequence[chain.Link]] = ()
) -> Checked:
    """Make the whole log of a round again and compare; ``published``: files of headers that were published earlier, which must all stand.

    It only reads: a snapshot will do. Raises ``Refused`` for a round that is not there.
    """
    kept = refusals.round_of(db, round_code)
    batches, ballots = logs.batches(db, kept.id), _read_ballots(db, kept)
    found = (
        *_of_links(batches, public_key, published),
        *_of_batches(db, kept, batches, ballots),
        *_of_codes(db, kept, batches),
        *_of_counts(db, kept, batches, ballots),
    )
    return Checked(kept.plan.code, len(batches), ballots.total, ballots.waiting, found)


def refuse_broken_log(db: Session, round_code: str, public_key: bytes) -> None:
    """Before ballots are opened: raises ``Refused``, naming the first thing that does not hold; an unfinished log is one."""
    checked = check_log(db, round_code, public_key)
    if checked.mismatches:
        first = checked.mismatches[0]
        raise Refused(BROKEN, first=str(first), count=len(checked.mismatches), code=round_code)


def _of_links(
    batches: Sequence[KeptBatch], public_key: bytes, published: Sequence[Sequence[chain.Link]]
) -> Iterator[Mismatch]:
    links = [batch.link for batch in batches]
    for broken in chain.broken_links(links, BALLOTS, public_key):
        yield Mismatch(Discrepancy(broken.what), broken.number)
    forks = [fork for earlier in published if (fork := chain.forks_at(earlier, links)) is not None]
    if forks:
        yield Mismatch(Discrepancy.PUBLISHED, min(forks))


def _of_batches(db: Session, kept: KeptRound, batches: Sequence[KeptBatch], ballots: _Ballots) -> Iterator[Mismatch]:
    every: list[bytes] = []
    for number, batch in enumerate(batches, start=1):
        yield from compare(number, batch.leaves, ballots.by_batch.get(number, []))
        every += batch.leaves
        fields = batch.link.fields()
        if (
            fields.get("batch_root") != merkle.root(batch.leaves).hex()
            or fields.get("root") != merkle.root(every).hex()
        ):
            yield Mismatch(Discrepancy.ROOT, number)
        said = (fields.get("round"), fields.get("rules"), fields.get("size"), fields.get("ballots_total"))
        if said != (kept.plan.code, kept.frozen_sha256, len(batch.leaves), len(every)):
            yield Mismatch(Discrepancy.HEADER, number)
        if fields.get("last") and any(
            fields.get(name) != value for name, value in comments_fields(db, kept.id).items()
        ):
            yield Mismatch(Discrepancy.COMMENTS, number)
    for number in sorted(set(ballots.by_batch) - set(range(1, len(batches) + 1))):
        yield Mismatch(Discrepancy.NO_BATCH, number, len(ballots.by_batch[number]))


def compare(number: int, logged: Sequence[bytes], found: Sequence[bytes]) -> Iterator[Mismatch]:
    """What was done to the entries of a batch: as many changed as there are both gone and new, the rest deleted or added."""
    gone = (Counter(logged) - Counter(found)).total()
    new = (Counter(found) - Counter(logged)).total()
    changed = min(gone, new)
    kinds = (Discrepancy.CHANGED, changed), (Discrepancy.DELETED, gone - changed), (Discrepancy.ADDED, new - changed)
    for kind, count in kinds:
        if count:
            yield Mismatch(kind, number, count)


def _of_codes(db: Session, kept: KeptRound, batches: Sequence[KeptBatch]) -> Iterator[Mismatch]:
    @cache
    def expected(issue: int) -> dict[str, object]:
        return codes_fields(db, kept.id, issue)

    for number, batch in enumerate(batches, start=1):
        fields = batch.link.fields()
        issue = fields.get("codes_issues")
        if not isinstance(issue, int) or any(fields.get(name) != value for name, value in expected(issue).items()):
            yield Mismatch(Discrepancy.CODES, number)


def _of_counts(db: Session, kept: KeptRound, batches: Sequence[KeptBatch], ballots: _Ballots) -> Iterator[Mismatch]:
    complete = is_complete(batch.link for batch in batches)
    if complete and ballots.waiting:
        yield Mismatch(Discrepancy.AFTER_CLOSE, len(batches), ballots.waiting)
    if not complete and kept.state not in (RoundState.DRAFT, RoundState.OPEN):
        yield Mismatch(Discrepancy.INCOMPLETE, 0)
    issued = sum(casting.issued_by_stratum(db, kept.id).values())
    # Ballots that were collected elsewhere have no codes; that none were issued stands in the header too.
    if casting.last_batch(db, kept.id):
        spent = sum(casting.spent_by_stratum(db, kept.id).values())
        if ballots.total > issued:
            yield Mismatch(Discrepancy.MORE_THAN_CODES, 0, ballots.total, issued)
        if ballots.total != spent:
            yield Mismatch(Discrepancy.SPENT, 0, ballots.total, spent)
    lying_open = opened.opened_count(db, kept.id)
    if lying_open and lying_open != ballots.total:
        yield Mismatch(Discrepancy.OPENED, 0, lying_open, ballots.total)


def _read_ballots(db: Session, kept: KeptRound) -> _Ballots:
    by_batch: dict[int, list[bytes]] = {}
    waiting = 0
    for one in logs.every_ballot(db, kept.id):
        if one.batch is None:
            waiting += 1
        else:
            by_batch.setdefault(one.batch, []).append(ballot_leaf(kept.plan.code, one.id, one.sealed))
    return _Ballots(by_batch, waiting)
