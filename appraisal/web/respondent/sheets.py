"""One page of the ballot: a department, or the whole. Saved at every step; what is wrong comes back with everything typed."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from appraisal.forms.ballot import read_sheet
from appraisal.i18n import LANGUAGES
from appraisal.model.ballot import Answers, Sheet, faults_of
from appraisal.store import Database
from appraisal.store.engine import looking, writing
from appraisal.web.language import _
from appraisal.web.place import here
from appraisal.web.respondent.blanks import blank, values_of
from appraisal.web.respondent.blueprint import bp
from appraisal.web.respondent.printing import printed
from appraisal.web.respondent.stencil import Places
from appraisal.web.respondent.views import places_of, questions, stop_of, way
from appraisal.web.respondent.visit import Visit, keep, let_on, paged_visit
from appraisal.web.tokens import token

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
    return let_on(_onwards(visited, department, then), visited)


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
    walk = way(visited)
    after = walk[walk.index(department) + 1 :]
    return _address(after[0]) if after else url_for("respondent.review")


def _address(department: str) -> str:
    return url_for("respondent.sheet", department=department) if department else url_for("respondent.overall")


def _page(visited: Visit, department: str, given: Sheet, faults: Faults | None = None, trouble: str = "") -> str:
    """The page: filled in where nothing has to be said beside the answers, rendered where something has."""
    walk, nonce = way(visited), visited.draft.nonce
    place, count = walk.index(department) + 1, len(walk)
    if faults or trouble or session.get("_flashes"):
        asked = questions(visited, department, given, g.language, faults)
        return _render(visited, department, place == count, place=place, count=count, questions=asked, trouble=trouble)

    def render(places: Places) -> str:
        return _render(
            visited,
            department,
            place == count,
            place=places.put("place"),
            count=places.put("count"),
            questions=[blank(item, places) for item in visited.items(department)],
            trouble="",
            csrf_token=lambda: places.put("token"),
            get_flashed_messages=lambda **_filter: [],
        )

    stencil = printed(("sheet", visited.entry.round.frozen_sha256, department, place == count), render)
    values = {"place": str(place), "count": str(count), "token": token(), **dict(values_of(given))}
    return stencil.fill(values, lambda item: places_of(item, nonce))


def _render(visited: Visit, department: str, last: bool, **shown: Any) -> str:
    stop = stop_of(visited, department, g.language, _("整体评价"))
    quoted = visited.entry.round.plan.policy.quotations
    address = _address(department)
    return render_template("respondent/sheet.html", stop=stop, last=last, address=address, quoted=quoted, **shown)
