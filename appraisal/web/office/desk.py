"""The organiser's desk: what waits."""

from flask import render_template

from appraisal.store.rounds import all_rounds
from appraisal.web.office.door import bp
from appraisal.web.reads import snapshot


@bp.get("/")
def home() -> str:
    with snapshot() as db:
        rounds = all_rounds(db)
    return render_template("staff/office.html", rounds=rounds, waiting=[])
