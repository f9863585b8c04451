"""Slips, from the draft to the last finding struck off."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import followup
from appraisal.forms.office import MoveForm
from appraisal.model.faults import Refused
from appraisal.model.print_job import print_job
from appraisal.model.slip_moves import Check, SlipState
from appraisal.settings import city_now
from appraisal.store.slip_copies import copies_of
from appraisal.web.access import staff
from appraisal.web.catalogue import Catalogue
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.office.slip_deeds import DEEDS, RARE, Deed, offered
from appraisal.web.papers import evidence_download, slip_copy_file, slip_file
from appraisal.web.place import here
from appraisal.web.reads import retold, snapshot, writing

Page = str | tuple[str, int] | Response


@bp.get("/slips")
def slips() -> str:
    with snapshot() as db:
        lines = followup.slips(db, today=city_now().date())
        names = Catalogue.of(db, (line.round_code for line in lines))
        letters = followup.print_run(db, lines)
    return render_template("staff/slips.html", slips=lines, names=names, letters=letters)


@bp.get("/slips/<int:slip_id>")
def slip(slip_id: int) -> str:
    return _page(slip_id, MoveForm(formdata=None), _blank_rare())


@bp.get("/slips/<int:slip_id>/pdf")
def slip_pdf(slip_id: int) -> Response:
    """The office's own copy, the last; before letters were numbered all were alike."""
    with snapshot() as db:
        copies = copies_of(db, slip_id)
    return slip_copy_file(slip_id, copies[-1].number) if copies else slip_file(slip_id)


@bp.get("/slips/<int:slip_id>/copies/<int:copy>")
def slip_copy(slip_id: int, copy: int) -> Response:
    return slip_copy_file(slip_id, copy)


@bp.get("/slips/<int:slip_id>/evidence/<int:file_id>")
def evidence(slip_id: int, file_id: int) -> Response:
    return evidence_download(slip_id, file_id)


@bp.post("/slips/<int:slip_id>/<any(" + ", ".join(DEEDS) + "):action>")
def move_slip(slip_id: int, action: str) -> Page:
    """Any move of the office, as ``slip_deeds`` has it; what it asks for has to be there."""
    deed = DEEDS[action]
    form = MoveForm(prefix=RARE) if deed.rare else MoveForm()
    if not form.fits(deed.asks):
        return _page(slip_id, *_forms(deed, form)), 422
    try:
        with writing() as db:
            deed.run(db, slip_id, staff().login, city_now(), form)
    except Refused as refusal:
        # Beside the reason that was written, which must not be lost over a date.
        return _page(slip_id, *_forms(deed, form), _(refusal.reason, **refusal.parts)), 409
    if action == "approve":
        here().queue.issue_slip(slip_id)
    flash(_(deed.said), "good")
    return _back(slip_id)


@bp.post("/slips/<int:slip_id>/issue")
def issue(slip_id: int) -> Page:
    """Ask once more for the letter of an approved slip."""
    with writing() as db:
        followup.ask_print(db, slip_id, staff().login, city_now())
    here().queue.issue_slip(slip_id)
    flash(_("正式文件正在生成，请稍后刷新。"))
    return _back(slip_id)


@bp.post("/slips/<int:slip_id>/correct")
def correct(slip_id: int) -> Page:
    """Draft the slip that takes the place of a recalled one."""
    with writing() as db:
        new = followup.correct(db, slip_id, staff().login, city_now())
    flash(_("更正的提示单已拟好，请另一位同事审签。"), "good")
    return _back(new)


def _back(slip_id: int) -> Response:
    return redirect(url_for("office.slip", slip_id=slip_id), 303)


def _blank_rare() -> MoveForm:
    return MoveForm(formdata=None, prefix=RARE)


def _forms(deed: Deed, posted: MoveForm) -> tuple[MoveForm, MoveForm]:
    """The usual form and the rare one, that which was posted among them."""
    return (MoveForm(formdata=None), posted) if deed.rare else (posted, _blank_rare())


def _page(slip_id: int, form: MoveForm, rare_form: MoveForm, refusal: str = "") -> str:
    with snapshot() as db:
        view = followup.slip(db, slip_id, city_now().date())
        names = Catalogue.of(db, [view.line.round_code])
        document = followup.slip_document(db, slip_id)
        copies = copies_of(db, slip_id)
    if form.until.data is None and view.asked_until is not None:
        form.until.data = view.asked_until
    return render_template(
        "staff/slip.html",
        slip=view,
        events=[retold(event) for event in view.events],
        letter=print_job(view.events) if view.line.state is SlipState.APPROVED else None,
        document=document,
        copies=copies,
        names=names,
        form=form,
        rare_form=rare_form,
        office=True,
        refusal=refusal,
        offered=offered(view, staff().login),
        checks=tuple(Check),
        departments=names.departments(view.line.round_code),
    )
