"""More time for an answer: asked for before the date, once, with reasons; the office decides with a concrete new date."""

from datetime import date, datetime

from appraisal.followup.moves import next_state, of_department, slip_of, stated
from appraisal.followup.noticing import tell_department
from appraisal.model.calendar import EXTENSION_DAYS, after_working_days
from appraisal.model.faults import Refused
from appraisal.store import Session, slips
from appraisal.store.calendar import calendar
from appraisal.store.slips import KeptSlip


def ask_extension(
    db: Session, slip_id: int, department: str, actor: str, now: datetime, until: date, reason: str, progress: str
) -> None:
    """Ask for a later date: why, how far things are, and which date.

    Raises ``Refused`` after the present date, a second time, for a date that is not later or more than 15 working days later, and
    without reason and progress.
    """
    slip = of_department(slip_of(db, slip_id), department)
    to = next_state(slip, "ask_extension")
    if slip.extension_asked:
        raise Refused("延期只能申请一次。")
    if slip.answer_by is None or now.date() > slip.answer_by:
        raise Refused("期限已过，不能再申请延期。")
    _refuse_date(db, slip, until)
    said = (
        f"{until.isoformat()}：{stated(reason, '请写明延期的理由。')}\n进展：{stated(progress, '请写明目前的进展。')}"
    )
    slips.move_slip(db, slip, to, "ask_extension", actor, now, said, extension_asked=True, asked_until=until)


def extend(db: Session, slip_id: int, actor: str, now: datetime, until: date, reason: str) -> None:
    """Grant a later date, the one that was asked for or another one within the same bounds."""
    slip = slip_of(db, slip_id)
    to = next_state(slip, "extend")
    _refuse_date(db, slip, until)
    said = f"{until.isoformat()}：{stated(reason, '请写明同意延期的理由。')}"
    slips.move_slip(db, slip, to, "extend", actor, now, said, answer_by=until, asked_until=None)
    tell_department(db, slip_id, "extend", now)


def keep_term(db: Session, slip_id: int, actor: str, now: datetime, reason: str) -> None:
    """Grant no later date."""
    slip = slip_of(db, slip_id)
    to = next_state(slip, "keep_term")
    said = stated(reason, "请写明不同意延期的理由。")
    slips.move_slip(db, slip, to, "keep_term", actor, now, said, asked_until=None)
    tell_department(db, slip_id, "keep_term", now)


def _refuse_date(db: Session, slip: KeptSlip, until: date) -> None:
    if slip.answer_by is None or until <= slip.answer_by:
        raise Refused("新的期限要晚于原来的期限。")
    if until > after_working_days(slip.answer_by, EXTENSION_DAYS, calendar(db)):
        raise Refused("延期最多%(days)s个工作日。", days=EXTENSION_DAYS)
