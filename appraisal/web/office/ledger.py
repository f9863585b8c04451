"""The ledger, for the organiser."""

from appraisal.web.ledger import ledger_page
from appraisal.web.office.door import bp


@bp.get("/ledger")
def ledger() -> str:
    return ledger_page("staff/ledger.html")
