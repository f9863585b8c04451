"""Slips, from the draft to the last finding struck off."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import followup
from appraisal.forms.office import NoteForm
from appraisal.model.slip import SlipView
from appraisal.settings import city_now
from appraisal.web.access import staff
from appraisal.web.catalogue import Catalogue
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.papers import slip_file
from appraisal.web.place import here
from appraisal.web.reads import snapshot, writing

Page = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be done with a slip in its state, and by this person."""

    approve: bool
    waits_for_another: bool
    issue: bool
    judge: bool
    close: bool
    left: int


@bp.get("/slips")
def slips() -> str:
    with snapshot() as db:
        lines = followup.slips(db, today=city_now().date())
        names = Catalogue.of(db, (line.round_code for line in lines))
    return render_template("staff/slips.html", slips=lines, names=names)


@bp.get("/slips/<int:slip_id>")
def slip(slip_id: int) -> str:
    return _page(slip_id, NoteForm(formdata=None))


@bp.get("/slips/<int:slip_id>/pdf")
def slip_pdf(slip_id: int) -> Response:
    return slip_file(slip_id)


@bp.post("/slips/<int:slip_id>/approve")
def approve(slip_id: int) -> Page:
    """Approve what somebody else drafted; it gets its number, and the letter is made."""
    with writing() as db:
        number = followup.approve(db, slip_id, staff().login, city_now())
    here().queue.issue_slip(slip_id)
    flash(_("已审签，编号%(number)s。正式文件正在生成。", number=number), "good")
    return _back(slip_id)


@bp.post("/slips/<int:slip_id>/issue")
def issue(slip_id: int) -> Page:
    """Ask once more for the letter of an approved slip."""
    here().queue.issue_slip(slip_id)
    flash(_("正式文件正在生成，请稍后刷新。"))
    return _back(slip_id)


@bp.post("/slips/<int:slip_id>/return")
def send_back(slip_id: int) -> Page:
    form = NoteForm()
    if not form.validate_on_submit():
        return _page(slip_id, form), 422
    with writing() as db:
        followup.send_back(db, slip_id, staff().login, city_now(), form.note.data or "")
    flash(_("已退回，部门会看到退回的理由。"), "good")
    return _back(slip_id)


@bp.post("/slips/<int:slip_id>/accept")
def accept(slip_id: int) -> Page:
    form = NoteForm()
    if not form.validate_on_submit():
        return _page(slip_id, form), 422
    with writing() as db:
        followup.accept(db, slip_id, staff().login, city_now(), form.note.data or "")
    flash(_("反馈已通过。请逐个核验，属实的销号。"), "good")
    return _back(slip_id)


@bp.post("/slips/<int:slip_id>/close")
def close_slip(slip_id: int) -> Page:
    with writing() as db:
        followup.close(db, slip_id, staff().login, city_now())
    flash(_("提示单已办结。"), "good")
    return _back(slip_id)


def _back(slip_id: int) -> Response:
    return redirect(url_for("office.slip", slip_id=slip_id), 303)


def _page(slip_id: int, form: NoteForm) -> str:
    with snapshot() as db:
        view = followup.slip(db, slip_id, city_now().date())
        names = Catalogue.of(db, [view.line.round_code])
        document = followup.slip_document(db, slip_id)
    return render_template(
        "staff/slip.html", slip=view, document=document, names=names, form=form, office=True, offered=_offered(view)
    )


def _offered(view: SlipView) -> Offered:
    state, own = view.line.state, view.line.drafted_by == staff().login
    left = sum(finding.state == "on_slip" for finding in view.findings)
    return Offered(
        approve=state == "drafted" and not own,
        waits_for_another=state == "drafted" and own,
        issue=state == "approved",
        judge=state == "answered",
        close=state == "accepted" and left == 0,
        left=left if state == "accepted" else 0,
    )
