"""The organiser's desk: what waits, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, url_for

from appraisal import followup, scoring
from appraisal.model.calendar import Colour
from appraisal.model.finding import FindingState
from appraisal.model.round import RoundState
from appraisal.model.slip import LedgerLine, SlipLine, SlipState
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.findings import findings_of_flags
from appraisal.store.rounds import RoundLine, all_rounds
from appraisal.web.access import staff
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.reads import snapshot


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits: how many, where to go on, and how many of them are late."""

    words: str
    count: int
    address: str
    late: int = 0


@bp.get("/")
def home() -> str:
    today = city_now().date()
    with snapshot() as db:
        rounds = all_rounds(db)
        slips = followup.slips(db, today)
        lines = followup.ledger(db, None, today).lines
        waiting = [*_flags(db, rounds), *_findings(rounds, lines), *_slips(slips)]
    return render_template("staff/office.html", rounds=rounds, waiting=[each for each in waiting if each.count])


def _flags(db: Session, rounds: Sequence[RoundLine]) -> list[Waiting]:
    """Flags of the newest scored round that nobody has written up."""
    scored = [line for line in rounds if line.state in (RoundState.SCORED, RoundState.PUBLISHED)][:1]
    waiting = []
    for line in scored:
        found = [flag.id for flag in scoring.results(db, line.code).flags]
        left = len(found) - len(findings_of_flags(db, found))
        waiting.append(Waiting(_("看预警，写成问题"), left, url_for("office.flags", round_code=line.code)))
    return waiting


def _findings(rounds: Sequence[RoundLine], lines: Sequence[LedgerLine]) -> list[Waiting]:
    waiting = []
    for each in rounds:
        own = [line.state for line in lines if line.round_code == each.code]
        address = url_for("office.findings", round_code=each.code)
        waiting.append(Waiting(_("查核问题"), own.count(FindingState.REGISTERED), address))
        waiting.append(Waiting(_("把查实的问题拟成提示单"), own.count(FindingState.CONFIRMED), address))
    return waiting


def _slips(slips: Sequence[SlipLine]) -> list[Waiting]:
    own = [slip for slip in slips if slip.state == SlipState.DRAFTED and slip.drafted_by == staff().login]
    drafted = [slip for slip in slips if slip.state == SlipState.DRAFTED and slip not in own]
    out = [slip for slip in slips if slip.state in (SlipState.ISSUED, SlipState.SIGNED)]
    return [
        _some(_("审签提示单"), drafted),
        _some(_("您拟的提示单，等同事审签"), own),
        _some(_("审核整改反馈"), [slip for slip in slips if slip.state == SlipState.ANSWERED]),
        _some(_("核验并销号"), [slip for slip in slips if slip.state == SlipState.ACCEPTED]),
        _some(_("部门逾期未签收或未反馈"), [slip for slip in out if slip.colour == Colour.RED]),
    ]


def _some(words: str, slips: Sequence[SlipLine]) -> Waiting:
    """One slip is opened at once, several as the list."""
    one = len(slips) == 1
    address = url_for("office.slip", slip_id=slips[0].id) if one else url_for("office.slips")
    return Waiting(words, len(slips), address, sum(slip.colour == Colour.RED for slip in slips))
