"""Unusual ballots after the close: what stands out, what it would change, and who set what aside with what reasons."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import scoring
from appraisal.forms.office import NoteForm
from appraisal.scoring import Choice
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.rounds import KeptRound
from appraisal.web.access import staff
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.quality_views import CohortView, cohort_view, limits, signal_view
from appraisal.web.reads import snapshot, the_round, writing

Page = str | tuple[str, int] | Response
SIDE_BY_SIDE = (Choice.OFFICIAL, Choice.ALL_BALLOTS, Choice.UNSIGNALLED)
DONE = "office.cohort"


@bp.get("/rounds/<round_code>/quality")
def quality(round_code: str) -> str:
    """Every signal, every cohort, and the scores with and without."""
    with snapshot() as db:
        kept = the_round(db, round_code)
        found = scoring.quality(db, round_code)
        offered = scoring.proposable(db, round_code)
        cohorts = [cohort_view(kept.plan, one, staff().login) for one in scoring.round_cohorts(db, round_code)]
        beside = scoring.sensitivity(db, round_code, SIDE_BY_SIDE)
        outdated = scoring.outdated(db, kept)
    return render_template(
        "staff/quality.html",
        round=kept,
        quality=found,
        signals=[signal_view(kept.plan, one, offered) for one in found.signals],
        cohorts=cohorts,
        beside=beside,
        limits=limits(found.rules),
        outdated=outdated,
    )


@bp.get("/rounds/<round_code>/quality/<signal>")
def signal(round_code: str, signal: str) -> str:
    return _signal_page(round_code, signal, NoteForm(formdata=None))


@bp.post("/rounds/<round_code>/quality/<signal>/propose")
def propose(round_code: str, signal: str) -> Page:
    """Propose that the ballots of a signal be set aside; somebody else decides."""
    form = NoteForm()
    if not form.validate_on_submit():
        return _signal_page(round_code, signal, form), 422
    with writing() as db:
        cohort = scoring.propose(db, round_code, signal, staff().login, city_now(), form.note.data or "")
    flash(_("已提请隔离，等另一个账号的同事复核；在那以前得分不变。"), "good")
    return redirect(url_for(DONE, round_code=round_code, cohort=cohort), 303)


@bp.get("/rounds/<round_code>/quarantine/<int:cohort>", endpoint="cohort")
def one_cohort(round_code: str, cohort: int) -> str:
    return _cohort_page(round_code, cohort, NoteForm(formdata=None))


@bp.post("/rounds/<round_code>/quarantine/<int:cohort>/<any(hold, decline, ask_release, release, keep):action>")
def decide(round_code: str, cohort: int, action: str) -> Page:
    form = NoteForm()
    if not form.validate_on_submit():
        return _cohort_page(round_code, cohort, form), 422
    with writing() as db:
        scoring.decide(db, round_code, cohort, action, staff().login, city_now(), form.note.data or "")
    flash(_("决定已记录。"), "good")
    return redirect(url_for(DONE, round_code=round_code, cohort=cohort), 303)


@bp.get("/rounds/<round_code>/sensitivity")
def sensitivity(round_code: str) -> str:
    """The official score beside what other fair choices would give."""
    with snapshot() as db:
        kept = the_round(db, round_code)
        found = scoring.sensitivity(db, round_code)
        registered = kept.plan.policy
    return render_template("staff/sensitivity.html", round=kept, table=found, policy=registered)


def _signal_page(round_code: str, key: str, form: NoteForm) -> str:
    with snapshot() as db:
        kept = the_round(db, round_code)
        found = scoring.find_signal(db, round_code, key)
        if found is None:
            abort(404)
        view = signal_view(kept.plan, found, scoring.proposable(db, round_code))
        registered = scoring.quality(db, round_code).registered
    return render_template("staff/signal.html", round=kept, signal=view, form=form, registered=registered)


def _cohort_page(round_code: str, cohort: int, form: NoteForm) -> str:
    with snapshot() as db:
        kept = the_round(db, round_code)
        view = _cohort(db, kept, cohort)
    return render_template("staff/cohort.html", round=kept, cohort=view, form=form)


def _cohort(db: Session, kept: KeptRound, cohort: int) -> CohortView:
    found = [one for one in scoring.round_cohorts(db, kept.plan.code) if one.kept.id == cohort]
    if not found:
        abort(404)
    return cohort_view(kept.plan, found[0], staff().login)
