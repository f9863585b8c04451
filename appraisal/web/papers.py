"""The letter of a slip as the file that was kept."""

from flask import abort
from werkzeug.wrappers import Response

from appraisal import followup
from appraisal.settings import city_now
from appraisal.web.reads import note_look, writing


def slip_file(slip_id: int) -> Response:
    """The PDF as it was issued, never made anew; that somebody took it is written down. 404 before it was issued."""
    with writing() as db:
        line = followup.slip(db, slip_id, city_now().date()).line
        if line.sha256 is None or line.number is None:
            abort(404)
        content = followup.pdf(db, slip_id)
        note_look(db, "slip.download", line.number)
    answer = Response(content, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{line.number}.pdf")
    return answer
