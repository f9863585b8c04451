"""Notices by mail about appeals: to organisers that one was filed, to the department how it was decided. Reasons stay on the pages."""

from datetime import datetime
from functools import partial
from typing import Final

from appraisal import i18n
from appraisal.followup.noticing import mail
from appraisal.model.message import MessageKind
from appraisal.model.objection import AppealState
from appraisal.store import Session, outbox, people
from appraisal.store.objections import Subject
from appraisal.store.people import Reachable
from appraisal.store.rounds import find_round

N_: Final = str
DECIDED: Final = {AppealState.UPHELD: N_("申诉成立"), AppealState.REJECTED: N_("申诉不成立，维持原结论")}


def tell_of_appeal(db: Session, about: Subject, now: datetime) -> int:
    """Tell every reachable organiser that an appeal waits; how many notices were new."""
    return _tell(
        db, about, "appeal", N_("有新的申诉，请由没有参与查核的人复核"), people.reachable(db, "organiser"), now
    )


def tell_of_decision(db: Session, about: Subject, to: AppealState, now: datetime) -> int:
    """Tell the department's reachable accounts how its appeal was decided; how many notices were new."""
    return _tell(db, about, to, DECIDED[to], people.reachable(db, "department", about.department), now)


def _tell(db: Session, about: Subject, event: str, said: str, accounts: tuple[Reachable, ...], now: datetime) -> int:
    kept, new = find_round(db, about.round_code), 0
    for account in accounts:
        _ = partial(i18n.text, account.language)
        title = about.round_code if kept is None else kept.plan.title[account.language]
        what = about.finding or _("%(round)s的评议结果", round=title)
        subject = _("%(what)s：%(said)s", what=what, said=_(said))
        lines = [f"{subject}。" if account.language == "zh" else f"{subject}."]
        lines.append(_("详情和理由请登录评议平台查看。本邮件由系统发出，请不要回复。"))
        key = f"appeal/{about.round_id}/{about.department_id}/{about.finding_id or ''}/{event}/{account.id}"
        new += outbox.put(db, key, mail(MessageKind.NOTICE, account, subject, lines, now), now)
    return new
