"""What clients did and what the ballot box holds: one line a submitted form, and the laws that join the two.

The clients write the first, the checker reads the second from the data folder after the fault. Nothing here knows the server.
"""

import json
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from appraisal.secrecy import keys


@dataclass(frozen=True, slots=True)
class Sent:
    """One form that was sent: ``answered_at`` None means that nobody knows what became of it.

    ``receipt`` "" beside a time: the server answered, and it was no receipt. Times in seconds of the monotonic clock.
    """

    code: str
    nonce: str
    answer: str
    sent_at: float
    answered_at: float | None = None
    receipt: str = ""

    @property
    def acknowledged(self) -> bool:
        return self.receipt != ""


@dataclass(frozen=True, slots=True)
class Box:
    """What was found in the data folder: ballot id → what it says ("" where it was not opened); the codes that are spent."""

    ballots: Mapping[bytes, str]
    spent: Collection[str]
    comments: int = 0
    integrity: str = "ok"


@dataclass
class History:
    """Every form of every client, in the order of the answers; safe to write from many threads, kept as JSON lines.

    ``sending`` is set when a form goes out, for whoever waits for the moment in which a fault can do harm.
    """

    path: Path | None = None
    lines: list[Sent] = field(default_factory=list)
    sending: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, line: Sent) -> None:
        with self._lock:
            self.lines.append(line)
            if self.path is not None:
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(line)) + "\n")

    @classmethod
    def read(cls, path: Path) -> "History":
        return cls(path, [Sent(**json.loads(line)) for line in path.read_text("utf-8").splitlines()])

    @property
    def acknowledged(self) -> list[Sent]:
        return [line for line in self.lines if line.acknowledged]


def faults(lines: Sequence[Sent], box: Box, receipt_key: bytes, settled: bool = False) -> list[str]:
    """Every law that is broken, in words; empty when all hold.

    Acknowledged ⊆ stored ⊆ sent; at most one ballot a code, and as many ballots as spent codes; a receipt is that of the ballot that
    is stored; a stored ballot says what was sent. ``settled``: every unknown was tried again, so that each code ended in one state.
    """
    ids = {line: keys.ballot_id(receipt_key, bytes.fromhex(line.nonce)) for line in lines}
    found = [] if box.integrity == "ok" else [f"the database file: {box.integrity}"]
    found += _lost(ids, box)
    found += _foreign(ids, box)
    found += _doubled(ids, box)
    if settled:
        found += _unsettled(lines, box)
    return found


def _lost(ids: Mapping[Sent, bytes], box: Box) -> Iterator[str]:
    for line, ballot in ids.items():
        if line.acknowledged and ballot not in box.ballots:
            yield f"lost: {line.receipt} was acknowledged and is not stored"
        if line.acknowledged and line.receipt != keys.receipt(ballot):
            yield f"wrong receipt: {line.receipt} is not that of its ballot"


def _foreign(ids: Mapping[Sent, bytes], box: Box) -> Iterator[str]:
    said: dict[bytes, set[str]] = defaultdict(set)
    for line, ballot in ids.items():
        said[ballot].add(line.answer)
    for ballot, answer in box.ballots.items():
        if ballot not in said:
            yield f"out of nowhere: {keys.receipt(ballot)} is stored and was not sent"
        elif answer and answer not in said[ballot]:
            yield f"changed: {keys.receipt(ballot)} says {answer}, sent was {', '.join(sorted(said[ballot]))}"


def _doubled(ids: Mapping[Sent, bytes], box: Box) -> Iterator[str]:
    stored: dict[str, set[bytes]] = defaultdict(set)
    for line, ballot in ids.items():
        if ballot in box.ballots:
            stored[line.code].add(ballot)
    for code, ballots in stored.items():
        if len(ballots) > 1:
            yield f"doubled: {len(ballots)} ballots lie under one code"
        if code not in box.spent:
            yield "unspent: a ballot is stored and its code is not spent"
    receipts = _receipts(ids)
    yield from (f"two receipts for one code: {', '.join(sorted(many))}" for many in receipts if len(many) > 1)
    if len(box.spent) != len(box.ballots):
        yield f"{len(box.ballots)} ballots, {len(box.spent)} spent codes"


def _receipts(lines: Iterable[Sent]) -> list[set[str]]:
    by_code: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line.acknowledged:
            by_code[line.code].add(line.receipt)
    return list(by_code.values())


def _unsettled(lines: Sequence[Sent], box: Box) -> Iterator[str]:
    """No third state: whoever tried again holds a receipt, or was refused and nothing of theirs is stored."""
    acknowledged = {line.code for line in lines if line.acknowledged}
    last = {line.code: line for line in lines}
    for code, line in last.items():
        if code in acknowledged:
            continue
        if line.answered_at is None:
            yield "open: a form was never answered, not even when it was sent again"
        elif code in box.spent:
            yield "third state: a code is spent and nobody holds its receipt"


def tally(lines: Sequence[Sent], box: Box) -> dict[str, int]:
    """Figures of a run: forms sent, acknowledged codes, stored ballots, and those stored before anybody knew."""
    return {
        "forms": len(lines),
        "codes": len({line.code for line in lines}),
        "acknowledged": len({line.code for line in lines if line.acknowledged}),
        "unanswered": sum(line.answered_at is None for line in lines),
        "stored": len(box.ballots),
    }
