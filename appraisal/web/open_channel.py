"""``/open/<round>``: a word about a department without a code. Each one costs work or a place in the queue."""

import secrets as chance

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appraisal import collect, store
from appraisal.model.faults import Refused
from appraisal.settings import city_now
from appraisal.store.engine import reading
from appraisal.store.rounds import KeptRound
from appraisal.web.guard.doorkeeper import OPEN_CHANNEL, doorkeeper
from appraisal.web.language import _
from appraisal.web.place import here

bp = Blueprint("open_channel", __name__)

Page = str | Response | tuple[str, int]


@bp.get("/open/<round_code>")
def channel(round_code: str) -> Page:
    return _form(_channel(round_code), "")


@bp.post("/open/<round_code>")
def say(round_code: str) -> Page:
    """Keep what was said, once it was worked for; what was typed is on every page until then."""
    kept, keeper = _channel(round_code), doorkeeper()
    department, said = _field("department"), _field("said")
    if keeper.has_often(OPEN_CHANNEL):
        return _form(kept, _("从这个网络来的意见太多了，请过十分钟再提交。")), 429
    try:
        collect.fit_to_say(kept, department, said)
        if not keeper.accepts_work(_field("altcha")) and not keeper.accepts_ticket(_field("ticket")):
            return _proving(kept)
        with store.transaction(here().engine) as db:
            collect.say_openly(db, round_code, department, said, city_now().date(), chance.token_bytes)
    except Refused as refusal:
        return _form(kept, _(refusal.reason, **refusal.parts)), 422
    keeper.note(OPEN_CHANNEL)
    return redirect(url_for("open_channel.said", round_code=round_code), 303)


@bp.get("/open/<round_code>/said")
def said(round_code: str) -> Page:
    return render_template("respondent/open_said.html", round=_channel(round_code))


def _channel(round_code: str) -> KeptRound:
    with reading(here().engine) as db:
        kept = collect.open_channel(db, round_code, city_now().date())
    if kept is None:
        abort(404)
    return kept


def _proving(kept: KeptRound) -> str:
    """Work for a browser with a script, a place in the queue for whoever asked for one."""
    keeper, ticket = doorkeeper(), _field("ticket")
    if not keeper.seconds_left(ticket):
        ticket = keeper.new_ticket(OPEN_CHANNEL) if ticket or _field("queue") else ""
    return render_template(
        "respondent/open_proving.html",
        round=kept,
        department=_field("department"),
        said=_field("said"),
        ticket=ticket,
        seconds=keeper.seconds_left(ticket),
        challenge="" if ticket else keeper.challenge(),
    )


def _form(kept: KeptRound, trouble: str) -> str:
    return render_template(
        "respondent/open_channel.html",
        round=kept,
        trouble=trouble,
        department=_field("department"),
        said=_field("said"),
        most=collect.LONGEST_SAID,
    )


def _field(name: str) -> str:
    return request.form.get(name, "")
