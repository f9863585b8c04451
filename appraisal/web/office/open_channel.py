"""What was said without a code: a list of its own, never beside what respondents wrote."""

from flask import render_template

from appraisal import collect
from appraisal.web.office.door import bp
from appraisal.web.reads import note_look, the_round, writing


@bp.get("/rounds/<round_code>/open-channel")
def open_channel(round_code: str) -> str:
    """Everything that came in, by department, after the close. The look is written down as one at comments is."""
    with writing() as db:
        kept = the_round(db, round_code)
        said = collect.said_openly(db, round_code)
        note_look(db, "comments.look", round_code, "open channel")
    return render_template("staff/open_channel.html", round=kept, said=said)
