"""Letters of approved slips: which of them wait, and what is written down when one cannot be printed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from appraisal.followup.moves import slip_of
from appraisal.model.faults import Refused
from appraisal.model.print_job import ASKED, MISPRINTED, PrintRun, Unprintable, print_job
from appraisal.model.round_job import failure_note
from appraisal.model.slip import SlipLine
from appraisal.model.slip_moves import SlipState
from appraisal.store import Session, slips

PLATFORM: Final = "appraisal"
BEFORE_THE_LETTER: Final = frozenset({SlipState.DRAFTED, SlipState.DISCARDED})


def waits_for_letter(db: Session, slip_id: int) -> bool:
    """Whether the slip is approved and has no letter yet, be it that it was given up; ``False`` for an unknown one."""
    kept = slips.find_slip(db, slip_id)
    return kept is not None and kept.state is SlipState.APPROVED


def waiting_letters(db: Session) -> tuple[int, ...]:
    """Slips whose letters are to be printed, oldest first: approved, and not given up."""
    return tuple(slip_id for slip_id, events in slips.approved_trails(db).items() if print_job(events).waits)


def note_misprint(db: Session, slip_id: int, reason: Refused, now: datetime) -> None:
    """Write down why a letter was not printed; the slip stays approved. One that has its letter meanwhile is left alone."""
    if waits_for_letter(db, slip_id):
        slips.note_event(db, slip_id, MISPRINTED, PLATFORM, now, failure_note(reason))


def ask_print(db: Session, slip_id: int, actor: str, now: datetime) -> None:
    """Have a letter tried again that was given up. Raises ``Refused`` for a slip that is not approved."""
    if slip_of(db, slip_id).state is not SlipState.APPROVED:
        raise Refused("这份工作提示单不在等待印制，请刷新后再看。")
    slips.note_event(db, slip_id, ASKED, actor, now)


def print_run(db: Session, lines: Iterable[SlipLine]) -> PrintRun:
    """How far the letters of these slips are; drafts are not counted."""
    due = [line for line in lines if line.state not in BEFORE_THE_LETTER]
    trails = slips.approved_trails(db)
    approved = [(line, print_job(trails.get(line.id, ()))) for line in due if line.state is SlipState.APPROVED]
    failed = tuple(
        Unprintable(line.id, line.number or "", line.round_code, line.department, job.reason)
        for line, job in approved
        if job.reason is not None and not job.waits
    )
    return PrintRun(len(approved) - len(failed), len(due) - len(approved), failed)
