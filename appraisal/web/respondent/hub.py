"""Where the respondent stands, and which departments the ballot is about."""

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appraisal.store.engine import looking, writing
from appraisal.web.language import _
from appraisal.web.place import here
from appraisal.web.respondent import card_view
from appraisal.web.respondent.blueprint import bp
from appraisal.web.respondent.views import lines, stops
from appraisal.web.respondent.visit import Visit, keep, paged_visit, visit


@bp.get("/ballot")
def hub() -> str:
    """Every page of this ballot with its state, and how far it is; or the one page that there is."""
    with looking(here().engine) as db:
        visited = visit(db)
    if visited.one_page:
        return card_view.show(visited, visited.draft.answers, visited.draft.nonce)
    return render_template(
        "respondent/hub.html", round=visited.entry.round.plan, stops=stops(visited, g.language, _("整体评价"))
    )


@bp.get("/ballot/choose")
def choose() -> str:
    """All departments by group, or those whose name contains ``find``."""
    find = request.args.get("find", "")[:40]
    with looking(here().engine) as db:
        visited = paged_visit(db)
    return render_template(
        "respondent/choose.html", find=find, groups=lines(visited, g.language, find), count=len(visited.draft.chosen)
    )


@bp.post("/ballot/choose")
def keep_choice() -> Response:
    """Keep the ticks of the departments that were shown; one that was not shown stays as it was."""
    with writing(here().engine) as db:
        visited = paged_visit(db)
        keep(db, visited, visited.draft.answers, _chosen(visited))
    if request.form.get("then") == "find":
        return redirect(url_for("respondent.choose", find=request.form.get("find", "")[:40]), 303)
    flash(_("名单已保存。"), "good")
    return redirect(url_for("respondent.hub"), 303)


def _chosen(visited: Visit) -> tuple[str, ...]:
    shown, ticked = set(request.form.getlist("shown")), set(request.form.getlist("chosen"))
    stay = [code for code in visited.draft.chosen if code not in shown or code in ticked]
    added = [code for code in visited.departments if code in ticked and code in shown and code not in stay]
    return (*stay, *added)
