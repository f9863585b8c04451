"""The organiser's desk: what waits, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import render_template, url_for

from appraisal import followup, scoring
from appraisal.model.calendar import Colour
from appraisal.model.finding import FindingState
from appraisal.model.objection import AppealLine, AppealState
from appraisal.model.round import RoundState
from appraisal.model.slip import LedgerLine, SlipLine
from appraisal.model.slip_moves import SLIP_MOVES, SlipState
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.code_requests import waiting_by_round
from appraisal.store.findings import findings_of_flags
from appraisal.store.people import STORM, count_records
from appraisal.store.rechecks import all_rechecks
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
        waiting = [
            *_codes(db, rounds, city_now()),
            *_flags(db, rounds),
            *_findings(rounds, lines),
            *_slips(slips),
            _emptied(slips, lines),
            *_appeals(followup.appeals(db, today)),
            _watched(lines, today),
        ]
    return render_template("staff/office.html", rounds=rounds, waiting=[each for each in waiting if each.count])


def _codes(db: Session, rounds: Sequence[RoundLine], now: datetime) -> list[Waiting]:
    """Somebody trying out codes by the hundred, and requests about codes that a second person has to decide."""
    storms = count_records(db, STORM, "", now - timedelta(days=1))
    open_now = [line.code for line in rounds if line.state is RoundState.OPEN]
    alarm = url_for("office.codes", round_code=open_now[0]) if open_now else url_for("office.rounds")
    waiting = [Waiting(_("一天之内有人大量试探评议码，进入评议暂时要多一步"), storms, alarm)]
    for code, count in waiting_by_round(db).items():
        waiting.append(Waiting(_("复核评议码的作废和补发"), count, url_for("office.codes", round_code=code)))
    return waiting


def _flags(db: Session, rounds: Sequence[RoundLine]) -> list[Waiting]:
    """Flags of the newest scored round that nobody has written up; a mini-sample raises none and must not hide them."""
    small = {one.round_code for one in all_rechecks(db)}
    scored = [line for line in rounds if line.state in (RoundState.SCORED, RoundState.PUBLISHED)]
    waiting = []
    for line in [line for line in scored if line.code not in small][:1]:
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


def _watched(lines: Sequence[LedgerLine], today: date) -> Waiting:
    """Problems under watch whose half year is over."""
    again = [
        line for line in lines if line.state == FindingState.WATCHED and line.due is not None and line.due <= today
    ]
    address = url_for("office.ledger", state=FindingState.WATCHED)
    return Waiting(_("长期坚持的问题，到期再看"), len(again), address)


def _emptied(slips: Sequence[SlipLine], lines: Sequence[LedgerLine]) -> Waiting:
    """Slips whose every problem was cleared on appeal, and that nobody has recalled yet."""
    full = {line.slip_id for line in lines}
    left = [slip for slip in slips if slip.id not in full and (slip.state, "recall") in SLIP_MOVES]
    return _some(_("申诉成立后已没有问题的提示单，请撤回"), left)


def _appeals(appeals: Sequence[AppealLine]) -> list[Waiting]:
    waiting = [line for line in appeals if line.state is AppealState.FILED]
    one = url_for("office.appeal", appeal_id=waiting[0].id) if len(waiting) == 1 else url_for("office.objections")
    return [Waiting(_("复核部门的申诉"), len(waiting), one, sum(line.late for line in waiting))]


def _slips(slips: Sequence[SlipLine]) -> list[Waiting]:
    own = [slip for slip in slips if slip.state == SlipState.DRAFTED and slip.drafted_by == staff().login]
    drafted = [slip for slip in slips if slip.state == SlipState.DRAFTED and slip not in own]
    late = [slip for slip in slips if slip.colour == Colour.RED]
    return [
        _some(_("审签提示单"), drafted),
        _some(_("您拟的提示单，等同事审签"), own),
        _some(_("答复退回申请"), _in_state(slips, SlipState.CONTESTED)),
        _some(_("答复延期申请"), _in_state(slips, SlipState.EXTENDING)),
        _some(_("审核整改反馈"), _in_state(slips, SlipState.ANSWERED)),
        _some(_("核验整改情况"), _in_state(slips, SlipState.ACCEPTED)),
        _some(_("逐个销号"), _in_state(slips, SlipState.VERIFIED)),
        _some(_("部门还没有签收"), [*_in_state(slips, SlipState.ISSUED), *_in_state(slips, SlipState.SERVED)]),
        _some(_("部门逾期未签收或未反馈"), [slip for slip in late if slip.due is not None]),
    ]


def _in_state(slips: Sequence[SlipLine], state: SlipState) -> list[SlipLine]:
    return [slip for slip in slips if slip.state == state]


def _some(words: str, slips: Sequence[SlipLine]) -> Waiting:
    """One slip is opened at once, several as the list."""
    one = len(slips) == 1
    address = url_for("office.slip", slip_id=slips[0].id) if one else url_for("office.slips")
    return Waiting(words, len(slips), address, sum(slip.colour == Colour.RED or slip.office_late for slip in slips))
