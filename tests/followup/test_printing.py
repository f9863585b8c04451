"""Letters that wait, were printed, or could not be: in which order, how often, and what the slip's history says."""

import dataclasses
import os
import signal
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from appraisal import followup, jobs, store
from appraisal.jobs.presses import printer_of
from appraisal.model.faults import Refused
from appraisal.model.print_job import ASKED, MISPRINTED, TRIES, print_job
from appraisal.model.slip import Event
from appraisal.model.slip_moves import SlipState
from appraisal.settings import Settings
from appraisal.store import Engine, Session
from tests.makers import NOW, make_ballot, make_scored_round, make_slip

WHY = Refused(
    "排版用了%(seconds)s秒还没有排完，已经停下。请管理员放宽排版的时间限制（APPRAISAL_PRINT_SECONDS），然后再次生成。",
    seconds=60,
)


def approved(db: Session, count: int) -> list[int]:
    code = make_scored_round(db, [make_ballot("citizen", {"D1": "S2"})] * 4).code
    return [make_slip(db, SlipState.APPROVED, code) for _ in range(count)]


def run_of(db: Session) -> tuple[int, int, list[tuple[int, str]]]:
    run = followup.print_run(db, followup.slips(db, NOW.date()))
    return run.waiting, run.printed, [(each.slip_id, str(each.reason)) for each in run.failed]


@pytest.fixture
def hurried(settings: Settings) -> Iterator[Settings]:
    """Limits that no other test has, so that the printer is its own."""
    hurried = dataclasses.replace(settings, print_seconds=3, print_megabytes=700)
    yield hurried
    printer_of(hurried).rest()


def test_a_letter_is_tried_once_more_and_then_given_up_until_somebody_asks(db: Session) -> None:
    first, second = approved(db, 2)
    for tries in range(TRIES):
        assert followup.waiting_letters(db) == (first, second), tries
        followup.note_misprint(db, first, WHY, NOW)
    assert followup.waiting_letters(db) == (second,)
    assert run_of(db) == (1, 0, [(first, str(WHY))])
    followup.ask_print(db, first, "zhuban", NOW)
    assert followup.waiting_letters(db) == (first, second)
    assert run_of(db) == (2, 0, [])


def test_drafts_are_not_counted_and_issued_slips_are_printed(db: Session) -> None:
    approved(db, 1)
    for state in (SlipState.DRAFTED, SlipState.DISCARDED, SlipState.ISSUED, SlipState.CLOSED):
        make_slip(db, state, "2026-1")
    assert run_of(db) == (1, 2, [])


def test_only_a_slip_that_waits_can_be_asked_for_or_misprinted(db: Session) -> None:
    approved(db, 1)
    issued = make_slip(db, SlipState.ISSUED, "2026-1")
    before = followup.slip(db, issued, NOW.date()).events
    followup.note_misprint(db, issued, WHY, NOW)
    with pytest.raises(Refused, match="不在等待印制"):
        followup.ask_print(db, issued, "zhuban", NOW)
    assert followup.slip(db, issued, NOW.date()).events == before


def test_the_reason_of_the_last_failure_is_told() -> None:
    events = [Event(NOW, "appraisal", MISPRINTED, f'["甲%(n)s", {{"n": {n}}}]') for n in (1, 2)]
    job = print_job(events)
    assert (job.tries, job.waits, str(job.reason)) == (2, False, "甲2")
    assert print_job([*events, Event(NOW, "zhuban", ASKED, "")]).reason is None


def test_a_letter_that_runs_away_fails_alone_and_is_noted_with_its_reason(engine: Engine, hurried: Settings) -> None:
    with store.transaction(engine) as db:
        endless, sound = approved(db, 2)
        spoilt = "UPDATE slip SET document = json_set(document, '$.findings[0].statement', :words) WHERE id = :id"
        db.execute(text(spoilt), {"id": endless, "words": "窗口推诿扯皮，" * 45_000})
    assert [jobs.issue_waiting(hurried, engine) for _ in range(3)] == [1, 0, 0]
    with store.reading(engine) as db:
        view = followup.slip(db, endless, NOW.date())
        assert followup.slip(db, sound, NOW.date()).line.state is SlipState.ISSUED
        # Once, once more, and then no more.
        assert [event.action for event in view.events].count(MISPRINTED) == TRIES
        assert run_of(db)[2][0][1].startswith("排版用了3秒")


def test_a_printer_that_is_killed_at_a_letter_prints_it_the_next_time_under_its_number(
    engine: Engine, hurried: Settings
) -> None:
    with store.transaction(engine) as db:
        slips = approved(db, 3)
        numbers = {each: followup.slip(db, each, NOW.date()).line.number for each in slips}
    printer = printer_of(hurried)
    jobs.issue_slip(hurried, engine, slips[0])
    assert printer.pid is not None
    threading.Timer(0.05, os.kill, (printer.pid, signal.SIGKILL)).start()
    assert jobs.issue_waiting(hurried, engine) + jobs.issue_waiting(hurried, engine) == 2
    with store.reading(engine) as db:
        lines = [followup.slip(db, each, NOW.date()).line for each in slips]
    assert {line.id: line.number for line in lines} == numbers
    assert {line.state for line in lines} == {SlipState.ISSUED}
