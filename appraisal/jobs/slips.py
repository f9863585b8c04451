"""Approved slips become letters, outside any transaction, and are issued."""

import logging
import os
from pathlib import Path
from typing import Final

from appraisal import followup, store
from appraisal.model.faults import Refused
from appraisal.model.slip_moves import SlipState
from appraisal.settings import Settings, city_now
from appraisal.store import Engine, Session, slips

LOG: Final = logging.getLogger(__name__)


def issue_slip(settings: Settings, engine: Engine, slip_id: int) -> None:
    """Render an approved slip, outside any transaction, lay the file out and issue it. Anything but an approved slip is left alone.

    Raises ``Refused`` or ``Misprint`` when the letter cannot be printed; the slip then stays approved.
    """
    with store.reading(engine) as db:
        if not _waits(db, slip_id):
            return
        document = followup.slip_document(db, slip_id)
    # Only the worker pays for loading the typesetter.
    from appraisal.reports.slip import render

    rendered = render(document)
    _lay_out(settings.slips / f"{document.number}.pdf", rendered.pdf)
    with store.transaction(engine) as db:
        # Another worker may have been faster while this one was printing.
        if _waits(db, slip_id):
            followup.issue(db, slip_id, rendered.pdf, rendered.sha256, city_now())


def issue_waiting(settings: Settings, engine: Engine) -> int:
    """Issue every approved slip; how many were. One that cannot be printed is logged, and does not hold up the others."""
    from appraisal.reports.press import Misprint

    with store.reading(engine) as db:
        waiting = slips.waiting_slips(db)
    issued = 0
    for slip_id in waiting:
        try:
            issue_slip(settings, engine, slip_id)
        except (Refused, Misprint) as fault:
            LOG.error("slip %s was not printed: %s", slip_id, fault)
        else:
            issued += 1
    return issued


def _waits(db: Session, slip_id: int) -> bool:
    kept = slips.find_slip(db, slip_id)
    return kept is not None and kept.state is SlipState.APPROVED


def _lay_out(path: Path, content: bytes) -> None:
    """Write the file whole or not at all: a reader never meets half a letter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_bytes(content)
    os.replace(half, path)
