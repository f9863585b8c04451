"""The ledger, for the organiser: as a page, as a workbook, and as a list of what is due."""

from flask import render_template
from werkzeug.wrappers import Response

from appraisal import followup
from appraisal.settings import city_now
from appraisal.web.catalogue import Catalogue
from appraisal.web.ledger import ledger_page
from appraisal.web.ledger_book import ledger_download
from appraisal.web.office.door import bp
from appraisal.web.reads import snapshot


@bp.get("/ledger")
def ledger() -> str:
    return ledger_page("staff/ledger.html")


@bp.get("/ledger/workbook")
def ledger_book() -> Response:
    return ledger_download()


@bp.get("/ledger/due")
def ledger_due() -> str:
    """What is due, the earliest first, for a sheet of paper."""
    today = city_now().date()
    with snapshot() as db:
        lines = [line for line in followup.ledger(db, None, today).lines if line.due is not None]
        names = Catalogue.of(db, (line.round_code for line in lines))
    lines.sort(key=lambda line: (line.due or today, line.number))
    return render_template("staff/ledger_due.html", lines=lines, names=names, today=today)
