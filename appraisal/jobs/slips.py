"""Approved slips become letters, outside any transaction, and are issued."""

import hashlib
import logging
from typing import Final

from appraisal import followup, store
from appraisal.jobs.presses import printer_of
from appraisal.model.faults import Refused
from appraisal.settings import Settings, city_now
from appraisal.store import Engine
from appraisal.store.public_files import lay_out

LOG: Final = logging.getLogger(__name__)


def issue_slip(settings: Settings, engine: Engine, slip_id: int) -> None:
    """Print an approved slip, outside any transaction, lay the file out and issue it. Anything but an approved slip is left alone.

    Raises ``Refused`` when the letter cannot be printed; the slip then stays approved, and the reason is in its history.
    """
    with store.reading(engine) as db:
        if not followup.waits_for_letter(db, slip_id):
            return
        document = followup.slip_document(db, slip_id)
    try:
        letter = printer_of(settings).printed("slip", document)
    except Refused as refusal:
        _note_misprint(engine, slip_id, refusal)
        raise
    lay_out(settings.slips / f"{document.number}.pdf", letter)
    with store.transaction(engine) as db:
        # Another worker may have been faster while this one was printing.
        if followup.waits_for_letter(db, slip_id):
            followup.issue(db, slip_id, letter, hashlib.sha256(letter).hexdigest(), city_now())


def issue_waiting(settings: Settings, engine: Engine) -> int:
    """Issue every approved slip that was not given up; how many were. One that cannot be printed does not hold up the others."""
    with store.reading(engine) as db:
        waiting = followup.waiting_letters(db)
    return sum(try_to_issue(settings, engine, slip_id) for slip_id in waiting)


def try_to_issue(settings: Settings, engine: Engine, slip_id: int) -> bool:
    """As ``issue_slip``; whether it was printed. What failed is logged."""
    try:
        issue_slip(settings, engine, slip_id)
    except Refused as fault:
        LOG.error("slip %s was not printed: %s", slip_id, fault)
        return False
    return True


def _note_misprint(engine: Engine, slip_id: int, reason: Refused) -> None:
    with store.transaction(engine) as db:
        followup.note_misprint(db, slip_id, reason, city_now())
