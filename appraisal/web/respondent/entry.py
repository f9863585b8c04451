"""In by the access code, and out again."""

from flask import render_template

from appraisal.web.respondent.blueprint import bp


@bp.get("/")
def front() -> str:
    return render_template("respondent/front.html")


@bp.get("/privacy")
def privacy() -> str:
    """What is protected and what is not, in honest words."""
    return render_template("respondent/privacy.html")
