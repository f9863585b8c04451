"""The auditor's pages: everything that lets a round be retraced, nothing that changes it."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from appraisal import followup
from appraisal.model.round import sha256_of
from appraisal.settings import city_now
from appraisal.store.rounds import all_rounds
from appraisal.store.trails import Place, deeds, runs
from appraisal.web.catalogue import Catalogue
from appraisal.web.ledger import ledger_page
from appraisal.web.ledger_book import ledger_download
from appraisal.web.reads import retold, round_trail, snapshot, the_round

bp = Blueprint("audit", __name__, url_prefix="/audit")

PAGE = 100


@bp.get("/")
def home() -> str:
    with snapshot() as db:
        return render_template("staff/audit.html", rounds=[the_round(db, line.code) for line in all_rounds(db)])


@bp.get("/rounds/<round_code>", endpoint="round")
def one_round(round_code: str) -> str:
    """One round: whether what is kept is still what was frozen, what happened, and every computation."""
    with snapshot() as db:
        kept = the_round(db, round_code)
        computations, steps = runs(db, kept.id), round_trail(db, kept)
    whole = sha256_of(kept.plan.frozen_json()) == kept.frozen_sha256
    return render_template("staff/audit_round.html", round=kept, runs=computations, events=steps, whole=whole)


@bp.get("/ledger")
def ledger() -> str:
    return ledger_page("staff/ledger.html")


@bp.get("/ledger/workbook")
def ledger_book() -> Response:
    return ledger_download()


@bp.get("/slips")
def slips() -> str:
    """The register of slips, each with the SHA-256 of what went out."""
    with snapshot() as db:
        found = followup.slips(db, city_now().date())
        names = Catalogue.of(db, (line.round_code for line in found))
    return render_template("staff/audit_slips.html", slips=found, names=names)


@bp.get("/events")
def events() -> str:
    """Every deed and every look, newest first, a hundred lines a page."""
    before = Place.read(request.args.get("before", ""))
    with snapshot() as db:
        lines = [retold(deed) for deed in deeds(db, before, PAGE)]
    older = str(lines[-1].place) if len(lines) == PAGE else ""
    return render_template("staff/audit_events.html", lines=lines, older=older)
