"""The checker of the fault tests is itself tried: every kind of damage, planted, is named; a sound history is not."""

import dataclasses
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from appraisal.secrecy import keys
from tests.faults.harness.history import Box, History, Sent, faults, tally

KEY = bytes(range(32))


def sent(number: int, **changes: object) -> Sent:
    nonce = random.Random(number).randbytes(16)
    line = Sent(
        f"code {number}",
        nonce.hex(),
        f"D1:S{number % 5 + 1}",
        number,
        number + 0.5,
        keys.receipt(keys.ballot_id(KEY, nonce)),
    )
    return dataclasses.replace(line, **changes)


def id_of(line: Sent) -> bytes:
    return keys.ballot_id(KEY, bytes.fromhex(line.nonce))


def sound() -> tuple[list[Sent], Box]:
    """Five acknowledged ballots, one that was stored unacknowledged and found again, one that was refused."""
    lines = [sent(number) for number in range(5)]
    lines += [sent(5, answered_at=None, receipt=""), sent(5), sent(6, receipt="")]
    ballots = {id_of(line): line.answer for line in lines[:6]}
    return lines, Box(ballots, frozenset(line.code for line in lines[:6]))


def without(box: Box, line: Sent) -> Box:
    return dataclasses.replace(box, ballots={key: said for key, said in box.ballots.items() if key != id_of(line)})


def test_a_sound_history_has_no_fault() -> None:
    lines, box = sound()
    assert faults(lines, box, KEY, settled=True) == []
    assert tally(lines, box) == {"forms": 8, "codes": 7, "acknowledged": 6, "unanswered": 1, "stored": 6}


Planted = Callable[[list[Sent], Box], tuple[list[Sent], Box]]
PLANTED: dict[str, Planted] = {
    "lost": lambda lines, box: (lines, dataclasses.replace(without(box, lines[2]), spent=box.spent - {lines[2].code})),
    "wrong receipt": lambda lines, box: ([*lines[:4], dataclasses.replace(lines[4], receipt="0000"), *lines[5:]], box),
    "out of nowhere": lambda lines, box: (
        lines,
        dataclasses.replace(box, ballots={**box.ballots, b"x" * 16: "D1:S1"}, spent=box.spent | {"other"}),
    ),
    "changed": lambda lines, box: (lines, dataclasses.replace(box, ballots={**box.ballots, id_of(lines[0]): "D1:S0"})),
    "doubled": lambda lines, box: (
        [*lines, sent(8, code="code 1", receipt="", answered_at=None)],
        dataclasses.replace(box, ballots={**box.ballots, id_of(sent(8)): ""}, spent=box.spent | {"code 9"}),
    ),
    "unspent": lambda lines, box: (lines, dataclasses.replace(box, spent=(box.spent - {"code 0"}) | {"code 6"})),
    "two receipts": lambda lines, box: ([*lines, sent(8, code="code 1")], box),
    "spent codes": lambda lines, box: (lines, dataclasses.replace(box, spent=box.spent | {"another"})),
    "open": lambda lines, box: ([*lines, sent(9, answered_at=None, receipt="")], box),
    "third state": lambda lines, box: ([*lines[:5], sent(5, receipt="")], box),
    "database file": lambda lines, box: (lines, dataclasses.replace(box, integrity="row 7 missing from index")),
}


@pytest.mark.parametrize("name", list(PLANTED))
def test_a_planted_fault_is_named(name: str) -> None:
    found = faults(*PLANTED[name](*sound()), KEY, settled=True)
    assert any(name in fault for fault in found), found


def test_an_unknown_form_is_open_only_until_it_is_settled() -> None:
    lines, box = sound()
    waiting = [*lines, sent(9, answered_at=None, receipt="")]
    assert faults(waiting, box, KEY) == []
    assert len(faults(waiting, box, KEY, settled=True)) == 1


def test_a_history_is_read_as_it_was_written(tmp_path: Path) -> None:
    kept = History(tmp_path / "history")
    for line in sound()[0]:
        kept.note(line)
    assert History.read(tmp_path / "history").lines == kept.lines
    assert [line.code for line in History(lines=[sent(9, answered_at=None)]).acknowledged] == ["code 9"]
