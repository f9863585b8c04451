"""Notices by mail about slips: to the department when something happened to it, to organisers once a day about what is late.

A notice says which slip, what happened and until when; why stands in the department's own account. Nothing that a respondent wrote
and no number of ballots is in one. It is put into the outbox in the transaction of what it tells.
"""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final

from appraisal import i18n
from appraisal.followup.moves import slip_of
from appraisal.followup.reading import slips as slip_lines
from appraisal.model.message import Channel, Message, MessageKind
from appraisal.model.slip import SlipLine
from appraisal.store import Session, outbox, people
from appraisal.store.people import Reachable
from appraisal.store.slips import KeptSlip, slip_events

# A notice that could not be sent for so long tells nothing any more.
WORTH_DAYS: Final = 30
DIGEST_FROM: Final = time(8)
# More lines than a person reads, and far below the longest body.
LISTED: Final = 50
N_: Final = str
# Event → what the subject says, and what the body says beside the number.
SUBJECTS: Final = {
    "issue": N_("已发出，请登录签收"),
    "serve": N_("逾期未签收，视同送达"),
    "return": N_("答复被退回，请重新答复"),
    "extend": N_("同意延期"),
    "keep_term": N_("不同意延期，原期限不变"),
    "uphold": N_("不同意退回，请继续办理"),
    "reassign": N_("同意退回，不再由贵单位办理"),
    "recall": N_("已撤回，不必再办理"),
    "remind": N_("期限将到"),
    "supervise": N_("已逾期，现予督办"),
    "refer": N_("逾期较久，将移交处理"),
}


def tell_department(db: Session, slip_id: int, event: str, now: datetime, due: date | None = None) -> int:
    """Put a notice about what just happened to a slip for each reachable account of its department; how many were new.

    The key is the slip, the event and how often it happened, the date that the department has to keep now (or that was pressed for),
    and the account.
    """
    slip = slip_of(db, slip_id)
    kept_by = due or _term(slip, event)
    new, times = 0, sum(each.action == event for each in slip_events(db, slip_id))
    for account in people.reachable(db, "department", slip.department):
        key = f"slip/{slip_id}/{event}-{times}/{kept_by or ''}/{account.id}"
        new += outbox.put(db, key, _notice(slip, event, kept_by, account, now), now)
    return new


def tell_organisers(db: Session, now: datetime) -> int:
    """Put today's list of what is late for each reachable organiser, once a day and from 8 o'clock on; how many were new."""
    late, new = _late(db, now), 0
    for account in _untold(db, now) if late else ():
        new += outbox.put(db, _digest_key(account, now), _digest(late, account, now), now)
    return new


def organisers_untold(db: Session, now: datetime) -> bool:
    """Whether ``tell_organisers`` would put anything: asked from a snapshot, so that no write lock is taken for nothing."""
    return bool(_untold(db, now) and _late(db, now))


def _untold(db: Session, now: datetime) -> tuple[Reachable, ...]:
    if now.time() < DIGEST_FROM:
        return ()
    found = people.reachable(db, "organiser")
    return tuple(account for account in found if not outbox.has_key(db, _digest_key(account, now)))


def _digest_key(account: Reachable, now: datetime) -> str:
    return f"digest/{now.date()}/{account.id}"


def _late(db: Session, now: datetime) -> list[SlipLine]:
    today = now.date()
    return [line for line in slip_lines(db, today) if line.office_late or (line.due is not None and line.due < today)]


def _term(slip: KeptSlip, event: str) -> date | None:
    if event in {"reassign", "recall"}:
        return None
    return slip.sign_by if event == "issue" else slip.answer_by


def _notice(slip: KeptSlip, event: str, due: date | None, account: Reachable, now: datetime) -> Message:
    _ = partial(i18n.text, account.language)
    said, number = _(SUBJECTS[event]), slip.number or ""
    lines = [_("工作提示单%(number)s：%(said)s。", number=number, said=said)]
    if due is not None:
        words = _("签收期限：%(due)s") if event == "issue" else _("期限：%(due)s")
        lines.append(words % {"due": due.isoformat()})
    if event == "issue" and slip.answer_by is not None:
        lines.append(_("答复期限：%(due)s", due=slip.answer_by.isoformat()))
    lines.append(_("详情和理由请登录评议平台，在本单位的账号里查看。本邮件由系统发出，请不要回复。"))
    subject = _("工作提示单%(number)s：%(said)s", number=number, said=said)
    return mail(MessageKind.NOTICE, account, subject, lines, now)


def _digest(late: list[SlipLine], account: Reachable, now: datetime) -> Message:
    _ = partial(i18n.text, account.language)
    lines = [_("今天（%(day)s）有%(n)s件逾期：", day=now.date().isoformat(), n=len(late))]
    for line in late[:LISTED]:
        whose = _("办公室") if line.office_late else line.department
        due = line.office_due if line.office_late else line.due
        lines.append(_("%(number)s　%(whose)s　期限%(due)s", number=line.number or line.id, whose=whose, due=str(due)))
    if len(late) > LISTED:
        lines.append(_("其余%(n)s件请登录评议平台查看。", n=len(late) - LISTED))
    return mail(MessageKind.DIGEST, account, _("今日逾期事项：%(n)s件", n=len(late)), lines, now)


def mail(kind: MessageKind, account: Reachable, subject: str, lines: list[str], now: datetime) -> Message:
    """A mail to one account, worth sending for a month."""
    last = now.date() + timedelta(days=WORTH_DAYS)
    return Message(kind, Channel.EMAIL, account.email, subject, "\n".join(lines) + "\n", last)
