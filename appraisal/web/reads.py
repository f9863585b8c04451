"""How a staff page begins its work: a transaction to write in, a snapshot to read from, and what is found there or is not."""

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TypeVar

from flask import abort

from appraisal import store
from appraisal.model.print_job import MISPRINTED
from appraisal.model.round_job import FAILED, read_failure
from appraisal.model.slip import Event
from appraisal.settings import city_now
from appraisal.store import Session, people
from appraisal.store.engine import reading
from appraisal.store.rounds import KeptRound, find_round
from appraisal.store.trails import Deed, Step, round_steps
from appraisal.web.access import staff
from appraisal.web.language import _
from appraisal.web.place import here

Line = TypeVar("Line", Step, Deed, Event)


def writing() -> AbstractContextManager[Session]:
    """One transaction for one request: leaving commits, an exception rolls back."""
    return store.transaction(here().engine)


def snapshot() -> AbstractContextManager[Session]:
    """One snapshot to read from."""
    return reading(here().engine)


def the_round(db: Session, round_code: str) -> KeptRound:
    """The round that the address names. The guard has seen it, so a miss means that it went meanwhile: 404."""
    kept = find_round(db, round_code)
    if kept is None:
        abort(404)
    return kept


def round_trail(db: Session, kept: KeptRound) -> list[Step]:
    """The history of a round, oldest first, failures in the language of the page."""
    return [retold(step) for step in round_steps(db, kept.id)]


def retold(step: Line) -> Line:
    """The same line, with the reason of a failure in the language of the page."""
    return replace(step, note=_failure(step.note)) if step.action in (FAILED, MISPRINTED) else step


def _failure(note: str) -> str:
    refusal = read_failure(note)
    return _(refusal.reason, **refusal.parts)


def note_look(db: Session, action: str, object: str, note: str = "") -> None:
    """Write down that this account looked at something or did something that leaves no event of its own."""
    people.record(db, staff().login, action, object, city_now(), note)
