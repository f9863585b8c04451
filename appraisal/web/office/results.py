"""What a scored round says: all departments, one department and why, and how each item worked."""

from flask import abort, g, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from appraisal import scoring
from appraisal.model.results import RoundResults
from appraisal.reports import charts
from appraisal.scoring.review import Shown
from appraisal.store import Session
from appraisal.store.rounds import KeptRound
from appraisal.web.helped_views import round_helped
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.reads import note_look, snapshot, the_round, writing
from appraisal.web.report_pages import department_report, round_report
from appraisal.web.result_views import (
    LAST,
    Chart,
    by_group,
    distribution,
    item_view,
    last_places,
    mark_lines,
    mark_table,
    marks_of,
    overall_cards,
    why,
)
from appraisal.web.tuning_views import advice_lines, item_tuning


@bp.get("/rounds/<round_code>/results")
def results(round_code: str) -> str:
    with snapshot() as db:
        kept, found = _scored(db, round_code)
        helped = round_helped(db, kept)
    marks = marks_of(kept.plan.questionnaire)
    return render_template(
        "staff/results.html",
        round=kept,
        results=found,
        charts=_charts(kept, found),
        groups=by_group(kept.plan, found),
        last=last_places(found),
        last_count=LAST,
        overall=overall_cards(kept.plan, found),
        marks=marks,
        departments=mark_table(found),
        helped=helped,
    )


@bp.get("/rounds/<round_code>/departments/<department>")
def department(round_code: str, department: str) -> str:
    """One department and how its score came about. The comments are shown here, and that somebody looked is written down."""
    with snapshot() as db:
        kept, found = _scored(db, round_code)
    comments = look_at_comments(round_code, department)
    (result,) = [each for each in found.departments if each.code == department]
    return render_template(
        "staff/department.html",
        round=kept,
        department=result,
        distribution=distribution(kept.plan, result),
        marks=mark_lines(kept.plan.questionnaire, result),
        why=why(kept.plan, found, result),
        comments=comments,
    )


@bp.get("/rounds/<round_code>/departments/<department>/report", endpoint="department_report")
def report(round_code: str, department: str) -> Response:
    """The report as the department gets it, also before the round is published."""
    back = url_for("office.department", round_code=round_code, department=department)
    return department_report(round_code, department, back)


@bp.get("/rounds/<round_code>/report", endpoint="round_report")
def whole_report(round_code: str) -> Response:
    """The report on the whole round, for the office."""
    return round_report(round_code, url_for("office.results", round_code=round_code))


@bp.get("/rounds/<round_code>/items")
def items(round_code: str) -> str:
    with snapshot() as db:
        kept = the_round(db, round_code)
        pages = scoring.item_pages(db, round_code)
        advice = advice_lines(kept.plan, scoring.tuning(db, round_code))
    return render_template("staff/items.html", round=kept, items=pages, advice=advice)


@bp.get("/rounds/<round_code>/items/<item>")
def item(round_code: str, item: str) -> str:
    """One item of whatever kind: how it was answered, by whom not, and whether it goes with the others."""
    with snapshot() as db:
        kept = the_round(db, round_code)
        if item not in {each.code for each in kept.plan.questionnaire.items()}:
            abort(404)
        page = scoring.item_page(db, round_code, item)
        whole = scoring.tuning(db, round_code)
    own = item_tuning(kept.plan, whole, item)
    return render_template("staff/item.html", round=kept, item=item_view(kept.plan, page), tuning=own, whole=whole)


def look_at_comments(round_code: str, department: str) -> tuple[Shown, ...]:
    """The comments about a department, masked; the look is written down, in a short transaction of its own."""
    with writing() as db:
        found = scoring.comments_to_review(db, round_code, department)
        known = scoring.public_terms(the_round(db, round_code))
        note_look(db, "comments.look", f"{round_code}/{department}", str(len(found)))
    return tuple(scoring.shown(one, known) for one in found)


def _scored(db: Session, round_code: str) -> tuple[KeptRound, RoundResults]:
    kept = the_round(db, round_code)
    return kept, scoring.results(db, round_code)


def _charts(kept: KeptRound, found: RoundResults) -> tuple[Chart, ...]:
    language, questionnaire = g.language, kept.plan.questionnaire
    drawn = (
        ("caterpillar", _("得分和区间"), charts.caterpillar(found, language)),
        (
            "diverging",
            _("选项分布"),
            charts.diverging(found, questionnaire.item(kept.plan.policy.score_item), language),
        ),
        ("funnel", _("指出问题的占比和评价份数"), charts.funnel(found, language)),
        ("heatmap", _("部门和问题"), charts.heatmap(found, questionnaire, language)),
    )
    # Drawn by our own code, every text in it escaped there.
    return tuple(Chart(name, title, Markup(svg)) for name, title, svg in drawn)
