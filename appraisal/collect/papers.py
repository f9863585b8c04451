"""Ballot papers and the codes that lead to them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Final

from appraisal.collect import refusals
from appraisal.model.ballot import IssuedCode
from appraisal.model.faults import Refused
from appraisal.model.round import RoundState
from appraisal.secrecy import codes, keys
from appraisal.settings import Secrets
from appraisal.store import Session, casting
from appraisal.store.casting import KeptPaper, NewInvitation
from appraisal.store.rounds import KeptRound

LEAST_CODES: Final = 30


def make_papers(db: Session, round_code: str, rng: random.Random) -> int:
    """Make the ballot papers of a round, once; how many there are.

    One paper with every department when a respondent is asked about all of them; otherwise near-balanced blocks, see
    ``blocks``. The same ``rng`` makes the same papers. A second call changes nothing.
    """
    kept = refusals.round_of(db, round_code)
    made = len(casting.papers(db, kept.id))
    if made:
        return made
    departments = [department.code for department in kept.plan.departments]
    papers = blocks(departments, kept.plan.per_ballot, rng)
    casting.add_papers(db, kept.id, papers)
    return len(papers)


def blocks(departments: Sequence[str], size: int, rng: random.Random) -> list[list[str]]:
    """Lists of ``size`` departments: each department on equally many of them, give or take one, in random order.

    There are so many that two departments meet about once or more, as in a balanced incomplete block design with λ = 1
    (Cochran and Cox, "Experimental Designs", 1957, ch. 11): r (k - 1) >= D - 1. Pairs that have met are avoided, greedily.

    >>> sorted(map(sorted, blocks("abcd", 4, random.Random(1))))
    [['a', 'b', 'c', 'd']]
    """
    if size >= len(departments):
        return [list(departments)]
    replications = len(departments) - 1 if size == 1 else ceil((len(departments) - 1) / (size - 1))
    met = {code: dict.fromkeys(departments, 0) for code in departments}
    used = dict.fromkeys(departments, 0)
    return [_block(size, used, met, rng) for _ in range(ceil(len(departments) * replications / size))]


def issue_codes(
    db: Session, round_code: str, counts: Mapping[str, int], secrets: Secrets, rng: random.Random
) -> tuple[IssuedCode, ...]:
    """Fresh codes, ``counts`` of them for each stratum, drawn and kept in one go (papers are made where there are none).

    Only digests are stored: what is returned is the one chance to print them. Raises what ``draw_codes`` raises. Where letters
    are printed, draw, print, and then keep: printing is long, and nobody can submit while a transaction is held open.
    """
    make_papers(db, round_code, rng)
    drawn = draw_codes(db, round_code, counts, rng)
    keep_codes(db, round_code, drawn, secrets)
    return drawn


def draw_codes(db: Session, round_code: str, counts: Mapping[str, int], rng: random.Random) -> tuple[IssuedCode, ...]:
    """Fresh codes that nothing knows yet, ``counts`` of them for each stratum; papers are dealt evenly within a stratum.

    Reads only. Raises ``Refused`` for a round that is closed, has no papers or took imported ballots, an unknown stratum or a
    negative count. ``rng``: a ``random.SystemRandom`` outside tests.
    """
    kept = round_that_issues(db, round_code)
    _refuse_bad_counts(counts, kept.stratum_ids)
    refuse_more_than_people(db, kept, counts)
    papers = casting.papers(db, kept.id)
    if not papers:
        raise Refused(refusals.NO_PAPERS)
    return tuple(
        IssuedCode(codes.new_code(rng), stratum, paper.number)
        for stratum, count in counts.items()
        for _, paper in zip(range(count), deal(papers, rng), strict=False)
    )


def keep_codes(db: Session, round_code: str, drawn: Sequence[IssuedCode], secrets: Secrets) -> None:
    """Let these codes in from now on; their digests are stored as one batch. Raises ``Refused`` as ``draw_codes`` does."""
    kept = round_that_issues(db, round_code)
    papers = {paper.number: paper.id for paper in casting.papers(db, kept.id)}
    invitations = [
        NewInvitation(
            keys.digest(secrets.pepper, round_code, one.code), kept.stratum_ids[one.stratum], papers[one.paper_number]
        )
        for one in drawn
    ]
    casting.add_invitations(db, kept.id, casting.last_batch(db, kept.id) + 1, invitations)


def missing_codes(db: Session, round_code: str) -> dict[str, int]:
    """How many codes each stratum still lacks of those that its round plans; strata that have theirs are left out."""
    kept = refusals.round_of(db, round_code)
    issued = casting.issued_by_stratum(db, kept.id)
    lacking = {one.code: one.codes - issued.get(kept.stratum_ids[one.code], 0) for one in kept.plan.strata}
    return {stratum: count for stratum, count in lacking.items() if count > 0}


def small_strata(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Strata that get codes, but fewer than 30: their members could be told by their stratum, so better merge them.

    >>> small_strata({"QY": 800, "WY": 12, "SM": 0})
    ('WY',)
    """
    return tuple(stratum for stratum, count in counts.items() if 0 < count < LEAST_CODES)


def _block(size: int, used: dict[str, int], met: dict[str, dict[str, int]], rng: random.Random) -> list[str]:
    block: list[str] = []
    for _ in range(size):
        left = [code for code in used if code not in block]
        # Least used first keeps the replications within one of each other; then those who met the block least; then chance.
        chosen = min(left, key=lambda code: (used[code], sum(met[code][other] for other in block), rng.random()))
        for other in block:
            met[chosen][other] += 1
            met[other][chosen] += 1
        used[chosen] += 1
        block.append(chosen)
    rng.shuffle(block)
    return block


def deal(papers: Sequence[KeptPaper], rng: random.Random) -> Iterator[KeptPaper]:
    """Papers without end: each once before any comes again, in random order."""
    while True:
        yield from rng.sample(papers, len(papers))


def round_that_issues(db: Session, round_code: str) -> KeptRound:
    """The round, if it may issue codes. Raises ``Refused`` when it is closed or took imported ballots."""
    kept = refusals.round_of(db, round_code)
    if kept.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(refusals.ISSUE_TIME)
    if casting.ballot_count(db, kept.id) and not casting.last_batch(db, kept.id):
        raise Refused(refusals.ISSUE_AFTER_IMPORT)
    return kept


def refuse_more_than_people(db: Session, kept: KeptRound, counts: Mapping[str, int]) -> None:
    """Raises ``Refused`` when a stratum would have more good codes than people."""
    issued = casting.issued_by_stratum(db, kept.id)
    for stratum in kept.plan.strata:
        total = issued.get(kept.stratum_ids[stratum.code], 0) + counts.get(stratum.code, 0)
        if counts.get(stratum.code) and stratum.population is not None and total > stratum.population:
            raise Refused(
                refusals.TOO_MANY_CODES, stratum=stratum.name.zh, codes=total, population=f"{stratum.population:.0f}"
            )


def _refuse_bad_counts(counts: Mapping[str, int], strata: Mapping[str, int]) -> None:
    for stratum, count in counts.items():
        if stratum not in strata:
            raise Refused(refusals.UNKNOWN_STRATUM, stratum=stratum)
        if count < 0:
            raise Refused(refusals.ISSUE_COUNT, stratum=stratum, count=count)
