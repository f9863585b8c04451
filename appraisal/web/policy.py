"""What each role may ask for: one entry a staff route. A route that is not here is not served."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from appraisal.store import Session, whose
from appraisal.store.people import StaffAccount

Object = Mapping[str, Any]
Check = Callable[[Session, StaffAccount, Object], bool]

STAFF_BLUEPRINTS: Final = frozenset({"account", "office", "desk", "objections", "audit"})


@dataclass(frozen=True, slots=True)
class Rule:
    """``object``: whether what the address names is there for this account; None where it names nothing. ``public``: for everybody."""

    roles: frozenset[str] = field(default_factory=frozenset)
    object: Check | None = None
    public: bool = False


def _round(db: Session, _who: StaffAccount, named: Object) -> bool:
    return whose.has_round(db, named["round_code"])


def _department(db: Session, _who: StaffAccount, named: Object) -> bool:
    return whose.has_department(db, named["round_code"], named["department"])


def _flag(db: Session, _who: StaffAccount, named: Object) -> bool:
    return whose.has_flag(db, named["round_code"], named["flag_id"])


def _comment(db: Session, _who: StaffAccount, named: Object) -> bool:
    return whose.has_comment(db, named["round_code"], named["comment"])


def _cohort(db: Session, _who: StaffAccount, named: Object) -> bool:
    return whose.has_cohort(db, named["round_code"], named["cohort"])


def _code_request(db: Session, _who: StaffAccount, named: Object) -> bool:
    return whose.has_code_request(db, named["round_code"], named["request_id"])


def _finding(db: Session, _who: StaffAccount, named: Object) -> bool:
    return whose.has_finding(db, named["number"])


def _slip(db: Session, _who: StaffAccount, named: Object) -> bool:
    return whose.has_slip(db, named["slip_id"])


def _questionnaire(db: Session, _who: StaffAccount, named: Object) -> bool:
    return whose.has_questionnaire(db, named["questionnaire"])


def _own_slip(db: Session, who: StaffAccount, named: Object) -> bool:
    return who.department_id is not None and whose.has_issued_slip(db, named["slip_id"], who.department_id)


def _own_published(db: Session, who: StaffAccount, named: Object) -> bool:
    return who.department_id is not None and whose.has_published_round(db, named["round_code"], who.department_id)


def _own_finding(db: Session, who: StaffAccount, named: Object) -> bool:
    return who.department_id is not None and whose.has_own_finding(db, named["number"], who.department_id)


def _own_appeal(db: Session, who: StaffAccount, named: Object) -> bool:
    return who.department_id is not None and whose.has_appeal(db, named["appeal_id"], who.department_id)


def _appeal(db: Session, _who: StaffAccount, named: Object) -> bool:
    return whose.has_appeal(db, named["appeal_id"])


def _reply(db: Session, _who: StaffAccount, named: Object) -> bool:
    return whose.has_reply(db, named["reply_id"])


def _organiser(object: Check | None = None) -> Rule:
    return Rule(frozenset({"organiser"}), object)


def _own(object: Check | None = None) -> Rule:
    return Rule(frozenset({"department"}), object)


def _auditor(object: Check | None = None) -> Rule:
    return Rule(frozenset({"auditor"}), object)


_ANYONE_LOGGED_IN: Final = Rule(frozenset({"organiser", "department", "auditor"}))

POLICY: Final[Mapping[str, Rule]] = {
    "account.login": Rule(public=True),
    "account.enter": Rule(public=True),
    "account.home": _ANYONE_LOGGED_IN,
    "account.logout": _ANYONE_LOGGED_IN,
    "account.logout_everywhere": _ANYONE_LOGGED_IN,
    "office.home": _organiser(),
    "office.rounds": _organiser(),
    "office.round": _organiser(_round),
    "office.confirm": _organiser(_round),
    "office.move": _organiser(_round),
    "office.results": _organiser(_round),
    "office.quality": _organiser(_round),
    "office.signal": _organiser(_round),
    "office.propose": _organiser(_round),
    "office.cohort": _organiser(_cohort),
    "office.decide": _organiser(_cohort),
    "office.codes": _organiser(_round),
    "office.ask_codes": _organiser(_round),
    "office.decide_codes": _organiser(_code_request),
    "office.open_channel": _organiser(_round),
    "office.sensitivity": _organiser(_round),
    "office.items": _organiser(_round),
    "office.item": _organiser(_round),
    "office.department": _organiser(_department),
    "office.words": _organiser(_department),
    "office.review": _organiser(_round),
    "office.review_comment": _organiser(_comment),
    "office.remask": _organiser(_comment),
    "office.move_comment": _organiser(_comment),
    "office.flags": _organiser(_round),
    "office.finding_form": _organiser(_department),
    "office.register": _organiser(_department),
    "office.flag_form": _organiser(_flag),
    "office.findings": _organiser(_round),
    "office.finding": _organiser(_finding),
    "office.judge": _organiser(_finding),
    "office.move_finding": _organiser(_finding),
    "office.merge": _organiser(_finding),
    "office.objections": _organiser(),
    "office.appeal": _organiser(_appeal),
    "office.decide_appeal": _organiser(_appeal),
    "office.move_reply": _organiser(_reply),
    "office.take_up_again": _organiser(_finding),
    "office.recheck_form": _organiser(_finding),
    "office.plan_recheck": _organiser(_finding),
    "office.conclude_recheck": _organiser(_round),
    "office.bundle": _organiser(_department),
    "office.reminders": _organiser(_round),
    "office.preview_reminder": _organiser(_round),
    "office.send_reminders": _organiser(_round),
    "office.outbox": _organiser(),
    "office.retry": _organiser(),
    "office.slips": _organiser(),
    "office.slip": _organiser(_slip),
    "office.slip_pdf": _organiser(_slip),
    "office.slip_copy": _organiser(_slip),
    "office.move_slip": _organiser(_slip),
    "office.issue": _organiser(_slip),
    "office.correct": _organiser(_slip),
    "office.evidence": _organiser(_slip),
    "office.ledger": _organiser(),
    "office.ledger_book": _organiser(),
    "office.ledger_due": _organiser(),
    "office.department_report": _organiser(_department),
    "office.round_report": _organiser(_round),
    "office.questionnaires": _organiser(),
    "office.questionnaire": _organiser(_questionnaire),
    "office.questionnaire_file": _organiser(_questionnaire),
    "office.compare": _organiser(_questionnaire),
    "office.publish_questionnaire": _organiser(_questionnaire),
    "desk.home": _own(),
    "desk.slip": _own(_own_slip),
    "desk.slip_pdf": _own(_own_slip),
    "desk.sign": _own(_own_slip),
    "desk.answer": _own(_own_slip),
    "desk.contest": _own(_own_slip),
    "desk.ask_extension": _own(_own_slip),
    "desk.evidence": _own(_own_slip),
    "desk.ledger": _own(),
    "desk.results": _own(_own_published),
    "desk.report": _own(_own_published),
    "objections.results": _own(_own_published),
    "objections.object_to_results": _own(_own_published),
    "objections.finding": _own(_own_finding),
    "objections.object_to_finding": _own(_own_finding),
    "objections.clearing": _own(_own_finding),
    "objections.withdraw": _own(_own_appeal),
    "audit.home": _auditor(),
    "audit.round": _auditor(_round),
    "audit.ledger": _auditor(),
    "audit.ledger_book": _auditor(),
    "audit.slips": _auditor(),
    "audit.events": _auditor(),
}
