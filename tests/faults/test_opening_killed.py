"""Killed without warning while ballots are being opened: begun again, every ballot comes out once, and none is left half open."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from appraisal import rounds, store
from appraisal.model.ballot import Answers
from appraisal.settings import Secrets, Settings, write_private
from tests.makers import NOW, OpenRound, make_answers, make_cast, make_entry, make_open_round

ROOT = Path(__file__).parents[2]
BALLOTS = 240
CYCLES = 6
Begin = Callable[[Settings, OpenRound], subprocess.Popen[str]]


def start(settings: Settings, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "APPRAISAL_HOME": str(settings.home)}
    return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def by_command(settings: Settings, opened: OpenRound) -> subprocess.Popen[str]:
    """``appraisal round close``, as far as the close itself."""
    process = start(settings, "-m", "appraisal.cli", "round", "close", opened.code)
    engine = store.connect(settings.database)
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        with store.reading(engine) as db:
            if db.scalar(text("SELECT state FROM round")) == "closed":
                break
    engine.dispose()
    return process


def by_worker(settings: Settings, opened: OpenRound) -> subprocess.Popen[str]:
    """The worker's job, for a round that was closed in the browser."""
    engine = store.connect(settings.database)
    with store.transaction(engine) as db:
        if rounds.kept_round(db, opened.code).state == "open":
            rounds.close(db, opened.code, "zhuban", NOW)
    engine.dispose()
    process = start(settings, "-m", "tests.faults.opening_worker", str(settings.home), opened.code)
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.fixture
def filled(engine: Engine, settings: Settings, secrets: Secrets) -> tuple[OpenRound, list[Answers]]:
    """A round with many ballots, every one with comments, and its key beside it."""
    with store.transaction(engine) as db:
        opened = make_open_round(db, secrets, codes=BALLOTS // 3)
        write_private(settings.tally_key(opened.code), opened.key.private)
        given = []
        for number in range(BALLOTS):
            entry = make_entry(db, secrets, opened, number)
            given.append(make_answers(entry.round.plan.questionnaire, entry.paper, number, f"意见{number}"))
            make_cast(db, secrets, opened, number, f"意见{number}")
    store.truncate_log(engine)
    return opened, given


def count(settings: Settings) -> int:
    """How many ballots lie open: none or all, whenever one looks."""
    engine = store.connect(settings.database)
    with store.reading(engine) as db:
        assert store.integrity(db) == "ok"
        found = db.scalar(text("SELECT count(*) FROM opened_ballot")) or 0
        assert found in (0, BALLOTS)
        assert bool(db.scalar(text("SELECT count(*) FROM comment"))) == bool(found)
    engine.dispose()
    return found


def killed(settings: Settings, opened: OpenRound, begin: Begin, after: float) -> None:
    process = begin(settings, opened)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def came_out(settings: Settings) -> tuple[Counter[tuple[str, ...]], Counter[str]]:
    engine = store.connect(settings.database)
    with store.reading(engine) as db:
        ratings = db.execute(
            text("SELECT d.code, r.item, r.option FROM rating r JOIN department d ON d.id = r.department_id")
        ).all()
        texts = db.scalars(text("SELECT text FROM comment")).all()
    engine.dispose()
    return Counter(tuple(row) for row in ratings), Counter(texts)


def sent(given: list[Answers]) -> tuple[Counter[tuple[str, ...]], Counter[str]]:
    sheets = [pair for answers in given for pair in answers.departments.items()]
    every = [sheet for _, sheet in sheets] + [answers.overall for answers in given]
    ratings = Counter((code, *rating) for code, sheet in sheets for rating in sheet.ratings.items())
    return ratings, Counter(said for sheet in every for said in sheet.texts.values())


FULL = [pytest.mark.full_faults, pytest.mark.timeout(0)]


@pytest.mark.parametrize(
    ("begin", "cycles"),
    [(by_worker, 2), pytest.param(by_worker, CYCLES, marks=FULL), pytest.param(by_command, CYCLES, marks=FULL)],
)
def test_an_opening_that_was_killed_begins_again_without_loss_or_double_count(
    filled: tuple[OpenRound, list[Answers]], settings: Settings, tmp_path: Path, begin: Begin, cycles: int
) -> None:
    opened, given = filled
    rng, left_shut = random.Random(4), 0
    for cycle in range(cycles):
        copy = Settings(home=tmp_path / f"cycle{cycle}", demo=True)
        shutil.copytree(settings.home, copy.home)
        for _ in range(2):
            killed(copy, opened, begin, rng.uniform(0, 0.25))
            left_shut += count(copy) == 0
        process = begin(copy, opened)
        process.communicate()
        assert process.returncode == 0
        assert came_out(copy) == sent(given)
    # Otherwise every kill came too late, and nothing was shown.
    assert left_shut > 0
