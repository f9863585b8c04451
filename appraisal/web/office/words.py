"""The words of the comments about one department, for the organiser alone; every look is written down, as at the comments."""

from flask import render_template

from appraisal import scoring
from appraisal.masking import mask
from appraisal.web.office.door import bp
from appraisal.web.reads import note_look, snapshot, the_round, writing


@bp.get("/rounds/<round_code>/departments/<department>/words")
def words(round_code: str, department: str) -> str:
    """Over-represented words and near-duplicates. Nothing is shown before the look is on record."""
    with snapshot() as db:
        kept = the_round(db, round_code)
        found = scoring.department_words(db, round_code, department)
        known = scoring.public_terms(kept)
    with writing() as db:
        note_look(db, "words.look", f"{round_code}/{department}", str(found.comments))
    (about,) = [each for each in kept.plan.departments if each.code == department]
    alike = [(group.likeness, [mask(text, known).text for text in group.texts]) for group in found.alike]
    return render_template("staff/words.html", round=kept, department=about, words=found, alike=alike)
