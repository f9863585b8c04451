"""One page of the ballot: a department, or the whole. Saved at every step; what is wrong comes back with everything typed."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appraisal.forms.ballot import read_sheet
from appraisal.i18n import LANGUAGES
from appraisal.model.ballot import Answers, Sheet, faults_of
from appraisal.store import Database
from appraisal.store.engine import looking, writing
from appraisal.web.language import _
from appraisal.web.place import here
from appraisal.web.respondent.blueprint import bp
from appraisal.web.respondent.views import questions, stops
from appraisal.web.respondent.visit import Visit, keep, let_in, paged_visit

Page = str | Response | tuple[str, int]
Faults = dict[str, list[str]]


@bp.get("/ballot/d/<department>")
def sheet(department: str) -> Page:
    """A department of the respondent's list; any other is not there."""
    with looking(here().engine) as db:
        visited = _visit_of(db, department)
    return _page(visited, department, visited.sheet(department))


@bp.get("/ballot/overall")
def overall() -> Page:
    with looking(here().engine) as db:
        visited = _visit_of(db, "")
    return _page(visited, "", visited.sheet(""))


@bp.post("/ballot/d/<department>")
def keep_sheet(department: str) -> Page:
    return _keep(department)


@bp.post("/ballot/overall")
def keep_overall() -> Page:
    return _keep("")


def posted_again(department: str, trouble: str) -> Page:
    """The page with what was posted, not kept: for a token that had expired."""
    with looking(here().engine) as db:
        visited = _visit_of(db, department)
    return _page(visited, department, read_sheet(visited.items(department), request.form), trouble=trouble), 400


def _keep(department: str) -> Page:
    then = request.form.get("then", "next")
    with writing(here().engine) as db:
        visited = _visit_of(db, department)
        given = Sheet() if then == "clear" else read_sheet(visited.items(department), request.form)
        faults = _faults(visited, department, given)
        if not faults:
            keep(db, visited, _with_sheet(visited.draft.answers, department, given), _chosen(visited, department, then))
    if faults:
        return _page(visited, department, given, faults), 422
    # Every save begins the cookie's twelve hours anew.
    return let_in(_onwards(visited, department, then), visited.entry.code)


def _visit_of(db: Database, department: str) -> Visit:
    """The visit, where this page is part of its ballot; anything else is not found, whether it exists or not."""
    visited = paged_visit(db)
    known = department in visited.draft.chosen and department in visited.departments
    if not (known if department else visited.questionnaire.ballot_items):
        abort(404)
    return visited


def _with_sheet(answers: Answers, department: str, given: Sheet) -> Answers:
    if not department:
        return Answers(answers.departments, given)
    others = {code: kept for code, kept in answers.departments.items() if code != department}
    return Answers(others if given.empty else {**others, department: given}, answers.overall)


def _chosen(visited: Visit, department: str, then: str) -> tuple[str, ...]:
    chosen = visited.draft.chosen
    return tuple(code for code in chosen if code != department) if then == "drop" and department else chosen


def _faults(visited: Visit, department: str, given: Sheet) -> Faults:
    """Item code → what is wrong with its answer, in the language of the page."""
    answers = _with_sheet(Answers(), department, given)
    found: Faults = {}
    for fault in faults_of(visited.questionnaire, frozenset(visited.departments), answers):
        found.setdefault(fault.field, []).append(fault.said(_))
    return found


def _onwards(visited: Visit, department: str, then: str) -> Response:
    here_again = _address(department)
    if then in LANGUAGES:
        return redirect(url_for("language.speak", language=then, back=here_again), 303)
    if then == "clear":
        flash(_("这一页的回答已清空。"), "good")
        return redirect(here_again, 303)
    if then == "drop":
        flash(_("已从您的名单中去掉；需要时可以再加回来。"), "good")
    if then in ("hub", "drop"):
        return redirect(url_for("respondent.hub"), 303)
    return redirect(_next(visited, department), 303)


def _next(visited: Visit, department: str) -> str:
    walk = [stop.code for stop in stops(visited, g.language, "")]
    after = walk[walk.index(department) + 1 :]
    return _address(after[0]) if after else url_for("respondent.review")


def _address(department: str) -> str:
    return url_for("respondent.sheet", department=department) if department else url_for("respondent.overall")


def _page(visited: Visit, department: str, given: Sheet, faults: Faults | None = None, trouble: str = "") -> str:
    walk = stops(visited, g.language, _("整体评价"))
    place = [stop.code for stop in walk].index(department)
    return render_template(
        "respondent/sheet.html",
        stop=walk[place],
        place=place + 1,
        count=len(walk),
        last=place + 1 == len(walk),
        questions=questions(visited, department, given, g.language, faults),
        trouble=trouble,
        address=_address(department),
    )
