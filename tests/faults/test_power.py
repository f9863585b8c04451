"""F4: the power goes while ballots are stored. The deeds of the program run on a disk that loses what was not flushed."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import apsw
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from appraisal import collect, store
from appraisal.model.ballot import Answers, DraftBallot, Sheet
from appraisal.settings import Settings, city_now
from appraisal.store import engine as store_engine
from tests.faults.harness import apsw_driver
from tests.faults.harness.history import History, Sent, faults
from tests.faults.harness.installation import Installation, install
from tests.faults.harness.power import Disk, Platter
from tests.faults.results import record
from tests.makers import make_nonce

CASTS = 12
DISKS = count()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("town") / "var", CASTS)


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The store opens its files through apsw while ``apsw_driver.vfs`` names a disk, and as it is shipped otherwise."""

    def create(url: str, **options: Any) -> store.Engine:
        return create_engine(url, **options | ({"module": apsw_driver} if apsw_driver.vfs else {}))

    monkeypatch.setattr(store_engine, "create_engine", create)
    yield
    apsw_driver.vfs = ""


@dataclass
class Cuts:
    """How often the power went, what was acknowledged till then, and in how many runs which law was broken."""

    runs: int = 0
    acknowledged: int = 0
    unanswered: int = 0
    lost: int = 0
    damaged: int = 0


def cast_until_dark(one: Installation, disk: Disk, history: History, rng: random.Random) -> None:
    """Draft, ballot, draft, ballot, … as the pages do it, now and then the log's write-back as the sweep does it, until the power goes."""
    try:
        engine = store.connect(one.settings.database)
    except (SQLAlchemyError, apsw.Error):
        assert disk.is_off
        return
    try:
        for number, code in enumerate(one.codes[:CASTS]):
            _cast(engine, one, number, code, history)
            if rng.random() < 0.15:
                store.truncate_log(engine)
    except (SQLAlchemyError, apsw.Error):
        assert disk.is_off
    finally:
        engine.dispose()


def _cast(engine: store.Engine, one: Installation, number: int, code: str, history: History) -> None:
    today, nonce = city_now().date(), make_nonce(number)
    with store.reading(engine) as db:
        entry = collect.enter(db, code, one.secrets, today)
    rated, option = next(each for each in entry.paper if each != "D4"), f"S{number % 6}"
    answers = Answers({rated: Sheet(ratings={"A3": option}, texts={"T1": "排队太久"})})
    with store.transaction(engine) as db:
        collect.keep_draft(db, entry, DraftBallot(answers, entry.paper, nonce), one.secrets, today)
    ready = collect.seal_ballot(entry, answers, nonce, one.secrets, random.SystemRandom())
    sent = Sent(code, nonce.hex(), f"{rated}:{option}", number)
    history.note(sent)
    with store.transaction(engine) as db:
        receipt = collect.keep_ballot(db, ready, today)
    history.note(Sent(code, sent.nonce, sent.answer, number, number + 0.5, receipt))


def cut_once(town: Installation, folder: Path, seed: int, found: Cuts) -> None:
    """One run: cast, cut, look at what is left with the SQLite that is shipped."""
    rng, history = random.Random(seed), History()
    before, after = (Settings(home=folder / name, demo=True) for name in ("before", "after"))
    shutil.copytree(town.settings.home, before.home)
    shutil.copytree(town.settings.home / "keys", after.home / "keys")
    disk = Disk(f"disk {next(DISKS)}", rng.randrange(5, 400))
    apsw_driver.vfs = disk.name
    cast_until_dark(Installation(before, town.round_code, town.key, town.codes), disk, history, rng)
    assert disk.opened, "another driver was used"
    disk.lay_down(rng, lambda path: after.home / path.name)
    apsw_driver.vfs = ""
    _judge(Installation(after, town.round_code, town.key, town.codes), history, found)
    shutil.rmtree(folder)
    disk.unregister()


def _judge(one: Installation, history: History, found: Cuts) -> None:
    found.runs += 1
    found.acknowledged += len(history.acknowledged)
    found.unanswered += len(history.lines) - 2 * len(history.acknowledged)
    try:
        broken = faults(history.lines, one.box(), one.secrets.receipt_key)
    except (SQLAlchemyError, apsw.Error, store.UnsafeStore):
        found.damaged += 1
        return
    found.lost += any(fault.startswith("lost") for fault in broken)
    found.damaged += any(not fault.startswith("lost") for fault in broken)


@pytest.mark.parametrize("cuts", [25, pytest.param(2000, marks=[pytest.mark.full_faults, pytest.mark.timeout(0)])])
def test_f4_no_acknowledged_ballot_is_lost_by_a_power_cut(
    town: Installation, tmp_path: Path, driver: None, cuts: int
) -> None:
    found = Cuts()
    for seed in range(cuts):
        cut_once(town, tmp_path / str(seed), seed, found)
        if seed % 50 == 49 or seed == cuts - 1:
            record("F4", f"{cuts} power cuts", **vars(found))
    assert (found.lost, found.damaged) == (0, 0)
    assert found.acknowledged > 0
    assert found.unanswered > 0


@pytest.mark.parametrize("cuts", [12, pytest.param(200, marks=[pytest.mark.full_faults, pytest.mark.timeout(0)])])
@pytest.mark.parametrize(("journal", "synchronous"), [("WAL", "NORMAL"), ("DELETE", "OFF")])
def test_f4_the_tester_bites_where_commits_are_not_flushed(
    town: Installation,
    tmp_path: Path,
    driver: None,
    monkeypatch: pytest.MonkeyPatch,
    cuts: int,
    journal: str,
    synchronous: str,
) -> None:
    weaker = {"journal_mode=WAL": f"journal_mode={journal}", "synchronous=FULL": f"synchronous={synchronous}"}
    monkeypatch.setattr(store_engine, "PRAGMAS", tuple(weaker.get(one, one) for one in store_engine.PRAGMAS))
    monkeypatch.setattr(store_engine, "_trust", lambda *_: None)
    found = Cuts()
    for seed in range(cuts):
        cut_once(town, tmp_path / str(seed), seed, found)
    record("F4", f"control {journal} {synchronous} {cuts}", **vars(found))
    assert found.lost + found.damaged > 0
    assert found.lost > 0 or synchronous == "OFF"


def test_what_was_flushed_survives_and_the_rest_may_not() -> None:
    platter = Platter(bytearray(b"a" * 2048))
    platter.write(0, b"b" * 1024)
    platter.flush()
    platter.write(1024, b"c" * 1024)
    found = {platter.after_cut(random.Random(seed)) for seed in range(200)}
    assert all(each[:1024] == b"b" * 1024 for each in found)
    assert {each[1024:] for each in found} >= {b"a" * 1024, b"c" * 1024, b"a" * 512 + b"c" * 512}
