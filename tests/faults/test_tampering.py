"""F24: delete, swap, edit, insert a ballot by SQL, by chance; the check has to name the batch every time."""

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from appraisal import store
from appraisal.collect.log_check import check_log
from appraisal.settings import Secrets
from tests.collect.test_log import PUBLIC, TAMPERINGS, make_log, tamper
from tests.faults.results import record
from tests.makers import OpenRound, make_open_round


@pytest.fixture
def logged(engine: Engine, secrets: Secrets) -> Iterator[OpenRound]:
    """A closed round of 111 ballots in four headers; it is as it was when the test ends."""
    with store.transaction(engine) as db:
        opened = make_open_round(db, secrets, codes=60)
        make_log(db, secrets, opened)
    yield opened
    with store.reading(engine) as db:
        assert check_log(db, opened.code, PUBLIC).mismatches == ()


def is_named(engine: Engine, logged: OpenRound, kind: str, rng: random.Random) -> bool:
    """Whether every batch that was tampered with is named, and no other but the last, which ballots of no batch are told of."""
    with store.reading(engine) as db:
        batches = tamper(db, kind, rng)
        found = {one.batch for one in check_log(db, logged.code, PUBLIC).mismatches}
    return batches <= found <= batches | {0, 4}


@pytest.mark.parametrize("count", [40, pytest.param(500, marks=[pytest.mark.full_faults, pytest.mark.timeout(0)])])
def test_every_tampered_ballot_is_found_and_its_batch_named(engine: Engine, logged: OpenRound, count: int) -> None:
    rng = random.Random(count)
    kinds = [rng.choice(list(TAMPERINGS)) for _ in range(count)]
    named = sum(is_named(engine, logged, kind, rng) for kind in kinds)
    record("F24", "tampering", tampered=count, named=named, kinds=len(set(kinds)))
    assert named == count
