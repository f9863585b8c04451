"""From a flag to a finding: written up in the office's own words, looked into, judged, bundled into a slip."""

from collections.abc import Mapping

from flask import abort, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import followup, scoring
from appraisal.forms.office import NO_KIND, BundleForm, FindingForm, MarkedFindingForm
from appraisal.model.flags import FlagResult
from appraisal.model.slip import LedgerLine
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.findings import findings_of_flags
from appraisal.store.rounds import KeptRound
from appraisal.web.access import staff
from appraisal.web.catalogue import Catalogue
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.office.flag_views import ReasonView, flag_view, line_view
from appraisal.web.office.results import look_at_comments
from appraisal.web.reads import snapshot, the_round, writing
from appraisal.web.result_views import marks_of

Page = str | tuple[str, int] | Response


@bp.get("/rounds/<round_code>/flags")
def flags(round_code: str) -> str:
    with snapshot() as db:
        kept = the_round(db, round_code)
        found = scoring.results(db, round_code)
        written = findings_of_flags(db, [flag.id for flag in found.flags])
    lines = [line_view(kept.plan, line, written, g.language) for line in found.flag_lines]
    raised = sorted((line for line in lines if line.raised), key=lambda line: bool(line.finding))
    return render_template(
        "staff/flags.html", round=kept, raised=raised, hints=[line for line in lines if not line.raised]
    )


@bp.get("/rounds/<round_code>/flags/<int:flag_id>/finding")
def flag_form(round_code: str, flag_id: int) -> str:
    with snapshot() as db:
        return _flag_page(db, round_code, _flag(db, round_code, flag_id), FindingForm(formdata=None))


@bp.post("/rounds/<round_code>/flags/<int:flag_id>/finding")
def register_flag(round_code: str, flag_id: int) -> Page:
    """Enter the finding that a flag led to; how many ballots it rests on is what the flag counted."""
    form = FindingForm()
    with snapshot() as db:
        flag = _flag(db, round_code, flag_id)
        if not form.validate_on_submit():
            return _flag_page(db, round_code, flag, form), 422
    return _registered(round_code, _new(form, flag.department, flag.item, flag.option, flag.count, flag.id))


@bp.get("/rounds/<round_code>/departments/<department>/finding")
def finding_form(round_code: str, department: str) -> str:
    with snapshot() as db:
        return _form_page(db, round_code, department, MarkedFindingForm(formdata=None), None)


@bp.post("/rounds/<round_code>/departments/<department>/finding")
def register(round_code: str, department: str) -> Page:
    """Enter a finding that no flag led to: comments, or what the office knows."""
    form = MarkedFindingForm()
    with snapshot() as db:
        kept = the_round(db, round_code)
        counts = _mark_counts(db, kept, department)
        chosen = tuple((form.mark.data or "").split(":"))
        if not form.validate_on_submit():
            return _form_page(db, round_code, department, form, None), 422
        if len(chosen) != 2 or chosen not in counts:
            form.mark.errors = [NO_KIND]
            return _form_page(db, round_code, department, form, None), 422
    return _registered(round_code, _new(form, department, *chosen, counts[chosen], None))


@bp.get("/rounds/<round_code>/findings")
def findings(round_code: str) -> str:
    """Every finding of a round, by department; the confirmed ones can be bundled."""
    with snapshot() as db:
        kept = the_round(db, round_code)
        lines = followup.ledger(db, round_code, city_now().date()).lines
        names = Catalogue({round_code: kept})
    by_department: dict[str, list[LedgerLine]] = {}
    for line in lines:
        by_department.setdefault(line.department, []).append(line)
    return render_template("staff/findings.html", round=kept, departments=by_department, names=names)


@bp.post("/rounds/<round_code>/departments/<department>/bundle")
def bundle(round_code: str, department: str) -> Page:
    """Draft a slip from the ticked findings of one department."""
    form = BundleForm()
    if not form.validate_on_submit():
        flash(_("请至少选择一个问题。"), "bad")
        return redirect(url_for("office.findings", round_code=round_code), 303)
    with writing() as db:
        slip_id = followup.bundle(
            db, round_code, department, tuple(form.findings.data or ()), staff().login, city_now()
        )
    flash(_("已拟成提示单，请另一位同事审签。"), "good")
    return redirect(url_for("office.slip", slip_id=slip_id), 303)


def _registered(round_code: str, new: scoring.NewFinding) -> Response:
    with writing() as db:
        number = scoring.register_finding(db, round_code, new, staff().login, city_now())
    flash(_("已挂号：%(number)s。", number=number), "good")
    return redirect(url_for("office.finding", number=number), 303)


def _new(
    form: FindingForm, department: str, item: str, option: str, ballots: int, flag_id: int | None
) -> scoring.NewFinding:
    return scoring.NewFinding(
        department=department,
        item=item,
        option=option,
        statement=form.statement.data or "",
        demand=form.demand.data or "",
        basis=form.basis.data or "",
        ballots=ballots,
        flag_id=flag_id,
    )


def _flag(db: Session, round_code: str, flag_id: int) -> FlagResult:
    """A flag of the newest run; one of an older run is no longer there to be written up."""
    found = [flag for flag in scoring.results(db, round_code).flags if flag.id == flag_id]
    return found[0] if found else abort(404)


def _flag_page(db: Session, round_code: str, flag: FlagResult, form: FindingForm) -> str:
    return _form_page(
        db, round_code, flag.department, form, flag_view(the_round(db, round_code).plan, flag, g.language)
    )


def _form_page(db: Session, round_code: str, department: str, form: FindingForm, flag: ReasonView | None) -> str:
    """The form with the comments beside it: to be understood, not to be copied. The look is written down."""
    kept = the_round(db, round_code)
    comments = look_at_comments(round_code, department)
    (named,) = [each for each in kept.plan.departments if each.code == department]
    marks = marks_of(kept.plan.questionnaire)
    return render_template(
        "staff/finding_form.html", round=kept, department=named, form=form, flag=flag, marks=marks, comments=comments
    )


def _mark_counts(db: Session, kept: KeptRound, department: str) -> Mapping[tuple[str, ...], int]:
    (found,) = [each for each in scoring.results(db, kept.plan.code).departments if each.code == department]
    counts: dict[tuple[str, ...], int] = {(name.item, name.code): 0 for name in marks_of(kept.plan.questionnaire)}
    return counts | {(mark.item, mark.option): mark.count for mark in found.marks if (mark.item, mark.option) in counts}
