"""When a mini-sample may be closed: on its day, not when somebody likes it."""

from datetime import date
from typing import Final

from appraisal.model.faults import Refused
from appraisal.store import Session
from appraisal.store.casting import issued_by_stratum, spent_by_stratum
from appraisal.store.rechecks import find_recheck
from appraisal.store.rounds import KeptRound

TOO_EARLY: Final = "这是小样本复测：到%(closes_on)s为止，或者评议码全部用完，才能截止，免得看着份数决定何时停。"


def refuse_early(db: Session, kept: KeptRound, today: date) -> None:
    """Raise ``Refused`` where a mini-sample would be stopped before its day, unless every code is used."""
    if find_recheck(db, kept.plan.code) is None or today > kept.plan.closes_on:
        return
    if spent_by_stratum(db, kept.id) != issued_by_stratum(db, kept.id):
        raise Refused(TOO_EARLY, closes_on=kept.plan.closes_on.isoformat())
