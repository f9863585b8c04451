"""Logging in and out."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appraisal.forms.office import LogInForm
from appraisal.settings import city_now
from appraisal.web import access

bp = Blueprint("account", __name__)

HOMES = {"organiser": "office.home", "department": "desk.home", "auditor": "audit.home"}


@bp.get("/login")
def login() -> str:
    return render_template(
        "staff/login.html", form=LogInForm(), next=access.safe_next(request.args.get("next")), wrong=False
    )


@bp.post("/login")
def enter() -> Response | tuple[str, int]:
    """Log in. One answer for a wrong password, an unknown login, a shut account and too many tries."""
    form = LogInForm()
    wanted = access.safe_next(request.form.get("next"))
    entered = None
    if form.validate_on_submit():
        entered = access.log_in(form.login.data or "", form.password.data or "", city_now())
    if entered is None:
        return render_template("staff/login.html", form=form, next=wanted, wrong=True), 401
    return access.give_cookie(redirect(wanted or url_for(HOMES[entered.account.role]), 303), entered)


@bp.get("/staff")
def home() -> Response:
    """The first page of whoever is logged in."""
    return redirect(url_for(HOMES[access.staff().role]), 303)


@bp.post("/logout")
def logout() -> Response:
    return access.log_out(city_now())


@bp.post("/logout/everywhere")
def logout_everywhere() -> Response:
    return access.log_out_everywhere(city_now())
