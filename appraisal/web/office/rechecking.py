"""A mini-sample of one problem: how large it has to be, set up as a round of its own, and its result recorded."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appraisal import followup, rounds, scoring
from appraisal.forms.recheck import RecheckForm
from appraisal.model.faults import Refused
from appraisal.model.helped import RecheckNeed
from appraisal.reports.helped_wording import verdict_words
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.rounds import KeptRound
from appraisal.web.access import staff
from appraisal.web.catalogue import Catalogue
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.reads import snapshot, the_round, writing

Page = str | tuple[str, int] | Response
USUAL_DAYS: Final = 14


@bp.get("/findings/<number>/recheck", endpoint="recheck_form")
def recheck_form(number: str) -> Page:
    """Ask what it takes; the page shows it, and offers to set it up."""
    form = RecheckForm(request.args, meta={"csrf": False})
    if "aim" not in request.args:
        return _page(number, form)
    return _page(number, form) if form.validate() else (_page(number, form), 422)


@bp.post("/findings/<number>/recheck", endpoint="plan_recheck")
def plan_recheck(number: str) -> Page:
    form = RecheckForm()
    if not form.validate_on_submit():
        return _page(number, form), 422
    today = city_now().date()
    with writing() as db:
        need = scoring.recheck_need(db, number, form.strata.data or [], form.share)
        if need.answers is None:
            raise Refused("问到所有人也显示不出这样的改善，不能这样复测。")
        codes = {each.stratum: each.codes for each in need.strata}
        days = (today, today + timedelta(days=form.days.data or USUAL_DAYS))
        new = rounds.NewRecheck(number, codes, *days, need.aim, need.answers)
        code = rounds.plan_recheck(db, new, staff().login, city_now())
    flash(_("复测已建立：%(code)s。请发放评议码，再开始评议。", code=code), "good")
    return redirect(url_for("office.round", round_code=code), 303)


@bp.post("/rounds/<round_code>/recheck-result", endpoint="conclude_recheck")
def conclude_recheck(round_code: str) -> Response:
    """Record what a mini-sample showed in the history of its problem."""
    with writing() as db:
        found = scoring.conclude_recheck(db, round_code, staff().login, city_now())
    said = verdict_words(found.verdict, g.language)
    flash(_("复测结果已记入台账：%(verdict)s。", verdict=said), "good")
    return redirect(url_for("office.finding", number=found.number), 303)


def _page(number: str, form: RecheckForm) -> str:
    with snapshot() as db:
        (line,) = [each for each in followup.ledger(db, None, city_now().date()).lines if each.number == number]
        kept = the_round(db, line.round_code)
        names = Catalogue.of(db, [line.round_code])
        need, refusal = _need(db, number, form)
    return render_template(
        "staff/recheck.html",
        line=line,
        round=kept,
        names=names,
        form=form,
        chosen=_chosen(kept, form.strata.data),
        need=need,
        refusal=refusal,
    )


def _need(db: Session, number: str, form: RecheckForm) -> tuple[RecheckNeed | None, str]:
    """What it takes, or why it cannot be said; nothing before anything was asked."""
    if form.aim.data is None or form.errors or not form.strata.data:
        return None, ""
    try:
        return scoring.recheck_need(db, number, form.strata.data, form.share), ""
    except Refused as refused:
        return None, _(refused.reason, **refused.parts)


def _chosen(kept: KeptRound, given: Sequence[str] | None) -> frozenset[str]:
    return frozenset(given or ()) & frozenset(kept.stratum_ids)
