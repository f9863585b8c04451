"""In by the access code, and out again."""

from typing import Final

from flask import current_app, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from appraisal.collect.refusals import CODE
from appraisal.model.faults import Refused
from appraisal.secrecy.codes import is_code
from appraisal.secrecy.cookies import seal_cookie
from appraisal.settings import city_now
from appraisal.store.engine import looking, writing
from appraisal.web.guard.doorkeeper import doorkeeper
from appraisal.web.language import _
from appraisal.web.place import here
from appraisal.web.respondent.blueprint import bp
from appraisal.web.respondent.visit import (
    OtherLayout,
    Outside,
    ShutOut,
    Visit,
    keep,
    let_in,
    let_out,
    open_visit,
    visit,
)

Page = str | Response | tuple[str, int]
SHUT_OUT: Final = (
    "这一页没有保存，也没有提交：这个评议码现在不能使用。一个评议码只能提交一张评议票；如果您已在别的手机或电脑上提交过，那一张有效，"
    "不用再做什么。否则请联系信函上的主办单位。"
)
# The cookie of a code that has to wait until somebody worked for it.
ASKED: Final = "asked"


@bp.get("/")
def front() -> Page:
    """The form for the access code; who is in already may go on."""
    return _front("")


@bp.post("/enter")
def enter() -> Page:
    code = request.form.get("code", "")
    return _work_for(code) or open_code(code) or refused()


@bp.get("/q/<code>")
def by_link(code: str) -> Page:
    """The address on the letter. The code leaves the address bar at once, good or not."""
    return _work_for(code) or open_code(code) or redirect(url_for("respondent.refused"), 303)


@bp.get("/refused")
def refused() -> tuple[str, int]:
    """One page for every code that does not open."""
    return _front(_(CODE)), 403


@bp.get("/privacy")
def privacy() -> Page:
    """What is protected and what is not, in honest words."""
    return render_template("respondent/privacy.html")


@bp.get("/leave")
def leaving() -> Page:
    return render_template("respondent/leave.html", left=False)


@bp.post("/leave")
def leave() -> Response:
    """Take the code out of this browser; the draft stays where it is."""
    response = redirect(url_for("respondent.left"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return let_out(response)


@bp.get("/left")
def left() -> Page:
    return render_template("respondent/leave.html", left=True)


@bp.errorhandler(OtherLayout)
def elsewhere(_why: OtherLayout) -> Page:
    """The address of a page that this ballot does not have: its own page is the contents'."""
    return redirect(url_for("respondent.hub"), 303)


@bp.errorhandler(Outside)
def outside(why: Outside) -> Page:
    """Without a code there is no ballot. What was just typed could not be kept, and the page says so."""
    if request.method == "GET":
        return let_out(redirect(url_for("respondent.front"), 303))
    if isinstance(why, ShutOut):
        # One text for every reason, as for a code that is typed.
        return let_out(Response(_front(_(SHUT_OUT)), 403, mimetype="text/html"))
    return _front(_("这一页没有保存：评议码已经不在这个浏览器里了。请重新输入评议码，之前保存的回答还在。")), 403


def open_code(code: str) -> Response | None:
    """The way into the ballot of that code; ``None`` for one that does not open, which is counted."""
    try:
        # Whoever tries out codes must not take the write lock from those who have one.
        with looking(here().engine) as db:
            visited = open_visit(db, code)
        if _begins_with_a_draft(visited):
            with writing(here().engine) as db:
                visited = open_visit(db, code)
                # The nonce is drawn once: whoever comes in later with the same code meets the same ballot.
                keep(db, visited, visited.draft.answers, visited.draft.chosen)
    except Refused:
        doorkeeper().note_failure(code)
        return None
    return let_in(redirect(url_for("respondent.hub"), 303), visited.entry.code)


def _work_for(code: str) -> Response | None:
    """The way to the page where a try is worked for, while one has to be; a code that cannot be one is refused without."""
    if not is_code(code) or not doorkeeper().asks_for_work():
        return None
    response = redirect(url_for("guard.prove"), 303)
    sealed = seal_cookie(here().secrets.cookie_key, {"asked": code}, city_now())
    response.set_cookie(
        ASKED, sealed, httponly=True, samesite="Lax", secure=bool(current_app.config["SESSION_COOKIE_SECURE"])
    )
    return response


def _begins_with_a_draft(visited: Visit) -> bool:
    """Whether something is kept as soon as somebody comes in.

    A form of one page brings its nonce along. On the round's last day a draft is kept all the same: on the day after it only
    who has one may finish.
    """
    return not visited.one_page or visited.entry.round.plan.closes_on <= city_now().date()


def _front(trouble: str) -> str:
    return render_template("respondent/front.html", trouble=trouble, inside=_is_inside())


def _is_inside() -> bool:
    try:
        with looking(here().engine) as db:
            visit(db)
    except Outside:
        return False
    return True


def expired_front(_error: CSRFError) -> Page:
    return _front(_("页面打开太久，已经过期。请再输入一次。")), 400
