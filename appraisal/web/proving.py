"""The page between a code and its ballot while somebody is trying codes out: work by a script, or a place in a queue without one."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appraisal.secrecy.cookies import open_cookie
from appraisal.settings import city_now
from appraisal.web.guard import doorkeeper
from appraisal.web.place import here
from appraisal.web.respondent import entry

bp = Blueprint("guard", __name__)

Page = str | Response | tuple[str, int]
AGAIN: Final = "guard.prove"


@bp.get("/prove")
def prove() -> Page:
    """The challenge; solved, the script hands it in by itself."""
    if _asked() is None:
        return redirect(url_for("respondent.front"), 303)
    return render_template("respondent/proving.html", challenge=doorkeeper().challenge(), ticket="", seconds=0)


@bp.post("/prove")
def proven() -> Page:
    """One try for one solution."""
    if not doorkeeper().accepts_work(request.form.get("altcha", "")):
        return redirect(url_for(AGAIN), 303)
    return _open()


@bp.post("/queue")
def queue() -> Page:
    """A place in the queue, and later the try that it stands for."""
    if _asked() is None:
        return redirect(url_for("respondent.front"), 303)
    keeper, ticket = doorkeeper(), request.form.get("ticket", "")
    left = keeper.seconds_left(ticket)
    if left == 0 and keeper.accepts_ticket(ticket):
        return _open()
    if not left:
        ticket = keeper.new_ticket()
        left = keeper.seconds_left(ticket)
    return render_template("respondent/proving.html", challenge="", ticket=ticket, seconds=left)


def _asked() -> str | None:
    """The code that this browser wants in with."""
    content = open_cookie(here().secrets.cookie_key, request.cookies.get(entry.ASKED, ""), city_now())
    return None if content is None else content.get("asked", "")


def _open() -> Page:
    code = _asked()
    if code is None:
        return redirect(url_for("respondent.front"), 303)
    response = entry.open_code(code) or redirect(url_for("respondent.refused"), 303)
    response.delete_cookie(entry.ASKED)
    return response
