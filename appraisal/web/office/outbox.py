"""What goes out by mail and text message: its state, and another try for what failed."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal.model.message import MessageState, masked
from appraisal.model.reminder import shown_count
from appraisal.settings import city_now
from appraisal.store import outbox as messages
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.reads import note_look, snapshot, writing


@bp.get("/outbox")
def outbox() -> str:
    with snapshot() as db:
        lines, reminders = messages.shown(db), messages.waiting_reminders(db)
    failed = any(line.state is MessageState.FAILED for line in lines)
    return render_template(
        "staff/outbox.html", lines=lines, masked=masked, reminders=shown_count(reminders), failed=failed
    )


@bp.post("/outbox/retry")
def retry() -> Response:
    """Try every failed message again, as after an address or the mail server was put right."""
    with writing() as db:
        again = messages.retry_failed(db, city_now())
        note_look(db, "retry", "outbox", str(again))
    flash(_("%(n)s条失败的消息将再次发送。", n=again), "good")
    return redirect(url_for("office.outbox"), 303)
