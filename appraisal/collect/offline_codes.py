"""Codes drawn on another machine, so that the server only ever sees their digests.

The server gives out a kit: the round's name, how many papers it has, and its code key, which is derived from the pepper and
opens neither drafts nor cookies. Whoever draws the codes keeps them; what goes back is a file of digests in their own order.
"""

import csv
import hashlib
import hmac
import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from appraisal.collect import refusals
from appraisal.collect.code_files import cells_by_line
from appraisal.collect.papers import deal, refuse_more_than_people, round_that_issues
from appraisal.model.ballot import IssuedCode
from appraisal.model.faults import Fault, Faulty, Refused
from appraisal.model.round import Stratum
from appraisal.secrecy import codes, keys
from appraisal.settings import Secrets
from appraisal.store import Session, casting, code_requests
from appraisal.store.casting import KeptPaper, NewInvitation
from appraisal.store.rounds import KeptRound

COLUMNS: Final = ("round", "stratum", "paper", "digest", "key")
HEX_DIGITS: Final = 64


@dataclass(frozen=True, slots=True)
class CodeKit:
    """What somebody needs who draws the codes of one round elsewhere."""

    round_code: str
    papers: int
    key: bytes = field(repr=False)

    @property
    def key_mark(self) -> str:
        """16 hexadecimal digits by which a file of digests says which key made them."""
        return hmac.digest(self.key, b"key mark", hashlib.sha256).hex()[:16]

    def to_json(self) -> str:
        return json.dumps({"round": self.round_code, "papers": self.papers, "code_key": self.key.hex()}, indent=1)

    @classmethod
    def from_json(cls, text: str, file: str) -> "CodeKit":
        """Raises ``Faulty`` for anything that ``to_json`` did not write."""
        try:
            said = json.loads(text)
            kit = cls(str(said["round"]), int(said["papers"]), bytes.fromhex(said["code_key"]))
        except (ValueError, KeyError, TypeError):
            kit = cls("", 0, b"")
        if len(kit.key) != keys.KEY_BYTES or kit.papers < 1:
            raise Faulty((Fault.of(file, 0, "", refusals.NO_KIT),))
        return kit


def code_kit(db: Session, round_code: str, secrets: Secrets) -> CodeKit:
    """The kit of a round that has its papers. Raises ``Refused`` as issuing does."""
    kept = round_that_issues(db, round_code)
    papers = casting.papers(db, kept.id)
    if not papers:
        raise Refused(refusals.NO_PAPERS)
    return CodeKit(round_code, len(papers), keys.code_key(secrets.pepper, round_code))


def make_codes(kit: CodeKit, strata: Sequence[Stratum], rng: random.Random) -> tuple[IssuedCode, ...]:
    """As many codes as the strata plan, papers dealt evenly within each. No database is asked."""
    papers = [KeptPaper(number, number, ()) for number in range(1, kit.papers + 1)]
    return tuple(
        IssuedCode(codes.new_code(rng), stratum.code, paper.number)
        for stratum in strata
        for _, paper in zip(range(stratum.codes), deal(papers, rng), strict=False)
    )


def digests_file(kit: CodeKit, issued: Sequence[IssuedCode]) -> str:
    """The file for the server, by digest: its order says nothing on who comes first in the list of letters."""
    rows = sorted(
        (keys.digest_under(kit.key, kit.round_code, one.code).hex(), one.stratum, one.paper_number) for one in issued
    )
    text = io.StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerow(COLUMNS)
    written.writerows((kit.round_code, stratum, paper, digest, kit.key_mark) for digest, stratum, paper in rows)
    return text.getvalue()


def import_digests(db: Session, round_code: str, text: str, file: str, secrets: Secrets) -> int:
    """Let the codes of such a file in from now on; how many. All of it is kept, or nothing.

    Raises ``Faulty`` with every row that does not fit, ``Refused`` for a round that issues none and for more codes than people.
    """
    kept = round_that_issues(db, round_code)
    kit = code_kit(db, round_code, secrets)
    lines = cells_by_line(text, file, COLUMNS)
    _refuse_faults(db, kept, kit, lines, file)
    counts = {stratum: sum(row["stratum"] == stratum for _, row in lines) for stratum in kept.stratum_ids}
    refuse_more_than_people(db, kept, counts)
    papers = {paper.number: paper.id for paper in casting.papers(db, kept.id)}
    invitations = [
        NewInvitation(bytes.fromhex(row["digest"]), kept.stratum_ids[row["stratum"]], papers[int(row["paper"])])
        for _, row in lines
    ]
    casting.add_invitations(db, kept.id, casting.last_batch(db, kept.id) + 1, invitations)
    return len(invitations)


def _refuse_faults(
    db: Session, kept: KeptRound, kit: CodeKit, lines: Sequence[tuple[int, dict[str, str]]], file: str
) -> None:
    good = [bytes.fromhex(row["digest"]) for _, row in lines if _is_digest(row.get("digest", ""))]
    known = {digest.hex() for digest in code_requests.standings(db, kept.id, good)}
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for line, row in lines:
        faults += [Fault.of(file, line, *wrong, papers=kit.papers) for wrong in _wrong_cells(row, kept, kit, known)]
        digest = row.get("digest", "")
        if digest and first.setdefault(digest, line) != line:
            faults.append(Fault.of(file, line, "digest", refusals.TWICE, line=first[digest]))
    if faults:
        raise Faulty(tuple(faults))


def _wrong_cells(row: dict[str, str], kept: KeptRound, kit: CodeKit, known: set[str]) -> Iterator[tuple[str, str]]:
    """Column and what is wrong there."""
    if (row.get("round"), row.get("key")) != (kit.round_code, kit.key_mark):
        yield "key", refusals.OTHER_CODE_KEY
    if row.get("stratum") not in kept.stratum_ids:
        yield "stratum", refusals.NO_STRATUM
    if not _is_paper(row.get("paper", ""), kit.papers):
        yield "paper", refusals.NO_PAPER
    if not _is_digest(row.get("digest", "")):
        yield "digest", refusals.NO_DIGEST
    elif row["digest"] in known:
        yield "digest", refusals.KNOWN_DIGEST


def _is_digest(text: str) -> bool:
    return len(text) == HEX_DIGITS and all(sign in "0123456789abcdef" for sign in text)


def _is_paper(text: str, papers: int) -> bool:
    return text.isdecimal() and text.isascii() and len(text) < 9 and 1 <= int(text) <= papers
