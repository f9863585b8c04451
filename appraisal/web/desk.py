"""A department's pages: its slips and what to do next, its part of the ledger, its own results. Never a comment."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import followup, scoring
from appraisal.forms.office import AnswerPart, ContestForm, ExtensionForm, SignForm
from appraisal.model import print_job
from appraisal.model.evidence import LARGEST, Upload
from appraisal.model.faults import Refused
from appraisal.model.slip import FindingAnswer, LedgerLine, SlipLine, SlipView
from appraisal.model.slip_moves import SlipState
from appraisal.reports.helped_wording import department_row
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.rounds import all_rounds
from appraisal.web.access import staff
from appraisal.web.catalogue import Catalogue
from appraisal.web.language import _
from appraisal.web.papers import evidence_download, slip_file
from appraisal.web.reads import snapshot, the_round, writing
from appraisal.web.report_pages import department_report
from appraisal.web.result_views import distribution, mark_lines

bp = Blueprint("desk", __name__, url_prefix="/desk")

Page = str | tuple[str, int] | Response
IN_THE_OFFICE = frozenset({SlipState.DRAFTED, SlipState.DISCARDED, SlipState.APPROVED})
# What happened before a slip went out is the office's alone.
INSIDE = frozenset({"draft", "approve"}) | print_job.INSIDE


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """One finding of a slip with the form for its answer."""

    finding: LedgerLine
    form: AnswerPart


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of a slip's page as they were posted; a blank one where there is none."""

    signing: SignForm | None = None
    contesting: ContestForm | None = None
    extending: ExtensionForm | None = None
    parts: tuple[ToAnswer, ...] = ()


@bp.errorhandler(Refused)
def refused(refusal: Refused) -> tuple[str, int]:
    """Why a deed was not done, on a page of the department, so that its menu stays at hand."""
    return render_template("staff/refused.html", reason=_(refusal.reason, **refusal.parts)), 409


@bp.get("/")
def home() -> str:
    with snapshot() as db:
        lines = _own_slips(db)
        own = followup.ledger(db, None, city_now().date(), department=_department()).lines
        names = Catalogue.of(db, [*(line.round_code for line in lines), *(line.round_code for line in own)])
        published = [line for line in all_rounds(db) if line.state == "published" and _was_in(db, line.code)]
        appeals = followup.appeals(db, city_now().date(), department=_department())
    cleared = [line for line in own if line.cleared_on is not None]
    return render_template(
        "staff/desk.html", slips=lines, names=names, rounds=published, cleared=cleared, appeals=appeals
    )


@bp.get("/slips/<int:slip_id>")
def slip(slip_id: int) -> str:
    return _page(slip_id, Forms())


@bp.get("/slips/<int:slip_id>/pdf")
def slip_pdf(slip_id: int) -> Response:
    return slip_file(slip_id)


@bp.post("/slips/<int:slip_id>/sign")
def sign(slip_id: int) -> Page:
    form = SignForm()
    if not form.validate_on_submit():
        return _page(slip_id, Forms(signing=form)), 422
    with writing() as db:
        followup.sign(db, slip_id, _department(), staff().login, city_now(), form.signer.data or "")
    flash(_("已签收。请在期限内反馈整改情况。"), "good")
    return redirect(url_for("desk.slip", slip_id=slip_id), 303)


@bp.post("/slips/<int:slip_id>/answer")
def answer(slip_id: int) -> Page:
    """Answer every finding of the slip at once; what is missing is asked for, and nothing typed is lost."""
    today = city_now().date()
    with snapshot() as db:
        findings = followup.slip(db, slip_id, today).findings
    parts = tuple(ToAnswer(finding, AnswerPart(prefix=finding.number)) for finding in findings)
    # Every form is asked, so that every gap is shown at once.
    faulty = [part for part in parts if not part.form.fits(today)]
    if faulty:
        return _page(slip_id, Forms(parts=parts)), 422
    said = [_said(each) for each in parts]
    files = {each.finding.number: _uploads(each.form) for each in parts}
    who = (_department(), staff().login, city_now())
    return _done(
        lambda db: followup.answer(db, slip_id, *who, said, files),
        slip_id,
        Forms(parts=parts),
        _("反馈已提交，主办单位会审核。"),
    )


@bp.post("/slips/<int:slip_id>/contest")
def contest(slip_id: int) -> Page:
    """Apply to give the slip back: none of this department's business."""
    form = ContestForm(prefix="contest")
    if not form.validate_on_submit():
        return _page(slip_id, Forms(contesting=form)), 422
    said = (form.reason.data or "", form.ground.data or "", form.proposal.data or "")
    who = (_department(), staff().login, city_now())
    return _done(
        lambda db: followup.contest(db, slip_id, *who, *said),
        slip_id,
        Forms(contesting=form),
        _("退回申请已提交，等主办单位决定。"),
    )


@bp.post("/slips/<int:slip_id>/ask-extension")
def ask_extension(slip_id: int) -> Page:
    form = ExtensionForm(prefix="extension")
    if not form.validate_on_submit() or form.until.data is None:
        return _page(slip_id, Forms(extending=form)), 422
    said = (form.until.data, form.reason.data or "", form.progress.data or "")
    who = (_department(), staff().login, city_now())
    return _done(
        lambda db: followup.ask_extension(db, slip_id, *who, *said),
        slip_id,
        Forms(extending=form),
        _("延期申请已提交，等主办单位决定。"),
    )


@bp.get("/slips/<int:slip_id>/evidence/<int:file_id>")
def evidence(slip_id: int, file_id: int) -> Response:
    return evidence_download(slip_id, file_id)


@bp.get("/ledger")
def ledger() -> str:
    """The problems that have reached this department on a slip."""
    with snapshot() as db:
        out = {line.id for line in _own_slips(db)}
        lines = followup.ledger(db, None, city_now().date(), department=_department()).lines
        names = Catalogue.of(db, (line.round_code for line in lines))
        found = scoring.published_helped(db, (line.round_code for line in lines))
    own = [line for line in lines if line.slip_id in out]
    rows = {number: [department_row(one, g.language) for one in seen] for number, seen in found.items()}
    return render_template("staff/desk_ledger.html", lines=own, names=names, helped=rows)


@bp.get("/results/<round_code>")
def results(round_code: str) -> str:
    """This department's own results of a published round; counts of marks in bands, no comment."""
    with snapshot() as db:
        kept = the_round(db, round_code)
        found = scoring.results(db, round_code)
    (own,) = [each for each in found.departments if each.code == _department()]
    return render_template(
        "staff/desk_results.html",
        round=kept,
        department=own,
        distribution=distribution(kept.plan, own),
        marks=mark_lines(kept.plan.questionnaire, own),
    )


@bp.get("/results/<round_code>/report")
def report(round_code: str) -> Response:
    """This department's report on a published round, to download."""
    return department_report(round_code, _department(), url_for("desk.results", round_code=round_code))


def _department() -> str:
    code = staff().department
    assert code is not None  # the policy lets departments' accounts alone in here
    return code


def _own_slips(db: Session) -> tuple[SlipLine, ...]:
    """The department's slips, from their issue on, newest first."""
    found = followup.slips(db, city_now().date(), department=_department())
    return tuple(line for line in reversed(found) if line.state not in IN_THE_OFFICE)


def _was_in(db: Session, round_code: str) -> bool:
    return _department() in the_round(db, round_code).department_ids


def _done(deed: Callable[[Session], None], slip_id: int, forms: Forms, said: str) -> Page:
    """Do it and go back to the slip; where it is refused, the slip's page says why over the forms as they were posted."""
    try:
        with writing() as db:
            deed(db)
    except Refused as refusal:
        # What was written must not be lost over one file or one date.
        return _page(slip_id, forms, _(refusal.reason, **refusal.parts)), 409
    flash(said, "good")
    return redirect(url_for("desk.slip", slip_id=slip_id), 303)


def _page(slip_id: int, forms: Forms, refusal: str = "") -> str:
    with snapshot() as db:
        view = followup.slip(db, slip_id, city_now().date())
        names = Catalogue.of(db, [view.line.round_code])
        document = followup.slip_document(db, slip_id)
    returned = [event for event in view.events if event.action == "return"]
    return render_template(
        "staff/desk_slip.html",
        slip=view,
        document=document,
        names=names,
        office=False,
        refusal=refusal,
        signing=forms.signing or SignForm(formdata=None),
        contesting=forms.contesting or ContestForm(formdata=None, prefix="contest"),
        extending=forms.extending or ExtensionForm(formdata=None, prefix="extension"),
        parts_to_answer=forms.parts or _blank(view),
        returned=returned[-1] if returned and view.line.state == SlipState.SIGNED else None,
        events=[event for event in view.events if event.action not in INSIDE],
    )


def _blank(view: SlipView) -> tuple[ToAnswer, ...]:
    """Forms with what was answered the last time, so that a returned answer is mended, not typed again."""
    return tuple(ToAnswer(finding, _part(view, finding.number)) for finding in view.findings)


def _part(view: SlipView, number: str) -> AnswerPart:
    given = view.answers.get(number, ())
    last = given[-1] if given else None
    if last is None:
        return AnswerPart(formdata=None, prefix=number)
    return AnswerPart(formdata=None, prefix=number, cause=last.cause, measures=last.measures, done_on=last.done_on)


def _said(part: ToAnswer) -> FindingAnswer:
    form = part.form
    return FindingAnswer(part.finding.number, form.cause.data or "", form.measures.data or "", form.done_on.data)


def _uploads(form: AnswerPart) -> tuple[Upload, ...]:
    """The files that were really chosen: a browser sends an empty part where none was."""
    return tuple(Upload(file.filename, file.read(LARGEST + 1)) for file in form.files.data or () if file.filename)
