"""One finding: looked into, judged, struck off, kept under watch, cleared, taken up again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import followup, scoring
from appraisal.forms.office import AgainForm, JudgeForm, MergeForm, NoteForm
from appraisal.model.finding import FINDING_MOVES, FindingState, Outcome
from appraisal.model.slip import LedgerLine
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.findings import finding_sources
from appraisal.store.trails import finding_steps
from appraisal.web.access import staff
from appraisal.web.catalogue import Catalogue
from appraisal.web.helped_views import finding_helped
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.reads import snapshot, writing

N_: Final = str
AGAIN: Final = "again"
MERGE: Final = "merge"

Page = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Deed:
    action: str
    words: str
    said: str
    run: Callable[[Session, str, str, datetime, str], object]


DEEDS: Final[Mapping[str, Deed]] = {
    deed.action: deed
    for deed in (
        Deed("strike_off", N_("销号"), N_("%(number)s已销号。"), followup.strike_off),
        Deed("watch", N_("长期坚持"), N_("%(number)s转为长期坚持，半年后再看。"), followup.watch),
        Deed("clear", N_("澄清正名"), N_("%(number)s已澄清正名，部门会看到。"), followup.clear),
    )
}


@bp.get("/findings/<number>", endpoint="finding")
def one_finding(number: str) -> str:
    return _page(number)


@bp.post("/findings/<number>/judge")
def judge(number: str) -> Page:
    form = JudgeForm()
    if not form.validate_on_submit():
        return _page(number, judging=form), 422
    with writing() as db:
        said, new = (form.note.data or "", staff().login, city_now()), ""
        outcome = Outcome(form.outcome.data or "")
        scoring.judge_finding(db, number, outcome, *said)
        if outcome is Outcome.ELSEWHERE and form.department.data:
            note, who, now = said
            new = followup.take_up_again(db, number, who, now, note, form.department.data)
    flash(_("查核结论已记入台账。") + (_("已挂号：%(number)s。", number=new) if new else ""), "good")
    return redirect(url_for("office.finding", number=new or number), 303)


@bp.post("/findings/<number>/merge")
def merge(number: str) -> Page:
    """Merge the problem into another one of its department."""
    form = MergeForm(prefix=MERGE)
    if not form.validate_on_submit():
        return _page(number, merging=form), 422
    into = form.into.data or ""
    with writing() as db:
        scoring.merge_findings(db, number, into, form.note.data or "", staff().login, city_now())
    flash(_("%(number)s已并入%(into)s，反映的份数已重新计算。", number=number, into=into), "good")
    return redirect(url_for("office.finding", number=into), 303)


@bp.post("/findings/<number>/<any(strike_off, watch, clear):action>")
def move_finding(number: str, action: str) -> Page:
    form = NoteForm()
    if not form.validate_on_submit():
        return _page(number, noting=form), 422
    with writing() as db:
        DEEDS[action].run(db, number, staff().login, city_now(), form.note.data or "")
    flash(_(DEEDS[action].said, number=number), "good")
    return redirect(url_for("office.finding", number=number), 303)


@bp.post("/findings/<number>/again")
def take_up_again(number: str) -> Page:
    """Register the problem anew, with the same department or another one."""
    form = AgainForm(prefix=AGAIN)
    if not form.validate_on_submit():
        return _page(number, again=form), 422
    with writing() as db:
        said = (form.note.data or "", form.department.data or "")
        new = followup.take_up_again(db, number, staff().login, city_now(), *said)
    flash(_("已挂号：%(number)s。", number=new), "good")
    return redirect(url_for("office.finding", number=new), 303)


def _page(
    number: str,
    judging: JudgeForm | None = None,
    noting: NoteForm | None = None,
    again: AgainForm | None = None,
    merging: MergeForm | None = None,
) -> str:
    with snapshot() as db:
        lines = followup.ledger(db, None, city_now().date()).lines
        (line,) = [each for each in lines if each.number == number]
        slip = followup.slip(db, line.slip_id, city_now().date()) if line.slip_id is not None else None
        seen = finding_helped(db, line)
        said = followup.objections_to(db, city_now().date(), line.round_code, line.department, number)
        sources = finding_sources(db, number)
        names, steps = Catalogue.of(db, [line.round_code, *seen.rounds]), finding_steps(db, number)
    return render_template(
        "staff/finding.html",
        line=line,
        names=names,
        steps=steps,
        judging=judging or JudgeForm(formdata=None),
        noting=noting or NoteForm(formdata=None),
        again=again or AgainForm(formdata=None, prefix=AGAIN),
        merging=merging or MergeForm(formdata=None, prefix=MERGE),
        others=_mergeable(line, lines),
        sources=sources,
        said=said,
        outcomes=tuple(Outcome),
        offered=_offered(line, slip.line.state if slip is not None else ""),
        may_take_up_again=_is_over(line),
        departments=names.departments(line.round_code),
        helped=seen.helped,
        against=seen.against,
        rechecks=seen.rechecks,
        may_recheck=seen.may_recheck,
    )


def _mergeable(line: LedgerLine, lines: Iterable[LedgerLine]) -> tuple[LedgerLine, ...]:
    """The problems that this one may be merged into."""
    if (FindingState(line.state), "merge") not in FINDING_MOVES:
        return ()
    same = [each for each in lines if (each.round_code, each.department) == (line.round_code, line.department)]
    return tuple(each for each in same if each.state == line.state and each.number != line.number)


def _offered(line: LedgerLine, slip_state: str) -> tuple[Deed, ...]:
    state = FindingState(line.state)
    if state is FindingState.ON_SLIP and slip_state != "verified":
        return ()
    if state is FindingState.UNFOUNDED and (line.outcome != Outcome.UNFOUNDED or line.cleared_on is not None):
        return ()
    return tuple(deed for deed in DEEDS.values() if (state, deed.action) in FINDING_MOVES)


def _is_over(line: LedgerLine) -> bool:
    unverifiable = line.state == FindingState.UNFOUNDED and line.outcome == Outcome.UNVERIFIABLE
    return line.state in (FindingState.CLOSED, FindingState.TRANSFERRED) or unverifiable
