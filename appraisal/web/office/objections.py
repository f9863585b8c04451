"""What departments have to say: replies that are kept or printed, appeals that somebody else than who judged decides."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import followup
from appraisal.forms.office import NoteForm
from appraisal.model.objection import AppealState
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.web.access import staff
from appraisal.web.catalogue import Catalogue
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.reads import snapshot, writing

Page = str | tuple[str, int] | Response
N_: Final = str
DECISIONS: Final[Mapping[str, Callable[[Session, int, str, datetime, str], None]]] = {
    "grant_appeal": followup.grant_appeal,
    "reject_appeal": followup.reject_appeal,
}
SAID: Final = {"show_reply": N_("部门报告里会附上这段申辩。"), "hide_reply": N_("部门报告里不再附这段申辩。")}


@bp.get("/objections")
def objections() -> str:
    """Appeals, those that wait first, and replies."""
    with snapshot() as db:
        appeals = followup.appeals(db, city_now().date())
        replies = followup.replies(db)
        names = Catalogue.of(db, {line.round_code for line in appeals} | {line.round_code for line in replies})
    waiting = [line for line in appeals if line.state is AppealState.FILED]
    decided = [line for line in appeals if line.state is not AppealState.FILED]
    return render_template("staff/objections.html", waiting=waiting, decided=decided, replies=replies, names=names)


@bp.get("/appeals/<int:appeal_id>")
def appeal(appeal_id: int) -> str:
    return _page(appeal_id, NoteForm(formdata=None))


@bp.post("/appeals/<int:appeal_id>/<any(grant_appeal, reject_appeal):action>")
def decide_appeal(appeal_id: int, action: str) -> Page:
    form = NoteForm()
    if not form.validate_on_submit():
        return _page(appeal_id, form), 422
    with writing() as db:
        DECISIONS[action](db, appeal_id, staff().login, city_now(), form.note.data or "")
    flash(_("复核决定已记入台账，部门会看到理由。"), "good")
    return redirect(url_for("office.appeal", appeal_id=appeal_id), 303)


@bp.post("/replies/<int:reply_id>/<any(show_reply, hide_reply):action>")
def move_reply(reply_id: int, action: str) -> Response:
    with writing() as db:
        followup.move_reply(db, reply_id, action, staff().login, city_now())
    flash(_(SAID[action]), "good")
    return redirect(url_for("office.objections"), 303)


def _page(appeal_id: int, form: NoteForm) -> str:
    with snapshot() as db:
        line = next((one for one in followup.appeals(db, city_now().date()) if one.id == appeal_id), None) or abort(404)
        may_decide = followup.may_decide(db, line, staff().login)
        lines = followup.ledger(db, line.round_code, city_now().date(), department=line.department).lines
        names = Catalogue.of(db, [line.round_code])
    about = next((one for one in lines if one.number == line.finding), None)
    return render_template("staff/appeal.html", appeal=line, about=about, may_decide=may_decide, form=form, names=names)
