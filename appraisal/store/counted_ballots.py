"""Which opened ballots a query reads: all of them, or without those in quarantine."""

from enum import Enum
from typing import Any, Final

from sqlalchemy import ColumnElement, select, true

from appraisal.model.signal import HELD
from appraisal.store.tables import Quarantine, QuarantineBallot


class Ballots(Enum):
    """``COUNTED``: what the headline rests on; ``ALL``: the annex, with the ballots in quarantine."""

    ALL = "all"
    COUNTED = "counted"


def among(ballots: Ballots, number: Any, round_id: int) -> ColumnElement[bool]:
    """The condition that a ballot's ``number`` (a column) is among these ballots."""
    if ballots is Ballots.ALL:
        return true()
    joined = Quarantine.id == QuarantineBallot.quarantine_id
    held = select(QuarantineBallot.number).join(Quarantine, joined)
    outside: ColumnElement[bool] = number.not_in(
        held.where(Quarantine.round_id == round_id, Quarantine.state.in_(_HELD))
    )
    return outside


_HELD: Final = tuple(sorted(HELD))
