"""A department's right of reply and of appeal, and the formal clearing of its name. Never a comment, never a respondent."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import followup
from appraisal.forms.office import NoteForm
from appraisal.model.faults import Refused
from appraisal.model.slip import LedgerLine
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.trails import finding_steps
from appraisal.web import desk
from appraisal.web.access import staff
from appraisal.web.catalogue import Catalogue
from appraisal.web.language import _
from appraisal.web.reads import snapshot, the_round, writing

bp = Blueprint("objections", __name__, url_prefix="/desk")
bp.register_error_handler(Refused, desk.refused)

Page = str | tuple[str, int] | Response
REPLY, APPEAL = "reply", "appeal"


@bp.get("/objections/<round_code>")
def results(round_code: str) -> str:
    """What this department has to say about its published results."""
    return _page(round_code, "")


@bp.get("/objections/<round_code>/<number>")
def finding(round_code: str, number: str) -> str:
    """One problem that went out to this department, and what it has to say about it."""
    return _page(round_code, number)


@bp.post("/objections/<round_code>/results/<any(reply, appeal):action>")
def object_to_results(round_code: str, action: str) -> Page:
    return _object(round_code, "", action)


@bp.post("/objections/<round_code>/<number>/<any(reply, appeal):action>")
def object_to_finding(round_code: str, number: str, action: str) -> Page:
    return _object(round_code, number, action)


@bp.post("/appeals/<int:appeal_id>/withdraw")
def withdraw(appeal_id: int) -> Response:
    with writing() as db:
        followup.withdraw_appeal(db, appeal_id, _department(), staff().login, city_now())
    flash(_("申诉已撤回。"), "good")
    return redirect(url_for("desk.home"), 303)


@bp.get("/clearings/<number>")
def clearing(number: str) -> str:
    """The formal clearing of one problem, to print: number, date, what the office found, and nothing about who said it."""
    with snapshot() as db:
        line = _own_line(db, None, number)
        kept = the_round(db, line.round_code)
        names = Catalogue({line.round_code: kept})
        notes = [step.note for step in finding_steps(db, number) if step.action == "clear"]
    if line.cleared_on is None or not notes:
        abort(404)
    return render_template("staff/clearing.html", line=line, round=kept, names=names, found=notes[-1])


def _object(round_code: str, number: str, action: str) -> Page:
    form = NoteForm(prefix=action)
    if not form.validate_on_submit():
        return _page(round_code, number, form), 422
    said = (form.note.data or "", number)
    with writing() as db:
        if action == REPLY:
            followup.reply(db, round_code, _department(), staff().login, city_now(), *said)
        else:
            followup.appeal(db, round_code, _department(), staff().login, city_now(), *said)
    flash(_("申辩已留存，主办单位会看到。") if action == REPLY else _("申诉已提交，由没有参与查核的人复核。"), "good")
    if number:
        return redirect(url_for("objections.finding", round_code=round_code, number=number), 303)
    return redirect(url_for("objections.results", round_code=round_code), 303)


def _page(round_code: str, number: str, posted: NoteForm | None = None) -> str:
    with snapshot() as db:
        kept = the_round(db, round_code)
        line = _own_line(db, round_code, number) if number else None
        said = followup.objections_to(db, city_now().date(), round_code, _department(), number)
    forms = {name: NoteForm(formdata=None, prefix=name) for name in (REPLY, APPEAL)}
    if posted is not None:
        forms[posted.note.name.partition("-")[0]] = posted
    names = Catalogue({round_code: kept})
    return render_template("staff/desk_objections.html", round=kept, line=line, said=said, forms=forms, names=names)


def _own_line(db: Session, round_code: str | None, number: str) -> LedgerLine:
    lines = followup.ledger(db, round_code, city_now().date(), department=_department()).lines
    return next((line for line in lines if line.number == number), None) or abort(404)


def _department() -> str:
    code = staff().department
    assert code is not None  # the policy lets departments' accounts alone in here
    return code
