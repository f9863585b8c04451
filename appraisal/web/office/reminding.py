"""Reminders of a round: counts in whole steps of 20, the text as it will be read, and only then the sending."""

import secrets as chance
from typing import Final

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal.collect import reminding
from appraisal.forms.reminder import ReminderForm
from appraisal.model.reminder import ReminderText, faults_of
from appraisal.settings import city_now
from appraisal.web.access import staff
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.place import here
from appraisal.web.reads import snapshot, the_round, writing

# Both languages in one text, since nobody knows which one its reader reads.
SUBJECT: Final = "评议提醒 / A reminder of the appraisal"
BODY: Final = (
    "您好！您此前收到过一封带评议码的信函，邀请您参加民主评议。本轮评议还在进行，请按信函上的网址和评议码填写；评议码只在信函上。"
    "是否参加、怎样评价，都由您自己决定，没有标准答案。如果您已经填写，请不必理会。\n\n"
    "Some time ago you were sent a letter with an access code and an invitation to the appraisal. It is still open: please use the "
    "address and the code in the letter; the code stands nowhere else. Whether and how you answer is up to you, and there is no right "
    "answer. If you have answered already, please ignore this message."
)


@bp.get("/rounds/<round_code>/reminders")
def reminders(round_code: str) -> str:
    form = ReminderForm(formdata=None, subject=SUBJECT, body=BODY)
    return _page(round_code, form, None)


@bp.post("/rounds/<round_code>/reminders/preview")
def preview_reminder(round_code: str) -> str | tuple[str, int]:
    """The text as it will be read, or what is wrong with it; nothing is sent."""
    form = ReminderForm()
    text = _checked(form)
    page = _page(round_code, form, text)
    return page if text is not None else (page, 422)


@bp.post("/rounds/<round_code>/reminders/send")
def send_reminders(round_code: str) -> Response | tuple[str, int]:
    form = ReminderForm()
    text = _checked(form)
    if text is None:
        return _page(round_code, form, None), 422
    now = city_now()
    with snapshot() as db:
        batch = reminding.draw_batch(db, round_code, text, here().secrets, chance.SystemRandom(), now.date())
    with writing() as db:
        count = reminding.keep_batch(db, batch, staff().login, now)
    flash(_("至少%(n)s条提醒已放进发件箱，将陆续发出。", n=count), "good")
    return redirect(url_for("office.reminders", round_code=round_code), 303)


def _checked(form: ReminderForm) -> ReminderText | None:
    """The text, if it may be sent; else what is wrong stands at its field."""
    if not form.validate_on_submit():
        return None
    text = ReminderText((form.subject.data or "").strip(), (form.body.data or "").replace("\r\n", "\n").strip())
    faults = faults_of(text, "")
    for fault in faults:
        field = form.subject if fault.row == 1 else form.body
        field.errors = [*field.errors, fault.said(_)]
    return None if faults else text


def _page(round_code: str, form: ReminderForm, preview: ReminderText | None) -> str:
    with snapshot() as db:
        kept = the_round(db, round_code)
        view = reminding.reminders(db, round_code, city_now().date())
    return render_template("staff/reminders.html", round=kept, view=view, form=form, preview=preview)
