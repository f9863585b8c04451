"""F27: nobody sweeps for three days while terms run out. Then the worker starts, two of them at once, and is killed on the way."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from appraisal import followup, store
from appraisal.model.calendar import Chase
from appraisal.model.slip_moves import SlipState
from appraisal.settings import Settings, city_now
from appraisal.store import Session, people
from tests.faults.harness import skew
from tests.faults.harness.server import TOP
from tests.faults.results import record
from tests.makers import ISSUED, make_account, make_ballot, make_scored_round, make_slip

FULL = [pytest.mark.full_faults, pytest.mark.timeout(0)]


def sweeper(settings: Settings, day: datetime, times: int) -> subprocess.Popen[bytes]:
    """A worker for which it is that moment."""
    told = settings.home / f"skew-{day:%Y%m%d%H}"
    told.write_text(str(int((day - city_now()).total_seconds())))
    line = [sys.executable, "-m", "tests.faults.sweeping_worker", str(settings.home), str(times)]
    environment = {**os.environ, "PYTHONPATH": str(TOP), skew.FILE: str(told)}
    return subprocess.Popen(line, cwd=TOP, env=environment, stdout=subprocess.PIPE)


def swept(settings: Settings, day: datetime) -> None:
    with sweeper(settings, day, 2) as worker:
        worker.communicate()
    assert worker.returncode == 0


def killed_on_the_way(settings: Settings, day: datetime, kills: int) -> None:
    """Two workers at once, killed at some time in their first sweep, again and again."""
    rng = random.Random(27)
    for _ in range(kills):
        pair = [sweeper(settings, day, 50) for _ in range(2)]
        for worker in pair:
            assert worker.stdout is not None
            worker.stdout.read(1) if rng.random() < 0.5 else time.sleep(rng.uniform(0.5, 2.0))
        for worker in pair:
            worker.kill()
            worker.communicate()


def city(db: Session, slips: int) -> dict[int, date]:
    """Signed slips that have to be answered, and unsigned ones, with somebody to be told; slip → the date that it has to keep next."""
    code = make_scored_round(db, [make_ballot("citizen", {"D1": "S2"})] * 4).code
    for login, role, department in (("d1", "department", "D1"), ("zhuban", "organiser", None)):
        people.change_address(db, make_account(db, login, role, department), f"{login}@example.cn", "zh")
    made = [make_slip(db, (SlipState.SIGNED, SlipState.ISSUED)[n % 2], code, findings=1) for n in range(slips)]
    views = [followup.slip(db, each, ISSUED.date()) for each in made]
    return {view.line.id: view.answer_by for view in views if view.answer_by}


@pytest.mark.parametrize(("slips", "kills"), [(4, 1), pytest.param(40, 20, marks=FULL)])
def test_f27_after_three_days_of_downtime_every_escalation_comes_once_with_its_date(
    engine: store.Engine, settings: Settings, slips: int, kills: int
) -> None:
    with store.transaction(engine) as db:
        due_of = city(db, slips)
    due = max(due_of.values())
    # A working day before the date: the reminder, and the service of what nobody signed. Then nobody works for three days.
    swept(settings, datetime.combine(due - timedelta(days=1), ISSUED.time()))
    back = datetime.combine(due + timedelta(days=3), ISSUED.time())
    killed_on_the_way(settings, back, kills)
    swept(settings, back)
    with store.reading(engine) as db:
        events = [(each, event) for each in due_of for event in followup.slip(db, each, back.date()).events]
        told = db.execute(text("SELECT key, body FROM outbox WHERE recipient = 'd1@example.cn'")).all()
        lists = db.execute(text("SELECT key FROM outbox WHERE recipient = 'zhuban@example.cn'")).scalars().all()
    pressed = Counter((each, event.action, event.note) for each, event in events if event.action in set(Chase))
    supervised = [row for row in told if "/supervise-" in row.key]
    record(
        "F27",
        f"{slips} slips three days killed {kills} times",
        escalations=len(pressed),
        notices=len(told),
        lists=len(lists),
    )
    level = {Chase.REMIND, Chase.SUPERVISE}
    assert pressed == Counter({(each, step, due_of[each].isoformat()): 1 for each in due_of for step in level})
    assert len(supervised) == len({row.key for row in supervised}) == slips
    assert all(f"期限：{due.isoformat()}" in row.body for row in supervised)
    assert Counter(event.action for _, event in events)["serve"] == slips // 2
    assert sorted(lists) == sorted(set(lists))
    assert [key.split("/")[1] for key in lists] == [back.date().isoformat()]
