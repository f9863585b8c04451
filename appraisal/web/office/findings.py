"""The flags of a round, and its findings: what was written up, bundled into slips."""

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import followup, scoring
from appraisal.forms.office import BundleForm
from appraisal.model.slip import LedgerLine
from appraisal.settings import city_now
from appraisal.store.findings import findings_of_flags
from appraisal.web.access import staff
from appraisal.web.catalogue import Catalogue
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.office.flag_views import line_view
from appraisal.web.reads import snapshot, the_round, writing

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
