"""Codes out of use or replaced: one organiser asks, another decides. New codes are on the page that follows, once."""

import secrets as chance

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import collect
from appraisal.collect import RequestKind, TypedCode
from appraisal.forms.office import CodesForm
from appraisal.model.ballot import IssuedCode
from appraisal.model.faults import Fault, Faulty
from appraisal.model.round import RoundState
from appraisal.settings import city_now
from appraisal.web.access import staff
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.place import here
from appraisal.web.reads import snapshot, the_round, writing

Page = str | tuple[str, int] | Response
DONE = "office.codes"
LARGEST = 400_000


@bp.get("/rounds/<round_code>/codes")
def codes(round_code: str) -> str:
    return _page(round_code, CodesForm(formdata=None))


@bp.post("/rounds/<round_code>/codes")
def ask_codes(round_code: str) -> Page:
    """Ask that codes be revoked or replaced. Every code that cannot be is named by its line."""
    form = CodesForm()
    if not form.validate_on_submit():
        return _page(round_code, form), 422
    asked = staff().login, city_now(), form.note.data or ""
    try:
        typed, file = _typed(form)
        with writing() as db:
            collect.ask_for(db, round_code, RequestKind(form.kind.data or ""), typed, file, here().secrets, *asked)
    except Faulty as faulty:
        return _page(round_code, form, faulty.faults), 422
    flash(_("已提出，等另一个账号的同事复核；在那以前评议码不变。"), "good")
    return redirect(url_for(DONE, round_code=round_code), 303)


@bp.post("/rounds/<round_code>/codes/<int:request_id>/<any(agree, decline):action>")
def decide_codes(round_code: str, request_id: int, action: str) -> Page:
    """Do what a colleague asked for, or leave the codes as they are."""
    issued: tuple[IssuedCode, ...] = ()
    with writing() as db:
        if action == "agree":
            rng = chance.SystemRandom()
            issued = collect.agree(db, request_id, here().secrets, staff().login, city_now(), rng)
        else:
            collect.decline(db, request_id, staff().login, city_now())
    if issued:
        with snapshot() as db:
            kept = the_round(db, round_code)
        return render_template("staff/codes_new.html", round=kept, issued=issued)
    flash(_("决定已记录。"), "good")
    return redirect(url_for(DONE, round_code=round_code), 303)


def _typed(form: CodesForm) -> tuple[tuple[TypedCode, ...], str]:
    """The codes, and what to call the place where they stand."""
    if not form.file.data:
        return collect.read_lines(form.typed.data or ""), _("评议码")
    name = form.file.data.filename or "codes.csv"
    try:
        text = form.file.data.read(LARGEST + 1).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Faulty((Fault.of(name, 0, "", "这个文件不是UTF-8编码"),)) from None
    if len(text) > LARGEST:
        raise Faulty((Fault.of(name, 0, "", "文件太大"),))
    return collect.read_returns(text, name), name


def _page(round_code: str, form: CodesForm, faults: tuple[Fault, ...] = ()) -> str:
    with snapshot() as db:
        kept = the_round(db, round_code)
        asked = collect.code_requests_of(db, round_code)
    return render_template(
        "staff/codes.html",
        round=kept,
        requests=asked,
        form=form,
        faults=[(fault, fault.said(_)) for fault in faults],
        running=kept.state in (RoundState.DRAFT, RoundState.OPEN),
        me=staff().login,
    )
